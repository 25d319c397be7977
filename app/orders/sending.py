"""Many parcels in one go: tried first, each sent in a transaction of its own; what is known already stays as it is."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from app.orders import words
from app.orders.errors import KnownParcel, NothingToShip
from app.orders.models import Order, OrderLine, OrderStatus, Shipment
from app.orders.shipping import ship_order
from app.orders.tracking import Parcel
from app.shared.db import db
from app.shared.errors import DomainError, marked

READY, SENT, KNOWN, FAULTY = "ready", "sent", "known", "faulty"

NO_ORDER = marked("没有这个订单")
TWO_LINES = marked("同一个包裹写了两行而且内容不同，请合并成一行")
NOT_IN_ORDER = marked("订单里没有这个 SKU，或件数超过待发数量")


@dataclass(frozen=True)
class Outcome:
    """How a line of the table stands: to be sent, sent, known already, or what is wrong with it (a message id)."""

    parcel: Parcel
    state: str
    problem: str = ""
    receiver: str = ""
    count: int = 0  # pieces in the parcel


@dataclass
class _Standing:
    """An order as the lines above leave it."""

    receiver: str
    status: OrderStatus
    left: dict[int, int] = field(default_factory=dict)  # SKU -> pieces
    lines: dict[int, int] = field(default_factory=dict)  # SKU -> order line
    known: set[str] = field(default_factory=set)
    promised: dict[str, Parcel] = field(default_factory=dict)


def try_all(parcels: Sequence[Parcel]) -> list[Outcome]:
    """What would happen, line after line; three statements, nothing is written."""
    orders = _standing({parcel.number for parcel in parcels})
    return [_try(parcel, orders.get(parcel.number)) for parcel in parcels]


def send_all(parcels: Sequence[Parcel], actor: str) -> list[Outcome]:
    """Send every line that can go. The same table again finds its parcels known and changes nothing."""
    orders = _standing({parcel.number for parcel in parcels})
    tried = [_try(parcel, orders.get(parcel.number)) for parcel in parcels]
    return [_send(each, orders[each.parcel.number], actor) if each.state == READY else each for each in tried]


def _send(tried: Outcome, order: _Standing, actor: str) -> Outcome:
    parcel = tried.parcel
    lines = {order.lines[sku_id]: count for sku_id, count in parcel.pieces.items()} or None
    try:
        ship_order(parcel.number, parcel.carrier, parcel.tracking, actor, lines)
    except KnownParcel:
        return Outcome(parcel, KNOWN, receiver=tried.receiver)
    except DomainError as problem:  # somebody else was quicker, or the database is busy
        return Outcome(parcel, FAULTY, problem.message, tried.receiver)
    return Outcome(parcel, SENT, receiver=tried.receiver, count=tried.count)


def _try(parcel: Parcel, order: _Standing | None) -> Outcome:
    if parcel.fault or order is None:
        return Outcome(parcel, FAULTY, parcel.fault or NO_ORDER)
    twin = order.promised.get(parcel.tracking)
    if parcel.tracking in order.known or (twin is not None and twin.pieces == parcel.pieces):
        return Outcome(parcel, KNOWN, receiver=order.receiver)
    problem = TWO_LINES if twin is not None else _problem(parcel, order)
    if problem:
        return Outcome(parcel, FAULTY, problem, order.receiver)
    inside = parcel.pieces or dict(order.left)
    for sku_id, count in inside.items():
        order.left[sku_id] -= count
    order.promised[parcel.tracking] = parcel
    if not any(order.left.values()):
        order.status = OrderStatus.UNRECEIVED
    return Outcome(parcel, READY, receiver=order.receiver, count=sum(inside.values()))


def _problem(parcel: Parcel, order: _Standing) -> str:
    if order.status is not OrderStatus.UNSENT:
        return words.NOT_SENT[order.status]
    if any(count > order.left.get(sku_id, 0) for sku_id, count in parcel.pieces.items()):
        return NOT_IN_ORDER
    return "" if any(order.left.values()) else NothingToShip.message


def _standing(numbers: set[str]) -> dict[str, _Standing]:
    """The orders of the table as they are now."""
    found: dict[int, tuple[str, _Standing]] = {}
    query = select(Order.id, Order.number, Order.receiver, Order.status).where(Order.number.in_(numbers))
    for row in db.session.execute(query):
        found[row.id] = row.number, _Standing(row.receiver, OrderStatus(row.status))
    left = OrderLine.count - OrderLine.refunded - OrderLine.shipped
    lines = select(OrderLine.order_id, OrderLine.sku_id, OrderLine.id, left).where(OrderLine.order_id.in_(found))
    for order_id, sku_id, line_id, count in db.session.execute(lines.order_by(OrderLine.id)):
        order = found[order_id][1]
        order.lines[sku_id], order.left[sku_id] = line_id, max(0, count)
    parcels = select(Shipment.order_id, Shipment.tracking_number).where(Shipment.order_id.in_(found))
    for order_id, tracking in db.session.execute(parcels):
        found[order_id][1].known.add(tracking)
    return dict(found.values())
