"""Pages by key: the next page begins behind the last row of this one, so page 20,000 costs what the first one does."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BinaryExpression, BindParameter, Column, ColumnElement, Select, Table, and_, literal, or_
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import False_, True_

from app.shared.errors import BadValue

LONGEST_CURSOR = 600


@dataclass(frozen=True)
class Order:
    """By which expression rows are sorted; the primary key breaks ties in the same direction."""

    by: Any
    pk: Any
    is_falling: bool

    def sorted(self, asked: Select[Any], backwards: bool = False, lead: Any = None) -> Select[Any]:
        """With its ORDER BY; backwards to read the page before a row. `lead` has one value in all of them."""
        falls = self.is_falling != backwards
        columns = [self.pk] if self.by is self.pk else [self.by, self.pk]
        columns = columns if lead is None else [lead, *columns]
        return asked.order_by(*(column.desc() if falls else column.asc() for column in columns))

    def seeking(self, clauses: Sequence[ColumnElement[bool]]) -> tuple[list[ColumnElement[bool]], Any]:
        """Conditions for rows behind a place, and the column to sort by first: `state = 5` said as a range.

        MariaDB reads an index over (state, by, pk) by `state = 5` from its end on, past all that lies before the place:
        at a million orders that is seconds. By `state >= 5 AND state <= 5`, sorted by state too, it begins there.
        Only where the table has such an index; without one, the index of the sort alone is the better way.
        """
        for place, clause in enumerate(clauses):
            column = _fixed(clause)
            if column is not None and _leads(column, _plain(self.by), _plain(self.pk)):
                right = clause.right  # TRUE knows no order, 1 does
                value = literal(isinstance(right, True_)) if isinstance(right, True_ | False_) else right
                return [*clauses[:place], column >= value, column <= value, *clauses[place + 1 :]], column
        return list(clauses), None

    def behind(self, value: Any, pk: int, backwards: bool = False) -> ColumnElement[bool]:
        """The rows that come after (or, backwards, before) this one. Both engines sort NULL as the least."""
        falls = self.is_falling != backwards
        further: ColumnElement[bool] = self.pk < pk if falls else self.pk > pk
        if self.by is self.pk:
            return further
        if value is None:
            tied = and_(self.by.is_(None), further)
            return tied if falls else or_(tied, self.by.is_not(None))
        # written so that an index over (by, pk) is read from the right place on, among equals too: half a million rows
        # may have the same score. A flag is compared as any value
        at = literal(value, self.by.type)
        near, beyond = (self.by <= at, self.by < at) if falls else (self.by >= at, self.by > at)
        found = and_(near, or_(beyond, and_(self.by == at, further)))
        return or_(found, self.by.is_(None)) if falls and _may_be_null(self.by) else found


def _fixed(clause: Any) -> Any:
    """The column of `column = value`; None for any other condition."""
    if not isinstance(clause, BinaryExpression) or clause.operator is not operators.eq:
        return None
    is_value = isinstance(clause.right, BindParameter | True_ | False_)
    return clause.left if is_value and isinstance(clause.left, Column) else None


def _plain(source: Any) -> Any:
    """The column behind a mapped attribute."""
    return source.__clause_element__() if hasattr(source, "__clause_element__") else source


def _leads(column: Any, by: Any, pk: Any) -> bool:
    """Has their table an index over (column, by)? The key stands at the end of each by itself."""
    table = column.table
    if not isinstance(table, Table) or getattr(by, "table", None) is None or by.table.name != table.name:
        return False
    wanted = [column.name] if by.name == pk.name else [column.name, by.name]
    found = [[part.name for part in index.columns] for index in table.indexes]
    return any(names[: len(wanted)] == wanted and names[len(wanted) :] in ([], [pk.name]) for names in found)


def write_cursor(value: Any, pk: int) -> str:
    """Where a page ends, as text for an address."""
    told = json.dumps([*_told(value), pk], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def read_cursor(text: str) -> tuple[Any, int]:
    """The value and key of the row it names; BadValue for anything else."""
    if len(text) > LONGEST_CURSOR:
        raise BadValue()
    try:
        kind, value, pk = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(pk, int):
            raise BadValue()
        return _heard(kind, value), pk
    except (ValueError, TypeError, ArithmeticError, binascii.Error):
        raise BadValue() from None


def _told(value: Any) -> tuple[str, Any]:
    if isinstance(value, datetime):
        return "t", value.isoformat()
    if isinstance(value, Decimal):
        return "d", str(value)
    return "", value


def _heard(kind: str, value: Any) -> Any:
    if kind == "t":
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise BadValue()
        return moment
    if kind == "d":
        amount = Decimal(value)
        if not amount.is_finite():
            raise BadValue()
        return amount
    if kind or not (value is None or isinstance(value, str | int | bool)):
        raise BadValue()
    return value


def _may_be_null(column: Any) -> bool:
    return bool(getattr(column, "nullable", True))
