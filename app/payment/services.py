"""Verbs of money. The provider is asked with no transaction open; every change happens in one."""

import logging
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select, update

from app.gateways.payment import PaymentGateway, PaymentNotice, TradeStatus
from app.orders import services as orders
from app.orders.models import Order, OrderStatus, PayMethod
from app.outbox.services import promise
from app.payment.errors import NotPayable, UnknownTrade, WrongAmount
from app.payment.models import PaymentAttempt, Receipt, Refund
from app.shared import clock
from app.shared.db import db
from app.shared.errors import NotFound, NotPossible, marked
from app.shared.jobs import Job
from app.shared.money import show
from app.shared.uow import then, unit_of_work

log = logging.getLogger(__name__)

PAY_REFUND = Job("app.payment.tasks.pay_refund", queue="orders")
OPEN, PAID, CLOSED = "open", "paid", "closed"
DUE, DONE = "due", "done"
MONEY_HAS_COME = (TradeStatus.PAID, TradeStatus.FINISHED)


@dataclass(frozen=True)
class PayLink:
    """Where the buyer pays, and the trade's number."""

    url: str
    out_trade_no: str


@dataclass(frozen=True)
class _Offer:
    out_trade_no: str
    amount: Decimal
    expires_at: datetime


def start_payment(order_number: str, user_id: int, gateway: PaymentGateway) -> PayLink:
    """The cashier's address for an own open order; an open attempt of equal amount is used again."""
    offer = _offer(order_number, user_id)
    url = gateway.pay_url(offer.out_trade_no, offer.amount, f"美多商城订单 {order_number}", offer.expires_at)
    return PayLink(url, offer.out_trade_no)


@unit_of_work
def _offer(order_number: str, user_id: int) -> _Offer:
    order = orders.lock_own_order(order_number, user_id)
    deadline = order.pay_before
    if order.status != OrderStatus.UNPAID or order.pay_method != PayMethod.ALIPAY or deadline is None:
        raise NotPayable(status=order.status)
    if deadline <= clock.now():
        raise NotPayable(status=order.status)
    earlier = _attempts(order.id)
    for attempt in earlier:
        if attempt.state == OPEN and attempt.amount == order.total_amount:
            return _Offer(attempt.out_trade_no, attempt.amount, attempt.expires_at)
    sequence = len(earlier) + 1
    out_trade_no = order.number if sequence == 1 else f"{order.number}_{sequence}"
    db.session.add(
        PaymentAttempt(
            order_id=order.id,
            sequence=sequence,
            out_trade_no=out_trade_no,
            amount=order.total_amount,
            state=OPEN,
            expires_at=deadline,
        )
    )
    return _Offer(out_trade_no, order.total_amount, deadline)


def _attempts(order_id: int) -> list[PaymentAttempt]:
    query = select(PaymentAttempt).where(PaymentAttempt.order_id == order_id).order_by(PaymentAttempt.sequence)
    return list(db.session.scalars(query))


@unit_of_work
def settle(notice: PaymentNotice) -> str:
    """Money has come, or the trade has ended: `paid`, `revived`, `refund`, `known` or `noted`.

    Being told twice is normal and changes nothing. UnknownTrade and WrongAmount change nothing either.
    """
    order_id = db.session.scalar(
        select(PaymentAttempt.order_id).where(PaymentAttempt.out_trade_no == notice.out_trade_no)
    )
    if order_id is None:
        raise UnknownTrade()
    order = orders.lock_order(order_id)
    attempt = db.session.scalars(
        select(PaymentAttempt)
        .where(PaymentAttempt.out_trade_no == notice.out_trade_no)
        .execution_options(populate_existing=True)
    ).one()
    if not notice.is_money:
        return _note_end(attempt, notice)
    if db.session.scalar(select(Receipt.id).where(Receipt.trade_id == notice.trade_id)) is not None:
        return "known"
    if notice.amount != attempt.amount or notice.amount != order.total_amount or not notice.trade_id:
        raise WrongAmount(expected=show(order.total_amount), told=show(notice.amount))
    receipt = _write_receipt(order, notice)
    attempt.state = PAID
    if orders.mark_paid(order, "alipay"):
        return "paid"
    if order.status == OrderStatus.CANCELLED and orders.revive_order(order, "alipay"):
        _tell(order, "revived", marked("您的付款晚到，商品仍有库存，订单 %(number)s 已恢复，我们会尽快发货。"))
        return "revived"
    late = order.status == OrderStatus.CANCELLED
    _owe(order, receipt, "付款晚于订单取消" if late else "重复付款")
    return "refund"


