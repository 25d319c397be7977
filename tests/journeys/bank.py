"""A bank in memory with books of its own, to hold the shop's against; it fails when it is told to."""

from dataclasses import dataclass, field
from decimal import Decimal

from app.gateways.payment import GatewayAway, GatewayRefused, PaymentNotice, TradeStatus
from app.shared.money import ZERO


@dataclass
class Trade:
    """One payment as the bank sees it; `refunds` by request number."""

    out_trade_no: str
    trade_id: str
    amount: Decimal
    status: TradeStatus
    refunds: dict[str, Decimal] = field(default_factory=dict)

    @property
    def given_back(self) -> Decimal:
        return sum(self.refunds.values(), ZERO)


class Bank:
    """The payment port. What was offered can be paid until it is closed; closing what nobody opened closes nothing."""

    def __init__(self) -> None:
        self.offers: dict[str, Decimal] = {}
        self.trades: list[Trade] = []
        self.is_away = False
        self.loses_answers = False

    # what buyers do ------------------------------------------------------------------------------------------------

    def open(self, out_trade_no: str) -> None:
        """The buyer looks at the cashier's page: from now on there is a trade to close."""
        if self.find(out_trade_no) is None:
            self._add(out_trade_no, TradeStatus.WAITING)

    def pay(self, out_trade_no: str) -> Trade | None:
        """Money; None when the trade is closed or paid."""
        self.open(out_trade_no)
        trade = self.find(out_trade_no)
        if trade is None or trade.status is not TradeStatus.WAITING:
            return None
        trade.status = TradeStatus.PAID
        return trade

    def pay_again(self, out_trade_no: str) -> Trade:
        """A second debit under the same number: it should not happen, and it does."""
        return self._add(out_trade_no, TradeStatus.PAID)

    def paid(self) -> list[Trade]:
        return [trade for trade in self.trades if trade.status is TradeStatus.PAID]

    def find(self, out_trade_no: str) -> Trade | None:
        return next((trade for trade in self.trades if trade.out_trade_no == out_trade_no), None)

    def _add(self, out_trade_no: str, status: TradeStatus) -> Trade:
        trade = Trade(out_trade_no, f"T{len(self.trades) + 1}", self.offers[out_trade_no], status)
        self.trades.append(trade)
        return trade

    def notice(self, trade: Trade, notice_id: str = "n") -> PaymentNotice:
        """What the bank says of a payment."""
        return PaymentNotice(notice_id, trade.out_trade_no, trade.trade_id, trade.amount, ZERO, trade.status)

    # the port ------------------------------------------------------------------------------------------------------

    def pay_url(self, out_trade_no: str, amount: Decimal, subject: str, expires_at: object) -> str:
        assert self.offers.setdefault(out_trade_no, amount) == amount, "one number, one amount"
        return f"https://bank.example/{out_trade_no}"

    def query(self, out_trade_no: str, trade_id: str = "") -> PaymentNotice:
        self._answer()
        known = [t for t in self.trades if t.out_trade_no == out_trade_no and trade_id in ("", t.trade_id)]
        if not known:
            return PaymentNotice("", out_trade_no, "", ZERO, ZERO, TradeStatus.NONE)
        return self.notice(known[0], "")

    def close(self, out_trade_no: str) -> TradeStatus:
        self._answer()
        trade = self.find(out_trade_no)
        if trade is None:
            return TradeStatus.NONE
        if trade.status is TradeStatus.WAITING:
            trade.status = TradeStatus.CLOSED
        return trade.status

    def refund(self, trade_id: str, request_no: str, amount: Decimal, reason: str) -> Decimal:
        self._answer()
        trade = next(trade for trade in self.trades if trade.trade_id == trade_id)
        if request_no not in trade.refunds:
            if trade.given_back + amount > trade.amount:
                raise GatewayRefused(sub_code="ACQ.REFUND_AMT_NOT_EQUAL_TOTAL")
            trade.refunds[request_no] = amount
        assert trade.refunds[request_no] == amount, "one request number, one amount"
        if self.loses_answers:
            raise GatewayAway()
        return trade.given_back

    def refunded(self, trade_id: str, request_no: str) -> Decimal | None:
        self._answer()
        trade = next(trade for trade in self.trades if trade.trade_id == trade_id)
        return trade.refunds.get(request_no)

    def read_notice(self, form: object) -> PaymentNotice:
        raise AssertionError("notices are made here, not read")

    def read_return(self, query: object) -> object:
        raise AssertionError("nobody comes back")

    def _answer(self) -> None:
        if self.is_away:
            raise GatewayAway()
