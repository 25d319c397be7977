"""Rows by the million: tuples in the database's own spelling, sent by the driver in multi-row statements.

The mapped way costs five times as much. What a row does not name gets the model's plain default.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, func, select
from sqlalchemy.engine import Connection

from app.shared.db import MYSQL, Base, db

Value = str | int | None
CHUNK = 2000  # rows of one statement
DAY = 86_400
_CLOCK = [f"{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}.000000" for s in range(DAY)]
_DAYS: dict[int, str] = {}


def moment(epoch: int) -> str:
    """UTC as both engines keep it; epoch in whole seconds."""
    day = epoch // DAY
    if day not in _DAYS:
        _DAYS[day] = date_of(day)
    return f"{_DAYS[day]} {_CLOCK[epoch % DAY]}"


def date_of(day: int) -> str:
    """The date so many days after 1970 began, by the civil calendar (Hinnant's arithmetic)."""
    shifted = day + 719_468
    era, of_era = divmod(shifted, 146_097)
    year = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153
    number = month + 3 if month < 10 else month - 9
    date = of_year - (153 * month + 2) // 5 + 1
    return f"{year + era * 400 + (number <= 2):04d}-{number:02d}-{date:02d}"


def yuan(fen: int) -> Value:
    """An amount in the spelling of the engine at hand: NUMERIC takes text exactly, SQLite holds fen."""
    return f"{fen // 100}.{fen % 100:02d}" if db.engine.dialect.name in MYSQL else fen


class Sheet:
    """The rows of one table, to be written together."""

    def __init__(self, model: type[Base], *names: str) -> None:
        self.table: Table = model.__table__  # type: ignore[assignment]  # declared as the wider FromClause
        self.names = names
        self.rest = _defaults(self.table, names)
        self.rows: list[tuple[Value, ...]] = []
        self.first = 0

    def open(self) -> int:
        """Empty, and the next free id of the table, for rows that others point at."""
        self.rows = []
        key = self.table.c["id"]
        self.first = int(db.session.scalar(select(func.max(key))) or 0) + 1
        return self.first

    def add(self, *row: Value) -> None:
        self.rows.append(row)

    def write(self, line: Connection) -> int:
        """All rows, in statements of so many; how many there were."""
        mark = "%s" if line.dialect.name in MYSQL else "?"
        quote = line.dialect.identifier_preparer.quote
        columns = ", ".join(quote(name) for name in (*self.names, *self.rest))
        marks = ", ".join([mark] * (len(self.names) + len(self.rest)))
        statement = f"INSERT INTO {self.table.name} ({columns}) VALUES ({marks})"  # noqa: S608  # our own names
        more = tuple(self.rest.values())
        for at in range(0, len(self.rows), CHUNK):
            rows = self.rows[at : at + CHUNK]
            line.exec_driver_sql(statement, [(*row, *more) for row in rows] if more else rows)
        return len(self.rows)


def _defaults(table: Table, names: Sequence[str]) -> dict[str, Value]:
    """Plain defaults of the columns that are not named; the database fills what has one of its own or may be empty."""
    found: dict[str, Value] = {}
    for column in table.columns:
        default: Any = column.default
        if column.name not in names and default is not None and default.is_scalar:
            found[column.name] = int(default.arg) if isinstance(default.arg, bool) else default.arg
    return found
