"""What can be bought: the category tree, brands, SPUs (the family) and SKUs (the thing with a price and stock)."""

import datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.shared.db import (
    Base,
    When,
    created_at,
    exact20,
    exact64,
    key32,
    key64,
    key100,
    long_text,
    money,
    pk,
    str64,
    str100,
    str200,
    updated_at,
)


class Category(Base):
    """A node of the three-level tree; `level` is stored, never guessed from the children."""

    __tablename__ = "categories"
    __table_args__ = (
        UniqueConstraint("parent_id", "name"),
        CheckConstraint("level BETWEEN 1 AND 3", name="level_known"),
    )
    id: Mapped[pk]
    name: Mapped[exact20]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id", ondelete="RESTRICT"), index=True)
    level: Mapped[int]
    sequence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[created_at]
    updated_at: Mapped[updated_at]


class ChannelGroup(Base):
    """A row of the home page menu."""

    __tablename__ = "channel_groups"
    id: Mapped[pk]
    name: Mapped[exact20] = mapped_column(unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[created_at]
    updated_at: Mapped[updated_at]


class Channel(Base):
    """A level-1 category inside a group; its link is the category's own page."""

    __tablename__ = "channels"
    __table_args__ = (UniqueConstraint("group_id", "category_id"),)
    id: Mapped[pk]
    group_id: Mapped[int] = mapped_column(ForeignKey("channel_groups.id", ondelete="RESTRICT"), index=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id", ondelete="RESTRICT"), index=True)
    sequence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[created_at]
    updated_at: Mapped[updated_at]


class Brand(Base):
    """A maker."""

    __tablename__ = "brands"
    id: Mapped[pk]
    name: Mapped[exact64] = mapped_column(unique=True)
    name_en: Mapped[str64] = mapped_column(default="")
    first_letter: Mapped[str] = mapped_column(String(1))
    logo: Mapped[str200] = mapped_column(default="")
    created_at: Mapped[created_at]
    updated_at: Mapped[updated_at]


class SPU(Base):
    """A family of SKUs: texts, brand and place in the tree. Its sales are the sum of its SKUs'."""

    __tablename__ = "spus"
    __table_args__ = (Index("ix_spus_updated_at", "updated_at"),)
    id: Mapped[pk]
    name: Mapped[str100]
    caption: Mapped[str200] = mapped_column(default="")
    brand_id: Mapped[int] = mapped_column(ForeignKey("brands.id", ondelete="RESTRICT"), index=True)
    category1_id: Mapped[int] = mapped_column(ForeignKey("categories.id", ondelete="RESTRICT"), index=True)
    category2_id: Mapped[int] = mapped_column(ForeignKey("categories.id", ondelete="RESTRICT"), index=True)
    category3_id: Mapped[int] = mapped_column(ForeignKey("categories.id", ondelete="RESTRICT"), index=True)
    desc_detail: Mapped[str] = mapped_column(long_text(), default="")
    desc_pack: Mapped[str] = mapped_column(long_text(), default="")
    desc_service: Mapped[str] = mapped_column(long_text(), default="")
    created_at: Mapped[created_at]
    updated_at: Mapped[updated_at]
    brand: Mapped[Brand] = relationship(lazy="raise")


class SKU(Base):
    """The thing with a price and stock. `stock` and `sales` have one writer, goods/stock.py; `version` is editors'."""

    __tablename__ = "skus"
    __table_args__ = (
        CheckConstraint("stock >= 0", name="stock_not_negative"),
        CheckConstraint("sales >= 0", name="sales_not_negative"),
        CheckConstraint("price > 0", name="price_positive"),
        CheckConstraint("comments >= 0", name="comments_not_negative"),
        Index("ix_skus_listing_new", "category_id", "is_launched", "created_at", "id"),
        Index("ix_skus_listing_price", "category_id", "is_launched", "price", "id"),
        Index("ix_skus_listing_hot", "category_id", "is_launched", "sales", "id"),
        Index("ix_skus_updated_at", "updated_at"),  # lists follow edits by it
        Index("ix_skus_price", "price"),
        Index("ix_skus_stock", "stock"),  # what runs low
        Index("ix_skus_combination", "spu_id", "combination", unique=True),
        Index("ix_skus_family", "spu_id", "is_launched"),  # how many of an SPU are sold
    )
    id: Mapped[pk]
    spu_id: Mapped[int] = mapped_column(ForeignKey("spus.id", ondelete="RESTRICT"), index=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id", ondelete="RESTRICT"), index=True)  # level 3
    name: Mapped[str200]
    caption: Mapped[str200] = mapped_column(default="")
    price: Mapped[money]
    cost_price: Mapped[money]
    market_price: Mapped[money]
    stock: Mapped[int] = mapped_column(default=0)
    sales: Mapped[int] = mapped_column(default=0)
    comments: Mapped[int] = mapped_column(default=0)
    score_total: Mapped[int] = mapped_column(default=0, server_default="0")  # points of all shown reviews together
    is_launched: Mapped[bool] = mapped_column(default=True)
    removed_at: Mapped[datetime.datetime | None] = mapped_column(
        When(), index=True
    )  # gone for good: its page answers 410
    launch_at: Mapped[datetime.datetime | None] = mapped_column(When(), index=True)  # planned, see shelving.py
    withdraw_at: Mapped[datetime.datetime | None] = mapped_column(When(), index=True)
    default_image: Mapped[str200] = mapped_column(default="")
    # ids of its options in order, 3-17, claimed at the desk: no SPU sells a combination twice. Imports claim nothing
    combination: Mapped[key100 | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[created_at]
    updated_at: Mapped[updated_at]
    spu: Mapped[SPU] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}


class SKUImage(Base):
    """One picture of a SKU, by its file stem, in order."""

    __tablename__ = "sku_images"
    __table_args__ = (UniqueConstraint("sku_id", "sequence"),)
    id: Mapped[pk]
    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id", ondelete="CASCADE"), index=True)
    image: Mapped[str200]
    sequence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[created_at]


class Spec(Base):
    """A spec of a SPU, such as 颜色."""

    __tablename__ = "specs"
    __table_args__ = (UniqueConstraint("spu_id", "name"),)
    id: Mapped[pk]
    spu_id: Mapped[int] = mapped_column(ForeignKey("spus.id", ondelete="CASCADE"), index=True)
    name: Mapped[exact20]
    sequence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[created_at]
    updated_at: Mapped[updated_at]


class SpecOption(Base):
    """A value of a spec, such as 黑色."""

    __tablename__ = "spec_options"
    __table_args__ = (UniqueConstraint("spec_id", "value"),)
    id: Mapped[pk]
    spec_id: Mapped[int] = mapped_column(ForeignKey("specs.id", ondelete="CASCADE"), index=True)
    value: Mapped[exact64]
    sequence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[created_at]
    updated_at: Mapped[updated_at]


class SKUSpec(Base):
    """Which option a SKU has of a spec: one row a spec."""

    __tablename__ = "sku_specs"
    __table_args__ = (UniqueConstraint("sku_id", "spec_id"),)
    id: Mapped[pk]
    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id", ondelete="CASCADE"), index=True)
    spec_id: Mapped[int] = mapped_column(ForeignKey("specs.id", ondelete="RESTRICT"), index=True)
    option_id: Mapped[int] = mapped_column(ForeignKey("spec_options.id", ondelete="RESTRICT"), index=True)
    created_at: Mapped[created_at]


class CategoryVisit(Base):
    """How often a category was looked at on a Shanghai day."""

    __tablename__ = "category_visits"
    __table_args__ = (
        UniqueConstraint("category_id", "date"),
        CheckConstraint("count >= 0", name="count_not_negative"),
        Index("ix_category_visits_date", "date"),
    )
    id: Mapped[pk]
    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id", ondelete="CASCADE"), index=True)
    date: Mapped[datetime.date] = mapped_column(Date())
    count: Mapped[int] = mapped_column(default=0)


def _kind_of(context: DefaultExecutionContext) -> str:
    """What sort of move it is: `reserve:2026…:5:1` is a `reserve`."""
    return str(context.get_current_parameters()["flow_key"]).partition(":")[0]  # type: ignore[no-untyped-call]


class StockMovement(Base):
    """The stock ledger: every change of stock or sales, once (`flow_key`), with its reason."""

    __tablename__ = "stock_movements"
    __table_args__ = (
        Index("ix_stock_movements_created_at", "created_at"),
        Index("ix_stock_movements_kind", "kind", "created_at"),
    )
    id: Mapped[pk]
    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id", ondelete="RESTRICT"), index=True)
    stock_delta: Mapped[int]
    sales_delta: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str100]
    order_number: Mapped[key32 | None] = mapped_column(index=True)
    actor: Mapped[key64] = mapped_column(index=True)  # user:7, staff:2, system
    flow_key: Mapped[key64] = mapped_column(unique=True)
    kind: Mapped[key32] = mapped_column(default=_kind_of, server_default="")
    created_at: Mapped[created_at]


class GoodsImport(Base):
    """A table of goods on its way in; `line_done` is written with the lines: a killed import goes on there."""

    __tablename__ = "goods_imports"
    __table_args__ = (CheckConstraint("state IN ('waiting', 'running', 'done', 'stopped')", name="state_known"),)
    id: Mapped[pk]
    name: Mapped[str200]
    path: Mapped[str] = mapped_column(String(500))
    digest: Mapped[key64] = mapped_column(index=True)  # of the file's bytes
    creates: Mapped[bool] = mapped_column(default=False)  # brands and categories that are not there yet
    actor: Mapped[key64]
    state: Mapped[key32] = mapped_column(default="waiting", index=True)
    lines: Mapped[int] = mapped_column(default=0)
    line_done: Mapped[int] = mapped_column(default=1)  # the header is line 1
    created: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    same: Mapped[int] = mapped_column(default=0)
    faulty: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[created_at]
    updated_at: Mapped[updated_at]


class GoodsImportFault(Base):
    """A line that could not be taken, and why: `text` is a message id."""

    __tablename__ = "goods_import_faults"
    id: Mapped[pk]
    import_id: Mapped[int] = mapped_column(ForeignKey("goods_imports.id", ondelete="CASCADE"), index=True)
    line: Mapped[int]
    field: Mapped[key32]
    text: Mapped[str200]
    fact: Mapped[str100] = mapped_column(default="")
