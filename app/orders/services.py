"""What happens to an order after it was placed; payment joins these: order row first, then SKUs by id."""

from typing import Any

from sqlalchemy import Table, func, select, update
from sqlalchemy.orm.attributes import set_committed_value

from app.goods.errors import NotOnSale, OutOfStock
from app.goods.stock import check_stock, lock_skus, release_stock, reserve_stock
from app.orders import messages, words
from app.orders.errors import AskForRefund, IllegalMove
from app.orders.events import MOVE, NOTE, REASON_LENGTH, WISH, note, remark
from app.orders.models import ALLOWED, Order, OrderEvent, OrderLine, OrderStatus, PayMethod
from app.shared import clock
from app.shared.db import db
from app.shared.errors import BadValue, NotFound
from app.shared.jobs import Job
from app.shared.uow import in_unit_of_work, then, unit_of_work

CLOSE_UNPAID = Job("app.payment.tasks.close_unpaid", queue="orders")
_ORDERS: Table = Order.__table__  # type: ignore[assignment]  # declared as the wider FromClause


def lock_order(order_id: int) -> Order:
    """The order's row, locked and freshly read; the first lock of every verb that changes an order."""
    return _locked(Order.id == order_id)


def lock_own_order(number: str, user_id: int) -> Order:
    """The same by number, for its owner only."""
    return _locked(Order.number == number, Order.user_id == user_id)


def lock_numbered(number: str) -> Order:
    """The same by number, for staff."""
    return _locked(Order.number == number)


def _locked(*which: Any) -> Order:
    assert in_unit_of_work(), "orders change only inside a unit of work"
    query = select(Order).where(*which).with_for_update()
    order = db.session.scalar(query.execution_options(populate_existing=True))
    if order is None:
        raise NotFound()
    return order


def move_order(order: Order, status: OrderStatus, actor: str, reason: str, **also: Any) -> None:
    """One step along MOVES, conditional on the old state in SQL, and its line in the diary. Joins the caller's unit.

    IllegalMove when the table does not know the step, or when the row is no longer what `order` says. `also` are
    further columns of the same UPDATE.
    """
    assert in_unit_of_work(), "orders change only inside a unit of work"
    old = OrderStatus(order.status)
    if status not in ALLOWED[old]:
        raise IllegalMove(status=int(old))
    db.session.flush()
    now = clock.now()
    values = {"status": int(status), "moved_at": now, "updated_at": now, **also}
    changed = update(_ORDERS).where(_ORDERS.c.id == order.id, _ORDERS.c.status == int(old)).values(values)
    if db.session.connection().execute(changed).rowcount != 1:
        raise IllegalMove(status=int(old))
    for name, value in values.items():  # the object knows what the row now holds, without asking for it
        set_committed_value(order, name, value)
    note(order, int(old), actor, reason)


def mark_paid(order: Order, actor: str) -> bool:
    """Money for an open order has come; False when the order is no longer open. Joins the caller's unit."""
    if order.status != OrderStatus.UNPAID:
        return False
    move_order(order, OrderStatus.UNSENT, actor, words.PAID, paid_at=clock.now())
    return True


def revive_order(order: Order, actor: str) -> bool:
    """Money came after the end: take the goods again if they are still there. False leaves everything as it was."""
    counts = held(order)
    locked = lock_skus(sorted(counts))
    try:
        check_stock(locked, counts)
    except (OutOfStock, NotOnSale):
        return False
    reserve_stock(locked, counts, order_number=order.number, actor=actor, round_no=_rounds(order) + 1)
    move_order(order, OrderStatus.UNSENT, actor, words.PAID_LATE, paid_at=clock.now(), hidden_at=None)
    return True


def cancel_order(order: Order, actor: str, reason: str) -> None:
    """End an order whose row is locked, and give its stock back once. Joins the caller's unit.

    What has left the house cannot be cancelled. An order that staff wanted to end, ends in their name.
    """
    wish = _wish(order) if actor == "system" else None
    if wish is not None:
        actor, reason = wish.actor, wish.reason
    if _is_partly_sent(order):
        raise IllegalMove(words.NOT_ENDED[OrderStatus.UNSENT], status=int(order.status))
    move_order(order, OrderStatus.CANCELLED, actor, reason)
    db.session.flush()
    round_no = _rounds(order)
    release_stock(held(order), order_number=order.number, actor=actor, reason=words.RELEASED, round_no=round_no)
    if actor.split(":")[0] in {"staff", "cli"}:
        messages.tell(order, f"cancelled{round_no}", messages.CANCELLED, reason=reason)


