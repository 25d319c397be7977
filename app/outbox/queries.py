"""Reads of the outbox."""

from sqlalchemy import select

from app.outbox.models import Message
from app.outbox.policy import MOST_TRIES, SWEEP_MOST
from app.shared import clock
from app.shared.db import db


def due_ids() -> list[int]:
    """Messages that should leave now, oldest first."""
    query = (
        select(Message.id)
        .where(Message.sent_at.is_(None), Message.due_at <= clock.now(), Message.tries < MOST_TRIES)
        .order_by(Message.due_at, Message.id)
        .limit(SWEEP_MOST)
    )
    return list(db.session.scalars(query))
