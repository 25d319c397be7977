"""Reads of payments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from app.orders import words as order_words
from app.orders.models import Order, OrderStatus, PayMethod
from app.payment import ledger, words
from app.payment.models import Mismatch, PaymentAttempt, Receipt, Reconciliation, Refund, RefundNotice
from app.shared.db import db
from app.shared.errors import NotFound
from app.shared.money import ZERO

RUNS_SHOWN = 20


@dataclass(frozen=True)
class PaymentState:
    """What an order's buyer needs to know: newest receipt, and whether money goes back."""

    order_number: str
    trade_id: str
    is_refunded: bool


@dataclass(frozen=True)
class ReceiptView:
    """Money that came, and what of it is still here; `method` is a message id."""

    id: int
    trade_id: str
    out_trade_no: str
    method: str
    is_cash: bool
    amount: Decimal
    left: Decimal
    at: datetime


@dataclass(frozen=True)
class OrderMoney:
    """Everything that is known about the money of one order; texts are message ids."""

    number: str
    status: int
    status_text: str
    pay_method: int
    pay_method_text: str
    total: Decimal
    freight: Decimal
    created_at: datetime
    attempts: Sequence[Any]
    receipts: Sequence[ReceiptView]
    refunds: Sequence[Any]
    notices: Sequence[Any]
    mismatches: Sequence["MismatchView"]

    @property
    def received(self) -> Decimal:
        """All that ever came."""
        return sum((receipt.amount for receipt in self.receipts), ZERO)

    @property
    def given_back(self) -> Decimal:
        """All that has gone back."""
        return sum((refund.amount for refund in self.refunds if refund.state == ledger.DONE), ZERO)

    @property
    def promised(self) -> Decimal:
        """What is on its way back."""
        return sum((refund.amount for refund in self.refunds if refund.state == ledger.DUE), ZERO)

    @property
    def balance(self) -> Decimal:
        """What is left of it, with nothing promised."""
        return self.received - self.given_back - self.promised

    @property
    def cash_receipts(self) -> frozenset[int]:
        """Receipts whose money goes back by hand."""
        return frozenset(receipt.id for receipt in self.receipts if receipt.is_cash)

    @property
    def to_collect(self) -> Decimal:
        """What the courier still has to bring, where an order is paid on delivery and has been sent."""
        is_sent = self.status in (OrderStatus.UNRECEIVED, OrderStatus.UNREVIEWED, OrderStatus.FINISHED)
        is_cash = self.pay_method == PayMethod.CASH and is_sent
        worth = sum((receipt.left for receipt in self.receipts), ZERO)
        return self.total - worth if is_cash and worth < self.total else ZERO


@dataclass(frozen=True)
class MismatchView:
    """A difference in words; title, meaning and what to do are message ids."""

    id: int
    kind: str
    order_number: str
    subject: str
    here: str
    there: str
    state: str
    reason: str
    decided_by: str
    decided_at: datetime | None
    first_seen_at: datetime
    last_seen_at: datetime

    @property
    def title(self) -> str:
        return words.KIND[self.kind][0]

    @property
    def meaning(self) -> str:
        return words.KIND[self.kind][1]

    @property
    def advice(self) -> str:
        return words.KIND[self.kind][2]

    @property
    def state_text(self) -> str:
        return words.MISMATCH_STATE[self.state]


def order_money(number: str) -> OrderMoney:
    """The money of one order; six statements."""
    order = db.session.scalar(select(Order).where(Order.number == number))
    if order is None:
        raise NotFound()
    refunds = _of(Refund, order.id)
    return OrderMoney(
        order.number,
        order.status,
        order_words.STATUS[OrderStatus(order.status)],
        order.pay_method,
        order_words.PAY_METHOD[PayMethod(order.pay_method)],
        order.total_amount,
        order.freight,
        order.created_at,
        _of(PaymentAttempt, order.id),
        _receipts(order.id, refunds),
        refunds,
        _of(RefundNotice, order.id),
        mismatches_of(order.id),
    )


def _of(model: Any, order_id: int) -> Sequence[Any]:
    return list(db.session.scalars(select(model).where(model.order_id == order_id).order_by(model.id)))


def _receipts(order_id: int, refunds: Sequence[Refund]) -> list[ReceiptView]:
    back: dict[int, Decimal] = {}
    for refund in refunds:
        back[refund.receipt_id] = back.get(refund.receipt_id, ZERO) + refund.amount
    return [
        ReceiptView(
            row.id,
            row.trade_id,
            row.out_trade_no,
            words.METHOD[row.method],
            row.method == ledger.CASH,
            row.amount,
            row.amount - back.get(row.id, ZERO),
            row.created_at,
        )
        for row in _of(Receipt, order_id)
    ]


def mismatches_of(order_id: int) -> list[MismatchView]:
    """Every difference that was ever found about an order."""
    return _mismatches(Mismatch.order_id == order_id)


def find_mismatch(mismatch_id: int) -> MismatchView:
    """One difference."""
    found = _mismatches(Mismatch.id == mismatch_id)
    if not found:
        raise NotFound()
    return found[0]


def _mismatches(which: Any) -> list[MismatchView]:
    columns = (
        Mismatch.id,
        Mismatch.kind,
        Order.number,
        Mismatch.subject,
        Mismatch.here,
        Mismatch.there,
        Mismatch.state,
        Mismatch.reason,
        Mismatch.decided_by,
        Mismatch.decided_at,
        Mismatch.first_seen_at,
        Mismatch.last_seen_at,
    )
    asked = select(*columns).join(Order, Order.id == Mismatch.order_id).where(which).order_by(Mismatch.id)
    return [MismatchView(*tuple(row)) for row in db.session.execute(asked)]


def mismatch_counts() -> dict[str, int]:
    """State -> differences; the table holds what went wrong, not what happened."""
    rows = db.session.execute(select(Mismatch.state, func.count()).group_by(Mismatch.state))
    return {state: count for state, count in rows}


@dataclass(frozen=True)
class RunView:
    """A comparison as it stands; `state_text` is a message id."""

    id: int
    day: date | None
    state: str
    is_repairing: bool
    actor: str
    found: int
    repaired: int
    created_at: datetime
    done_at: datetime | None

    @property
    def state_text(self) -> str:
        return words.RUN_STATE[self.state]


def newest_runs() -> list[RunView]:
    """The latest comparisons, newest first."""
    columns = (
        Reconciliation.id,
        Reconciliation.day,
        Reconciliation.state,
        Reconciliation.is_repairing,
        Reconciliation.actor,
        Reconciliation.found,
        Reconciliation.repaired,
        Reconciliation.created_at,
        Reconciliation.done_at,
    )
    rows = db.session.execute(select(*columns).order_by(Reconciliation.id.desc()).limit(RUNS_SHOWN))
    return [RunView(*row) for row in rows]


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
