"""The inbox: where SMS and mail land in demo and test."""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime

from app.sandbox.ledger import Ledger
from app.shared import clock

NEWEST = 100


@dataclass(frozen=True)
class Message:
    """One SMS ("sms") or mail ("mail") that was delivered."""

    to: str
    kind: str
    text: str
    sent_at: datetime

    @property
    def shown_at(self) -> str:
        return f"{clock.local(self.sent_at):%m-%d %H:%M:%S}"


def deliver(ledger: Ledger, to: str, kind: str, text: str) -> None:
    """Keep one message."""
    with ledger.writing() as connection:
        connection.execute(
            "INSERT INTO messages (recipient, kind, text, sent_at) VALUES (?, ?, ?, ?)",
            (to, kind, text, clock.now().timestamp()),
        )


def messages(ledger: Ledger, to: str = "") -> list[Message]:
    """The newest 100, newest first; only those of one recipient when given."""
    values: tuple[str | int, ...] = (NEWEST,)
    query = "SELECT * FROM messages ORDER BY id DESC LIMIT ?"
    if to:
        query, values = "SELECT * FROM messages WHERE recipient = ? ORDER BY id DESC LIMIT ?", (to, NEWEST)
    with ledger.reading() as connection:
        rows = connection.execute(query, values)
        return [_message(row) for row in rows]


def _message(row: sqlite3.Row) -> Message:
    sent_at = datetime.fromtimestamp(row["sent_at"], UTC)
    return Message(to=row["recipient"], kind=row["kind"], text=row["text"], sent_at=sent_at)
