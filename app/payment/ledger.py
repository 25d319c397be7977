"""Sums over receipts and refunds, and the one way to owe money back; these join a verb that holds the order's lock."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from app.orders.models import Order
from app.payment.errors import MoreThanReceived
from app.payment.models import Receipt, Refund
from app.shared.db import db
from app.shared.jobs import Job
from app.shared.money import ZERO, show
from app.shared.uow import in_unit_of_work, then

PAY_REFUND = Job("app.payment.tasks.pay_refund", queue="orders")
DUE, DONE = "due", "done"
ALIPAY, CASH = "alipay", "cash"


@dataclass(frozen=True)
class ReceiptLeft:
    """A receipt and what of it has neither gone back nor is promised to."""

    id: int
    method: str
    amount: Decimal
    left: Decimal


def receipts_left(order_id: int) -> list[ReceiptLeft]:
    """Every receipt of an order, oldest first. Sums are taken in Python: exact on both engines."""
    back: dict[int, Decimal] = {}
    for receipt_id, amount in db.session.execute(
        select(Refund.receipt_id, Refund.amount).where(Refund.order_id == order_id)
    ):
        back[receipt_id] = back.get(receipt_id, ZERO) + amount
    rows = db.session.execute(
        select(Receipt.id, Receipt.method, Receipt.amount).where(Receipt.order_id == order_id).order_by(Receipt.id)
    )
    return [ReceiptLeft(row.id, row.method, row.amount, row.amount - back.get(row.id, ZERO)) for row in rows]


def balance(order_id: int) -> Decimal:
    """What has been received and neither given back nor promised to be, in yuan."""
    return sum((receipt.left for receipt in receipts_left(order_id)), ZERO)


def owe(
    order: Order, amount: Decimal, reason: str, *, after_sale_id: int | None = None, receipt_id: int | None = None
) -> list[str]:
    """Write down money to give back: request numbers now, paid after the commit, swept if that fails.

    Taken from the given receipt, or from the newest ones that have something left; MoreThanReceived changes nothing.
    """
    assert in_unit_of_work(), "money moves only inside a unit of work"
    sources = [found for found in receipts_left(order.id) if receipt_id in (None, found.id) and found.left > 0]
    if amount <= 0 or sum((source.left for source in sources), ZERO) < amount:
        raise MoreThanReceived(asked=show(amount))
    numbers = []
    for source in reversed(sources):
        part = min(amount, source.left)
        amount -= part
        if part > 0:
            numbers.append(_owe_part(order, source, part, reason, after_sale_id))
    return numbers


def _owe_part(order: Order, source: ReceiptLeft, part: Decimal, reason: str, after_sale_id: int | None) -> str:
    about = "" if after_sale_id is None else f"s{after_sale_id}"
    refund = Refund(
        order_id=order.id,
        receipt_id=source.id,
        request_no=f"{order.number}{about}r{source.id}",
        amount=part,
        reason=reason,
        state=DUE,
        after_sale_id=after_sale_id,
    )
    db.session.add(refund)
    db.session.flush()
    if source.method == ALIPAY:
        then(PAY_REFUND.enqueue, refund.id)
    return refund.request_no
