"""Statements of the hottest paths: built by SQLAlchemy once, then sent as text on the cursor of the unit's own line.

What SQLAlchemy does for each execution (cache keys, contexts, result objects) costs a rush more than the driver does.
The transaction, the connection and the errors stay SQLAlchemy's, so verbs and retries notice nothing; whoever listens
to the engine (query counts, load tests) hears the very same text.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Delete, Dialect, Insert, Select, Update, bindparam
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from app.shared.db import db, unit_line

NAMES = "prepared_names"  # execution option: the parameters' names, for who listens
_NAMED = re.compile(r"%\((\w+)\)s")
Statement = Select[*tuple[Any, ...]] | Insert | Update | Delete
Processor = Callable[[Any], Any] | None
Row = tuple[Any, ...]


@dataclass(frozen=True)
class _Text:
    """One statement for one dialect."""

    sql: str
    names: Sequence[str]
    slots: Sequence[tuple[str, Processor]]
    constants: Mapping[str, Any]  # what the statement itself brings along
    columns: Sequence[tuple[int, Callable[[Any], Any]]]  # of a SELECT: those whose values need work

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        if self.constants:
            values = {**self.constants, **values}
        return [values[name] if work is None else work(values[name]) for name, work in self.slots]

    def finish(self, rows: Iterable[Row]) -> list[Row]:
        if not self.columns:
            return list(rows)
        done = []
        for row in rows:
            fields = list(row)
            for place, work in self.columns:
                fields[place] = work(fields[place])
            done.append(tuple(fields))
        return done


class Prepared:
    """A Core statement with named parameters; `columns` are those an INSERT is given, defaults are not filled in.

    An IN of any length is for `Listed`.
    """

    def __init__(self, statement: Statement, columns: Sequence[str] | None = None) -> None:
        self.statement, self.column_keys = statement, columns
        self._texts: dict[str, _Text] = {}

    def rows(self, **values: Any) -> list[Row]:
        """What a SELECT finds, as plain tuples."""
        line = _line()
        text = self._text(line.dialect)
        return text.finish(self._send(line, text, text.arguments(values), many=False).fetchall())

    def run(self, **values: Any) -> int:
        """How many rows an UPDATE found."""
        line = _line()
        text = self._text(line.dialect)
        return int(self._send(line, text, text.arguments(values), many=False).rowcount)

    def insert(self, **values: Any) -> int:
        """Write one row; the id it got."""
        line = _line()
        text = self._text(line.dialect)
        return int(self._send(line, text, text.arguments(values), many=False).lastrowid)

    def insert_all(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write them in one go."""
        line = _line()
        text = self._text(line.dialect)
        if len(rows) == 1:
            self._send(line, text, text.arguments(rows[0]), many=False)
        elif rows:
            self._send(line, text, [text.arguments(row) for row in rows], many=True)

    def _text(self, dialect: Dialect) -> _Text:
        known = self._texts.get(dialect.driver)
        if known is None:
            known = self._texts[dialect.driver] = _compile(self.statement, self.column_keys, dialect)
        return known

    def _send(self, line: Connection, text: _Text, arguments: list[Any], *, many: bool) -> Any:
        if line.dispatch.before_cursor_execute or line.dispatch.after_cursor_execute:
            heard = [tuple(row) for row in arguments] if many else tuple(arguments)
            return line.exec_driver_sql(text.sql, heard, execution_options={NAMES: text.names})
        raw = line.connection.dbapi_connection
        assert raw is not None, "an open line has a driver's connection"
        cursor = raw.cursor()
        try:
            (cursor.executemany if many else cursor.execute)(text.sql, arguments)
        except line.dialect.loaded_dbapi.Error as problem:
            raise _told(line, text, arguments, cursor, problem) from problem
        return cursor


def _line() -> Connection:
    """The unit's own, or outside a unit that of the session."""
    line = unit_line.get()
    return db.session.connection() if line is None or line.closed else line


def slots(name: str, number: int) -> list[BindParameter[Any]]:
    """Parameters for a list: `name_0`, `name_1` …"""
    return [bindparam(f"{name}_{place}") for place in range(number)]


class Listed:
    """A SELECT over lists, `build(number of values)`: one text for each power of two, the last value repeated."""

    def __init__(self, build: Callable[[int], Statement]) -> None:
        self.build = build
        self._prepared: dict[int, Prepared] = {}

    def rows(self, **lists: Sequence[Any]) -> list[Row]:
        """What it finds for lists of one length; nothing for empty ones."""
        given = len(next(iter(lists.values())))
        if not given:
            return []
        number = 1 << (given - 1).bit_length()
        known = self._prepared.get(number)
        if known is None:
            known = self._prepared[number] = Prepared(self.build(number))
        return known.rows(
            **{
                f"{name}_{place}": wanted[min(place, given - 1)]
                for name, wanted in lists.items()
                for place in range(number)
            }
        )


def _compile(statement: Statement, columns: Sequence[str] | None, dialect: Dialect) -> _Text:
    compiled = statement.compile(dialect=dialect, column_keys=None if columns is None else list(columns))
    sql = str(compiled)
    names = list(compiled.positiontup or _NAMED.findall(sql))
    assert not compiled.insert_prefetch, f"no default fills these in: {compiled.insert_prefetch}"
    binds = compiled.binds
    slots = [(name, binds[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in names]
    constants = {name: binds[name].effective_value for name in names if not binds[name].required}
    work: list[tuple[int, Callable[[Any], Any]]] = []
    if isinstance(statement, Select):
        for place, column in enumerate(statement.selected_columns):
            processor = column.type.dialect_impl(dialect).result_processor(dialect, None)
            if processor is not None:
                work.append((place, processor))
    return _Text(_NAMED.sub("%s", sql), names, slots, constants, work)


def _told(line: Connection, text: _Text, arguments: Any, cursor: Any, problem: Exception) -> DBAPIError:
    """The driver's error as SQLAlchemy tells it; a line that is dead leaves the pool."""
    raw = line.connection.dbapi_connection
    is_dead = line.dialect.is_disconnect(problem, raw, cursor)  # type: ignore[arg-type]
    base = line.dialect.loaded_dbapi.Error
    told = DBAPIError.instance(text.sql, arguments, problem, base, connection_invalidated=is_dead, dialect=line.dialect)
    if is_dead:
        line.invalidate(problem)
    assert isinstance(told, DBAPIError)
    return told