def _note_end(attempt: PaymentAttempt, notice: PaymentNotice) -> str:
    if notice.status is TradeStatus.CLOSED and attempt.state == OPEN:
        attempt.state = CLOSED
    return "noted"


def _write_receipt(order: Order, notice: PaymentNotice) -> Receipt:
    receipt = Receipt(
        order_id=order.id,
        out_trade_no=notice.out_trade_no,
        trade_id=notice.trade_id,
        amount=notice.amount,
        method="alipay",
        notice_id=notice.notice_id,
        raw=notice.raw,
    )
    db.session.add(receipt)
    db.session.flush()
    return receipt


def _owe(order: Order, receipt: Receipt, reason: str) -> None:
    """Money that cannot be used goes back: written now, paid after the commit, swept if that fails."""
    refund = Refund(
        order_id=order.id,
        receipt_id=receipt.id,
        request_no=f"{order.number}r{receipt.id}",
        amount=receipt.amount,
        reason=reason,
        state=DUE,
    )
    db.session.add(refund)
    db.session.flush()
    _tell(order, f"refund{receipt.id}", marked("订单 %(number)s 的付款 ¥%(amount)s 将原路退回，请留意到账。"))
    then(PAY_REFUND.enqueue, refund.id)


def _tell(order: Order, occasion: str, text: str) -> None:
    facts = {"number": order.number, "amount": show(order.total_amount)}
    promise(unique_key=f"{occasion}:{order.number}", kind="sms", to=order.mobile, text=f"【美多商城】{text % facts}")


def pay_refund(refund_id: int, gateway: PaymentGateway) -> bool:
    """Give the money back; safe to repeat, because the request number stays the same. True when it was due."""
    row = db.session.execute(
        select(Refund.request_no, Refund.amount, Refund.reason, Receipt.trade_id)
        .join(Receipt, Receipt.id == Refund.receipt_id)
        .where(Refund.id == refund_id, Refund.state == DUE)
    ).first()
    db.session.close()  # the provider is asked with no transaction open
    if row is None:
        return False
    gateway.refund(row.trade_id, row.request_no, row.amount, row.reason)
    _refund_done(refund_id)
    return True


@unit_of_work
def _refund_done(refund_id: int) -> None:
    db.session.execute(
        update(Refund).where(Refund.id == refund_id, Refund.state == DUE).values(state=DONE, done_at=clock.now())
    )


def close_unpaid(order_id: int, actor: str, reason: str, gateway: PaymentGateway) -> str:
    """End an order money can still reach: the trade first, then the order. `paid` when the money was faster.

    Raises GatewayAway when the provider cannot say; the order then stays as it is and a sweep asks again.
    """
    for out_trade_no in _open_trades(order_id):
        if gateway.close(out_trade_no) in MONEY_HAS_COME:
            return settle(gateway.query(out_trade_no))
    return _end(order_id, actor, reason)


def cancel_own(order_number: str, user_id: int, reason: str, gateway: PaymentGateway) -> str:
    """The buyer ends an own order that is unpaid, or paid on delivery and not yet sent; NotPossible otherwise."""
    query = select(Order.id, Order.status, Order.pay_method)
    row = db.session.execute(query.where(Order.number == order_number, Order.user_id == user_id)).first()
    if row is None:
        raise NotFound()
    is_cash_waiting = row.status == OrderStatus.UNSENT and row.pay_method == PayMethod.CASH
    if row.status != OrderStatus.UNPAID and not is_cash_waiting:
        raise NotPossible(status=row.status)
    return close_unpaid(row.id, f"user:{user_id}", reason, gateway)


def _open_trades(order_id: int) -> list[str]:
    query = select(PaymentAttempt.out_trade_no).where(PaymentAttempt.order_id == order_id, PaymentAttempt.state == OPEN)
    trades = list(db.session.scalars(query))
    db.session.close()  # the provider is asked with no transaction open
    return trades


@unit_of_work
def _end(order_id: int, actor: str, reason: str) -> str:
    order = orders.lock_order(order_id)
    is_cash_waiting = order.status == OrderStatus.UNSENT and order.pay_method == PayMethod.CASH
    if order.status != OrderStatus.UNPAID and not is_cash_waiting:
        return "unchanged"
    orders.cancel_order(order, actor, reason)
    db.session.execute(
        update(PaymentAttempt)
        .where(PaymentAttempt.order_id == order_id, PaymentAttempt.state == OPEN)
        .values(state=CLOSED)
    )
    return "cancelled"
