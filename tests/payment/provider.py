"""A provider in memory that keeps its own books, for tests that must see both sides; and short ways to an order."""

import itertools
from dataclasses import dataclass, field
from decimal import Decimal

from app.gateways.payment import GatewayAway, GatewayRefused, PaymentNotice, PaymentReturn, TradeStatus
from app.orders import placing
from app.orders.models import PayMethod
from tests.concurrency.conftest import Shopper
from tests.factories.world import Person, World

ZERO = Decimal("0.00")
_turn = itertools.count(1)


@dataclass
class Trade:
    """One trade there."""

    out_trade_no: str
    trade_id: str
    amount: Decimal
    status: TradeStatus
    refunds: dict[str, Decimal] = field(default_factory=dict)

    @property
    def given_back(self) -> Decimal:
        return sum(self.refunds.values(), ZERO)


@dataclass
class Provider:
    """Pays, closes and refunds by Alipay's rules; `calls` is what reached it. It is away when the test says so."""

    trades: dict[str, Trade] = field(default_factory=dict)  # by trade id
    calls: list[str] = field(default_factory=list)
    is_away: bool = False
    loses_answers: bool = False  # does what it is asked, and the answer never arrives

    def pay_url(self, out_trade_no: str, amount: Decimal, subject: str, expires_at: object) -> str:
        return f"https://bank.example/{out_trade_no}?{amount}"

    def buyer_pays(self, out_trade_no: str, amount: str, trade_id: str = "") -> PaymentNotice:
        """At the cashier; the notice that follows. Another trade id for the same number is a second payment."""
        trade = Trade(out_trade_no, trade_id or f"T{out_trade_no}", Decimal(amount), TradeStatus.PAID)
        self.trades[trade.trade_id] = trade
        return self._notice(trade)

    def buyer_opens(self, out_trade_no: str, amount: str) -> None:
        """The cashier is open, nothing is paid."""
        self.trades[f"T{out_trade_no}"] = Trade(out_trade_no, f"T{out_trade_no}", Decimal(amount), TradeStatus.WAITING)

    def query(self, out_trade_no: str, trade_id: str = "") -> PaymentNotice:
        self._called(f"query {trade_id or out_trade_no}")
        trade = self._find(out_trade_no, trade_id)
        return self._notice(trade) if trade else PaymentNotice("", out_trade_no, "", ZERO, ZERO, TradeStatus.NONE)

    def close(self, out_trade_no: str) -> TradeStatus:
        self._called(f"close {out_trade_no}")
        trade = self._find(out_trade_no)
        if trade is None:
            return TradeStatus.NONE
        if trade.status is TradeStatus.WAITING:
            trade.status = TradeStatus.CLOSED
        return trade.status

    def refund(self, trade_id: str, request_no: str, amount: Decimal, reason: str) -> Decimal:
        self._called(f"refund {request_no}")
        trade = self.trades[trade_id]
        if request_no not in trade.refunds:
            if trade.given_back + amount > trade.amount:
                raise GatewayRefused(sub_code="ACQ.REFUND_AMT_NOT_EQUAL_TOTAL")
            trade.refunds[request_no] = amount
            if trade.given_back == trade.amount:
                trade.status = TradeStatus.CLOSED
        if self.loses_answers:
            raise GatewayAway()
        return trade.given_back

    def refunded(self, trade_id: str, request_no: str) -> Decimal | None:
        self._called(f"refunded {request_no}")
        return self.trades[trade_id].refunds.get(request_no)

    def read_notice(self, form: object) -> PaymentNotice:
        raise AssertionError

    def read_return(self, query: object) -> PaymentReturn:
        raise AssertionError

    def given_back(self) -> Decimal:
        """All that ever went back."""
        return sum((trade.given_back for trade in self.trades.values()), ZERO)

    def _find(self, out_trade_no: str, trade_id: str = "") -> Trade | None:
        if trade_id:
            return self.trades.get(trade_id)
        return next((trade for trade in self.trades.values() if trade.out_trade_no == out_trade_no), None)

    def _notice(self, trade: Trade) -> PaymentNotice:
        return PaymentNotice(f"n{next(_turn)}", trade.out_trade_no, trade.trade_id, trade.amount, ZERO, trade.status)

    def _called(self, what: str) -> None:
        self.calls.append(what)
        if self.is_away:
            raise GatewayAway()


def place(
    make: World,
    person: Person,
    counts: dict[int, int],
    total: str,
    *,
    method: PayMethod = PayMethod.ALIPAY,
    freight: str = "10.00",
) -> str:
    """An order of these pieces; its number."""
    wish = placing.Wish(
        user_id=person.id,
        address_id=make.address(person.id),
        pay_method=method,
        submit_token=f"token-{next(_turn):06}",
        agreed_total=Decimal(total),
        counts=counts,
        flat_freight=Decimal(freight),
        reservation_minutes=30,
    )
    return placing.place_order(wish)


def sign_in(url: str, person: Person) -> Shopper:
    """Through the front door, over HTTP."""
    shopper = Shopper(url)
    shopper.token = shopper.ask("GET", "/csrf_token/")[1]["csrf_token"]
    status, answer = shopper.ask("POST", "/login/", {"username": person.username, "password": person.password})
    assert status == 200, answer
    return shopper
