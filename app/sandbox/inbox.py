"""The inbox: where SMS and mail land in demo and test."""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime

from app.sandbox.ledger import Ledger
from app.shared import clock

NEWEST = 100


@dataclass(frozen=True)
class Message:
    """One SMS ("sms") or mail ("mail") that was delivered; a mail's `text` begins with its subject."""

    id: int
    to: str
    kind: str
    text: str
    sent_at: datetime
    subject: str = ""
    html: str = ""

    @property
    def shown_at(self) -> str:
        return f"{clock.local(self.sent_at):%m-%d %H:%M:%S}"


def deliver(ledger: Ledger, to: str, kind: str, text: str, subject: str = "", html: str = "") -> None:
    """Keep one message."""
    with ledger.writing() as connection:
        kept = connection.execute(
            "INSERT INTO messages (recipient, kind, text, sent_at) VALUES (?, ?, ?, ?)",
            (to, kind, text, clock.now().timestamp()),
        )
        if subject or html:
            connection.execute("INSERT INTO letters VALUES (?, ?, ?)", (kept.lastrowid, subject, html))


_READ = "SELECT * FROM messages LEFT JOIN letters ON letters.message_id = messages.id"


def messages(ledger: Ledger, to: str = "") -> list[Message]:
    """The newest 100, newest first; only those of one recipient when given."""
    values: tuple[str | int, ...] = (to, NEWEST) if to else (NEWEST,)
    query = f"{_READ} {'WHERE recipient = ?' if to else ''} ORDER BY id DESC LIMIT ?"
    with ledger.reading() as connection:
        return [_message(row) for row in connection.execute(query, values)]


def find_letter(ledger: Ledger, message_id: int) -> str | None:
    """The HTML of one mail; None when there is none."""
    with ledger.reading() as connection:
        row = connection.execute("SELECT html FROM letters WHERE message_id = ?", (message_id,)).fetchone()
    return row["html"] or None if row else None


def _message(row: sqlite3.Row) -> Message:
    return Message(
        id=row["id"],
        to=row["recipient"],
        kind=row["kind"],
        text=row["text"],
        sent_at=datetime.fromtimestamp(row["sent_at"], UTC),
        subject=row["subject"] or "",
        html=row["html"] or "",
    )
