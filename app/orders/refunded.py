"""Pieces of an order that are given up: what is left of each line, and what that does to the order."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select, update

from app.orders.errors import IllegalMove
from app.orders.models import Order, OrderLine, OrderStatus
from app.orders.services import move_order
from app.shared.db import db
from app.shared.uow import in_unit_of_work


@dataclass(frozen=True)
class LineState:
    """One line as it stands: pieces sold, sent and given up; price of one in yuan."""

    id: int
    sku_id: int
    name: str
    spec_text: str
    image: str
    price: Decimal
    count: int
    shipped: int
    refunded: int

    @property
    def unsent(self) -> int:
        """Pieces that are still to be sent."""
        return max(0, self.count - self.shipped - self.refunded)

    @property
    def left(self) -> int:
        """Pieces that have not been given up."""
        return self.count - self.refunded


def line_states(order_id: int) -> dict[int, LineState]:
    """The lines by id; true for as long as the caller holds the order's lock."""
    columns = (
        OrderLine.id,
        OrderLine.sku_id,
        OrderLine.name,
        OrderLine.spec_text,
        OrderLine.image,
        OrderLine.price,
        OrderLine.count,
        OrderLine.shipped,
        OrderLine.refunded,
    )
    query = select(*columns).where(OrderLine.order_id == order_id).order_by(OrderLine.id)
    return {row.id: LineState(*row) for row in db.session.execute(query)}


def give_up(order_id: int, counts: Mapping[int, int]) -> None:
    """Count pieces as given up, line by line; IllegalMove when a line has not so many. Joins the caller's unit."""
    assert in_unit_of_work(), "lines change only inside a unit of work"
    for line_id, count in sorted(counts.items()):
        changed = db.session.execute(
            update(OrderLine)
            .where(
                OrderLine.id == line_id, OrderLine.order_id == order_id, OrderLine.refunded + count <= OrderLine.count
            )
            .values(refunded=OrderLine.refunded + count)
            .execution_options(synchronize_session=False)
        )
        if changed.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE's result has it
            raise IllegalMove(line_id=line_id)


def is_untouched(order_id: int) -> bool:
    """Has no piece of the order left the house?"""
    return not any(line.shipped for line in line_states(order_id).values())


def after_giving_up(order: Order, actor: str, reason: str) -> None:
    """What pieces given up before they were sent do to the order: nothing left ends it, nothing left to send sends it.

    An order that ends this way releases no stock: it went back piece by piece. Joins the caller's unit.
    """
    lines = line_states(order.id).values()
    if any(line.unsent for line in lines):
        return
    is_gone = not any(line.shipped for line in lines)
    move_order(order, OrderStatus.CANCELLED if is_gone else OrderStatus.UNRECEIVED, actor, reason)
