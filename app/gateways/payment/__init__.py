"""The payment door: what the mall needs of whoever takes the money."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from app.shared.errors import Busy, DomainError, marked


class TradeStatus(enum.Enum):
    """The provider's states; NONE: it has never heard of the trade."""

    NONE = "none"
    WAITING = "waiting"
    PAID = "paid"
    FINISHED = "finished"
    CLOSED = "closed"


@dataclass(frozen=True)
class PaymentNotice:
    """What the provider says about a trade, by notify or by query. Amounts in yuan."""

    notice_id: str
    out_trade_no: str
    trade_id: str
    amount: Decimal
    refunded: Decimal
    status: TradeStatus
    raw: str = ""
    request_no: str = ""  # of a refund, in its own notice

    @property
    def is_money(self) -> bool:
        """Has the buyer paid, and is this not the echo of a refund?"""
        return self.status in (TradeStatus.PAID, TradeStatus.FINISHED) and self.refunded == 0


@dataclass(frozen=True)
class PaymentReturn:
    """The browser's way back: which trade, nothing about its state."""

    out_trade_no: str
    trade_id: str


class BadSignature(DomainError):
    """Not signed by the provider, or not meant for us."""

    code, http_status, message = "5006", 400, marked("签名无效")


class GatewayAway(Busy):
    """The provider did not answer, or answered that it does not know yet."""

    message = marked("支付渠道暂时无法访问，请稍后再试")


class GatewayRefused(DomainError):
    """The provider understood and said no; `sub_code` is its word for it."""

    code, http_status, message = "5202", 409, marked("支付渠道拒绝了该操作")


class PaymentGateway(Protocol):
    """Page payment with signed notices, after Alipay."""

    def pay_url(self, out_trade_no: str, amount: Decimal, subject: str, expires_at: datetime) -> str:
        """The cashier's address for the browser; no request leaves the house."""

    def read_notice(self, form: Mapping[str, str]) -> PaymentNotice:
        """A verified notify, or BadSignature."""

    def read_return(self, query: Mapping[str, str]) -> PaymentReturn:
        """A verified return, or BadSignature."""

    def query(self, out_trade_no: str, trade_id: str = "") -> PaymentNotice:
        """What the provider knows of the trade (its own number wins); status NONE when nothing. Raises GatewayAway."""

    def close(self, out_trade_no: str) -> TradeStatus:
        """End an unpaid trade; its state now: CLOSED, NONE, or PAID when money was faster. Raises GatewayAway."""

    def refund(self, trade_id: str, request_no: str, amount: Decimal, reason: str) -> Decimal:
        """Give money back once per request number; the total refunded of this trade. Raises GatewayAway."""

    def refunded(self, trade_id: str, request_no: str) -> Decimal | None:
        """What was given back under this request number; None when nothing was. Raises GatewayAway."""
