"""Trades as Alipay keeps them: opened by the cashier, paid once, closed, and told to the shop."""

import json
import secrets
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime

from app.sandbox import notices
from app.sandbox.alipay import business, stamp
from app.sandbox.ledger import Ledger
from app.shared import clock

WAIT, SUCCESS, CLOSED = "WAIT_BUYER_PAY", "TRADE_SUCCESS", "TRADE_CLOSED"

BUYER_ID = "2088102177846880"
BUYER_LOGON_ID = "lil***@sandbox.example"
BUYER_OPEN_ID = "074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsNpazWYoCo5"

LATE_S = 1.0  # a late notice leaves this long after the trade's own deadline


@dataclass(frozen=True)
class Wish:
    """What a checked page-pay request asks for; amounts in fen."""

    out_trade_no: str
    total_fen: int
    subject: str
    body: str
    passback_params: str
    notify_url: str
    return_url: str
    time_expire: datetime | None


@dataclass(frozen=True)
class Trade:
    """One trade; amounts in fen, times in seconds since 1970."""

    trade_no: str
    out_trade_no: str
    twin: int
    subject: str
    body: str
    passback_params: str
    total_fen: int
    status: str
    notify_url: str
    return_url: str
    time_expire: float | None
    created_at: float
    paid_at: float | None
    closed_at: float | None

    @property
    def is_late_payable(self) -> bool:
        """Money can still arrive: unpaid, whether open, expired or closed."""
        return self.paid_at is None


def yuan(fen: int) -> str:
    """1234 → "12.34"."""
    return f"{fen // 100}.{fen % 100:02d}"


def china(seconds: float) -> str:
    """Seconds since 1970 as Alipay writes a time."""
    return stamp(datetime.fromtimestamp(seconds, UTC))


def now_s() -> float:
    """This moment in seconds since 1970."""
    return clock.now().timestamp()


def find(connection: sqlite3.Connection, out_trade_no: str = "", trade_no: str = "") -> Trade | None:
    """By trade_no, which wins, or by the shop's number; a trade whose time is over is closed on the way."""
    if trade_no:
        query, value = "SELECT * FROM trades WHERE trade_no = ?", trade_no
    else:
        query, value = "SELECT * FROM trades WHERE out_trade_no = ? AND twin = 0", out_trade_no
    row = connection.execute(query, (value,)).fetchone()
    if row is None:
        return None
    trade = Trade(**row)
    if trade.status == WAIT and trade.time_expire is not None and trade.time_expire <= now_s():
        connection.execute(
            "UPDATE trades SET status = ?, closed_at = ? WHERE trade_no = ?",
            (CLOSED, trade.time_expire, trade.trade_no),
        )
        return find(connection, trade_no=trade.trade_no)
    return trade


def get(connection: sqlite3.Connection, out_trade_no: str = "", trade_no: str = "") -> Trade:
    """Like find, but an unknown trade is Alipay's refusal."""
    trade = find(connection, out_trade_no, trade_no)
    if trade is None:
        raise business("TRADE_NOT_EXIST", "交易不存在")
    return trade


def look_up(ledger: Ledger, out_trade_no: str = "", trade_no: str = "") -> Trade | None:
    """find in a transaction of its own."""
    with ledger.writing() as connection:
        return find(connection, out_trade_no, trade_no)


def newest(ledger: Ledger, limit: int) -> list[Trade]:
    """The latest trades, newest first, for the console."""
    with ledger.writing() as connection:
        connection.execute(
            "UPDATE trades SET status = ?, closed_at = time_expire WHERE status = ? AND time_expire <= ?",
            (CLOSED, WAIT, now_s()),
        )
        rows = connection.execute("SELECT * FROM trades ORDER BY created_at DESC, rowid DESC LIMIT ?", (limit,))
        return [Trade(**row) for row in rows]


def open_trade(ledger: Ledger, wish: Wish) -> Trade:
    """The buyer reaches the cashier: make the trade, or find the open one of the same number and terms."""
    with ledger.writing() as connection:
        trade = find(connection, wish.out_trade_no)
        if trade is None:
            if wish.time_expire is not None and wish.time_expire <= clock.now():
                raise business("INVALID_PARAMETER", "time_expire 已过")
            return _insert(connection, wish)
        if (trade.total_fen, trade.subject) != (wish.total_fen, wish.subject):
            raise business("CONTEXT_INCONSISTENT", "交易信息被篡改")
        if trade.status == CLOSED:
            raise business("TRADE_HAS_CLOSE", "交易已经关闭")
        if trade.status != WAIT:
            raise business("TRADE_HAS_SUCCESS", "交易已被支付")
        connection.execute(
            "UPDATE trades SET notify_url = ?, return_url = ? WHERE trade_no = ?",
            (wish.notify_url, wish.return_url, trade.trade_no),
        )
        return get(connection, trade_no=trade.trade_no)


