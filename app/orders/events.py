"""The order's own diary: rows are only added."""

from app.orders.models import Order, OrderEvent
from app.shared.db import db

MOVE, PARCEL, NOTE, WISH = "move", "parcel", "note", "wish"
STAFF_ONLY = (NOTE, WISH)  # a buyer does not read these
REASON_LENGTH = 200


def note(order: Order, old: int | None, actor: str, reason: str, kind: str = MOVE) -> None:
    """What happened to an order, by whom and why; joins the caller's unit."""
    db.session.add(
        OrderEvent(
            order_id=order.id,
            kind=kind,
            old_status=old,
            new_status=order.status,
            actor=actor,
            reason=reason[:REASON_LENGTH],
        )
    )


def remark(order: Order, actor: str, reason: str, kind: str) -> None:
    """Something that did not change the state."""
    note(order, order.status, actor, reason, kind)
