"""Cash on delivery: what was collected is a receipt like any other."""

from decimal import Decimal

from sqlalchemy import func, select

from app.orders import services as orders
from app.orders.models import Order, OrderStatus, PayMethod
from app.payment import ledger
from app.payment.errors import NotOnDelivery, WrongAmount
from app.payment.models import Receipt
from app.shared.db import db
from app.shared.errors import NotFound
from app.shared.money import ZERO, show
from app.shared.uow import unit_of_work

SENT = (OrderStatus.UNRECEIVED, OrderStatus.UNREVIEWED, OrderStatus.FINISHED)


@unit_of_work
def record_cash(order_number: str, amount: Decimal, actor: str) -> Decimal:
    """Write down what was collected for a sent order; what is still to collect, in yuan.

    WrongAmount when the sums would exceed the order's total: recording twice is noticed.
    """
    order_id = db.session.scalar(select(Order.id).where(Order.number == order_number))
    if order_id is None:
        raise NotFound()
    order = orders.lock_order(order_id)
    if order.pay_method != PayMethod.CASH or order.status not in SENT:
        raise NotOnDelivery(status=order.status)
    before = sum((receipt.amount for receipt in ledger.receipts_left(order_id)), ZERO)
    missing = order.total_amount - before
    if not ZERO < amount <= missing:
        raise WrongAmount(expected=show(missing), told=show(amount))
    turn = db.session.scalar(select(func.count()).select_from(Receipt).where(Receipt.order_id == order_id)) or 0
    number = f"{order.number}_cash{turn + 1}"
    db.session.add(
        Receipt(
            order_id=order_id,
            out_trade_no=order.number,
            trade_id=number,
            amount=amount,
            method=ledger.CASH,
            notice_id=actor[:64],
        )
    )
    return missing - amount
