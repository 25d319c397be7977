"""Reads of the outbox."""

from sqlalchemy import ColumnElement, func, literal, select

from app.outbox.models import Message
from app.outbox.policy import COUNTED_MOST, MOST_TRIES, RETRY_MOST, STATES, SWEEP_MOST
from app.shared import clock
from app.shared.db import db

UNSENT = Message.sent_at.is_(None)
IN_STATE: dict[str, ColumnElement[bool]] = {
    "waiting": UNSENT & (Message.tries == 0),
    "retrying": UNSENT & (Message.tries > 0) & (Message.tries < MOST_TRIES),
    "failed": UNSENT & (Message.tries >= MOST_TRIES),
    "sent": Message.sent_at.is_not(None),
}
assert tuple(IN_STATE) == STATES


def due_ids() -> list[int]:
    """Messages that should leave now, oldest first."""
    query = (
        select(Message.id)
        .where(Message.sent_at.is_(None), Message.due_at <= clock.now(), Message.tries < MOST_TRIES)
        .order_by(Message.due_at, Message.id)
        .limit(SWEEP_MOST)
    )
    return list(db.session.scalars(query))


def count(state: str) -> int:
    """How many messages are in this state; the count ends at COUNTED_MOST + 1."""
    some = select(literal(1)).select_from(Message).where(IN_STATE[state]).limit(COUNTED_MOST + 1).subquery()
    return int(db.session.scalar(select(func.count()).select_from(some)) or 0)


def failed_ids() -> list[int]:
    """Messages that were given up, oldest first, as many as one verb takes."""
    query = select(Message.id).where(IN_STATE["failed"]).order_by(Message.id).limit(RETRY_MOST)
    return list(db.session.scalars(query))


def find(message_id: int) -> Message | None:
    """One message with its texts."""
    return db.session.get(Message, message_id)
