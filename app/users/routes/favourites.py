"""The list of favourites, and the heart on a SKU's page."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from app.goods.queries import SKUCard
from app.shared.filters import image_url
from app.shared.money import show
from app.shared.web import is_htmx, ok, private, safe_next, see_other, user_id, wants_json
from app.users import favourites as marks
from app.users.routes.blueprint import bp


@bp.get("/favourites/", endpoint="favourites")
@private
def list_favourites() -> ResponseReturnValue:
    """Own favourites, newest first."""
    page = marks.page_marked(user_id(), request.args.get("page", 1, type=int))
    if wants_json():
        skus = [_as_json(sku) for sku in page.items]
        return ok(skus=skus, total=page.total, page_num=page.number, total_page=page.pages)
    return render_template("users/favourites.html", page=page)


@bp.route("/favourites/<int:sku_id>/", methods=["POST", "DELETE"])
@private
def favourite(sku_id: int) -> ResponseReturnValue:
    """Mark or unmark; a browser comes back to where the heart is, htmx gets the heart."""
    is_marked = request.method == "POST"
    (marks.mark if is_marked else marks.unmark)(user_id(), sku_id)
    if wants_json():
        return ok(sku_id=sku_id, is_favourite=is_marked)
    if is_htmx():
        said = gettext("已收藏") if is_marked else gettext("已取消收藏")
        return render_template("users/_heart.html", sku_id=sku_id, is_marked=is_marked, said=said)
    return see_other(safe_next(request.form.get("next"), url_for(".favourites")))


def _as_json(sku: SKUCard) -> dict[str, object]:
    return {
        "id": sku.id,
        "name": sku.name,
        "default_image_url": image_url(sku.image),
        "price": show(sku.price),
        "is_launched": sku.is_launched,
        "stock": sku.stock,
    }


def _is_favourite(sku_id: int) -> bool:
    """For pages of goods, which stand below this room: is it marked by whoever looks?"""
    return bool(current_user.is_authenticated) and sku_id in marks.kept_marks(current_user.id)


@bp.app_context_processor
def offer_heart() -> dict[str, object]:
    """`is_favourite(sku_id)` for templates; it asks only when it is called, and no table while the marks are kept."""
    return {"is_favourite": _is_favourite}
