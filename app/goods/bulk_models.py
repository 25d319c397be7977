"""Tables beside the SKUs: what their prices were, and changes of many SKUs at once that can be taken back."""

import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.shared.db import Base, When, created_at, key32, key64, money, pk, str100, updated_at


class BulkEdit(Base):
    """A change of many SKUs: drafted, applied, and perhaps undone, each of it once."""

    __tablename__ = "bulk_edits"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'applying', 'applied', 'undoing', 'undone')", name="state_known"),
    )
    id: Mapped[pk]
    source: Mapped[key32]  # grid, csv, cli
    reason: Mapped[str100] = mapped_column(default="")
    actor: Mapped[key64]
    state: Mapped[key32] = mapped_column(default="draft", index=True)
    created_at: Mapped[created_at]
    updated_at: Mapped[updated_at]
    applied_at: Mapped[datetime.datetime | None] = mapped_column(When())
    applied_by: Mapped[key64] = mapped_column(default="")
    undone_at: Mapped[datetime.datetime | None] = mapped_column(When())
    undone_by: Mapped[key64] = mapped_column(default="")


class BulkEditRow(Base):
    """One SKU of it: as it was seen, and as it shall be. `version_after` is how the edit left it."""

    __tablename__ = "bulk_edit_rows"
    __table_args__ = (
        UniqueConstraint("bulk_id", "sku_id"),
        CheckConstraint("outcome IN ('open', 'same', 'applied', 'left', 'undone', 'kept')", name="outcome_known"),
    )
    id: Mapped[pk]
    bulk_id: Mapped[int] = mapped_column(ForeignKey("bulk_edits.id", ondelete="CASCADE"))
    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id", ondelete="RESTRICT"), index=True)
    seen_version: Mapped[int]
    old_price: Mapped[money]
    old_market_price: Mapped[money]
    old_launched: Mapped[bool]
    price: Mapped[money]
    market_price: Mapped[money]
    is_launched: Mapped[bool]
    stock_delta: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[key32] = mapped_column(default="open")
    why: Mapped[key32] = mapped_column(default="")  # of `left` and `kept`: changed, stock, gone
    version_after: Mapped[int | None]


class PriceChange(Base):
    """A SKU's three amounts before and after; goods/prices.py writes one for whatever changes an amount."""

    __tablename__ = "price_changes"
    id: Mapped[pk]
    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id", ondelete="RESTRICT"), index=True)
    old_price: Mapped[money]
    new_price: Mapped[money]
    old_market_price: Mapped[money]
    new_market_price: Mapped[money]
    old_cost_price: Mapped[money]
    new_cost_price: Mapped[money]
    actor: Mapped[key64]
    reason: Mapped[str100] = mapped_column(default="")
    bulk_id: Mapped[int | None] = mapped_column(ForeignKey("bulk_edits.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[created_at]
