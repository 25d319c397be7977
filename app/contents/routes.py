"""The home page, the choice of language, and what browsers and robots ask of every site."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.contents import sitemaps, store, texts
from app.contents.footer import words
from app.contents.home import Ad, Home, home_blocks, seconds_to_change
from app.contents.linked_data import absolute
from app.goods.categories import KEPT as CATEGORIES
from app.goods.categories import category_tree
from app.shared import clock
from app.shared import language as languages
from app.shared.errors import BadValue, NotFound
from app.shared.filters import image_url
from app.shared.kept_pages import Kept, kept_page
from app.shared.staff_view import rights
from app.shared.web import ok, safe_next, see_other, wants_json

bp = Blueprint("contents", __name__, template_folder="templates")

# what only one shopper sees, or what never ends, is not for robots
ROBOTS = """User-agent: *
Disallow: /admin/
Disallow: /carts/
Disallow: /orders/
Disallow: /payment/
Disallow: /search/
Disallow: /visitor/
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
    if not given or "contents.view" not in rights():
        return None
    try:
        return datetime.fromisoformat(given).replace(tzinfo=clock.SHANGHAI)
    except ValueError:
        raise BadValue(field="at") from None


@bp.get("/pages/<slug>/")
@kept_page(lambda slug: Kept(url_for(".page", slug=slug), ()))
def page(slug: str) -> ResponseReturnValue:
    """About us, contact, returns, privacy; the agreement has an address of its own."""
    if slug == "agreement" and not wants_json():
        return redirect(url_for("users.agreement"), 301)
    found = words(slug)
    if wants_json():
        return ok(slug=slug, title=found.title, html=str(found.html))
    return render_template("contents/page.html", page=found, preview=False)


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
    """What robots should leave alone, and where the map is."""
    return Response(f"{ROBOTS}Sitemap: {absolute(url_for('.sitemap'))}\n", mimetype="text/plain")


@bp.get("/sitemap.xml")
def sitemap() -> ResponseReturnValue:
    """The map of maps."""
    parts = [(f"goods-{number}", at) for number, at in sitemaps.goods_parts()]
    newest = max((at for _, at in parts), default=None)
    names = [("pages", newest), ("categories", newest), ("brands", newest), *parts]
    return _map(sitemaps.index((absolute(url_for(".sitemap_part", name=name)), at) for name, at in names))


@bp.get("/sitemaps/<name>.xml")
def sitemap_part(name: str) -> ResponseReturnValue:
    """One map: pages, categories, brands or goods-<n>."""
    makers: dict[str, Callable[[], list[sitemaps.Entry]]] = {
        "pages": _page_entries,
        "categories": _category_entries,
        "brands": lambda: [(url_for("search.brand", brand_id=id_), at) for id_, at in sitemaps.brands()],
    }
    kind, _, number = name.partition("-")
    if kind == "goods" and number.isascii() and number.isdigit() and len(number) < 10:
        found = sitemaps.goods_of(int(number))
        entries: list[sitemaps.Entry] = [(url_for("goods.detail", sku_id=id_), at) for id_, at in found]
    elif name in makers:
        entries = makers[name]()
    else:
        raise NotFound()
    return _map(sitemaps.pages((absolute(path), at) for path, at in entries))


def _page_entries() -> list[sitemaps.Entry]:
    slugs = [slug for slug in texts.SLUGS if slug != "agreement"]
    pages = [(url_for(".page", slug=slug), words(slug).changed_at) for slug in slugs]
    return [("/", None), *pages, (url_for("users.agreement"), words("agreement").changed_at)]


def _category_entries() -> list[sitemaps.Entry]:
    upper: list[tuple[int, datetime | None]] = [(id_, None) for id_ in sitemaps.upper_categories()]
    every = [*upper, *sitemaps.categories()]
    return [(url_for("search.listing", category_id=id_, page=1), at) for id_, at in every]


def _map(xml: bytes) -> Response:
    return Response(xml, mimetype="application/xml", headers={"Cache-Control": "public, max-age=3600"})


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
