"""The home page, the choice of language, and what browsers and robots ask of every site."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.contents import store
from app.contents.home import Ad, Home, home_blocks, seconds_to_change
from app.goods.categories import KEPT as CATEGORIES
from app.goods.categories import category_tree
from app.shared import clock
from app.shared import language as languages
from app.shared.errors import BadValue
from app.shared.filters import image_url
from app.shared.kept_pages import Kept, kept_page
from app.shared.web import ok, safe_next, see_other, wants_json

bp = Blueprint("contents", __name__, template_folder="templates")

# what only one shopper sees, or what never ends, is not for robots
ROBOTS = """User-agent: *
Disallow: /admin/
Disallow: /carts/
Disallow: /orders/
Disallow: /payment/
Disallow: /search/
Disallow: /login/
Disallow: /register/
"""


def _home_kept() -> Kept | None:
    """Everybody's home page; not what staff see who look ahead."""
    if "at" in request.args:
        return None
    return Kept("/", (store.KEPT, CATEGORIES), seconds_to_change)


@bp.get("/")
@kept_page(_home_kept)
def index() -> ResponseReturnValue:
    """The home page; `at` (Shanghai time) shows staff the page of another moment."""
    moment = _looked_ahead()
    home = home_blocks(moment)
    if wants_json():
        return ok(categories=category_tree().menu(), contents=_home_json(home))
    return render_template("contents/index.html", home=home, preview=moment)


def _looked_ahead() -> datetime | None:
    """The moment that staff ask for; nobody else's question is heard."""
    given = request.args.get("at", "")
    if not given or not current_user.is_authenticated or not current_user.is_staff:
        return None
    try:
        return datetime.fromisoformat(given).replace(tzinfo=clock.SHANGHAI)
    except ValueError:
        raise BadValue(field="at") from None


@bp.post("/language/")
def language() -> ResponseReturnValue:
    """Keep the language picked in the header and go back to the page it was picked on."""
    if not languages.choose(request.form.get("lang", "")):
        raise BadValue()
    return see_other(safe_next(request.form.get("next")))


@bp.get("/favicon.ico")
def favicon() -> ResponseReturnValue:
    """For browsers that look for it by this name."""
    return current_app.send_static_file("images/favicon.svg")


@bp.get("/robots.txt")
def robots() -> ResponseReturnValue:
    """What robots should leave alone."""
    return Response(ROBOTS, mimetype="text/plain")


def _home_json(home: Home) -> dict[str, Any]:
    return {
        "carousel": _ads_json(home.carousel),
        "news": _ads_json(home.news),
        "header_ad": _ad_json(home.header_ad),
        "floors": [
            {
                "title": str(floor.title),
                "logo": _ad_json(floor.logo),
                "channels": _ads_json(floor.channels),
                "keywords": _ads_json(floor.keywords),
                "tabs": [{"key": tab.key, "title": str(tab.title), "ads": _ads_json(tab.ads)} for tab in floor.tabs],
            }
            for floor in home.floors
        ],
    }


def _ad_json(ad: Ad | None) -> dict[str, str] | None:
    return None if ad is None else {**asdict(ad), "image": image_url(ad.image) if ad.image else ""}


def _ads_json(ads: Any) -> list[dict[str, str] | None]:
    return [_ad_json(ad) for ad in ads]
