"""The account page, and what was looked at."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.goods import queries as goods
from app.shared.errors import BadValue, NotFound
from app.shared.filters import image_url, mask_mobile
from app.shared.forms import sent
from app.shared.money import show
from app.shared.redis import AWAY
from app.shared.web import ok, private, user_id, wants_json
from app.users import queries, store
from app.users.routes.blueprint import bp


@bp.get("/info/")
@private
def info() -> ResponseReturnValue:
    """Who is signed in, and what they looked at."""
    profile = queries.get_profile(user_id())
    mobile = mask_mobile(profile.mobile)
    if wants_json():
        return ok(username=profile.username, mobile=mobile, email=profile.email, email_active=profile.email_verified)
    try:
        history = _history()
    except AWAY:
        history = []
    return render_template("users/info.html", profile=profile, mobile=mobile, history=history)


def _history() -> list[goods.SKUCard]:
    """What was looked at and still exists, newest first."""
    seen = store.visited(user_id())
    cards = goods.sku_cards(seen)
    return [cards[sku_id] for sku_id in seen if sku_id in cards]


@bp.route("/browse_histories/", methods=["GET", "POST"])
@private
def browse_histories() -> ResponseReturnValue:
    """Read the list, or put a SKU in front of it."""
    if request.method == "GET":
        skus = [
            {"id": sku.id, "name": sku.name, "default_image_url": image_url(sku.image), "price": show(sku.price)}
            for sku in _history()
        ]
        return ok(skus=skus)
    given = sent().get("sku_id", "")
    if not (given.isascii() and given.isdigit() and len(given) <= 18):
        raise BadValue(field="sku_id")
    if int(given) not in goods.sku_cards([int(given)]):
        raise NotFound(sku_id=int(given))
    store.remember_visit(user_id(), int(given))
    return ok()
