"""Shanghai days in SQL, the same on both engines: to group moments by, exact to the microsecond."""

import datetime
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, and_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from app.shared import clock

# Shanghai has kept UTC+8 without summer time since 1991


class ShanghaiDay(FunctionElement[datetime.date]):
    """`ShanghaiDay(Order.created_at)`: the calendar day of a moment."""

    type = Date()
    inherit_cache = True


@compiles(ShanghaiDay, "mysql")
@compiles(ShanghaiDay, "mariadb")
def _mariadb(element: Any, compiler: Any, **kwargs: Any) -> str:
    return f"DATE({compiler.process(element.clauses, **kwargs)} + INTERVAL 8 HOUR)"


@compiles(ShanghaiDay, "sqlite")
def _sqlite(element: Any, compiler: Any, **kwargs: Any) -> str:
    # without the microseconds, which SQLite rounds to milliseconds and so over midnight
    return f"date(substr({compiler.process(element.clauses, **kwargs)}, 1, 19), '+8 hours')"


def within(column: Any, first: datetime.date, last: datetime.date) -> ColumnElement[bool]:
    """From the midnight that begins the first day to the one that ends the last, in a form an index serves."""
    return and_(column >= clock.day_start(first), column < clock.day_start(last + timedelta(days=1)))


def days_back(last: datetime.date, count: int) -> list[datetime.date]:
    """So many days, the oldest first, ending with `last`."""
    return [last - timedelta(days=age) for age in range(count - 1, -1, -1)]
