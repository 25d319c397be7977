"""Our books against the provider's, to the cent: what differs is named, and what is safe to repair is repaired."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeVar

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.gateways.payment import GatewayAway, GatewayRefused, PaymentGateway, PaymentNotice, TradeStatus
from app.orders.models import Order, OrderStatus, PayMethod
from app.payment import ledger, services
from app.payment.models import PaymentAttempt, Receipt, Refund
from app.payment.refunding import complete
from app.shared import clock
from app.shared.db import db
from app.shared.errors import DomainError
from app.shared.money import ZERO, show

log = logging.getLogger(__name__)
T = TypeVar("T")
Moment = InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]

PAID_THERE = "paid_there_not_here"
PAID_HERE = "paid_here_not_there"
AMOUNT = "amount_differs"
REFUNDED_THERE = "refund_done_there_not_here"
REFUNDED_HERE = "refund_done_here_not_there"
REFUND_AMOUNT = "refund_amount_differs"
REFUND_UNKNOWN = "refund_unknown_here"  # a trade given back there beyond our refunds
NO_MONEY = "order_without_money"  # it goes on, unpaid
NO_ORDER = "money_without_order"  # it is open or ended, and keeps money
TWO_RECEIPTS = "two_receipts"  # it keeps more money than it costs
NO_ANSWER = "no_answer"
SAFE = frozenset({PAID_THERE, REFUNDED_THERE})  # what the provider says is all there is to know: written down after it

ATTEMPT, RECEIPT, REFUND, ORDER = "attempt", "receipt", "refund", "order"
GOING_ON = (OrderStatus.UNSENT, OrderStatus.UNRECEIVED, OrderStatus.UNREVIEWED, OrderStatus.FINISHED)


@dataclass(frozen=True)
class Mismatch:
    """One difference; `here` and `there` are texts, because kinds compare different things."""

    kind: str
    order_number: str
    subject: str  # trade, request or order number
    here: str
    there: str
    repaired: bool = False
    about: str = ""  # which row of ours it is about: attempt, receipt, refund or order, and its id
    about_id: int = 0


def compare(gateway: PaymentGateway, day: date | None = None, *, repair: bool = False) -> list[Mismatch]:
    """Every difference of that Shanghai day, or of today and of whatever is unfinished."""
    audit = _Audit(gateway, repair)
    for about, ids in (
        (ATTEMPT, _ids(PaymentAttempt.id, _attempts_of(day))),
        (RECEIPT, _ids(Receipt.id, _receipts_of(day))),
        (REFUND, _ids(Refund.id, _refunds_of(day))),
        (ORDER, _ids(Order.id, _orders_of(day))),
    ):
        for row_id in ids:
            audit.look(about, row_id)
    return audit.found


def look_again(gateway: PaymentGateway, about: str, about_id: int, *, repair: bool = False) -> list[Mismatch]:
    """What one row of ours differs in at this moment."""
    audit = _Audit(gateway, repair)
    audit.look(about, about_id)
    return audit.found


def is_more_than(count: int, day: date | None) -> bool:
    """Would a comparison of that day look at more rows than this? Counted no further."""
    for column, which in (
        (PaymentAttempt.id, _attempts_of(day)),
        (Receipt.id, _receipts_of(day)),
        (Refund.id, _refunds_of(day)),
    ):
        count -= len(db.session.scalars(select(column).where(which).limit(count + 1)).all())
        if count < 0:
            return True
    return False


def _ids(column: InstrumentedAttribute[int], which: ColumnElement[bool]) -> list[int]:
    found = sorted(db.session.scalars(select(column).where(which)))
    db.session.close()  # the provider is asked with no transaction open
    return found


def _within(column: Moment, day: date | None) -> ColumnElement[bool]:
    start = day or clock.today()
    return and_(column >= clock.day_start(start), column < clock.day_start(start + timedelta(days=1)))


def _attempts_of(day: date | None) -> ColumnElement[bool]:
    todays = _within(PaymentAttempt.created_at, day)
    return todays if day else or_(todays, PaymentAttempt.state == services.OPEN)


def _refunds_of(day: date | None) -> ColumnElement[bool]:
    todays = or_(_within(Refund.created_at, day), _within(Refund.done_at, day))
    return todays if day else or_(todays, Refund.state == ledger.DUE)


def _receipts_of(day: date | None) -> ColumnElement[bool]:
    of_refunds = Receipt.id.in_(select(Refund.receipt_id).where(_refunds_of(day)))
    return or_(_within(Receipt.created_at, day), of_refunds)


def _orders_of(day: date | None) -> ColumnElement[bool]:
    return or_(
        _within(Order.created_at, day),
        _within(Order.paid_at, day),
        Order.id.in_(select(PaymentAttempt.order_id).where(_attempts_of(day))),
        Order.id.in_(select(Receipt.order_id).where(_receipts_of(day))),
    )


@dataclass
class _Audit:
    """Asks first and reads our side afterwards, so that what settles meanwhile raises no alarm."""

    gateway: PaymentGateway
    repair: bool
    found: list[Mismatch] = field(default_factory=list)
    at: tuple[str, int] = ("", 0)  # the row that is looked at

    def look(self, about: str, row_id: int) -> None:
        """Compare one row of ours."""
        checks = {ATTEMPT: self.attempt, RECEIPT: self.receipt, REFUND: self.refund, ORDER: self.order}
        self.at = (about, row_id)
        checks[about](row_id)
        db.session.close()

    def attempt(self, attempt_id: int) -> None:
        """What the provider says of a trade we offered."""
        row = db.session.execute(
            select(PaymentAttempt.out_trade_no, PaymentAttempt.amount, Order.number)
            .join(Order, Order.id == PaymentAttempt.order_id)
            .where(PaymentAttempt.id == attempt_id)
        ).one()
        said = self._ask(row.number, row.out_trade_no, lambda: self.gateway.query(row.out_trade_no))
        if said is None:
            return
        is_known = _count(Receipt.trade_id == said.trade_id) if said.is_money else True
        if not is_known and said.amount != row.amount:
            self._note(AMOUNT, row.number, row.out_trade_no, show(row.amount), show(said.amount))
        elif not is_known:
            self._note(PAID_THERE, row.number, row.out_trade_no, "-", show(said.amount), lambda: self._settle(said))
        elif not said.is_money and self._is_paid_without_receipt(attempt_id, row.out_trade_no):
            self._note(PAID_HERE, row.number, row.out_trade_no, show(row.amount), said.status.value)

    def _is_paid_without_receipt(self, attempt_id: int, out_trade_no: str) -> bool:
        state = db.session.scalar(select(PaymentAttempt.state).where(PaymentAttempt.id == attempt_id))
        return state == services.PAID and not _count(Receipt.out_trade_no == out_trade_no)

    def receipt(self, receipt_id: int) -> None:
        """What the provider says of money we wrote down. Cash it cannot know."""
        row = db.session.execute(
            select(Receipt.out_trade_no, Receipt.trade_id, Receipt.amount, Receipt.method, Order.number)
            .join(Order, Order.id == Receipt.order_id)
            .where(Receipt.id == receipt_id)
        ).one()
        if row.method != ledger.ALIPAY:
            return
        said = self._ask(row.number, row.trade_id, lambda: self.gateway.query(row.out_trade_no, row.trade_id))
        if said is None:
            return
        if said.status in (TradeStatus.NONE, TradeStatus.WAITING):
            self._note(PAID_HERE, row.number, row.trade_id, show(row.amount), said.status.value)
        elif said.amount != row.amount:
            self._note(AMOUNT, row.number, row.trade_id, show(row.amount), show(said.amount))
        elif said.status is TradeStatus.CLOSED:
            back = sum(db.session.scalars(select(Refund.amount).where(Refund.receipt_id == receipt_id)), ZERO)
            if back != row.amount:
                self._note(REFUND_UNKNOWN, row.number, row.trade_id, show(back), show(row.amount))

    def refund(self, refund_id: int) -> None:
        """What the provider says of money we gave, or are about to give, back."""
        row = db.session.execute(
            select(Refund.request_no, Refund.amount, Receipt.trade_id, Receipt.method, Order.number)
            .join(Receipt, Receipt.id == Refund.receipt_id)
            .join(Order, Order.id == Refund.order_id)
            .where(Refund.id == refund_id)
        ).one()
        if row.method != ledger.ALIPAY:
            return
        found = self._ask(row.number, row.request_no, lambda: (self.gateway.refunded(row.trade_id, row.request_no),))
        if found is None:
            return
        told, state = found[0], db.session.scalar(select(Refund.state).where(Refund.id == refund_id))
        if told is not None and told != row.amount:
            self._note(REFUND_AMOUNT, row.number, row.request_no, show(row.amount), show(told))
        elif told is None and state == ledger.DONE:
            self._note(REFUNDED_HERE, row.number, row.request_no, show(row.amount), "-")
        elif told is not None and state == ledger.DUE:
            self._note(REFUNDED_THERE, row.number, row.request_no, ledger.DUE, show(told), lambda: complete(refund_id))

    def order(self, order_id: int) -> None:
        """Does the order's state fit the money it keeps?"""
        order = db.session.get_one(Order, order_id)
        kept = ledger.balance(order_id)
        of_pieces = select(Refund.amount).where(Refund.order_id == order_id, Refund.after_sale_id.is_not(None))
        worth = kept + sum(db.session.scalars(of_pieces), ZERO)  # what it kept before pieces of it went back
        status, total = OrderStatus(order.status), order.total_amount
        if status not in GOING_ON and kept > 0:
            self._note(NO_ORDER, order.number, order.number, status.name, show(kept))
        elif status in GOING_ON and worth > total:
            self._note(TWO_RECEIPTS, order.number, order.number, show(total), show(worth))
        elif status in GOING_ON and worth < total and order.pay_method == PayMethod.ALIPAY:
            self._note(NO_MONEY, order.number, order.number, status.name, show(worth))

    def _settle(self, said: PaymentNotice) -> bool:
        return services.settle(said) in {"paid", "revived", "refund", "known"}

    def _ask(self, number: str, subject: str, ask: Callable[[], T]) -> T | None:
        db.session.close()  # the provider is asked with no transaction open
        try:
            return ask()
        except (GatewayAway, GatewayRefused) as problem:
            self._note(NO_ANSWER, number, subject, "-", type(problem).__name__)
            return None

    def _note(
        self, kind: str, number: str, subject: str, here: str, there: str, mend: Callable[[], bool] | None = None
    ) -> None:
        repaired = self.repair and mend is not None and _tried(mend)
        self.found.append(Mismatch(kind, number, subject, here, there, repaired, *self.at))


def _tried(mend: Callable[[], bool]) -> bool:
    """A repair that is refused leaves the difference for people, and the next row gets its turn."""
    try:
        return mend()
    except DomainError as problem:
        log.warning("a difference could not be repaired: %s", type(problem).__name__)
        return False


def _count(which: ColumnElement[bool]) -> int:
    return int(db.session.scalar(select(func.count()).select_from(Receipt).where(which)) or 0)
