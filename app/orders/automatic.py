"""What happens by itself when nobody does anything: receipt, then the end. Idempotent, a bounded batch at a time."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select

from app.orders import words
from app.orders.models import Order, OrderStatus
from app.orders.policy import BATCH
from app.orders.services import finish_order, lock_order, move_order
from app.shared import clock
from app.shared.db import db
from app.shared.uow import unit_of_work


def receive_due(days: int) -> int:
    """Orders sent so many days ago count as received; how many."""
    return _each(OrderStatus.UNRECEIVED, days, _receive)


def finish_due(days: int) -> int:
    """Orders received so many days ago are finished, reviewed or not; how many."""
    return _each(OrderStatus.UNREVIEWED, days, _finish)


def _each(status: OrderStatus, days: int, verb: Callable[[int, datetime], bool]) -> int:
    before = clock.now() - timedelta(days=days)
    query = select(Order.id).where(Order.status == status, Order.moved_at < before)
    ids = list(db.session.scalars(query.order_by(Order.moved_at).limit(BATCH)))
    db.session.close()
    return sum(verb(order_id, before) for order_id in ids)


@unit_of_work
def _receive(order_id: int, before: datetime) -> bool:
    order = lock_order(order_id)
    if not _is_due(order, OrderStatus.UNRECEIVED, before):
        return False
    move_order(order, OrderStatus.UNREVIEWED, "system", words.RECEIVED_IN_TIME)
    return True


@unit_of_work
def _finish(order_id: int, before: datetime) -> bool:
    order = lock_order(order_id)
    if not _is_due(order, OrderStatus.UNREVIEWED, before):
        return False
    finish_order(order, "system", words.FINISHED_IN_TIME)
    return True


def _is_due(order: Order, status: OrderStatus, before: datetime) -> bool:
    """Looked at again behind the lock: the buyer may have been faster."""
    return order.status == status and order.moved_at is not None and order.moved_at < before
