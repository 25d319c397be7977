"""The hot list, one SKU, and visits."""

from decimal import Decimal
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.goods import policy, queries, visits
from app.goods.categories import category_tree
from app.goods.detail import get_sku, goods_beside
from app.goods.errors import NoSuchSKU
from app.goods.json_forms import detail_json
from app.goods.policy import stock_state
from app.goods.queries import HotSKU
from app.goods.shown import kept_as
from app.shared import clock, headcount, limits
from app.shared.filters import image_url
from app.shared.kept_pages import kept_page
from app.shared.money import show
from app.shared.web import client_address, is_htmx, is_person, ok, wants_json

bp = Blueprint("goods", __name__, template_folder="templates")


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
@kept_page(lambda sku_id: kept_as(url_for(".detail", sku_id=sku_id), sku_id))
def detail(sku_id: int) -> ResponseReturnValue:
    """One SKU; off the shelf it still has its page, without a way to buy, and removed it says so with 410."""
    sku = get_sku(sku_id)
    if wants_json():
        if sku.is_removed:
            raise NoSuchSKU(sku_id=sku_id)
        return ok(sku=detail_json(sku))
    beside = goods_beside(sku)
    page = render_template(
        "goods/detail.html",
        sku=sku,
        crumbs=category_tree().path(sku.category_id),
        specs=sku.specs,
        spec_rows=[(_("品牌"), sku.brand), (_("商品编号"), str(sku.id)), *sku.spec_rows],
        similar=beside.similar,
        hot=beside.hot,
        **_terms(sku.stock),
    )
    return page, 410 if sku.is_removed else 200


def _terms(stock: int) -> dict[str, Any]:
    """What the settings say of stock, count and delivery; `freight` is (amount, free from or None)."""
    config = current_app.config
    free_from = config["FREIGHT_FREE_FROM"]
    return {
        "state": stock_state(stock, config["LOW_STOCK"]),
        "max_count": config["MAX_PER_SKU"],
        "freight": (Decimal(config["FREIGHT"]), Decimal(free_from) if free_from else None),
    }


@bp.post("/detail/visit/<int:category_id>/")
def visit(category_id: int) -> ResponseReturnValue:
    """A person looked at goods of this category. Robots do not count, nor does who loads a page over and over."""
    category_tree().get(category_id)
    if is_person() and not _repeats(category_id):
        visits.count(category_id, clock.today())
        headcount.note(headcount.LOOKED)
    return ok()


def _repeats(category_id: int) -> bool:
    """By session, and by address for who comes without one each time."""
    session_name = str(session.get("csrf_token", ""))
    if session_name and limits.hit(f"visit:{session_name}:{category_id}", policy.VISITS_A_MINUTE, 60):
        return True
    return bool(limits.hit(f"visits:{client_address()}", policy.VISITS_PER_ADDRESS_A_MINUTE, 60))


def _hot_json(sku: HotSKU) -> dict[str, Any]:
    return {"id": sku.id, "default_image_url": image_url(sku.image), "name": sku.name, "price": show(sku.price)}
