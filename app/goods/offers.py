"""What an order needs to know of the goods it takes: name, picture, price, specs, and how many are left."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from app.goods.errors import NoSuchSKU, NotOnSale, OutOfStock
from app.goods.models import SKU, SKUSpec, Spec, SpecOption
from app.shared.prepared import Listed, Row, slots


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


_ROW = (SKU.id, SKU.name, SKU.default_image, SKU.price, SKU.stock, SKU.is_launched)
_WIDTH = len(_ROW)
_SPEC = (Spec.name, SpecOption.value)
_SPEC_ORDER = (Spec.sequence, Spec.id)


_PLAIN = Listed(
    lambda number: (
        select(*_ROW, *_SPEC)
        .outerjoin(SKUSpec, SKUSpec.sku_id == SKU.id)
        .outerjoin(Spec, Spec.id == SKUSpec.spec_id)
        .outerjoin(SpecOption, SpecOption.id == SKUSpec.option_id)
        .where(SKU.id.in_(slots("wanted", number)))
        .order_by(SKU.id, *_SPEC_ORDER)
    )
)
# one statement in id order: two orders never wait for each other crosswise; only the SKUs' own rows are locked
_LOCKED = Listed(
    lambda number: select(*_ROW).where(SKU.id.in_(slots("wanted", number))).order_by(SKU.id).with_for_update()
)
_SPECS = Listed(
    lambda number: (
        select(SKUSpec.sku_id, *_SPEC)
        .join(Spec, Spec.id == SKUSpec.spec_id)
        .join(SpecOption, SpecOption.id == SKUSpec.option_id)
        .where(SKUSpec.sku_id.in_(slots("wanted", number)))
        .order_by(SKUSpec.sku_id, *_SPEC_ORDER)
    )
)


def read_offers(sku_ids: Iterable[int]) -> dict[int, Offer]:
    """Rows and specs in ONE statement, nothing locked; unknown ids are absent."""
    rows = _PLAIN.rows(wanted=sorted(sku_ids))
    return _offers(rows, [(row[0], *row[_WIDTH:]) for row in rows])


def lock_offers(sku_ids: Iterable[int]) -> dict[int, Offer]:
    """The same with the SKUs' rows locked, in two statements."""
    wanted = sorted(sku_ids)
    return _offers(_LOCKED.rows(wanted=wanted), _SPECS.rows(wanted=wanted))


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


def _offers(rows: Iterable[Row], specs: Iterable[Row]) -> dict[int, Offer]:
    texts: dict[int, list[str]] = {}
    for sku_id, spec, option in specs:
        if spec is not None:
            texts.setdefault(sku_id, []).append(f"{spec}：{option}")
    return {row[0]: Offer(*(*row[:_WIDTH], "；".join(texts.get(row[0], ())))) for row in rows}
