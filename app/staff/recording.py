"""The witness of staff's units of work: what each statement is about to change, told as one entry before the commit.

It listens to the connection of the unit, so no verb has to remember it, and shoppers pay nothing for it.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Column, Table, and_, event, or_, select
from sqlalchemy.engine import Connection
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.sql.dml import Delete, Insert, Update

from app.shared.acting import Act
from app.shared.db import Base
from app.shared.uow import unit_of_work
from app.staff.chain import append
from app.staff.personal import hidden, told

MOST = 1000  # things of one unit that are told one by one; beyond, they are counted
OWN = {"audit_log", "audit_objects", "audit_head"}
# Lists of what is to be done: what comes of each line is told of the thing that it changes.
WORKLISTS = {"bulk_edit_rows"}
Key = tuple[Any, ...]


class Recording:
    """What one unit of work has touched: the old values as they were first seen, the new ones at its end."""

    def __init__(self, act: Act, line: Connection) -> None:
        self.act, self.line = act, line
        self.before: dict[tuple[Table, Key], dict[Column[Any], Any] | None] = {}
        self.columns: dict[Table, dict[Column[Any], None]] = {}
        self.more: Counter[str] = Counter()
        event.listen(line, "before_execute", self._about_to)
        event.listen(line, "after_execute", self._done)

    def close(self) -> None:
        """Write the entry, if anything was changed."""
        event.remove(self.line, "before_execute", self._about_to)
        event.remove(self.line, "after_execute", self._done)
        before, after = self._told()
        if not before and not after:
            return
        objects = list(dict.fromkeys([*before, *after]))
        append(
            {
                "who": self.act.who[:64],
                "address": hidden(self.act.address)[:64],
                "what": self.act.what[:100],
                "object": _main(objects)[:100],
                "before": _json(before),
                "after": _json(after),
            },
            [name for name in objects if "." not in name],
        )
        self.act.entries += 1

    def _about_to(self, _line: object, clause: Any, many: Any, one: Any, _options: object) -> None:
        """An UPDATE or DELETE: read what it will find."""
        if not isinstance(clause, Update | Delete) or _table(clause).name in OWN | WORKLISTS:
            return
        table, is_delete = _table(clause), isinstance(clause, Delete)
        key = list(table.primary_key.columns)
        for given in _parameters(many, one):
            columns = list(table.columns) if is_delete else _assigned(clause, table, given)
            if not columns:
                continue  # the moment of change alone, on however many rows
            if len(self.before) >= MOST:
                self.more[f"{table.name}.{'deleted' if is_delete else 'changed'}"] += 1
                continue
            asked = select(*key, *columns).limit(MOST - len(self.before))
            if clause.whereclause is not None:
                asked = asked.where(clause.whereclause)
            for row in self.line.execute(asked, _fitting(asked, given)):
                self._saw(table, tuple(row[: len(key)]), dict(zip(columns, row[len(key) :], strict=True)))
            self.columns.setdefault(table, {}).update(dict.fromkeys(columns))

    def _saw(self, table: Table, key: Key, values: dict[Column[Any], Any]) -> None:
        known = self.before.setdefault((table, key), {})
        if known is not None:
            for column, value in values.items():
                known.setdefault(column, value)

    def _done(self, _line: object, clause: Any, many: Any, one: Any, _options: object, result: Any) -> None:
        """An INSERT: keep the keys of the new rows; where the database does not tell them, their number."""
        if not isinstance(clause, Insert) or _table(clause).name in OWN | WORKLISTS:
            return
        table = _table(clause)
        keys = _new_keys(result)
        if not keys or None in keys[0] or len(self.before) + len(keys) > MOST:
            self.more[f"{table.name}.written"] += len(keys) or max(1, len(many or [one]))
            return
        for key in keys:
            self.before.setdefault((table, tuple(key)), None)

    def _told(self) -> tuple[dict[str, Any], dict[str, Any]]:
        before: dict[str, Any] = {}
        after: dict[str, Any] = {}
        now = self._now()
        for (table, key), old in self.before.items():
            name, new = f"{table.name}:{'-'.join(str(part) for part in key)}", now.get((table, key))
            if new is not None and old is not None:
                changed = [column for column in old if old[column] != new[column]]
                old, new = ({column: row[column] for column in changed} for row in (old, new))
            if old:
                before[name] = _row(old)
            if new:
                after[name] = _row(new)
        after.update(self.more)
        return before, after

    def _now(self) -> dict[tuple[Table, Key], dict[Column[Any], Any]]:
        """The rows as they stand at the end of the unit."""
        found: dict[tuple[Table, Key], dict[Column[Any], Any]] = {}
        for table in dict.fromkeys(table for table, _ in self.before):
            key = list(table.primary_key.columns)
            keys = [each for of, each in self.before if of is table]
            for some in (keys[at : at + 200] for at in range(0, len(keys), 200)):
                wanted = or_(*(and_(*(k == v for k, v in zip(key, each, strict=True))) for each in some))
                if len(key) == 1:
                    wanted = key[0].in_([each[0] for each in some])
                for row in self.line.execute(select(table).where(wanted)):
                    values = dict(zip(table.columns, row, strict=True))
                    found[table, tuple(values[column] for column in key)] = values
        return found


def witness(act: Act, line: Connection) -> Callable[[], None]:
    """Begin to watch a unit of work; what comes back ends it."""
    return Recording(act, line).close


@unit_of_work
def note(act: Act, about: str = "") -> None:
    """An act that changed no row of ours: something was taken out, handed to a job, or refused by its verb."""
    values = {"who": act.who[:64], "address": hidden(act.address)[:64], "what": act.what[:100], "object": about[:100]}
    append({**values, "before": "{}", "after": "{}"}, [about] if about else [])
    act.entries += 1


def _table(clause: Any) -> Table:
    return Base.metadata.tables[clause.table.name]


def _parameters(many: Any, one: Any) -> Iterable[Mapping[str, Any]]:
    return many or [one or {}]


def _assigned(clause: Any, table: Table, given: Mapping[str, Any]) -> list[Column[Any]]:
    """The columns an UPDATE sets, by its own values or by its parameters; the moment of change says nothing."""
    named = {getattr(column, "key", column) for column in (clause._values or {})}
    named |= {column.key for column in table.columns if column.key in given}
    return [column for column in table.columns if column.key in named - {"updated_at"}]


def _fitting(asked: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    names = asked.compile().params
    return {name: value for name, value in given.items() if name in names}


def _new_keys(result: Any) -> list[Any]:
    """Some statements know no keys, as INSERT … ON DUPLICATE KEY or INSERT … SELECT."""
    try:
        return list(result.inserted_primary_key_rows)
    except InvalidRequestError:
        return []


def _row(values: Mapping[Column[Any], Any]) -> dict[str, Any]:
    return {column.name: told(column, value) for column, value in values.items() if column.name != "updated_at"}


def _main(objects: list[str]) -> str:
    """What the entry is about at first sight: the first thing, and how many more."""
    if not objects:
        return ""
    return objects[0] if len(objects) == 1 else f"{objects[0]} +{len(objects) - 1}"


def _json(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))
