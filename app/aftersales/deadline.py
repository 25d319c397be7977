"""How long after receipt something can be asked: staff may still help later, the form does not."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.orders.models import OrderEvent, OrderStatus
from app.shared import clock
from app.shared.db import db


def last_moment(order_id: int, days: int) -> datetime | None:
    """Until when the buyer can ask; None while the goods have not been received. One statement."""
    received = select(func.min(OrderEvent.created_at)).where(
        OrderEvent.order_id == order_id, OrderEvent.kind == "move", OrderEvent.new_status == OrderStatus.UNREVIEWED
    )
    at: datetime | None = db.session.scalar(received)
    return None if at is None else at + timedelta(days=days)


def is_over(order_id: int, days: int) -> bool:
    """Received longer ago than that."""
    moment = last_moment(order_id, days)
    return moment is not None and moment < clock.now()
