"""What was looked at lately, under a SKU's page: a member's from their history, a guest's as their browser tells."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.goods import queries as goods
from app.goods.queries import SKUCard
from app.shared.redis import AWAY
from app.shared.web import ok, wants_json
from app.users import store
from app.users.policy import RECENT_SHOWN
from app.users.routes.blueprint import bp


@bp.get("/recent/")
def recent() -> ResponseReturnValue:
    """A fragment of cards. `but` is the SKU whose page it stands on; `ids` are a guest's own, newest first."""
    cards = _cards(_looked_at(), request.args.get("but", 0, type=int))
    if wants_json():
        return ok(skus=[card.id for card in cards])
    return render_template("users/_recent.html", cards=cards)


def _looked_at() -> list[int]:
    if not current_user.is_authenticated:
        parts = request.args.get("ids", "")[:200].split(",")
        return [int(each) for each in parts if each.isascii() and each.isdigit() and len(each) <= 12]
    try:
        return store.visited(current_user.id, 0, RECENT_SHOWN + 1)
    except AWAY:
        return []


def _cards(ids: list[int], but: int) -> list[SKUCard]:
    """What may be shown of them, in order."""
    wanted = [each for each in dict.fromkeys(ids) if each != but][:RECENT_SHOWN]
    cards = goods.sku_cards(wanted)
    return [cards[each] for each in wanted if each in cards and cards[each].is_launched]
