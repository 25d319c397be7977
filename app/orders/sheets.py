"""Several orders at once for staff: what a form or a printed sheet says of each. Three statements for any number."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select

from app.orders.models import Order, OrderLine, OrderStatus, PayMethod, Shipment
from app.shared.db import db
from app.shared.money import ZERO


@dataclass(frozen=True)
class Piece:
    """So many of one SKU: of a begun order what is still to be packed, of a sent one all of it."""

    sku_id: int
    name: str
    spec_text: str
    count: int


@dataclass(frozen=True)
class Sheet:
    """One order on paper."""

    number: str
    created_at: datetime
    status: int
    receiver: str
    mobile: str
    address: str
    to_collect: Decimal | None  # cash on delivery: what the carrier asks for
    pieces: list[Piece] = field(default_factory=list)
    parcels: list[tuple[str, str]] = field(default_factory=list)  # carrier, tracking number

    @property
    def count(self) -> int:
        """All pieces."""
        return sum(piece.count for piece in self.pieces)

    @property
    def is_waiting(self) -> bool:
        """Can a parcel of it be sent?"""
        return self.status == OrderStatus.UNSENT and self.count > 0


def by_ids(ids: Sequence[int]) -> list[Sheet]:
    """These orders, in the order they were placed; unknown ids are left out."""
    rows = list(db.session.scalars(select(Order).where(Order.id.in_(ids)).order_by(Order.created_at, Order.id)))
    lines, parcels = _lines([row.id for row in rows]), _parcels([row.id for row in rows])
    return [
        Sheet(
            row.number,
            row.created_at,
            row.status,
            row.receiver,
            row.mobile,
            row.address_text,
            _to_collect(row, lines.get(row.id, [])),
            _pieces(row, lines.get(row.id, [])),
            parcels.get(row.id, []),
        )
        for row in rows
    ]


def waiting(most: int) -> list[Sheet]:
    """The oldest orders that wait to be sent."""
    query = select(Order.id).where(Order.status == OrderStatus.UNSENT).order_by(Order.created_at, Order.id).limit(most)
    return by_ids(list(db.session.scalars(query)))


def _lines(order_ids: list[int]) -> dict[int, list[OrderLine]]:
    found: dict[int, list[OrderLine]] = {}
    query = select(OrderLine).where(OrderLine.order_id.in_(order_ids)).order_by(OrderLine.order_id, OrderLine.id)
    for line in db.session.scalars(query):
        found.setdefault(line.order_id, []).append(line)
    return found


def _to_collect(order: Order, lines: list[OrderLine]) -> Decimal | None:
    """Cash on delivery without what was given up before."""
    if order.pay_method != PayMethod.CASH:
        return None
    return order.total_amount - sum((line.price * line.refunded for line in lines), ZERO)


def _pieces(order: Order, lines: list[OrderLine]) -> list[Piece]:
    is_begun = order.status in (OrderStatus.UNPAID, OrderStatus.UNSENT)
    counts = [(line, line.left if is_begun else line.wanted) for line in lines]
    return [Piece(line.sku_id, line.name, line.spec_text, count) for line, count in counts if count > 0]


def _parcels(order_ids: list[int]) -> dict[int, list[tuple[str, str]]]:
    found: dict[int, list[tuple[str, str]]] = {}
    columns = (Shipment.order_id, Shipment.carrier, Shipment.tracking_number)
    for row in db.session.execute(select(*columns).where(Shipment.order_id.in_(order_ids)).order_by(Shipment.id)):
        found.setdefault(row.order_id, []).append((row.carrier, row.tracking_number))
    return found
