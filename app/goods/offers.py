"""What an order needs to know of the goods it takes: name, picture, price, specs, and how many are left."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import BindParameter, Row, Select, bindparam, select

from app.goods.errors import NoSuchSKU, NotOnSale, OutOfStock
from app.goods.models import SKU, SKUSpec, Spec, SpecOption
from app.shared.db import db


@dataclass(frozen=True)
class Offer:
    """One SKU at the moment of the sale; `spec_text` reads 颜色：黑色；内存：128GB."""

    id: int
    name: str
    image: str
    price: Decimal
    stock: int
    is_launched: bool
    spec_text: str


Query = Select[*tuple[Any, ...]]
_WANTED: BindParameter[Any] = bindparam("wanted", expanding=True)
_ROW = (SKU.id, SKU.name, SKU.default_image, SKU.price, SKU.stock, SKU.is_launched)
_SPEC = (Spec.name.label("spec"), SpecOption.value.label("option"))
_SPEC_ORDER = (Spec.sequence, Spec.id)
_PLAIN: Query = (
    select(*_ROW, *_SPEC)
    .outerjoin(SKUSpec, SKUSpec.sku_id == SKU.id)
    .outerjoin(Spec, Spec.id == SKUSpec.spec_id)
    .outerjoin(SpecOption, SpecOption.id == SKUSpec.option_id)
    .where(SKU.id.in_(_WANTED))
    .order_by(SKU.id, *_SPEC_ORDER)
)
# one statement in id order: two orders never wait for each other crosswise; only the SKUs' own rows are locked
_LOCKED: Query = select(*_ROW).where(SKU.id.in_(_WANTED)).order_by(SKU.id).with_for_update()
_SPECS: Query = (
    select(SKUSpec.sku_id.label("id"), *_SPEC)
    .join(Spec, Spec.id == SKUSpec.spec_id)
    .join(SpecOption, SpecOption.id == SKUSpec.option_id)
    .where(SKUSpec.sku_id.in_(_WANTED))
    .order_by(SKUSpec.sku_id, *_SPEC_ORDER)
)


def read_offers(sku_ids: Iterable[int]) -> dict[int, Offer]:
    """Rows and specs in ONE statement, nothing locked; unknown ids are absent."""
    rows = _run(_PLAIN, sku_ids)
    return _offers(rows, rows)


def lock_offers(sku_ids: Iterable[int]) -> dict[int, Offer]:
    """The same with the SKUs' rows locked, in two statements."""
    wanted = sorted(sku_ids)
    return _offers(_run(_LOCKED, wanted), _run(_SPECS, wanted))


def check_offers(offers: Mapping[int, Offer], counts: Mapping[int, int]) -> None:
    """Can these give what is wanted? The error names the first, by id, that cannot."""
    for sku_id in sorted(counts):
        offer = offers.get(sku_id)
        if offer is None:
            raise NoSuchSKU(sku_id=sku_id)
        if not offer.is_launched:
            raise NotOnSale(sku_id=sku_id, name=offer.name)
        if offer.stock < counts[sku_id]:
            raise OutOfStock(sku_id=sku_id, name=offer.name, stock=offer.stock)


def _run(query: Query, sku_ids: Iterable[int]) -> Sequence[Row[Any]]:
    wanted = sorted(sku_ids)
    return db.session.connection().execute(query, {"wanted": wanted}).all() if wanted else []


def _offers(rows: Sequence[Row[Any]], specs: Sequence[Row[Any]]) -> dict[int, Offer]:
    texts: dict[int, list[str]] = {}
    for row in specs:
        if row.spec is not None:
            texts.setdefault(row.id, []).append(f"{row.spec}：{row.option}")
    return {
        row.id: Offer(
            row.id, row.name, row.default_image, row.price, row.stock, row.is_launched, "；".join(texts.get(row.id, ()))
        )
        for row in rows
    }
