"""How much a member of staff may give back: held inside the verb's own transaction; joins the caller's unit."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select, update

from app.aftersales.errors import OverDailyLimit, OverRefundLimit
from app.aftersales.models import RefundDay
from app.shared import clock
from app.shared.db import db
from app.shared.money import ZERO, show
from app.shared.uow import in_unit_of_work
from app.shared.upsert import upsert
from app.staff.limits import Limit, limit_of


def spend(by: int | None, amount: Decimal) -> None:
    """So much more on the account of this day; `by` None is the command line, which has no limits.

    The condition stands in the UPDATE: whoever agrees at the same time waits for this row and finds it grown.
    """
    assert in_unit_of_work(), "limits are held inside the unit that moves the money"
    if by is None:
        return
    limit, today = limit_of(by), clock.today()
    if limit is not None and amount > limit.per_refund:
        raise OverRefundLimit(asked=show(amount), most=show(limit.per_refund))
    _ready(by, today)
    grow = update(RefundDay).where(RefundDay.staff_id == by, RefundDay.day == today)
    if limit is not None:
        grow = grow.where(RefundDay.spent + amount <= limit.per_day)
    grow = grow.values(spent=RefundDay.spent + amount).execution_options(synchronize_session=False)
    if db.session.execute(grow).rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE's result has it
        raise OverDailyLimit(asked=show(amount), most=show(limit.per_day if limit else amount))


@dataclass(frozen=True)
class Standing:
    """What somebody may still give back today; without a limit they are free."""

    limit: Limit | None
    spent: Decimal

    @property
    def left(self) -> Decimal | None:
        """Of the day; None where there is no end."""
        return None if self.limit is None else max(ZERO, self.limit.per_day - self.spent)


def standing(staff_id: int) -> Standing:
    """Where a member of staff stands today; two statements. Forbidden for who may not refund."""
    today = (RefundDay.staff_id == staff_id, RefundDay.day == clock.today())
    return Standing(limit_of(staff_id), db.session.scalar(select(RefundDay.spent).where(*today)) or ZERO)


def _ready(by: int, day: date) -> None:
    row = {"staff_id": by, "day": day, "spent": ZERO}
    upsert(RefundDay, [row], keys=["staff_id", "day"], change=lambda new: {"day": new.day})
