"""The order's own diary: rows are only added."""

from app.orders.models import Order, OrderEvent
from app.shared.db import db


def note(order: Order, old: int | None, actor: str, reason: str) -> None:
    """What happened to an order, by whom and why; joins the caller's unit."""
    db.session.add(OrderEvent(order_id=order.id, old_status=old, new_status=order.status, actor=actor, reason=reason))
