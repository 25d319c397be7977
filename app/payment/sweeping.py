"""What a lost job or a lost notify left: the sweeps find it in the database and finish it."""

import logging
from datetime import timedelta

from sqlalchemy import select

from app.gateways.payment import GatewayAway, GatewayRefused, PaymentGateway, TradeStatus
from app.orders import words
from app.orders.models import Order, OrderStatus
from app.payment import ledger, refunding, services
from app.payment.errors import WrongAmount
from app.payment.models import PaymentAttempt, Receipt, Refund
from app.shared import clock
from app.shared.db import db

log = logging.getLogger(__name__)
BATCH = 200
ASK_AFTER = timedelta(seconds=60)  # a notify usually takes seconds


def overdue_orders() -> list[int]:
    """Ids of unpaid orders past their deadline, oldest first."""
    query = (
        select(Order.id)
        .where(Order.status == OrderStatus.UNPAID, Order.pay_before < clock.now())
        .order_by(Order.pay_before)
        .limit(BATCH)
    )
    found = list(db.session.scalars(query))
    db.session.close()
    return found


def expire_unpaid(gateway: PaymentGateway) -> int:
    """End every overdue order; one that the provider cannot answer for waits for the next turn."""
    return sum(expire_one(order_id, gateway) for order_id in overdue_orders())


def expire_one(order_id: int, gateway: PaymentGateway) -> bool:
    """End one order if its deadline has passed. Safe to call early or twice."""
    query = select(Order.status, Order.pay_before).where(Order.id == order_id)
    row = db.session.execute(query).first()
    db.session.close()
    if row is None or row.status != OrderStatus.UNPAID or row.pay_before is None or row.pay_before > clock.now():
        return False
    try:
        services.close_unpaid(order_id, "system", words.EXPIRED, gateway)
    except (GatewayAway, WrongAmount) as problem:
        log.warning("order %d could not be ended: %s", order_id, type(problem).__name__)
        return False
    return True


def reconcile(gateway: PaymentGateway) -> int:
    """Ask about open attempts whose notify may have been lost; settle what proves paid."""
    query = (
        select(PaymentAttempt.out_trade_no)
        .join(Order, Order.id == PaymentAttempt.order_id)
        .where(
            PaymentAttempt.state == services.OPEN,
            Order.status == OrderStatus.UNPAID,
            PaymentAttempt.created_at < clock.now() - ASK_AFTER,
        )
        .order_by(PaymentAttempt.id)
        .limit(BATCH)
    )
    trades = list(db.session.scalars(query))
    db.session.close()
    return sum(ask_and_settle(out_trade_no, gateway) for out_trade_no in trades)


def ask_and_settle(out_trade_no: str, gateway: PaymentGateway) -> bool:
    """Settle one trade by query; True when money had come."""
    try:
        notice = gateway.query(out_trade_no)
        if notice.status is TradeStatus.NONE:
            return False
        return services.settle(notice) in {"paid", "revived", "refund"}
    except (GatewayAway, GatewayRefused, WrongAmount) as problem:
        log.warning("trade %s could not be reconciled: %s", out_trade_no, type(problem).__name__)
        return False


def pay_refunds(gateway: PaymentGateway) -> int:
    """Give back what is due."""
    due = (
        select(Refund.id)
        .join(Receipt, Receipt.id == Refund.receipt_id)
        .where(Refund.state == ledger.DUE, Receipt.method == ledger.ALIPAY)
        .order_by(Refund.tries, Refund.id)
        .limit(BATCH)
    )
    ids = list(db.session.scalars(due))
    db.session.close()
    done = 0
    for refund_id in ids:
        try:
            done += refunding.pay_refund(refund_id, gateway)
        except (GatewayAway, GatewayRefused) as problem:
            log.warning("refund %d waits: %s", refund_id, type(problem).__name__)
    return done
