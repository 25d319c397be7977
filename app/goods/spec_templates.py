"""Spec templates: verbs and reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, select
from sqlalchemy.exc import IntegrityError

from app.goods.categories import CategoryTree
from app.goods.checks import NAME_LONGEST, check_text, split_options
from app.goods.errors import BadChain, NameTaken, NoSuchTemplate, StaleDesk, TooManySpecs
from app.goods.models import Category
from app.goods.policy import MOST_OPTIONS, MOST_SPECS
from app.goods.template_models import SpecTemplate, SpecTemplateLine
from app.shared import clock
from app.shared.db import db
from app.shared.uow import unit_of_work

OPTIONS_LONGEST = 1000


@dataclass(frozen=True)
class Line:
    """A spec and its usual options, as a comma list."""

    name: str
    options: str


@dataclass(frozen=True)
class Template:
    """A template with its lines in order; without a category it is offered to every SPU."""

    id: int
    name: str
    category_id: int | None
    updated_at: datetime
    lines: Sequence[Line]

    def specs(self) -> list[tuple[str, list[str]]]:
        """What it adds to an SPU."""
        return [(line.name, split_options(line.options)) for line in self.lines]


@unit_of_work
def save_template(
    template_id: int, seen: datetime | None, name: str, category_id: int | None, lines: Sequence[Line]
) -> int:
    """A new template (0), or one as it shall be unless somebody changed it since it was `seen` (StaleDesk). Its id."""
    row = _lock(template_id, seen) if template_id else SpecTemplate()
    row.name = check_text(name, NAME_LONGEST, "name")
    category = select(Category.id).where(Category.id == category_id).with_for_update(read=True)
    if category_id is not None and db.session.scalar(category) is None:
        raise BadChain()
    row.category_id, row.updated_at = category_id, clock.now()
    db.session.add(row)
    try:
        db.session.flush()
    except IntegrityError:
        raise NameTaken(name=name) from None
    db.session.execute(delete(SpecTemplateLine).where(SpecTemplateLine.template_id == row.id))
    _write(row.id, lines)
    return row.id


@unit_of_work
def delete_template(template_id: int) -> None:
    """Nothing hangs on it: what it has given to SPUs is theirs."""
    _lock(template_id, None)
    db.session.execute(delete(SpecTemplate).where(SpecTemplate.id == template_id))


def all_templates() -> list[Template]:
    """Every template, by name."""
    return _read(select(SpecTemplate).order_by(SpecTemplate.name, SpecTemplate.id))


def get_template(template_id: int) -> Template:
    """One of them; NoSuchTemplate."""
    found = _read(select(SpecTemplate).where(SpecTemplate.id == template_id))
    if not found:
        raise NoSuchTemplate()
    return found[0]


def templates_for(category_id: int, tree: CategoryTree) -> list[Template]:
    """Those of the category and of what lies above it, the nearest first; then those of no category."""
    way = [node.id for node in reversed(tree.path(category_id))]
    found = [each for each in all_templates() if each.category_id is None or each.category_id in way]
    return sorted(found, key=lambda each: way.index(each.category_id) if each.category_id else len(way))


def _lock(template_id: int, seen: datetime | None) -> SpecTemplate:
    query = select(SpecTemplate).where(SpecTemplate.id == template_id).with_for_update()
    row = db.session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NoSuchTemplate()
    if seen is not None and row.updated_at != seen:
        raise StaleDesk()
    return row


def _write(template_id: int, lines: Sequence[Line]) -> None:
    named = {check_text(line.name, NAME_LONGEST, "spec"): split_options(line.options) for line in lines}
    if len(named) > MOST_SPECS or any(len(options) > MOST_OPTIONS for options in named.values()):
        raise TooManySpecs(most=MOST_SPECS if len(named) > MOST_SPECS else MOST_OPTIONS)
    for place, (name, options) in enumerate(named.items(), 1):
        text = check_text("、".join(options), OPTIONS_LONGEST, "options", 0)
        db.session.add(SpecTemplateLine(template_id=template_id, name=name, options=text, sequence=place))
    db.session.flush()


def _read(query: Select[SpecTemplate]) -> list[Template]:
    rows = list(db.session.scalars(query))
    lines: dict[int, list[Line]] = {row.id: [] for row in rows}
    asked = select(SpecTemplateLine).where(SpecTemplateLine.template_id.in_(list(lines)))
    for line in db.session.scalars(asked.order_by(SpecTemplateLine.sequence, SpecTemplateLine.id)):
        lines[line.template_id].append(Line(line.name, line.options))
    return [Template(row.id, row.name, row.category_id, row.updated_at, tuple(lines[row.id])) for row in rows]
