"""Lists as an outside client reads them: the fields of old, and what is new beside them."""

from typing import Any

from app.goods.queries import HotSKU, SKUCard
from app.search.listing import Card, Listing
from app.shared.filters import image_url
from app.shared.money import show


def listing_json(listing: Listing) -> dict[str, Any]:
    """Goods, numbers of pages, order, facets."""
    page = listing.page
    return {
        "skus": [_card_json(card) for card in page.items],
        "total": page.total,
        "page_num": page.number,
        "total_page": page.pages,
        "page_size": page.size,
        "sort": listing.address.sort,
        "group": listing.address.group,
        "facets": [
            {
                "param": group.param,
                "name": group.title or {"cat": "category", "brand": "brand"}.get(group.param, ""),
                "options": [
                    {"value": each.value, "label": each.label, "count": each.count, "chosen": each.chosen}
                    for each in group.options
                ],
            }
            for group in listing.groups
        ],
        "prices": [
            {"from": _amount(each.low), "to": _amount(each.high), "count": each.count, "chosen": each.chosen}
            for each in listing.ranges
        ],
        "in_stock": listing.in_stock,
    }


def hot_json(hot: Any) -> list[dict[str, Any]]:
    """The best sellers beside a list."""
    return [_hot_json(sku) for sku in hot]


def sku_json(sku: SKUCard) -> dict[str, Any]:
    """One SKU as in every list."""
    return {
        "id": sku.id,
        "name": sku.name,
        "caption": sku.caption,
        "price": show(sku.price),
        "market_price": show(sku.market_price),
        "default_image_url": image_url(sku.image),
        "stock": sku.stock,
        "sales": sku.sales,
        "comments": sku.comments,
        "spec_text": sku.spec_text,
    }


def _card_json(card: Card) -> dict[str, Any]:
    return {
        **sku_json(card.sku),
        "spu_id": card.sku.spu_id,
        "kinds": card.kinds,
        "colours": [{"value": each.value, "sku_id": each.sku_id} for each in card.swatches],
    }


def _hot_json(sku: HotSKU) -> dict[str, Any]:
    return {"id": sku.id, "default_image_url": image_url(sku.image), "name": sku.name, "price": show(sku.price)}


def _amount(amount: Any) -> str | None:
    return None if amount is None else show(amount)
