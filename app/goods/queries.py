"""Reads of the catalogue as frozen values: cards, pages, the hot list, drifts of the ledger."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select

from app.goods import policy
from app.goods.categories import category_tree
from app.goods.errors import NoSuchPage, NoSuchSPU
from app.goods.models import SKU, SPU, Brand, SKUSpec, Spec, SpecOption, StockMovement
from app.shared.db import db
from app.shared.paging import Page


@dataclass(frozen=True)
class SKUCard:
    """A SKU in lists, carts and orders; `image` is a picture stem, `spec_text` reads 颜色：黑色；内存：128GB."""

    id: int
    spu_id: int
    name: str
    caption: str
    price: Decimal
    market_price: Decimal
    image: str
    stock: int
    sales: int
    comments: int
    is_launched: bool
    spec_text: str


@dataclass(frozen=True)
class HotSKU:
    """A best seller beside a list or a SKU."""

    id: int
    name: str
    price: Decimal
    image: str
    sales: int


@dataclass(frozen=True)
class Family:
    """A SPU as the desk of its texts sees it; `sku_id` is one of its SKUs, `updated_at` the version of the texts."""

    id: int
    name: str
    brand: str
    sku_id: int | None
    updated_at: datetime
    desc_detail: str
    desc_pack: str
    desc_service: str


@dataclass(frozen=True)
class Drift:
    """A SKU whose stock or sales differ from the sum of its ledger."""

    sku_id: int
    name: str
    stock: int
    stock_sum: int
    sales: int
    sales_sum: int


CARD: tuple[Any, ...] = (
    SKU.id,
    SKU.spu_id,
    SKU.name,
    SKU.caption,
    SKU.price,
    SKU.market_price,
    SKU.default_image.label("image"),
    SKU.stock,
    SKU.sales,
    SKU.comments,
    SKU.is_launched,
)
# the id is always the last key, in the same direction: rows with equal keys never jump between pages
ORDERS: Mapping[str, Sequence[ColumnElement[Any]]] = {
    "default": (SKU.created_at.desc(), SKU.id.desc()),
    "price": (SKU.price.asc(), SKU.id.asc()),
    "price_desc": (SKU.price.desc(), SKU.id.desc()),
    "hot": (SKU.sales.desc(), SKU.id.desc()),
}


def sku_cards(sku_ids: Iterable[int]) -> dict[int, SKUCard]:
    """Cards by id, launched or not, in at most two statements; unknown ids are absent."""
    wanted = set(sku_ids)
    if not wanted:
        return {}
    return {card.id: card for card in _cards(db.session.execute(select(*CARD).where(SKU.id.in_(wanted))).all())}


def page_skus(category_id: int, page: int, size: int, sort: str) -> Page[SKUCard]:
    """A page of what is on the shelf in a category of any level; NoSuchCategory, NoSuchPage."""
    return _page([SKU.category_id.in_(category_tree().with_descendants(category_id))], page, size, sort)


def brand_skus(brand_id: int, page: int, size: int, sort: str) -> Page[SKUCard]:
    """A page of what is on the shelf of a brand; NoSuchPage."""
    return _page([SKU.spu_id.in_(select(SPU.id).where(SPU.brand_id == brand_id))], page, size, sort)


def find_skus(words: Sequence[str], page: int, size: int, sort: str) -> Page[SKUCard]:
    """A page of what is on the shelf and has every word in its name; NoSuchPage."""
    return _page([SKU.name.contains(word, autoescape=True) for word in words], page, size, sort)


def hot_skus(category_id: int) -> list[HotSKU]:
    """The best sellers on the shelf of a category, children included; NoSuchCategory."""
    query = (
        select(SKU.id, SKU.name, SKU.price, SKU.default_image, SKU.sales)
        .where(SKU.category_id.in_(category_tree().with_descendants(category_id)), SKU.is_launched)
        .order_by(*ORDERS["hot"])
        .limit(policy.HOT_LENGTH)
    )
    return [HotSKU(row.id, row.name, row.price, row.default_image, row.sales) for row in db.session.execute(query)]


def first_skus(spu_ids: Iterable[int]) -> dict[int, int]:
    """The first SKU on the shelf of each SPU; SPUs without one are absent."""
    query = select(SKU.spu_id, func.min(SKU.id)).where(SKU.spu_id.in_(set(spu_ids)), SKU.is_launched)
    return {spu_id: sku_id for spu_id, sku_id in db.session.execute(query.group_by(SKU.spu_id))}


def get_family(spu_id: int) -> Family:
    """One SPU; NoSuchSPU."""
    row = db.session.execute(_families().where(SPU.id == spu_id)).first()
    if row is None:
        raise NoSuchSPU(spu_id=spu_id)
    return Family(**row._mapping)


def stock_drifts() -> list[Drift]:
    """Every SKU whose stock or sales are not the sum of its ledger: a sound shop has none."""
    stock_sum = func.coalesce(func.sum(StockMovement.stock_delta), 0)
    sales_sum = func.coalesce(func.sum(StockMovement.sales_delta), 0)
    query = (
        select(SKU.id, SKU.name, SKU.stock, SKU.sales, stock_sum.label("stock_sum"), sales_sum.label("sales_sum"))
        .outerjoin(StockMovement, StockMovement.sku_id == SKU.id)
        .group_by(SKU.id, SKU.name, SKU.stock, SKU.sales)
        .having(or_(stock_sum != SKU.stock, sales_sum != SKU.sales))
        .order_by(SKU.id)
    )
    return [
        Drift(row.id, row.name, row.stock, int(row.stock_sum), row.sales, int(row.sales_sum))
        for row in db.session.execute(query)
    ]


def count_skus() -> int:
    """How many SKUs there are."""
    return db.session.scalar(select(func.count()).select_from(SKU)) or 0


def _families() -> Select[Any]:
    first = select(func.min(SKU.id)).where(SKU.spu_id == SPU.id).scalar_subquery()
    texts = (SPU.desc_detail, SPU.desc_pack, SPU.desc_service)
    columns = (SPU.id, SPU.name, Brand.name.label("brand"), first.label("sku_id"), SPU.updated_at)
    return select(*columns, *texts).join(Brand, Brand.id == SPU.brand_id)


def _page(where: Sequence[ColumnElement[bool]], number: int, size: int, sort: str) -> Page[SKUCard]:
    """Count, ids by the index, then their rows (a deep page reads no row it does not show), then their specs."""
    wanted = (*where, SKU.is_launched)
    total = db.session.scalar(select(func.count(SKU.id)).where(*wanted)) or 0
    empty: Page[SKUCard] = Page([], number, size, total)
    if not 1 <= number <= empty.pages:
        raise NoSuchPage(page=number, pages=empty.pages)
    if not total:
        return empty
    order = ORDERS[sort]
    ids = select(SKU.id).where(*wanted).order_by(*order).limit(size).offset((number - 1) * size).subquery()
    query: Select[Any] = select(*CARD).join(ids, ids.c.id == SKU.id).order_by(*order)
    return Page(_cards(db.session.execute(query).all()), number, size, total)


def _cards(rows: Sequence[Row[Any]]) -> list[SKUCard]:
    texts = _spec_texts([row.id for row in rows])
    return [SKUCard(**row._mapping, spec_text=texts.get(row.id, "")) for row in rows]


def _spec_texts(sku_ids: Sequence[int]) -> dict[int, str]:
    if not sku_ids:
        return {}
    query = (
        select(SKUSpec.sku_id, Spec.name, SpecOption.value)
        .join(Spec, Spec.id == SKUSpec.spec_id)
        .join(SpecOption, SpecOption.id == SKUSpec.option_id)
        .where(SKUSpec.sku_id.in_(sku_ids))
        .order_by(SKUSpec.sku_id, Spec.sequence, Spec.id)
    )
    parts: dict[int, list[str]] = {}
    for row in db.session.execute(query):
        parts.setdefault(row.sku_id, []).append(f"{row.name}：{row.value}")
    return {sku_id: "；".join(texts) for sku_id, texts in parts.items()}
