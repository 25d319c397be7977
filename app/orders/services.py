"""What happens to an order after it was placed; payment joins these: order row first, then SKUs by id."""

from sqlalchemy import func, select

from app.goods.errors import NotOnSale, OutOfStock
from app.goods.stock import check_stock, lock_skus, release_stock, reserve_stock
from app.orders import words
from app.orders.events import note
from app.orders.models import Order, OrderEvent, OrderLine, OrderStatus
from app.shared import clock
from app.shared.db import db
from app.shared.errors import NotFound
from app.shared.uow import in_unit_of_work


def lock_order(order_id: int) -> Order:
    """The order's row, locked and freshly read; the first lock of every verb that changes an order."""
    assert in_unit_of_work(), "orders change only inside a unit of work"
    query = select(Order).where(Order.id == order_id).with_for_update()
    order = db.session.scalar(query.execution_options(populate_existing=True))
    if order is None:
        raise NotFound()
    return order


def lock_own_order(number: str, user_id: int) -> Order:
    """The same by number, for its owner only."""
    assert in_unit_of_work(), "orders change only inside a unit of work"
    query = select(Order).where(Order.number == number, Order.user_id == user_id).with_for_update()
    order = db.session.scalar(query.execution_options(populate_existing=True))
    if order is None:
        raise NotFound()
    return order


def mark_paid(order: Order, actor: str) -> bool:
    """Money for an open order has come; False when the order is no longer open. Joins the caller's unit."""
    if order.status != OrderStatus.UNPAID:
        return False
    _move(order, OrderStatus.UNSENT, actor, words.PAID)
    order.paid_at = clock.now()
    return True


def revive_order(order: Order, actor: str) -> bool:
    """Money came after the end: take the goods again if they are still there. False leaves everything as it was."""
    counts = _counts(order)
    locked = lock_skus(sorted(counts))
    try:
        check_stock(locked, counts)
    except (OutOfStock, NotOnSale):
        return False
    reserve_stock(locked, counts, order_number=order.number, actor=actor, round_no=_rounds(order) + 1)
    _move(order, OrderStatus.UNSENT, actor, words.PAID_LATE)
    order.paid_at = clock.now()
    return True


def cancel_order(order: Order, actor: str, reason: str) -> None:
    """End an order whose row is locked, and give its stock back once. Joins the caller's unit."""
    _move(order, OrderStatus.CANCELLED, actor, reason)
    db.session.flush()
    release_stock(
        _counts(order), order_number=order.number, actor=actor, reason=words.RELEASED, round_no=_rounds(order)
    )


def _counts(order: Order) -> dict[int, int]:
    rows = db.session.execute(select(OrderLine.sku_id, OrderLine.count).where(OrderLine.order_id == order.id))
    return {sku_id: count for sku_id, count in rows}


def _rounds(order: Order) -> int:
    """How often the order has been cancelled so far: it may end, revive and end again."""
    ended = OrderEvent.new_status == OrderStatus.CANCELLED
    query = select(func.count()).select_from(OrderEvent).where(OrderEvent.order_id == order.id, ended)
    return int(db.session.scalar(query) or 0)


def _move(order: Order, status: OrderStatus, actor: str, reason: str) -> None:
    old = order.status
    order.move_to(status)
    note(order, old, actor, reason)
