"""The account page, and what was looked at."""

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.goods import queries as goods
from app.shared.errors import BadValue, NotFound
from app.shared.filters import image_url, mask_mobile
from app.shared.forms import sent
from app.shared.money import show
from app.shared.redis import AWAY
from app.shared.web import ok, private, see_other, user_id, wants_json
from app.users import histories, store
from app.users.profile import get_standing
from app.users.routes.blueprint import bp


@bp.get("/info/")
@private
def info() -> ResponseReturnValue:
    """Who is signed in, and what they looked at."""
    standing = get_standing(user_id())
    mobile = mask_mobile(standing.mobile)
    if wants_json():
        email = {"email": standing.email, "email_active": standing.email_verified}
        return ok(username=standing.username, nickname=standing.nickname, mobile=mobile, **email)
    try:
        history = histories.latest(user_id())
    except AWAY:
        history = []
    return render_template("users/info.html", standing=standing, mobile=mobile, history=history)


@bp.route("/browse_histories/", methods=["GET", "POST"])
@private
def browse_histories() -> ResponseReturnValue:
    """Read the last few, as the original did, or put a SKU in front of them. `/history/` shows all that is kept."""
    if request.method == "GET":
        skus = [
            {"id": sku.id, "name": sku.name, "default_image_url": image_url(sku.image), "price": show(sku.price)}
            for sku in histories.latest(user_id())
        ]
        return ok(skus=skus)
    given = sent().get("sku_id", "")
    if not (given.isascii() and given.isdigit() and len(given) <= 18):
        raise BadValue(field="sku_id")
    if int(given) not in goods.sku_cards([int(given)]):
        raise NotFound(sku_id=int(given))
    store.remember_visit(user_id(), int(given))
    return ok()


@bp.get("/history/")
@private
def history() -> ResponseReturnValue:
    """Everything that is remembered, in pages; while Redis is away the page stands and says so."""
    try:
        page = histories.page_visited(user_id(), request.args.get("page", 1, type=int))
    except AWAY:
        page = None
    return render_template("users/history.html", page=page)


@bp.delete("/history/")
@private
def clear_history() -> ResponseReturnValue:
    """Forget everything that was looked at."""
    store.forget_visits(user_id())
    return _back_to_history(gettext("浏览历史已清空"))


@bp.delete("/history/<int:sku_id>/")
@private
def forget_visit(sku_id: int) -> ResponseReturnValue:
    """Forget one SKU."""
    store.forget_visit(user_id(), sku_id)
    return _back_to_history(gettext("已从浏览历史删除"))


def _back_to_history(said: str) -> ResponseReturnValue:
    if wants_json():
        return ok()
    flash(said, "good")
    return see_other(url_for(".history"))
