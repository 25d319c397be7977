"""One SKU as JSON: the names are the outside client's contract."""

from typing import Any

from app.goods.detail import SKUDetail
from app.goods.policy import stock_state
from app.shared import limits
from app.shared.filters import image_url
from app.shared.money import show


def detail_json(sku: SKUDetail) -> dict[str, Any]:
    """What its page shows; `stock_state` is in, low or out."""
    return {
        "id": sku.id,
        "name": sku.name,
        "caption": sku.caption,
        "price": show(sku.price),
        "market_price": show(sku.market_price),
        "stock": sku.stock,
        "stock_state": stock_state(sku.stock, limits.setting("LOW_STOCK")),
        "sales": sku.sales,
        "comments": sku.comments,
        "score": None if sku.score is None else f"{sku.score:.1f}",
        "is_launched": sku.is_launched,
        "brand": sku.brand,
        "category_id": sku.category_id,
        "images": [image_url(stem, 640) for stem in sku.images],
        "specs": [
            {
                "name": spec.name,
                "options": [
                    {
                        "value": option.value,
                        "sku_id": option.sku_id,
                        "current": option.current,
                        "in_stock": option.in_stock,
                    }
                    for option in spec.options
                ],
            }
            for spec in sku.specs
        ],
    }
