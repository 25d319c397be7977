"""What the page of one SKU shows: itself with its family, and the goods beside it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select, union_all

from app.goods import policy
from app.goods.errors import NoSuchSKU
from app.goods.models import SKU, SPU, Brand, SKUImage, SKUSpec, Spec, SpecOption
from app.goods.queries import CARD, SKUCard, hot_skus
from app.goods.spec_matrix import Sibling, SpecChoice, SpecOf, spec_matrix
from app.shared.cache import remember
from app.shared.db import db


@dataclass(frozen=True)
class SPUTexts:
    """The family's descriptions: HTML that was cleaned when it was written."""

    id: int
    name: str
    desc_detail: str
    desc_pack: str
    desc_service: str


@dataclass(frozen=True)
class SKUDetail:
    """Everything the page of one SKU shows; `specs` is the picker, `spec_rows` the SKU's own (name, value).

    `score` is the average of its shown reviews, None where there are none; `is_removed` means gone for good.
    """

    id: int
    name: str
    caption: str
    price: Decimal
    market_price: Decimal
    stock: int
    sales: int
    comments: int
    score: Decimal | None
    is_launched: bool
    is_removed: bool
    version: int
    category_id: int
    brand_id: int
    brand: str
    images: list[str]
    spu: SPUTexts
    specs: list[SpecChoice]
    spec_rows: list[tuple[str, str]]


@dataclass(frozen=True)
class Beside:
    """Goods of the same kind at about the price, and the best sellers of the category; all are on the shelf."""

    similar: list[SKUCard]
    hot: list[SKUCard]


def get_sku(sku_id: int) -> SKUDetail:
    """One SKU, whatever its state, in four statements however many siblings it has; NoSuchSKU."""
    row = db.session.execute(
        select(SKU, SPU, Brand.name.label("brand"))
        .join(SPU, SPU.id == SKU.spu_id)
        .join(Brand, Brand.id == SPU.brand_id)
        .where(SKU.id == sku_id)
    ).first()
    if row is None:
        raise NoSuchSKU(sku_id=sku_id)
    sku, spu = row.SKU, row.SPU
    specs = _specs(spu.id)
    siblings = _siblings(spu.id, sku.id)
    return SKUDetail(
        id=sku.id,
        name=sku.name,
        caption=sku.caption,
        price=sku.price,
        market_price=sku.market_price,
        stock=sku.stock,
        sales=sku.sales,
        comments=sku.comments,
        score=Decimal(sku.score_total) / sku.comments if sku.comments and sku.score_total else None,
        is_launched=sku.is_launched,
        is_removed=sku.removed_at is not None and not sku.is_launched,  # an import may have put it back
        version=sku.version,
        category_id=sku.category_id,
        brand_id=spu.brand_id,
        brand=row.brand,
        images=_images(sku.id) or ([sku.default_image] if sku.default_image else []),
        spu=SPUTexts(spu.id, spu.name, spu.desc_detail, spu.desc_pack, spu.desc_service),
        specs=spec_matrix(specs, list(siblings.values()), siblings[sku.id]),
        spec_rows=_spec_rows(specs, siblings[sku.id]),
    )


def goods_beside(sku: SKUDetail) -> Beside:
    """Which they are is kept for some minutes; what they cost and whether they are there is read each time, at once."""
    hot = remember(f"goods.hot.{sku.category_id}", lambda: [each.id for each in hot_skus(sku.category_id)])
    similar = remember(f"goods.similar.{sku.id}", lambda: similar_ids(sku))
    cards = _shelf_cards({*hot, *similar})
    alike = [cards[each] for each in similar if each in cards and cards[each].stock > 0]
    return Beside(alike[: policy.SIMILAR_LENGTH], [cards[each] for each in hot if each in cards])


