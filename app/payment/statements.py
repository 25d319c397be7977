"""Money by Shanghai days: what came, what went back, what is left of both."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, literal, select, union_all

from app.payment import ledger
from app.payment.models import Receipt, Refund
from app.shared import clock
from app.shared.db import db
from app.shared.errors import BadValue
from app.shared.money import ZERO

MOST_DAYS = 62


@dataclass(frozen=True)
class DayTotals:
    """One day, in yuan; what goes back counts on the day it went."""

    day: date
    received: Decimal = ZERO
    in_cash: Decimal = ZERO  # of what was received
    receipts: int = 0
    given_back: Decimal = ZERO
    refunds: int = 0

    @property
    def net(self) -> Decimal:
        """What the day left in the till."""
        return self.received - self.given_back


def day_totals(first: date, last: date) -> list[DayTotals]:
    """Every day of the span, the latest first; two statements. BadValue for a span longer than two months."""
    days = [first + timedelta(days=turn) for turn in range((last - first).days + 1)]
    if not 0 < len(days) <= MOST_DAYS:
        raise BadValue()
    came: dict[int, list[Any]] = {}
    for row in _sums(days, Receipt.created_at, Receipt.method, Receipt.amount):
        came.setdefault(row.turn, []).append(row)
    gone = {row.turn: row for row in _sums(days, Refund.done_at, Refund.state, Refund.amount)}
    return [_totals(day, came.get(turn, []), gone.get(turn)) for turn, day in reversed(list(enumerate(days)))]


def _sums(days: list[date], moment: Any, kind: Any, amount: Any) -> list[Any]:
    """Sums by day and kind: one look into the index for each day, all in one statement."""
    parts = [
        select(literal(turn).label("turn"), kind.label("kind"), func.sum(amount).label("sum"), func.count().label("n"))
        .where(*_on(moment, day))
        .group_by(kind)
        for turn, day in enumerate(days)
    ]
    return list(db.session.execute(union_all(*parts)).all())


def _on(moment: ColumnElement[datetime], day: date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return moment >= clock.day_start(day), moment < clock.day_start(day + timedelta(days=1))


def _totals(day: date, came: list[Any], gone: Any) -> DayTotals:
    return DayTotals(
        day,
        sum((row.sum for row in came), ZERO),
        sum((row.sum for row in came if row.kind == ledger.CASH), ZERO),
        sum(row.n for row in came),
        gone.sum if gone else ZERO,
        gone.n if gone else 0,
    )
