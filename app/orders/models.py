"""Promises to deliver: orders, their lines as they were sold, parcels, invoices, and what happened to them."""

import enum
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.shared.db import (
    Base,
    When,
    created_at,
    key,
    key32,
    key64,
    money,
    pk,
    str20,
    str64,
    str100,
    str200,
    str255,
    updated_at,
)


class OrderStatus(enum.IntEnum):
    """The numbers of the original mall."""

    UNPAID = 1
    UNSENT = 2
    UNRECEIVED = 3
    UNREVIEWED = 4
    FINISHED = 5
    CANCELLED = 6


class PayMethod(enum.IntEnum):
    """How an order is paid."""

    CASH = 1
    ALIPAY = 2


@dataclass(frozen=True)
class Move:
    """One allowed step: from where to where, who takes it, and when."""

    old: OrderStatus
    new: OrderStatus
    by: str
    when: str


# The one table of what may happen to an order. docs/ORDERS.md is drawn from it.
MOVES = (
    Move(OrderStatus.UNPAID, OrderStatus.UNSENT, "Alipay", "the money has come"),
    Move(OrderStatus.UNPAID, OrderStatus.CANCELLED, "buyer, staff, clock", "nobody wants it, or nobody paid in time"),
    Move(OrderStatus.UNSENT, OrderStatus.UNRECEIVED, "staff", "every piece that is still wanted has left"),
    Move(OrderStatus.UNSENT, OrderStatus.CANCELLED, "buyer, staff", "before anything was sent"),
    Move(OrderStatus.UNRECEIVED, OrderStatus.UNREVIEWED, "buyer, staff, clock", "the goods have arrived"),
    Move(OrderStatus.UNREVIEWED, OrderStatus.FINISHED, "buyer, clock", "everything is reviewed, or nobody cares to"),
    # money that came after the end may revive an order, if the goods are still there
    Move(OrderStatus.CANCELLED, OrderStatus.UNSENT, "Alipay", "late money, and the goods are still there"),
)
ALLOWED: dict[OrderStatus, frozenset[OrderStatus]] = {
    status: frozenset(move.new for move in MOVES if move.old is status) for status in OrderStatus
}


class Order(Base):
    """One order with its own copy of the address; `number` is what people and Alipay see."""

    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("user_id", "submit_token"),
        CheckConstraint("total_count > 0", name="count_positive"),
        CheckConstraint("total_amount > 0", name="total_positive"),
        CheckConstraint("freight >= 0", name="freight_not_negative"),
        CheckConstraint("status BETWEEN 1 AND 6", name="status_known"),
        CheckConstraint("pay_method BETWEEN 1 AND 2", name="pay_method_known"),
        Index("ix_orders_mine", "user_id", "created_at", "id"),
        Index("ix_orders_expiring", "status", "pay_before"),
        Index("ix_orders_moved", "status", "moved_at"),
        Index("ix_orders_of_day", "created_at", "status", "total_amount", "user_id"),  # figures of days, by it alone
        # what the list of staff filters and sorts by (docs/adr/0032)
        Index("ix_orders_created", "created_at", "id"),
        Index("ix_orders_state", "status", "created_at", "id"),
        Index("ix_orders_paid_by", "pay_method", "created_at", "id"),
        Index("ix_orders_amount", "total_amount", "id"),
        Index("ix_orders_tail", "mobile_tail", "created_at", "id"),
        Index("ix_orders_receiver", "receiver", "created_at", "id"),
    )
    id: Mapped[pk]
    number: Mapped[key32] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    submit_token: Mapped[key64]
    status: Mapped[int]
    pay_method: Mapped[int]
    total_count: Mapped[int]
    goods_amount: Mapped[money]
    freight: Mapped[money]
    total_amount: Mapped[money]  # goods + freight
    receiver: Mapped[str20]
    mobile: Mapped[str] = mapped_column(key(11))
    # what callers say of themselves; the database keeps it beside the number, so it is gone when the number is
    mobile_tail: Mapped[str | None] = mapped_column(key(4), Computed("substr(mobile, -4)", persisted=False))
    address_text: Mapped[str255]
    pay_before: Mapped[datetime | None] = mapped_column(When())
    paid_at: Mapped[datetime | None] = mapped_column(When())
    moved_at: Mapped[datetime | None] = mapped_column(When())  # the last move; empty until there was one
    hidden_at: Mapped[datetime | None] = mapped_column(When())  # its buyer no longer wants to see it
    created_at: Mapped[created_at]
    updated_at: Mapped[updated_at]
    lines: Mapped[list["OrderLine"]] = relationship(lazy="raise", order_by="OrderLine.id")


