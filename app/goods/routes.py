"""The hot list, one SKU, and visits."""

import re
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.goods import queries, services
from app.goods.categories import category_tree
from app.goods.queries import HotSKU, SKUDetail
from app.shared import clock
from app.shared.filters import image_url
from app.shared.money import show
from app.shared.web import is_htmx, ok, wants_json

bp = Blueprint("goods", __name__, template_folder="templates")

BOT = re.compile(r"bot|crawl|spider|slurp|curl|wget|python-requests|headless", re.IGNORECASE)


@bp.get("/hot/<int:category_id>/")
def hot(category_id: int) -> ResponseReturnValue:
    """The best sellers of a category: JSON, a fragment, or for a browser the category's page sorted so."""
    best = queries.hot_skus(category_id)
    if is_htmx():
        return render_template("goods/_hot.html", hot=best)
    if wants_json() or not request.accept_mimetypes.accept_html:
        return ok(hot_skus=[_hot_json(sku) for sku in best])
    return redirect(url_for("search.listing", category_id=category_id, page=1, sort="hot"))


@bp.get("/detail/<int:sku_id>/")
def detail(sku_id: int) -> ResponseReturnValue:
    """One SKU; off the shelf it still has its page, without a way to buy."""
    sku = queries.get_sku(sku_id)
    if wants_json():
        return ok(sku=_detail_json(sku))
    return render_template(
        "goods/detail.html",
        sku=sku,
        crumbs=category_tree().path(sku.category_id),
        specs=sku.specs,
        spec_rows=[(_("品牌"), sku.brand), (_("商品编号"), str(sku.id)), *sku.spec_rows],
        hot=queries.hot_skus(sku.category_id),
        max_count=current_app.config["MAX_PER_SKU"],
    )


@bp.post("/detail/visit/<int:category_id>/")
def visit(category_id: int) -> ResponseReturnValue:
    """The page tells that a person looked at goods of this category; robots do not count."""
    if not BOT.search(request.user_agent.string):
        services.count_visit(category_id, clock.today())
    return ok()


def _hot_json(sku: HotSKU) -> dict[str, Any]:
    return {"id": sku.id, "default_image_url": image_url(sku.image), "name": sku.name, "price": show(sku.price)}


def _detail_json(sku: SKUDetail) -> dict[str, Any]:
    return {
        "id": sku.id,
        "name": sku.name,
        "caption": sku.caption,
        "price": show(sku.price),
        "market_price": show(sku.market_price),
        "stock": sku.stock,
        "sales": sku.sales,
        "comments": sku.comments,
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
