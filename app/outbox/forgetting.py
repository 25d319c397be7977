"""Messages to a person: listed for their export, and taken away when they leave. Both join the caller's unit."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, delete, or_, select

from app.outbox.models import Message
from app.shared.db import db
from app.shared.holdings import Listed, listed


def holdings(user_id: int, receivers: Collection[str], numbers: Collection[str]) -> Listed:
    """What was sent, or waits to be sent, to or about a person."""
    query = select(Message.kind, Message.to, Message.subject, Message.text, Message.created_at, Message.sent_at)
    return listed(query.where(_theirs(user_id, receivers, numbers)).order_by(Message.id))


def forget_person(user_id: int, receivers: Collection[str], numbers: Collection[str]) -> None:
    """Delete them, sent or not. Found by a plain read first: a deletion that scans would lock out the senders."""
    ids = list(db.session.scalars(select(Message.id).where(_theirs(user_id, receivers, numbers))))
    for start in range(0, len(ids), 500):
        db.session.execute(
            delete(Message).where(Message.id.in_(ids[start : start + 500])).execution_options(synchronize_session=False)
        )


def _theirs(user_id: int, receivers: Collection[str], numbers: Collection[str]) -> ColumnElement[bool]:
    """Marked as theirs; or older than the mark, and to one of their addresses or about one of their documents."""
    about = [Message.unique_key.contains(f":{number}", autoescape=True) for number in numbers]
    told = or_(Message.to.in_([text for text in receivers if text]), *about)
    return or_(Message.user_id == user_id, and_(Message.user_id.is_(None), told))
