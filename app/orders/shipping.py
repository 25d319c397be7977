"""Parcels: which pieces of an order left the house, when, and under which number."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Table, insert, select, update

from app.orders import messages, words
from app.orders.errors import IllegalMove, KnownParcel, NothingToShip
from app.orders.events import PARCEL, remark
from app.orders.models import Order, OrderLine, OrderStatus, Shipment, ShipmentLine
from app.orders.policy import CARRIER_LENGTH, TRACKING
from app.orders.services import lock_numbered, move_order
from app.shared.db import db
from app.shared.errors import BadValue
from app.shared.uow import in_unit_of_work, unit_of_work

_LINES: Table = OrderLine.__table__  # type: ignore[assignment]  # declared as the wider FromClause


@dataclass(frozen=True)
class Sent:
    """A parcel's id, and whether the order is now wholly on its way."""

    shipment_id: int
    is_complete: bool


@unit_of_work
def ship_order(
    number: str, carrier: str, tracking_number: str, actor: str, lines: Mapping[int, int] | None = None
) -> Sent:
    """Send a parcel with these pieces (order line id -> count), or with everything that is left.

    The order row is the lock: of two people who send the same piece, the second finds NothingToShip. The order moves
    on when the last wanted piece has left.
    """
    carrier, tracking_number = _checked(carrier, tracking_number)
    order = lock_numbered(number)
    known = select(Shipment.id).where(Shipment.order_id == order.id, Shipment.tracking_number == tracking_number)
    if db.session.scalar(known) is not None:
        raise KnownParcel()
    if order.status != OrderStatus.UNSENT:
        raise IllegalMove(words.NOT_SENT[OrderStatus(order.status)], status=int(order.status))
    wanted = _left(order.id) if lines is None else {line_id: count for line_id, count in lines.items() if count}
    if not wanted or any(count < 0 for count in wanted.values()):
        raise NothingToShip()
    for line_id in sorted(wanted):
        _take(order.id, line_id, wanted[line_id])
    shipment = Shipment(order_id=order.id, carrier=carrier, tracking_number=tracking_number, actor=actor)
    db.session.add(shipment)
    db.session.flush()
    rows = [{"shipment_id": shipment.id, "order_line_id": line, "count": wanted[line]} for line in sorted(wanted)]
    db.session.execute(insert(ShipmentLine), rows)
    messages.tell(order, f"shipped{shipment.id}", messages.SHIPPED, carrier=carrier, tracking=tracking_number)
    is_complete = move_if_sent(order, actor)
    if not is_complete:
        remark(order, actor, words.PARCEL_SENT, PARCEL)
    return Sent(shipment.id, is_complete)


def move_if_sent(order: Order, actor: str) -> bool:
    """To the buyer's turn, if something was sent and nothing wanted is left. Joins the caller's unit.

    Refunding the rest of a partly sent order calls it too.
    """
    assert in_unit_of_work(), "orders change only inside a unit of work"
    if order.status != OrderStatus.UNSENT or _left(order.id):
        return False
    sent = select(OrderLine.id).where(OrderLine.order_id == order.id, OrderLine.shipped > 0).limit(1)
    if db.session.scalar(sent) is None:
        return False
    move_order(order, OrderStatus.UNRECEIVED, actor, words.ALL_SENT)
    return True


def _take(order_id: int, line_id: int, count: int) -> None:
    """Count pieces as sent: never more than were ordered and not given up."""
    sent = (
        update(_LINES)
        .where(
            _LINES.c.id == line_id,
            _LINES.c.order_id == order_id,
            _LINES.c.shipped + count <= _LINES.c["count"] - _LINES.c.refunded,
        )
        .values(shipped=_LINES.c.shipped + count)
    )
    if db.session.connection().execute(sent).rowcount != 1:
        raise NothingToShip()


def _left(order_id: int) -> dict[int, int]:
    """Line id -> pieces still to be sent, read behind the order's lock."""
    left = OrderLine.count - OrderLine.refunded - OrderLine.shipped
    query = select(OrderLine.id, left).where(OrderLine.order_id == order_id, left > 0)
    return {line_id: count for line_id, count in db.session.execute(query)}


def _checked(carrier: str, tracking_number: str) -> tuple[str, str]:
    carrier, tracking_number = carrier.strip(), tracking_number.strip()
    if not 1 <= len(carrier) <= CARRIER_LENGTH or not re.fullmatch(TRACKING, tracking_number):
        raise BadValue()
    return carrier, tracking_number