def similar_ids(sku: SKUDetail) -> list[int]:
    """Of its category and in stock, one of each other family, the brand's own first, then the nearest price.

    Looks at the nearest by price on either side through the index of the price order, never at the whole category.
    """
    near = [
        _nearest(sku, SKU.price >= sku.price, SKU.price.asc(), SKU.id.asc()),
        _nearest(sku, SKU.price < sku.price, SKU.price.desc(), SKU.id.desc()),
    ]
    found = union_all(*(select(each.subquery()) for each in near)).subquery()
    rows = db.session.execute(
        select(found.c.id, found.c.spu_id, found.c.price, SPU.brand_id).join(SPU, SPU.id == found.c.spu_id)
    ).all()
    ranked = sorted(rows, key=lambda row: (row.brand_id != sku.brand_id, abs(row.price - sku.price), row.id))
    first = {row.spu_id: row.id for row in reversed(ranked)}  # of a family the best ranked stays
    wanted = set(first.values())
    return [row.id for row in ranked if row.id in wanted][: 2 * policy.SIMILAR_LENGTH]


def family_of(sku_ids: Iterable[int]) -> list[int]:
    """These SKUs and their siblings: each page shows the others' prices and stock in its picker."""
    families = select(SKU.spu_id).where(SKU.id.in_(set(sku_ids))).distinct().subquery()
    return list(db.session.scalars(select(SKU.id).join(families, families.c.spu_id == SKU.spu_id)))


def _nearest(sku: SKUDetail, side: ColumnElement[bool], *order: ColumnElement[Any]) -> Select[int, int, Decimal]:
    return (
        select(SKU.id, SKU.spu_id, SKU.price)
        .where(SKU.category_id == sku.category_id, SKU.is_launched, side, SKU.stock > 0, SKU.spu_id != sku.spu.id)
        .order_by(*order)
        .limit(policy.SIMILAR_LOOKED_AT)
    )


def _shelf_cards(sku_ids: set[int]) -> dict[int, SKUCard]:
    if not sku_ids:
        return {}
    rows = db.session.execute(select(*CARD).where(SKU.id.in_(sorted(sku_ids)), SKU.is_launched))
    return {row.id: SKUCard(**row._mapping, spec_text="") for row in rows}


def _images(sku_id: int) -> list[str]:
    query = select(SKUImage.image).where(SKUImage.sku_id == sku_id).order_by(SKUImage.sequence, SKUImage.id)
    return list(db.session.scalars(query))


def _specs(spu_id: int) -> list[SpecOf]:
    query = (
        select(Spec.id, Spec.name, SpecOption.id.label("option_id"), SpecOption.value)
        .outerjoin(SpecOption, SpecOption.spec_id == Spec.id)
        .where(Spec.spu_id == spu_id)
        .order_by(Spec.sequence, Spec.id, SpecOption.sequence, SpecOption.id)
    )
    found: dict[int, tuple[str, list[tuple[int, str]]]] = {}
    for row in db.session.execute(query):
        _name, options = found.setdefault(row.id, (row.name, []))
        if row.option_id is not None:
            options.append((row.option_id, row.value))
    return [SpecOf(spec_id, name, options) for spec_id, (name, options) in found.items()]


def _siblings(spu_id: int, sku_id: int) -> dict[int, Sibling]:
    """The SPU's SKUs on the shelf and this one whatever its state, by id."""
    query = (
        select(SKU.id, SKU.stock, SKUSpec.spec_id, SKUSpec.option_id)
        .outerjoin(SKUSpec, SKUSpec.sku_id == SKU.id)
        .where(SKU.spu_id == spu_id, or_(SKU.is_launched, SKU.id == sku_id))
        .order_by(SKU.id)
    )
    holdings: dict[int, dict[int, int]] = {}
    stocks: dict[int, int] = {}
    for row in db.session.execute(query):
        stocks[row.id] = row.stock
        holding = holdings.setdefault(row.id, {})
        if row.spec_id is not None:
            holding[row.spec_id] = row.option_id
    return {each: Sibling(each, stocks[each] > 0, holding) for each, holding in holdings.items()}


def _spec_rows(specs: Sequence[SpecOf], own: Sibling) -> list[tuple[str, str]]:
    return [
        (spec.name, value)
        for spec in specs
        for option_id, value in spec.options
        if own.holding.get(spec.id) == option_id
    ]
