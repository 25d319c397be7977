"""Bring a table in: each batch of lines is one transaction with its place in the file, so a kill costs nothing."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlalchemy import insert, select

from app.goods.categories import forget_categories
from app.goods.exchange.columns import COLUMNS, as_dict, header
from app.goods.exchange.files import Unreadable, count_lines, read_table
from app.goods.exchange.known import read_known, read_names
from app.goods.exchange.planning import Change, Plan, make_plan
from app.goods.exchange.reading import Problem, Wanted, read_line
from app.goods.exchange.writing import Writer
from app.goods.models import GoodsImport, GoodsImportFault
from app.goods.signals import tell_changed
from app.shared import acting
from app.shared.db import db
from app.shared.errors import NotFound
from app.shared.jobs import Job
from app.shared.uow import then, unit_of_work

BRING_IN = Job("app.goods.tasks.bring_in", timeout_s=3600)
BATCH = 500
OURS = ("sku_id", "version", "stock_seen")
UNFINISHED = ("waiting", "running")
Numbered = tuple[int, list[object]]  # the line of the file, its cells


class NoTable(Exception):
    """The file cannot be imported at all; the text says why."""


class Elsewhere(Exception):
    """Another process is bringing this file in."""


@dataclass(frozen=True)
class Preview:
    """What an import would do."""

    created: int
    changed: int
    same: int
    problems: list[Problem]
    changes: list[Change]


def check_table(path: Path) -> int:
    """How many lines there are; NoTable where it has no header we know."""
    try:
        names = header(next(read_table(path), []))
        unknown = [name for name in names if name and name not in COLUMNS]
        if unknown or not {"sku_id", "spu_name"} & set(names):
            raise NoTable(f"unknown columns: {', '.join(unknown) or 'no sku_id and no spu_name'}")
        return count_lines(path)
    except (Unreadable, UnicodeDecodeError) as problem:
        raise NoTable(str(problem)) from problem


def preview(path: Path, create: bool, most: int, step: Callable[[int], None], lines: int | None = None) -> Preview:
    """Read the file (its first lines, in whole batches) and write nothing; at most so many changes are kept."""
    created = changed = same = 0
    problems: list[Problem] = []
    changes: list[Change] = []
    for batch in _batches(path, 1):
        wanted, found = _read(batch, header_of(path), create)
        plan = _plan(wanted, create)
        created, changed, same = created + len(plan.new), changed + len(plan.edits), same + plan.same
        problems += [*found, *plan.problems]
        changes += plan.changes[: max(0, most - len(changes))]
        db.session.rollback()
        step(len(batch))
        if lines is not None and batch[-1][0] > lines:
            break
    return Preview(created, changed, same, problems, changes)


def begin(path: Path, name: str, create: bool, actor: str) -> int:
    """The import of this file: the unfinished one of the same bytes, or a new one. NoTable if it is none."""
    lines = check_table(path)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return _begin(str(path.resolve()), name, digest, lines, create, actor)


@unit_of_work
def _begin(path: str, name: str, digest: str, lines: int, create: bool, actor: str) -> int:
    query = select(GoodsImport).where(
        GoodsImport.digest == digest, GoodsImport.creates == create, GoodsImport.state.in_(UNFINISHED)
    )
    row = db.session.scalars(query.order_by(GoodsImport.id).with_for_update()).first()
    if row is None:
        row = GoodsImport(name=name[:200], digest=digest, creates=create, actor=actor, lines=lines)
        db.session.add(row)
    row.path = path
    db.session.flush()
    return row.id


def run(import_id: int, step: Callable[[int], None]) -> GoodsImport:
    """Bring the rest of the file in; `step` hears of lines. Elsewhere when another process took a batch meanwhile."""
    row = get_import(import_id)
    if row.state not in UNFINISHED:
        return row
    path, done, create = Path(row.path), row.line_done, row.creates
    act = acting.current() or acting.Act(row.actor, "goods.import")  # a job goes on with what staff began
    db.session.close()
    step(done - 1)
    try:
        names = header_of(path)
        for batch in _batches(path, done):
            with acting.acting(act):
                done = _import_batch(import_id, done, batch, names, create)
            step(len(batch))
    except (Unreadable, OSError) as problem:
        _end(import_id, "stopped")
        raise NoTable(str(problem)) from problem
    _end(import_id, "done")
    return get_import(import_id)


def get_import(import_id: int) -> GoodsImport:
    """The row as it stands."""
    db.session.rollback()
    return db.session.get_one(GoodsImport, import_id, populate_existing=True)


def find_import(import_id: int) -> GoodsImport | None:
    """The same for an id from outside."""
    db.session.rollback()
    return db.session.get(GoodsImport, import_id, populate_existing=True)


def faults_of(import_id: int) -> list[Problem]:
    """Every line that could not be taken, in the order of the file."""
    query = select(GoodsImportFault).where(GoodsImportFault.import_id == import_id)
    rows = db.session.scalars(query.order_by(GoodsImportFault.line, GoodsImportFault.id))
    return [Problem(row.line, row.field, row.text, row.fact) for row in rows]


def unfinished() -> list[int]:
    """Imports that a killed process left."""
    query = select(GoodsImport.id).where(GoodsImport.state.in_(UNFINISHED)).order_by(GoodsImport.id)
    return list(db.session.scalars(query))


def header_of(path: Path) -> list[str]:
    """Its columns by our names."""
    return header(next(read_table(path), []))


def _batches(path: Path, done: int) -> Iterator[list[Numbered]]:
    """Batches of lines after the first `done` of the file."""
    lines = ((number, list(cells)) for number, cells in enumerate(read_table(path), 1) if number > max(1, done))
    while batch := list(islice(lines, BATCH)):
        yield batch


def _read(batch: list[Numbered], names: list[str], create: bool) -> tuple[list[Wanted], list[Problem]]:
    """Blank lines are passed over; with `create` the table is another shop's, whose numbers mean nothing here."""
    wanted, problems = [], []
    for number, cells in batch:
        found = {name: text for name, text in as_dict(names, cells).items() if not (create and name in OURS)}
        if not found:
            continue
        line, faults = read_line(number, found)
        problems += faults
        if line is not None:
            wanted.append(line)
    return wanted, problems