def _new_trade_no() -> str:
    return f"{clock.today():%Y%m%d}2200{secrets.randbelow(10**16):016d}"


def _insert(connection: sqlite3.Connection, wish: Wish) -> Trade:
    trade_no = _new_trade_no()
    connection.execute(
        "INSERT INTO trades (trade_no, out_trade_no, subject, body, passback_params, total_fen, status, notify_url,"
        " return_url, time_expire, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            trade_no,
            wish.out_trade_no,
            wish.subject,
            wish.body,
            wish.passback_params,
            wish.total_fen,
            WAIT,
            wish.notify_url,
            wish.return_url,
            wish.time_expire.timestamp() if wish.time_expire else None,
            now_s(),
        ),
    )
    return get(connection, trade_no=trade_no)


@dataclass(frozen=True)
class Paid:
    """A paid trade and the notices that this payment put into the queue (none when it was paid before)."""

    trade: Trade
    notice_ids: list[int]


def pay(ledger: Ledger, trade_no: str, how: str = "once") -> Paid:
    """The buyer pays: once, twice, late, or in silence: the shop is never told, and finds out when it compares books.

    Paying a paid trade again changes nothing (a double click).
    """
    with ledger.writing() as connection:
        trade = get(connection, trade_no=trade_no)
        if trade.status == SUCCESS:
            return Paid(trade, [])
        if not trade.is_late_payable or (trade.status == CLOSED and how not in ("late", "silent")):
            raise business("TRADE_HAS_CLOSE", "交易已经关闭")
        due_at = now_s()
        if how == "late" and trade.status == WAIT and trade.time_expire is not None:
            due_at = trade.time_expire + LATE_S
        connection.execute(
            "UPDATE trades SET status = ?, paid_at = ?, closed_at = NULL WHERE trade_no = ?",
            (SUCCESS, now_s(), trade_no),
        )
        trade = get(connection, trade_no=trade_no)
        if how == "silent":
            return Paid(trade, [])
        notify_id = notices.new_notify_id()
        ids = notices.queue(connection, trade.notify_url, paid_fields(trade), due_at, notify_id)
        if how == "twice":
            ids += notices.queue(connection, trade.notify_url, paid_fields(trade), due_at, notify_id)
            twin = _second_payment(connection, trade)
            ids += notices.queue(connection, twin.notify_url, paid_fields(twin), due_at)
        return Paid(trade, ids)


def _second_payment(connection: sqlite3.Connection, trade: Trade) -> Trade:
    """Another trade_no paid for the same order: the real Alipay should never do it, a shop must survive it."""
    connection.execute(
        "INSERT INTO trades SELECT ?, out_trade_no, 1, subject, body, passback_params, total_fen, status, notify_url,"
        " return_url, time_expire, created_at, paid_at, closed_at FROM trades WHERE trade_no = ?",
        (twin_no := _new_trade_no(), trade.trade_no),
    )
    return get(connection, trade_no=twin_no)


def close(ledger: Ledger, out_trade_no: str, trade_no: str) -> Trade:
    """Only a trade that waits for its buyer can be closed."""
    with ledger.writing() as connection:
        trade = get(connection, out_trade_no, trade_no)
        if trade.status != WAIT:
            raise business("TRADE_STATUS_ERROR", "交易状态不合法")
        connection.execute(
            "UPDATE trades SET status = ?, closed_at = ? WHERE trade_no = ?", (CLOSED, now_s(), trade.trade_no)
        )
        return get(connection, trade_no=trade.trade_no)


def paid_fields(trade: Trade) -> dict[str, str]:
    """The trade's part of a notice: everything but the merchant, the ids and the signature."""
    amount = yuan(trade.total_fen)
    return {
        "trade_no": trade.trade_no,
        "out_trade_no": trade.out_trade_no,
        "buyer_id": BUYER_ID,
        "buyer_logon_id": BUYER_LOGON_ID,
        "buyer_open_id": BUYER_OPEN_ID,
        "trade_status": trade.status,
        "total_amount": amount,
        "receipt_amount": amount,
        "invoice_amount": amount,
        "buyer_pay_amount": amount,
        "point_amount": "0.00",
        "subject": trade.subject,
        "body": trade.body,
        "gmt_create": china(trade.created_at),
        "gmt_payment": china(trade.paid_at) if trade.paid_at is not None else "",
        "gmt_close": china(trade.closed_at) if trade.closed_at is not None else "",
        "fund_bill_list": json.dumps([{"amount": amount, "fundChannel": "ALIPAYACCOUNT"}], separators=(",", ":")),
        "passback_params": trade.passback_params,
    }
