"""What has become of one SKU: its row for staff, its prices of before, its ledger; by key, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.goods.bulk_models import PriceChange
from app.goods.errors import NoSuchSKU
from app.goods.models import SKU, SPU, Brand, StockMovement
from app.shared.db import db
from app.shared.errors import marked

PAGE = 20
KINDS = {  # what sorts of moves the ledger knows
    "reserve": marked("下单"),
    "release": marked("取消退回"),
    "aftersale": marked("退货入库"),
    "adjust": marked("手工调整"),
    "count": marked("盘点"),
    "set": marked("改为指定数"),
    "bulk": marked("批量修改"),
    "unbulk": marked("撤销批量修改"),
    "import": marked("导入"),
    "opening": marked("期初"),
}


@dataclass(frozen=True)
class SKUCard:
    """A SKU as its desk shows it."""

    id: int
    spu_id: int
    spu_name: str
    brand: str
    category_id: int
    name: str
    caption: str
    price: Decimal
    market_price: Decimal
    cost_price: Decimal
    stock: int
    sales: int
    comments: int
    is_launched: bool
    removed_at: datetime | None
    launch_at: datetime | None
    withdraw_at: datetime | None
    default_image: str
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class Part:
    """Some lines of a history, and the key where older ones begin."""

    lines: Sequence[Any]
    older: int | None


def get_card(sku_id: int) -> SKUCard:
    """NoSuchSKU; one statement."""
    own = [SKU.__table__.c[name] for name in SKUCard.__dataclass_fields__ if name not in ("spu_name", "brand")]
    asked = (
        select(*own, SPU.name.label("spu_name"), Brand.name.label("brand"))
        .join(SPU, SPU.id == SKU.spu_id)
        .join(Brand, Brand.id == SPU.brand_id)
    )
    row = db.session.execute(asked.where(SKU.id == sku_id)).first()
    if row is None:
        raise NoSuchSKU(sku_id=sku_id)
    return SKUCard(**row._mapping)


def price_history(sku_id: int, before: int | None = None) -> Part:
    """What the prices were."""
    return _part(PriceChange, PriceChange.sku_id == sku_id, before)


def ledger(sku_id: int, before: int | None = None) -> Part:
    """How the stock moved."""
    return _part(StockMovement, StockMovement.sku_id == sku_id, before)


def _part(model: Any, clause: Any, before: int | None) -> Part:
    asked = select(model).where(clause).order_by(model.id.desc()).limit(PAGE + 1)
    if before is not None:
        asked = asked.where(model.id < before)
    rows = list(db.session.scalars(asked))
    return Part(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)