def _plan(wanted: list[Wanted], create: bool) -> Plan:
    names = read_names()
    return make_plan(wanted, names, read_known(wanted, names), create)


@unit_of_work
def _import_batch(import_id: int, done: int, batch: list[Numbered], columns: list[str], create: bool) -> int:
    """Write a batch and where the file stands; the last line's number."""
    row = _lock(import_id)
    if row.line_done != done or row.state not in UNFINISHED:
        raise Elsewhere(f"import {import_id} stands at line {row.line_done}")
    wanted, problems = _read(batch, columns, create)
    names = read_names()
    known = read_known(wanted, names)
    plan = make_plan(wanted, names, known, create)
    places = len(names.places)
    touched = Writer(names, known, f"import:{import_id}", row.actor).write(plan)
    tell_changed(touched)
    _note(import_id, [*problems, *plan.problems])
    row.created += len(plan.new)
    row.changed += len(plan.edits)
    row.same += plan.same
    row.faulty += len({problem.line for problem in (*problems, *plan.problems)})
    row.state, row.line_done = "running", batch[-1][0]
    if len(names.places) != places:
        then(forget_categories)
    return row.line_done


def _note(import_id: int, problems: list[Problem]) -> None:
    rows = [
        {"import_id": import_id, "line": each.line, "field": each.field, "text": each.text, "fact": each.fact[:100]}
        for each in problems
    ]
    if rows:
        db.session.execute(insert(GoodsImportFault), rows)


@unit_of_work
def _end(import_id: int, state: str) -> None:
    row = _lock(import_id)
    if row.state in UNFINISHED:
        row.state = state


@unit_of_work
def start(import_id: int) -> None:
    """Staff have looked at the preview and say yes; safe to repeat."""
    row = _lock(import_id)
    if row.state == "waiting":
        row.state = "running"
        then(BRING_IN.enqueue, import_id)


@unit_of_work
def discard(import_id: int) -> None:
    """Staff do not want it, or no more of it; what came in stays."""
    row = _lock(import_id)
    if row.state in UNFINISHED:
        row.state = "stopped"


def recent(most: int) -> list[GoodsImport]:
    """The newest first."""
    return list(db.session.scalars(select(GoodsImport).order_by(GoodsImport.id.desc()).limit(most)))


def left_running(before: datetime) -> list[int]:
    """Started imports that have not moved since: their process is gone."""
    query = select(GoodsImport.id).where(GoodsImport.state == "running", GoodsImport.updated_at < before)
    return list(db.session.scalars(query.order_by(GoodsImport.id)))


def _lock(import_id: int) -> GoodsImport:
    query = select(GoodsImport).where(GoodsImport.id == import_id).with_for_update()
    row = db.session.scalars(query.execution_options(populate_existing=True)).first()
    if row is None:
        raise NotFound()
    return row
