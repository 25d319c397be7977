"""Verbs that give money back. The provider is asked with no transaction open, always with the stored request number."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select, update

from app.gateways.payment import GatewayRefused, PaymentGateway
from app.orders import services as orders
from app.payment.errors import NoReference, UnknownRefund
from app.payment.ledger import ALIPAY, CASH, DONE, DUE, PAY_REFUND
from app.payment.models import Receipt, Refund
from app.payment.signals import refund_done
from app.shared import clock
from app.shared.db import db
from app.shared.money import show
from app.shared.uow import then, unit_of_work

log = logging.getLogger(__name__)
MOST_AGAIN = 100  # refunds that staff have tried again at once


@dataclass(frozen=True)
class _Try:
    """A refund about to be asked for; `again`: an earlier try may have reached the provider."""

    trade_id: str
    request_no: str
    amount: Decimal
    reason: str
    again: bool


def pay_refund(refund_id: int, gateway: PaymentGateway) -> bool:
    """Give the money back; safe to repeat. True when it was due and is now done.

    A try is counted before the provider is asked. After a try without an answer (GatewayAway, ACQ.SYSTEM_ERROR, a
    killed worker) nobody knows: the next one asks whether it was done, and only then again, with the same number.
    """
    todo = _begin(refund_id)
    if todo is None:
        return False
    told = gateway.refunded(todo.trade_id, todo.request_no) if todo.again else None
    if told is None:
        gateway.refund(todo.trade_id, todo.request_no, todo.amount, todo.reason)
    elif told != todo.amount:
        log.error("refund %s: %s there, %s here", todo.request_no, show(told), show(todo.amount))
        raise GatewayRefused(sub_code="AMOUNT")
    return complete(refund_id)


@unit_of_work
def _begin(refund_id: int) -> _Try | None:
    row = db.session.execute(
        select(Refund.request_no, Refund.amount, Refund.reason, Refund.tries, Receipt.trade_id)
        .join(Receipt, Receipt.id == Refund.receipt_id)
        .where(Refund.id == refund_id, Refund.state == DUE, Receipt.method == ALIPAY)
    ).first()
    if row is None:
        return None
    db.session.execute(
        update(Refund)
        .where(Refund.id == refund_id)
        .values(tries=Refund.tries + 1)
        .execution_options(synchronize_session=False)
    )
    return _Try(row.trade_id, row.request_no, row.amount, row.reason, row.tries > 0)


@unit_of_work
def try_again(refund_ids: Sequence[int]) -> int:
    """Let the due ones of these be asked for once more, by their jobs; how many."""
    due = select(Refund.id).join(Receipt, Receipt.id == Refund.receipt_id)
    due = due.where(Refund.id.in_(refund_ids[:MOST_AGAIN]), Refund.state == DUE, Receipt.method == ALIPAY)
    ids = list(db.session.scalars(due.order_by(Refund.id)))
    for refund_id in ids:
        then(PAY_REFUND.enqueue, refund_id)
    return len(ids)


@unit_of_work
def complete(refund_id: int) -> bool:
    """The provider has said that the money went back. False when that was known."""
    order_id = db.session.scalar(select(Refund.order_id).where(Refund.id == refund_id))
    if order_id is None:
        raise UnknownRefund()
    orders.lock_order(order_id)
    return mark_done(refund_id)


def pay_cash_back(request_no: str, reference: str) -> bool:
    """Staff have given cash back, or sent it; `reference` says how. False when that was known."""
    if not reference.strip():
        raise NoReference()
    return _pay_cash_back(request_no, reference.strip()[:64])


@unit_of_work
def _pay_cash_back(request_no: str, reference: str) -> bool:
    row = db.session.execute(
        select(Refund.id, Refund.order_id)
        .join(Receipt, Receipt.id == Refund.receipt_id)
        .where(Refund.request_no == request_no, Receipt.method == CASH)
    ).first()
    if row is None:
        raise UnknownRefund(request_no=request_no)
    orders.lock_order(row.order_id)
    return mark_done(row.id, reference)


def mark_done(refund_id: int, reference: str = "") -> bool:
    """Due becomes done, once, and the floors above hear of it. Joins a unit that holds the order's lock."""
    changed = db.session.execute(
        update(Refund)
        .where(Refund.id == refund_id, Refund.state == DUE)
        .values(state=DONE, done_at=clock.now(), reference=reference)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE's result has it
        return False
    after_sale_id = db.session.scalar(select(Refund.after_sale_id).where(Refund.id == refund_id))
    if after_sale_id is not None:
        refund_done.send(None, after_sale_id=after_sale_id)
    return True
