"""Facts about the shop, its goods and ways for search engines, in the words of schema.org."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask import Flask, current_app, url_for
from flask_babel import gettext

from app.shared.filters import image_url
from app.shared.money import show

CONTEXT = "https://schema.org"


def init_app(app: Flask) -> None:
    """Templates print these through macros/seo.html."""
    app.jinja_env.globals.update(
        absolute=absolute,
        picture_address=picture_address,
        ld_shop=ld_shop,
        ld_crumbs=ld_crumbs,
        ld_product=ld_product,
    )


def absolute(path: str) -> str:
    """An address as others may keep it."""
    return path if path.startswith(("http://", "https://")) else f"{current_app.config['PUBLIC_URL']}{path}"


def picture_address(picture: str) -> str:
    """Of a stem, of an address as it is, of nothing: the shop's own."""
    if picture.startswith(("/", "http://", "https://")):
        return picture
    return image_url(picture, 640) if picture else url_for("static", filename="images/welcome.svg")


def ld_shop() -> list[dict[str, Any]]:
    """The shop itself, and how to search it."""
    home = absolute(url_for("contents.index"))
    name = gettext("美多商城")
    return [
        {
            "@context": CONTEXT,
            "@type": "Organization",
            "name": name,
            "url": home,
            "logo": absolute(url_for("static", filename="images/logo.svg")),
        },
        {
            "@context": CONTEXT,
            "@type": "WebSite",
            "name": name,
            "url": home,
            "potentialAction": {
                "@type": "SearchAction",
                "target": f"{absolute(url_for('search.results'))}?q={{search_term_string}}",
                "query-input": "required name=search_term_string",
            },
        },
    ]


def ld_crumbs(crumbs: Sequence[Any], ending: str = "") -> dict[str, Any]:
    """The way from the home page down; `ending` names the page itself when it is no category."""
    steps = [(gettext("首页"), url_for("contents.index"))]
    steps += [(node.name, url_for("search.listing", category_id=node.id, page=1)) for node in crumbs]
    items: list[dict[str, Any]] = [
        {"@type": "ListItem", "position": place, "name": name, "item": absolute(path)}
        for place, (name, path) in enumerate(steps, 1)
    ]
    if ending:
        items.append({"@type": "ListItem", "position": len(items) + 1, "name": ending})
    return {"@context": CONTEXT, "@type": "BreadcrumbList", "itemListElement": items}


def ld_product(sku: Any, *, score: Decimal | None = None) -> dict[str, Any]:
    """A SKU with its offer; `score` is the average of its reviews, from 1 to 5."""
    path = url_for("goods.detail", sku_id=sku.id)
    state = "InStock" if sku.is_launched and sku.stock > 0 else "OutOfStock" if sku.is_launched else "Discontinued"
    facts: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "Product",
        "name": sku.name,
        "description": sku.caption or sku.name,
        "sku": str(sku.id),
        "image": [absolute(image_url(stem, 960)) for stem in sku.images[:6]],
        "offers": {
            "@type": "Offer",
            "url": absolute(path),
            "price": show(sku.price),
            "priceCurrency": "CNY",
            "availability": f"{CONTEXT}/{state}",
            "itemCondition": f"{CONTEXT}/NewCondition",
        },
    }
    if sku.brand:
        facts["brand"] = {"@type": "Brand", "name": sku.brand}
    return {**facts, **_rating(sku.comments, score)}


def _rating(count: int, score: Decimal | None) -> Mapping[str, Any]:
    """Nothing at all where nobody has said anything: a made-up rating is worse than none."""
    if not count or score is None:
        return {}
    rating = {"@type": "AggregateRating", "ratingValue": f"{score:.1f}", "reviewCount": count, "bestRating": 5}
    return {"aggregateRating": rating}
