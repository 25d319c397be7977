"""After-sales documents: what comes back from an order, why, and how far it has got."""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.aftersales.errors import IllegalStep
from app.aftersales.states import Kind, State, may_move
from app.shared.db import BIG, Base, created_at, key32, key64, money, pk, str64, str200, updated_at


class AfterSale(Base):
    """One request about one order; `amount` = goods + freight, fixed when staff approve it."""

    __tablename__ = "after_sales"
    __table_args__ = (
        UniqueConstraint("order_id", "submit_token"),
        Index("ix_after_sales_created_at", "created_at"),
        Index("ix_after_sales_state_created_at", "state", "created_at"),
        Index("ix_after_sales_kind_created_at", "kind", "created_at"),
        CheckConstraint("kind IN ('refund', 'return')", name="kind_known"),
        CheckConstraint(
            "state IN ('asked', 'approved', 'refused', 'cancelled', 'goods_back', 'paying', 'paid')",
            name="state_known",
        ),
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("freight >= 0", name="freight_not_negative"),
    )
    id: Mapped[pk]
    number: Mapped[key32] = mapped_column(unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="RESTRICT"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"), index=True)
    submit_token: Mapped[key64]
    kind: Mapped[key32]
    state: Mapped[key32]
    is_unsent: Mapped[bool]  # the pieces had not left the house when it was asked
    reason: Mapped[key32]  # one of words.REASONS
    words: Mapped[str200] = mapped_column(default="")
    goods_amount: Mapped[money]
    freight: Mapped[money]
    amount: Mapped[money] = mapped_column(index=True)
    created_at: Mapped[created_at]
    updated_at: Mapped[updated_at]

    def move_to(self, state: State) -> None:
        """Change the state along ALLOWED; the caller holds the order's lock and writes the event."""
        if not may_move(Kind(self.kind), State(self.state), state):
            raise IllegalStep(state=self.state)
        self.state = state.value


class AfterSaleLine(Base):
    """So many pieces of one order line, at the price they were sold."""

    __tablename__ = "after_sale_lines"
    __table_args__ = (
        UniqueConstraint("after_sale_id", "order_line_id"),
        CheckConstraint("count > 0", name="count_positive"),
        CheckConstraint("price > 0", name="price_positive"),
    )
    id: Mapped[pk]
    after_sale_id: Mapped[int] = mapped_column(ForeignKey("after_sales.id", ondelete="CASCADE"), index=True)
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_lines.id", ondelete="RESTRICT"), index=True)
    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id", ondelete="RESTRICT"), index=True)
    price: Mapped[money]
    count: Mapped[int]

    @property
    def amount(self) -> Decimal:
        """Price times count, in yuan."""
        return self.price * self.count


class AfterSaleEvent(Base):
    """What happened to a document, when and by whom; rows are only added."""

    __tablename__ = "after_sale_events"
    id: Mapped[pk]
    after_sale_id: Mapped[int] = mapped_column(ForeignKey("after_sales.id", ondelete="CASCADE"), index=True)
    old_state: Mapped[key32 | None]
    new_state: Mapped[key32]
    actor: Mapped[str64]
    reason: Mapped[str200] = mapped_column(default="")
    created_at: Mapped[created_at]


class RefundDay(Base):
    """What a member of staff has agreed to give back on a Shanghai day: the row that holds them to their limit."""

    __tablename__ = "refund_days"
    __table_args__ = (
        UniqueConstraint("staff_id", "day"),
        CheckConstraint("spent >= 0", name="spent_not_negative"),
    )
    id: Mapped[pk]
    staff_id: Mapped[int] = mapped_column(BIG)
    day: Mapped[date] = mapped_column(Date())
    spent: Mapped[money]
