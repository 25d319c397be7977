"""Refunds: idempotent by out_request_no, never above the amount paid, told to the shop like a payment."""

import sqlite3
from dataclasses import dataclass

from app.sandbox import notices, trades
from app.sandbox.alipay import business
from app.sandbox.ledger import Ledger
from app.sandbox.trades import CLOSED, SUCCESS, WAIT, Trade, yuan


@dataclass(frozen=True)
class Refunded:
    """The state after a refund: its own amount and the total so far in fen; `changed` is False for a repeat."""

    trade: Trade
    fen: int
    total_refunded_fen: int
    refunded_at: float
    changed: bool


def refunded_so_far(connection: sqlite3.Connection, trade_no: str) -> int:
    """Fen given back on this trade."""
    row = connection.execute("SELECT COALESCE(SUM(fen), 0) AS fen FROM refunds WHERE trade_no = ?", (trade_no,))
    return int(row.fetchone()["fen"])


def refund(ledger: Ledger, out_trade_no: str, trade_no: str, fen: int, out_request_no: str, reason: str) -> Refunded:
    """Give money back. The same out_request_no again is an answer, not a second refund."""
    with ledger.writing() as connection:
        trade = trades.get(connection, out_trade_no, trade_no)
        request_no = out_request_no or trade.out_trade_no
        known = _find(connection, trade.trade_no, request_no)
        if known is not None:
            if known["fen"] != fen:
                raise business("DISCORDANT_REPEAT_REQUEST", "不一致的请求")
            so_far = refunded_so_far(connection, trade.trade_no)
            return Refunded(trade, fen, so_far, known["refunded_at"], changed=False)
        so_far = _check(connection, trade, fen, out_request_no) + fen
        return _write(connection, trade, fen, so_far, request_no, reason)


def refund_by_hand(ledger: Ledger, trade_no: str) -> Refunded:
    """Somebody at the provider's own console gives all that is left back, under a number the shop has never heard."""
    with ledger.writing() as connection:
        trade = trades.get(connection, trade_no=trade_no)
        request_no = f"HAND{trade.trade_no[-12:]}"
        left = trade.total_fen - refunded_so_far(connection, trade.trade_no)
        if left <= 0:
            raise business("TRADE_HAS_FINISHED", "交易已全额退款")
        so_far = _check(connection, trade, left, request_no) + left
        return _write(connection, trade, left, so_far, request_no, "渠道后台手工退款")


def _check(connection: sqlite3.Connection, trade: Trade, fen: int, out_request_no: str) -> int:
    """The rules of a new refund; returns what was refunded before."""
    so_far = refunded_so_far(connection, trade.trade_no)
    if trade.status == WAIT or trade.paid_at is None:
        raise business("TRADE_STATUS_ERROR", "交易状态不合法")
    if so_far + fen > trade.total_fen:
        raise business("REFUND_AMT_NOT_EQUAL_TOTAL", "退款金额超限")
    if fen != trade.total_fen and not out_request_no:
        raise business("INVALID_PARAMETER", "部分退款必须传 out_request_no")
    return so_far


def _write(
    connection: sqlite3.Connection, trade: Trade, fen: int, so_far: int, request_no: str, reason: str
) -> Refunded:
    now = trades.now_s()
    connection.execute(
        "INSERT INTO refunds (trade_no, out_request_no, fen, reason, refunded_at) VALUES (?, ?, ?, ?, ?)",
        (trade.trade_no, request_no, fen, reason, now),
    )
    whole = so_far == trade.total_fen
    connection.execute(
        "UPDATE trades SET status = ?, closed_at = ? WHERE trade_no = ?",
        (CLOSED if whole else SUCCESS, now if whole else None, trade.trade_no),
    )
    trade = trades.get(connection, trade_no=trade.trade_no)
    told = trades.paid_fields(trade) | {
        "out_biz_no": request_no,
        "refund_fee": yuan(so_far),
        "gmt_refund": trades.china(now) + ".000",
    }
    notices.queue(connection, trade.notify_url, told, now)
    return Refunded(trade, fen, so_far, now, changed=True)


def find_refund(ledger: Ledger, out_trade_no: str, trade_no: str, out_request_no: str) -> tuple[Trade, int | None]:
    """The trade and the fen of this refund; None when no such refund was made."""
    with ledger.writing() as connection:
        trade = trades.get(connection, out_trade_no, trade_no)
        row = _find(connection, trade.trade_no, out_request_no)
        return trade, None if row is None else int(row["fen"])


def _find(connection: sqlite3.Connection, trade_no: str, request_no: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = connection.execute(
        "SELECT * FROM refunds WHERE trade_no = ? AND out_request_no = ?", (trade_no, request_no)
    ).fetchone()
    return row
