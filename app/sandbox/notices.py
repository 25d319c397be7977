"""The queue of notices: what is to be told to the shop, when, and what the shop answered."""

import json
import secrets
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.sandbox.ledger import Ledger

INTERVALS_S = (240, 600, 600, 3600, 7200, 21600, 54000)  # 4m, 10m, 10m, 1h, 2h, 6h, 15h: eight tries in all
CLAIM_S = 60.0  # longer than a try can take; a sender that died leaves its notice to the others after this
ANSWER_CHARS = 200

FIRST_DUE = (
    "SELECT * FROM notices WHERE state = 'open' AND due_at <= :now AND claimed_until <= :now"
    " ORDER BY due_at, id LIMIT 1"
)


@dataclass(frozen=True)
class Notice:
    """One notice and the story of its tries; times are seconds since 1970."""

    id: int
    notify_id: str
    trade_no: str
    out_trade_no: str
    url: str
    fields: Mapping[str, str]
    state: str
    due_at: float
    tries: int
    last_at: float | None
    last_answer: str


def _notice(row: sqlite3.Row) -> Notice:
    return Notice(
        id=row["id"],
        notify_id=row["notify_id"],
        trade_no=row["trade_no"],
        out_trade_no=row["out_trade_no"],
        url=row["url"],
        fields=json.loads(row["fields"]),
        state=row["state"],
        due_at=row["due_at"],
        tries=row["tries"],
        last_at=row["last_at"],
        last_answer=row["last_answer"],
    )


def new_notify_id() -> str:
    """Like Alipay's: a long word of digits and letters that stays the same while a notice is repeated."""
    return secrets.token_hex(17)


def queue(
    connection: sqlite3.Connection, url: str, fields: Mapping[str, str], due_at: float, notify_id: str | None = None
) -> list[int]:
    """Put a notice into the caller's transaction; without a notify_url there is nothing to tell. Returns its ids."""
    if not url:
        return []
    cursor = connection.execute(
        "INSERT INTO notices (notify_id, trade_no, out_trade_no, url, fields, due_at) VALUES (?, ?, ?, ?, ?, ?)",
        (
            notify_id or new_notify_id(),
            fields["trade_no"],
            fields["out_trade_no"],
            url,
            json.dumps(dict(fields), ensure_ascii=False),
            due_at,
        ),
    )
    return [int(cursor.lastrowid or 0)]


def take_due(ledger: Ledger, now: float) -> Notice | None:
    """Claim one notice that is due; under the write lock, so no two senders hold the same one."""
    when = {"now": now, "until": now + CLAIM_S}
    with ledger.reading() as connection:  # looking costs no write lock
        if connection.execute(FIRST_DUE, when).fetchone() is None:
            return None
    with ledger.writing() as connection:
        due = connection.execute(FIRST_DUE, when).fetchone()
        if due is None:
            return None
        connection.execute("UPDATE notices SET claimed_until = ? WHERE id = ?", (when["until"], due["id"]))
    return _notice(due)


def report(ledger: Ledger, notice: Notice, answer: str, heard: bool, now: float, speed: float) -> None:
    """Note what the shop answered; unheard notices come again after Alipay's next interval, divided by speed."""
    tries = notice.tries + 1
    if heard:
        state, due_at = "done", notice.due_at
    elif tries > len(INTERVALS_S):
        state, due_at = "given_up", notice.due_at
    else:
        state, due_at = "open", now + INTERVALS_S[tries - 1] / speed
    with ledger.writing() as connection:
        connection.execute(
            "UPDATE notices SET state = ?, due_at = ?, tries = ?, last_at = ?, last_answer = ?, claimed_until = 0"
            " WHERE id = ?",
            (state, due_at, tries, now, answer[:ANSWER_CHARS], notice.id),
        )


def next_due(ledger: Ledger) -> float | None:
    """When the next open notice can be taken, in seconds since 1970; None when everything was told."""
    with ledger.reading() as connection:
        row = connection.execute(
            "SELECT MIN(MAX(due_at, claimed_until)) AS due FROM notices WHERE state = 'open'"
        ).fetchone()
    return None if row["due"] is None else float(row["due"])


def resend(ledger: Ledger, notice_id: int, now: float) -> bool:
    """Tell it once more right away, with the same notify_id; False when there is no such notice."""
    with ledger.writing() as connection:
        cursor = connection.execute(
            "UPDATE notices SET state = 'open', due_at = ?, tries = MIN(tries, ?) WHERE id = ?",
            (now, len(INTERVALS_S), notice_id),
        )
    return cursor.rowcount == 1


def by_ids(ledger: Ledger, ids: Sequence[int]) -> list[Notice]:
    """These notices, oldest first."""
    query = "SELECT * FROM notices WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id"
    with ledger.reading() as connection:
        return [_notice(row) for row in connection.execute(query, (json.dumps(list(ids)),))]


def of_trades(ledger: Ledger, numbers: Sequence[str]) -> dict[str, list[Notice]]:
    """Notices by out_trade_no, oldest first."""
    query = "SELECT * FROM notices WHERE out_trade_no IN (SELECT value FROM json_each(?)) ORDER BY id"
    found: dict[str, list[Notice]] = {number: [] for number in numbers}
    with ledger.reading() as connection:
        for row in connection.execute(query, (json.dumps(list(numbers)),)):
            found[row["out_trade_no"]].append(_notice(row))
    return found