def held(order: Order) -> dict[int, int]:
    """SKU -> pieces that the order still holds: what was ordered without what was given up."""
    query = select(OrderLine.sku_id, OrderLine.count - OrderLine.refunded).where(
        OrderLine.order_id == order.id, OrderLine.count > OrderLine.refunded
    )
    return {sku_id: count for sku_id, count in db.session.execute(query)}


def _rounds(order: Order) -> int:
    """How often the order has been cancelled so far: it may end, revive and end again."""
    ended = (OrderEvent.kind == MOVE, OrderEvent.new_status == OrderStatus.CANCELLED)
    query = select(func.count()).select_from(OrderEvent).where(OrderEvent.order_id == order.id, *ended)
    return int(db.session.scalar(query) or 0)


def _is_partly_sent(order: Order) -> bool:
    sent = select(OrderLine.id).where(OrderLine.order_id == order.id, OrderLine.shipped > 0).limit(1)
    return db.session.scalar(sent) is not None


def _wish(order: Order) -> OrderEvent | None:
    """What staff last wanted, if it was to end this order."""
    query = select(OrderEvent).where(OrderEvent.order_id == order.id, OrderEvent.kind.in_((MOVE, WISH)))
    last = db.session.scalar(query.order_by(OrderEvent.id.desc()).limit(1))
    return last if last is not None and last.kind == WISH else None


def finish_order(order: Order, actor: str, reason: str = words.FINISHED) -> None:
    """Everything is reviewed, or nobody cares to: the end of a good order. Joins the caller's unit."""
    move_order(order, OrderStatus.FINISHED, actor, reason)


@unit_of_work
def confirm_receipt(number: str, user_id: int) -> None:
    """The buyer has the goods in hand."""
    move_order(lock_own_order(number, user_id), OrderStatus.UNREVIEWED, f"user:{user_id}", words.RECEIVED)


@unit_of_work
def receive_for_buyer(number: str, actor: str) -> None:
    """Staff know that the goods have arrived, from the carrier or by telephone."""
    order = lock_numbered(number)
    if order.status != OrderStatus.UNRECEIVED:
        raise IllegalMove(words.NOT_RECEIVED[OrderStatus(order.status)], status=int(order.status))
    move_order(order, OrderStatus.UNREVIEWED, actor, words.RECEIVED_FOR_BUYER)


@unit_of_work
def hide_order(number: str, user_id: int) -> None:
    """Out of its buyer's list, not out of the books. Only what has ended; twice is once."""
    order = lock_own_order(number, user_id)
    if order.status not in (OrderStatus.FINISHED, OrderStatus.CANCELLED):
        raise IllegalMove(status=int(order.status))
    if order.hidden_at is None:
        order.hidden_at = clock.now()


@unit_of_work
def cancel_by_staff(number: str, reason: str, actor: str) -> str:
    """`cancelled`, or `closing` when a payment may be on its way: its trade is closed first, by the job or the sweep.

    AskForRefund when the order is paid: that money goes back by its own document.
    """
    reason = said(reason)
    order = lock_numbered(number)
    if order.status == OrderStatus.UNSENT and order.pay_method == PayMethod.ALIPAY:
        raise AskForRefund()
    if order.status == OrderStatus.UNSENT:
        cancel_order(order, actor, reason)
        return "cancelled"
    if order.status != OrderStatus.UNPAID:
        raise IllegalMove(words.NOT_ENDED[OrderStatus(order.status)], status=int(order.status))
    order.pay_before = clock.now()
    remark(order, actor, reason, WISH)
    then(CLOSE_UNPAID.enqueue, order.id)
    return "closing"


@unit_of_work
def add_note(number: str, text: str, actor: str) -> None:
    """Something for the next colleague; its buyer does not see it."""
    remark(lock_numbered(number), actor, said(text), NOTE)


def said(text: str) -> str:
    """Words of a person, 1 to 200 signs; BadValue otherwise."""
    text = text.strip()
    if not 1 <= len(text) <= REASON_LENGTH:
        raise BadValue()
    return text
