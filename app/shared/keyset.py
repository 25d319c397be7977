"""Pages by key: the next page begins behind the last row of this one, so page 20,000 costs what the first one does."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, literal, or_

from app.shared.errors import BadValue

LONGEST_CURSOR = 600


@dataclass(frozen=True)
class Order:
    """By which expression rows are sorted; the primary key breaks ties in the same direction."""

    by: Any
    pk: Any
    is_falling: bool

    def sorted(self, asked: Select[Any], backwards: bool = False) -> Select[Any]:
        """With its ORDER BY; backwards to read the page before a row."""
        falls = self.is_falling != backwards
        columns = [self.pk] if self.by is self.pk else [self.by, self.pk]
        return asked.order_by(*(column.desc() if falls else column.asc() for column in columns))

    def behind(self, value: Any, pk: int, backwards: bool = False) -> ColumnElement[bool]:
        """The rows that come after (or, backwards, before) this one. Both engines sort NULL as the least."""
        falls = self.is_falling != backwards
        further: ColumnElement[bool] = self.pk < pk if falls else self.pk > pk
        if self.by is self.pk:
            return further
        if value is None:
            tied = and_(self.by.is_(None), further)
            return tied if falls else or_(tied, self.by.is_not(None))
        # written so that an index over (by, pk) is read from the right place on; a flag is compared as any value
        at = literal(value, self.by.type)
        near, beyond = (self.by <= at, self.by < at) if falls else (self.by >= at, self.by > at)
        found = and_(near, or_(beyond, further))
        return or_(found, self.by.is_(None)) if falls and _may_be_null(self.by) else found


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
