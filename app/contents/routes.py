"""The home page, the choice of language, and what browsers and robots ask of every site."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request
from flask.typing import ResponseReturnValue

from app.contents.home import Ad, Home, home_blocks
from app.goods.categories import category_tree
from app.shared import language as languages
from app.shared.errors import BadValue
from app.shared.filters import image_url
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


@bp.get("/")
def index() -> ResponseReturnValue:
    """The home page."""
    home = home_blocks()
    if wants_json():
        return ok(categories=category_tree().menu(), contents=_home_json(home))
    return render_template("contents/index.html", home=home)


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
