"""Verbs of money that comes. The provider is asked with no transaction open; every change happens in one."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select, update

from app.gateways.payment import PaymentGateway, PaymentNotice, TradeStatus
from app.orders import services as orders
from app.orders.models import Order, OrderStatus, PayMethod
from app.outbox.services import promise
from app.payment import ledger, words
from app.payment.errors import NotPayable, UnknownTrade, WrongAmount
from app.payment.forgetting import kept_notice
from app.payment.models import PaymentAttempt, Receipt, Refund, RefundNotice
from app.payment.refunding import mark_done
from app.shared import clock
from app.shared.db import db
from app.shared.errors import Busy, NotFound, NotPossible, marked
from app.shared.money import show
from app.shared.uow import unit_of_work

OPEN, PAID, CLOSED = "open", "paid", "closed"
MONEY_HAS_COME = (TradeStatus.PAID, TradeStatus.FINISHED)
OFFERS = 3  # an amount that changes while its old trade is being closed is looked at again so often


@dataclass(frozen=True)
class PayLink:
    """Where the buyer pays, and the trade's number."""

    url: str
    out_trade_no: str


@dataclass(frozen=True)
class _Offer:
    """A trade to pay, or, when `stale` names some, trades of another amount to close first."""

    out_trade_no: str
    amount: Decimal
    expires_at: datetime
    stale: tuple[str, ...] = ()


def start_payment(order_number: str, user_id: int, gateway: PaymentGateway) -> PayLink:
    """The cashier's address for an own open order; an open attempt of equal amount is used again.

    An open attempt of another amount is closed at the provider before the next opens; if it proves paid, that money
    is settled and there is nothing left to pay.
    """
    for _ in range(OFFERS):
        offer = _offer(order_number, user_id)
        if not offer.stale:
            url = gateway.pay_url(offer.out_trade_no, offer.amount, f"美多商城订单 {order_number}", offer.expires_at)
            return PayLink(url, offer.out_trade_no)
        for out_trade_no in offer.stale:
            if gateway.close(out_trade_no) in MONEY_HAS_COME:
                settle(gateway.query(out_trade_no))
            else:
                _note_closed(out_trade_no)
    raise Busy()


@unit_of_work
def _offer(order_number: str, user_id: int) -> _Offer:
    order = orders.lock_own_order(order_number, user_id)
    deadline = order.pay_before
    if order.status != OrderStatus.UNPAID or order.pay_method != PayMethod.ALIPAY or deadline is None:
        raise NotPayable(status=order.status)
    if deadline <= clock.now():
        raise NotPayable(status=order.status)
    earlier = _attempts(order.id)
    still_open = [attempt for attempt in earlier if attempt.state == OPEN]
    stale = tuple(attempt.out_trade_no for attempt in still_open if attempt.amount != order.total_amount)
    if stale:
        return _Offer("", order.total_amount, deadline, stale)
    for attempt in still_open:
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
def _note_closed(out_trade_no: str) -> None:
    db.session.execute(
        update(PaymentAttempt)
        .where(PaymentAttempt.out_trade_no == out_trade_no, PaymentAttempt.state == OPEN)
        .values(state=CLOSED)
    )


@unit_of_work
def settle(notice: PaymentNotice) -> str:
    """Money has come or gone back, or the trade has ended.

    `paid`, `revived`, `refund` (it goes back), `known`, `refunded` (a refund's notice) or `noted`. Being told twice
    is normal and changes nothing. UnknownTrade and WrongAmount change nothing either.
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
        return _note_refund(order, notice) if notice.refunded else _note_end(attempt, notice)
    if db.session.scalar(select(Receipt.id).where(Receipt.trade_id == notice.trade_id)) is not None:
        return "known"
    if notice.amount != attempt.amount or not notice.trade_id:
        raise WrongAmount(expected=show(attempt.amount), told=show(notice.amount))
    receipt = _write_receipt(order, notice)
    attempt.state = PAID
    return _use(order, receipt)


def _use(order: Order, receipt: Receipt) -> str:
    """What new money does: pay the order, revive it, or go back. An order that was paid once is never revived."""
    fits, paid_before = receipt.amount == order.total_amount, order.paid_at is not None
    if fits and orders.mark_paid(order, "alipay"):
        return "paid"
    late = order.status == OrderStatus.CANCELLED
    wanted = late and not paid_before and bool(order.mobile)  # blank: its buyer has left, nobody would receive it
    if fits and wanted and orders.revive_order(order, "alipay"):
        _tell(order, "revived", marked("您的付款晚到，商品仍有库存，订单 %(number)s 已恢复，我们会尽快发货。"), receipt)
        return "revived"
    reason = words.TWICE if paid_before else words.TOO_LATE if late else words.OTHER_AMOUNT
    ledger.owe(order, receipt.amount, reason, receipt_id=receipt.id)
    text = marked("订单 %(number)s 的付款 ¥%(amount)s 将原路退回，请留意到账。")
    _tell(order, f"refund{receipt.id}", text, receipt)
    return "refund"


def _note_end(attempt: PaymentAttempt, notice: PaymentNotice) -> str:
    if notice.status is TradeStatus.CLOSED and attempt.state == OPEN:
        attempt.state = CLOSED
    return "noted"


def _note_refund(order: Order, notice: PaymentNotice) -> str:
    """The echo of a refund: kept as told, once; it proves a refund of ours done."""
    if not notice.request_no or db.session.scalar(
        select(RefundNotice.id).where(RefundNotice.notice_id == notice.notice_id)
    ):
        return "noted"
    db.session.add(
        RefundNotice(
            order_id=order.id,
            notice_id=notice.notice_id,
            trade_id=notice.trade_id,
            request_no=notice.request_no,
            refunded=notice.refunded,
            raw=kept_notice(order, notice.raw),
        )
    )
    refund_id = db.session.scalar(
        select(Refund.id)
        .join(Receipt, Receipt.id == Refund.receipt_id)
        .where(Refund.request_no == notice.request_no, Receipt.trade_id == notice.trade_id)
    )
    return "refunded" if refund_id is not None and mark_done(refund_id) else "noted"


def _write_receipt(order: Order, notice: PaymentNotice) -> Receipt:
    receipt = Receipt(
        order_id=order.id,
        out_trade_no=notice.out_trade_no,
        trade_id=notice.trade_id,
        amount=notice.amount,
        method=ledger.ALIPAY,
        notice_id=notice.notice_id,
        raw=kept_notice(order, notice.raw),
    )
    db.session.add(receipt)
    db.session.flush()
    return receipt


def _tell(order: Order, occasion: str, text: str, receipt: Receipt) -> None:
    if not order.mobile:
        return
    facts = {"number": order.number, "amount": show(receipt.amount)}
    told = f"【美多商城】{text % facts}"
    promise(unique_key=f"{occasion}:{order.number}", kind="sms", to=order.mobile, text=told, user_id=order.user_id)


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
