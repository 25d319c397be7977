"""Reads of payments."""

from dataclasses import dataclass

from sqlalchemy import select

from app.orders.models import Order
from app.payment.models import PaymentAttempt, Receipt, Refund
from app.shared.db import db
from app.shared.errors import NotFound


@dataclass(frozen=True)
class PaymentState:
    """What an order's buyer needs to know: newest receipt, and whether money goes back."""

    order_number: str
    trade_id: str
    is_refunded: bool


def own_order_of(out_trade_no: str, user_id: int) -> str:
    """The number of the own order that this trade pays."""
    query = (
        select(Order.number)
        .join(PaymentAttempt, PaymentAttempt.order_id == Order.id)
        .where(PaymentAttempt.out_trade_no == out_trade_no, Order.user_id == user_id)
    )
    number = db.session.scalar(query)
    if number is None:
        raise NotFound()
    return number


def payment_state(order_number: str) -> PaymentState:
    """The newest receipt of an order and whether it has been, or will be, given back."""
    query = (
        select(Receipt.trade_id, Refund.id)
        .join(Order, Order.id == Receipt.order_id)
        .outerjoin(Refund, Refund.receipt_id == Receipt.id)
        .where(Order.number == order_number)
        .order_by(Receipt.id.desc())
        .limit(1)
    )
    row = db.session.execute(query).first()
    return PaymentState(order_number, row.trade_id if row else "", bool(row and row.id))
