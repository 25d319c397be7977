"""The sandbox of one application, put together from its settings; and what the pages show of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import current_app

from app.sandbox import notices, payurls, trades
from app.sandbox.gateway import Gateway
from app.sandbox.keys import Keys, ensure_keys
from app.sandbox.ledger import Ledger
from app.sandbox.notices import Notice
from app.sandbox.sender import Merchant, Sender
from app.sandbox.trades import Paid, Trade, yuan
from app.shared import clock

EXTENSION = "sandbox"
FIRST_NOTICE_S = 3.0  # pay.json waits so long for the shop to hear; a one-worker server must not wait for itself


@dataclass(frozen=True)
class Desk:
    """Everything a view needs."""

    ledger: Ledger
    keys: Keys
    gateway: Gateway
    sender: Sender

    @classmethod
    def build(cls, settings: Mapping[str, Any]) -> "Desk":
        instance = Path(settings["INSTANCE"])
        keys = ensure_keys(keys_folder(instance))
        ledger = Ledger(instance / "sandbox.db")
        merchant = Merchant(str(settings["ALIPAY_APP_ID"]), str(settings["ALIPAY_SELLER_ID"]))
        sender = Sender(ledger, merchant, keys.alipay_private_pem, float(settings.get("SANDBOX_SPEED", 60)))
        return cls(ledger, keys, Gateway(ledger, keys, merchant), sender)

    def pay(self, trade_no: str, how: str) -> Paid:
        """Pay and let the notices go."""
        paid = trades.pay(self.ledger, trade_no, how)
        self.sender.wake()
        return paid

    def reach_trade(self, number: str) -> Trade | None:
        """The trade of this number; one nobody has opened yet is opened by the address the mall handed out."""
        trade = trades.look_up(self.ledger, number)
        if trade is None and (url := payurls.find(self.ledger, number)):
            return self.gateway.page_pay(payurls.parameters(url))
        return trade

    def is_told(self, paid: Paid) -> bool:
        """Wait a moment for the first notice; True when the shop has answered `success` to one of this trade."""
        self.sender.wait_tried(paid.notice_ids[:1], FIRST_NOTICE_S)
        told = notices.of_trades(self.ledger, [paid.trade.out_trade_no])[paid.trade.out_trade_no]
        return any(notice.state == "done" for notice in told)


def keys_folder(instance: Path) -> Path:
    """Where both sides find the key files and the inbox token."""
    return instance / "sandbox-keys"


def desk() -> Desk:
    """The desk of the current application."""
    found: Desk = current_app.extensions[EXTENSION]
    return found


@dataclass(frozen=True)
class TradeView:
    """A trade as the pages show it."""

    trade: Trade
    amount: str
    created: str
    expires: str
    seconds_left: int | None
    shop_url: str
    notices: list["NoticeView"]

    @property
    def is_open(self) -> bool:
        return self.trade.status == trades.WAIT

    @property
    def is_paid(self) -> bool:
        return self.trade.paid_at is not None

    @property
    def is_refundable(self) -> bool:
        return self.trade.status == trades.SUCCESS


@dataclass(frozen=True)
class NoticeView:
    """A notice as the console shows it."""

    notice: Notice
    status: str
    last: str
    due: str


def show_trade(trade: Trade, told: list[Notice] | None = None) -> TradeView:
    """A trade as the pages print it."""
    left = None if trade.time_expire is None else max(0, int(trade.time_expire - trades.now_s()))
    parts = urlsplit(trade.return_url)
    return TradeView(
        trade=trade,
        amount=yuan(trade.total_fen),
        created=_clock_text(trade.created_at),
        expires=_clock_text(trade.time_expire),
        seconds_left=left,
        shop_url=f"{parts.scheme}://{parts.netloc}/" if parts.netloc else "/",
        notices=[_show_notice(notice) for notice in told or []],
    )


def newest_trades(ledger: Ledger) -> list[TradeView]:
    """The latest 50 with their notices, for the console."""
    found = trades.newest(ledger, 50)
    told = notices.of_trades(ledger, sorted({trade.out_trade_no for trade in found}))
    return [
        show_trade(trade, [notice for notice in told[trade.out_trade_no] if notice.trade_no == trade.trade_no])
        for trade in found
    ]


def _show_notice(notice: Notice) -> NoticeView:
    return NoticeView(
        notice=notice,
        status=notice.fields.get("trade_status", ""),
        last=_clock_text(notice.last_at),
        due=_clock_text(notice.due_at),
    )


def _clock_text(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return f"{clock.local(datetime.fromtimestamp(seconds, UTC)):%m-%d %H:%M:%S}"
