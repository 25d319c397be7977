"""Promises to deliver: orders, their lines as they were sold, and what happened to them."""

import enum
from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.orders.errors import IllegalMove
from app.shared.db import Base, When, created_at, key, key32, key64, money, pk, str20, str64, str200, str255, updated_at


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


ALLOWED: dict[OrderStatus, frozenset[OrderStatus]] = {
    OrderStatus.UNPAID: frozenset({OrderStatus.UNSENT, OrderStatus.CANCELLED}),
    OrderStatus.UNSENT: frozenset({OrderStatus.UNRECEIVED, OrderStatus.CANCELLED}),
    OrderStatus.UNRECEIVED: frozenset({OrderStatus.UNREVIEWED}),
    OrderStatus.UNREVIEWED: frozenset({OrderStatus.FINISHED}),
    OrderStatus.FINISHED: frozenset(),
    # money that came after the end may revive an order, if the goods are still there
    OrderStatus.CANCELLED: frozenset({OrderStatus.UNSENT}),
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
    )
    id: Mapped[pk]
    number: Mapped[key32] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"), index=True)
    submit_token: Mapped[key64]
    status: Mapped[int]
    pay_method: Mapped[int]
    total_count: Mapped[int]
    goods_amount: Mapped[money]
    freight: Mapped[money]
    total_amount: Mapped[money]  # goods + freight
    receiver: Mapped[str20]
    mobile: Mapped[str] = mapped_column(key(11))
    address_text: Mapped[str255]
    pay_before: Mapped[datetime | None] = mapped_column(When())
    paid_at: Mapped[datetime | None] = mapped_column(When())
    created_at: Mapped[created_at]
    updated_at: Mapped[updated_at]
    lines: Mapped[list["OrderLine"]] = relationship(lazy="raise", order_by="OrderLine.id")

    def move_to(self, status: OrderStatus) -> None:
        """Change the state along ALLOWED; the caller holds the row lock and writes the event."""
        if status not in ALLOWED[OrderStatus(self.status)]:
            raise IllegalMove(status=int(self.status))
        self.status = int(status)


class OrderLine(Base):
    """One SKU of an order as it was sold: name, specs, picture and price are copies."""

    __tablename__ = "order_lines"
    __table_args__ = (
        UniqueConstraint("order_id", "sku_id"),
        CheckConstraint("count > 0", name="count_positive"),
        CheckConstraint("price > 0", name="price_positive"),
        CheckConstraint("shipped BETWEEN 0 AND count", name="shipped_within_count"),
        CheckConstraint("refunded BETWEEN 0 AND count", name="refunded_within_count"),
    )
    id: Mapped[pk]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), index=True)
    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id", ondelete="RESTRICT"), index=True)
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


class OrderEvent(Base):
    """What happened to an order, when and by whom; rows are only added."""

    __tablename__ = "order_events"
    id: Mapped[pk]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), index=True)
    old_status: Mapped[int | None]
    new_status: Mapped[int]
    actor: Mapped[str64]
    reason: Mapped[str200] = mapped_column(default="")
    created_at: Mapped[created_at]
