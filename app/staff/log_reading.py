"""Reads of the log of staff: by who, by what, by thing, by days; newest first, by key, never counted."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, select, union_all

from app.shared import clock
from app.shared.db import db
from app.staff.models import AuditEntry, AuditObject
from app.staff.queries import actor_names, find_staff

PAGE = 30
AT_ONCE = 500  # entries of an export that are read together
MOST_ACTS = 60  # of one page of the site, each asked for by its own end of the index
SHORT = 20_000  # signs of an entry that a list reads; a longer one tells a thousand things on its own page
EMPTY = "{}"


@dataclass(frozen=True)
class Question:
    """What is looked for; empty texts ask for everything.

    `who` is an account's name, or `staff:7`, `cli:root`; `what` begins an act's name; `about` is `skus:5`, and `field`
    one of its columns.
    """

    who: str = ""
    what: str = ""
    about: str = ""
    field: str = ""
    first_day: date | None = None
    last_day: date | None = None
    before_id: int | None = None


@dataclass(frozen=True)
class Change:
    """A field of a thing, before and after; `first` of its thing."""

    object: str
    first: bool
    field: str
    before: str
    after: str


@dataclass(frozen=True)
class LogLine:
    """An entry of the log; `who_name` is the account's name of today, empty where it has gone."""

    id: int
    at: datetime
    who: str
    who_name: str
    address: str
    what: str
    object: str
    before: dict[str, Any]
    after: dict[str, Any]
    is_long: bool = False  # too much for a list: what changed stands on the entry's own page

    def changes(self, about: str = "") -> list[Change]:
        """Field by field, thing by thing, or of one thing alone; a counted kind of thing is a line of its own."""
        found = []
        for name in dict.fromkeys([*self.before, *self.after]):
            old, new = self.before.get(name, {}), self.after.get(name, {})
            if about and name != about:
                continue
            if not isinstance(new, dict):
                found.append(Change(name, True, "", "", f"× {new}"))
                continue
            fields = [field for field in dict.fromkeys([*old, *new]) if field != "id"]  # the thing's name has it
            for at, field in enumerate(fields):
                found.append(Change(name, at == 0, field, _shown(old.get(field)), _shown(new.get(field))))
        return found


def page(asked: Question) -> tuple[list[LogLine], int | None]:
    """A page of entries, and where the next one begins."""
    lines = _read(asked, PAGE + 1)
    return lines[:PAGE], lines[PAGE - 1].id if len(lines) > PAGE else None


def every(asked: Question, most: int) -> Iterator[LogLine]:
    """All that fit, newest first, piece by piece."""
    while most > 0:
        lines = _read(asked, min(AT_ONCE, most), whole=True)
        yield from lines
        most -= len(lines)
        if len(lines) < AT_ONCE:
            return
        asked = replace(asked, before_id=lines[-1].id)


def find_line(entry_id: int) -> LogLine | None:
    """One entry."""
    row = db.session.get(AuditEntry, entry_id)
    return None if row is None else _line(row, actor_names([row.who]))


def _read(asked: Question, limit: int, whole: bool = False) -> list[LogLine]:
    is_long = func.length(AuditEntry.before) + func.length(AuditEntry.after) > SHORT
    is_cut = literal(False) if whole or asked.about else is_long
    texts = [case((is_cut, EMPTY), else_=column).label(column.key) for column in (AuditEntry.before, AuditEntry.after)]
    entry = (AuditEntry.id, AuditEntry.at, AuditEntry.who, AuditEntry.address, AuditEntry.what, AuditEntry.object)
    rows = db.session.execute(_wanted(select(*entry, *texts, is_cut.label("is_long")), asked, limit)).all()
    names = actor_names(row.who for row in rows)
    return [_line(row, names, is_long=bool(row.is_long)) for row in rows]


def _wanted(entries: Select[Any], asked: Question, limit: int) -> Select[Any]:
    """Each way of asking has an index that gives the newest first."""
    bounds = _bounds(asked)
    if asked.about:
        newest = entries.join(AuditObject, AuditObject.entry_id == AuditEntry.id)
        clauses = [AuditObject.object == asked.about, *_field_clauses(asked.field), *_who(asked.who), *bounds]
        if asked.what:
            clauses.append(AuditEntry.what.in_(_acts(asked.what)))
        return newest.where(*clauses).order_by(AuditObject.entry_id.desc()).limit(limit)
    if not asked.what:
        return entries.where(*_who(asked.who), *bounds).order_by(AuditEntry.id.desc()).limit(limit)
    acts = _acts(asked.what)
    if asked.who or not acts or len(acts) > MOST_ACTS:
        clauses = [AuditEntry.what.in_(acts), *_who(asked.who), *bounds]
        return entries.where(*clauses).order_by(AuditEntry.id.desc()).limit(limit)
    ends = [
        select(AuditEntry.id).where(AuditEntry.what == act, *bounds).order_by(AuditEntry.id.desc()).limit(limit)
        for act in acts
    ]
    newest_of_each = union_all(*(select(end.subquery().c.id) for end in ends)).subquery()
    found = entries.join(newest_of_each, newest_of_each.c.id == AuditEntry.id)
    return found.order_by(AuditEntry.id.desc()).limit(limit)


def _acts(prefix: str) -> list[str]:
    """The names of acts that the log knows and that begin so: some hundred at most."""
    known = select(AuditEntry.what).distinct().where(AuditEntry.what.startswith(prefix, autoescape=True))
    return list(db.session.scalars(known.limit(10 * MOST_ACTS)))


def _who(who: str) -> list[ColumnElement[bool]]:
    if not who:
        return []
    user_id = None if ":" in who else find_staff(who)
    return [AuditEntry.who == (who if user_id is None else f"staff:{user_id}")]


def _field_clauses(field: str) -> list[ColumnElement[bool]]:
    """The entry of a thing names the column that changed."""
    if not field:
        return []
    named = f'"{field}":'
    return [AuditEntry.after.contains(named, autoescape=True) | AuditEntry.before.contains(named, autoescape=True)]


def _bounds(asked: Question) -> list[ColumnElement[bool]]:
    """Numbers of entries rise with time: days become a range of numbers."""
    found: list[ColumnElement[bool]] = []
    if asked.first_day is not None:
        start = _first_since(asked.first_day)
        found.append(AuditEntry.id >= start if start is not None else AuditEntry.id < 0)
    if asked.last_day is not None:
        end = _first_since(asked.last_day + timedelta(days=1))
        found += [AuditEntry.id < end] if end is not None else []
    if asked.before_id is not None:
        found.append(AuditEntry.id < asked.before_id)
    return found


def _first_since(day: date) -> int | None:
    since = select(AuditEntry.id).where(AuditEntry.at >= clock.day_start(day))
    return db.session.scalar(since.order_by(AuditEntry.at, AuditEntry.id).limit(1))


def _line(row: Any, names: dict[str, str], *, is_long: bool = False) -> LogLine:
    old, new = json.loads(row.before), json.loads(row.after)
    name = names.get(row.who, "")
    return LogLine(row.id, row.at, row.who, name, row.address, row.what, row.object, old, new, is_long)


def _shown(value: Any) -> str:
    return "" if value is None else str(value)