class OrderLine(Base):
    """One SKU of an order as it was sold: name, specs, picture and price are copies."""

    __tablename__ = "order_lines"
    __table_args__ = (
        UniqueConstraint("order_id", "sku_id"),
        Index("ix_order_lines_sold", "sku_id", "order_id"),
        CheckConstraint("count > 0", name="count_positive"),
        CheckConstraint("price > 0", name="price_positive"),
        CheckConstraint("shipped BETWEEN 0 AND count", name="shipped_within_count"),
        CheckConstraint("refunded BETWEEN 0 AND count", name="refunded_within_count"),
    )
    id: Mapped[pk]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id", ondelete="RESTRICT"))
    name: Mapped[str200]
    spec_text: Mapped[str200] = mapped_column(default="")
    image: Mapped[str200] = mapped_column(default="")
    price: Mapped[money]
    count: Mapped[int]
    shipped: Mapped[int] = mapped_column(default=0, server_default="0")  # pieces that have left the house
    refunded: Mapped[int] = mapped_column(default=0, server_default="0")  # pieces taken back or given up

    @property
    def amount(self) -> Decimal:
        """Price times count, in yuan."""
        return self.price * self.count

    @property
    def wanted(self) -> int:
        """Pieces that have not been given up."""
        return self.count - self.refunded

    @property
    def left(self) -> int:
        """Pieces that are still to be sent."""
        return max(0, self.wanted - self.shipped)


class OrderEvent(Base):
    """What happened to an order, when and by whom; rows are only added. Only a `move` changes the state."""

    __tablename__ = "order_events"
    id: Mapped[pk]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), index=True)
    kind: Mapped[key32] = mapped_column(default="move", server_default="move")  # move | parcel | note | wish
    old_status: Mapped[int | None]
    new_status: Mapped[int]
    actor: Mapped[str64]
    reason: Mapped[str200] = mapped_column(default="")
    created_at: Mapped[created_at]


class Shipment(Base):
    """One parcel: who carries it, under which number."""

    __tablename__ = "shipments"
    __table_args__ = (UniqueConstraint("order_id", "tracking_number"),)
    id: Mapped[pk]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="RESTRICT"), index=True)
    carrier: Mapped[str64]
    tracking_number: Mapped[key64]
    actor: Mapped[str64]
    created_at: Mapped[created_at]


class ShipmentLine(Base):
    """How many pieces of an order line are in a parcel."""

    __tablename__ = "shipment_lines"
    __table_args__ = (
        UniqueConstraint("shipment_id", "order_line_id"),
        CheckConstraint("count > 0", name="count_positive"),
    )
    id: Mapped[pk]
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipments.id", ondelete="CASCADE"), index=True)
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_lines.id", ondelete="RESTRICT"), index=True)
    count: Mapped[int]


class Invoice(Base):
    """What a buyer wants on the invoice, one an order; its number once staff have issued it."""

    __tablename__ = "invoices"
    __table_args__ = (Index("ix_invoices_state", "state", "id"),)
    id: Mapped[pk]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="RESTRICT"), unique=True)
    kind: Mapped[key32]  # personal | company
    title: Mapped[str100]
    tax_number: Mapped[key32] = mapped_column(default="")
    state: Mapped[key32] = mapped_column(default="asked")  # asked | issued
    number: Mapped[key64] = mapped_column(default="")
    issued_at: Mapped[datetime | None] = mapped_column(When())
    created_at: Mapped[created_at]
