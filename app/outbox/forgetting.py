"""Messages to a person: listed for their export, and taken away when they leave. Both join the caller's unit."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, delete, or_, select

from app.outbox.models import Message
from app.shared.db import db
from app.shared.holdings import Listed, listed


def holdings(receivers: Collection[str], numbers: Collection[str]) -> Listed:
    """What was sent, or waits to be sent, to these numbers and addresses or about these documents."""
    query = select(Message.kind, Message.to, Message.subject, Message.text, Message.created_at, Message.sent_at)
    return listed(query.where(_theirs(receivers, numbers)).order_by(Message.id))


def forget_person(receivers: Collection[str], numbers: Collection[str]) -> None:
    """Delete them, sent or not."""
    _delete(select(Message.id).where(_theirs(receivers, numbers)))


def forget_receiver(receiver: str) -> None:
    """Delete what was sent to a number or address that is no longer theirs; what still waits, leaves first."""
    _delete(select(Message.id).where(Message.to == receiver, Message.sent_at.is_not(None)))


def _delete(query: Select[int]) -> None:
    """Found by a plain read first: a deletion that scans the table would lock out the senders."""
    ids = list(db.session.scalars(query))
    for start in range(0, len(ids), 500):
        db.session.execute(
            delete(Message).where(Message.id.in_(ids[start : start + 500])).execution_options(synchronize_session=False)
        )


def _theirs(receivers: Collection[str], numbers: Collection[str]) -> ColumnElement[bool]:
    """A key names what its message is about: `shipped:<order>`, `aftersale:<number>:<state>`."""
    about = [Message.unique_key.contains(f":{number}", autoescape=True) for number in numbers]
    return or_(Message.to.in_([text for text in receivers if text]), *about)
