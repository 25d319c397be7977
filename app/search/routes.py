"""Lists of a category, of a brand, of what words found; and what people may mean while they type."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.gateways.doors import gateways
from app.goods.categories import KEPT, category_tree
from app.goods.errors import NoSuchPage
from app.goods.queries import sku_cards
from app.search import address, asking, services, suggesting
from app.search.address import Address
from app.search.context import shelf
from app.search.highlighting import highlighter
from app.search.json_forms import hot_json, listing_json, sku_json
from app.search.listing import Listing
from app.shared.errors import NotFound
from app.shared.kept_pages import Kept, kept_page
from app.shared.web import is_htmx, is_person, ok, wants_json

bp = Blueprint("search", __name__, template_folder="templates")

SUGGESTIONS = 10


def _of_category(category_id: int) -> Address:
    head = url_for(".listing", category_id=category_id, page=1).removesuffix("1/")
    return _address(lambda n: f"{head}{n}/")


def _of_brand(brand_id: int) -> Address:
    path = url_for(".brand", brand_id=brand_id)
    return _address(lambda _n: path, page_in_query=True)


def _kept(here: Address, page: int) -> Kept | None:
    """Kept for some moments: prices and stock may be as old on a page as in the columns, and no older."""
    moments = current_app.config["LISTING_FOLLOW_S"]
    return Kept(here.url(page), (KEPT,), lambda: 3 * moments) if moments else None


@bp.get("/list/<int:category_id>/<int:page>/")
@kept_page(lambda category_id, page: _kept(_of_category(category_id), page))
def listing(category_id: int, page: int) -> ResponseReturnValue:
    """A category of any level, everything below it included."""
    tree = category_tree()
    category, crumbs, children = tree.get(category_id), tree.path(category_id), tree.children(category_id)
    found = services.list_category(shelf(), tree, category_id, _of_category(category_id), page)
    if wants_json():
        return ok(
            category={"id": category.id, "name": category.name, "level": category.level},
            breadcrumb=[{"id": node.id, "name": node.name} for node in crumbs],
            children=[{"id": node.id, "name": node.name} for node in children],
            hot_skus=hot_json(found.hot),
            **listing_json(found),
        )
    return _page("list", found, category=category, crumbs=crumbs, children=children)


@bp.get("/list/<int:category_id>/<page>/")
def no_listing(category_id: int, page: str) -> ResponseReturnValue:
    """`/list/3/-1/` and the like: a page that is not there, in the words of the shop."""
    raise NoSuchPage(page=page, category_id=category_id)


@bp.get("/brands/<int:brand_id>/")
@kept_page(lambda brand_id: _kept(_of_brand(brand_id), _page_number()))
def brand(brand_id: int) -> ResponseReturnValue:
    """Everything of one brand; `?page=` counts from 1."""
    name, found = services.list_brand(shelf(), brand_id, _of_brand(brand_id), _page_number())
    if wants_json():
        return ok(brand={"id": brand_id, "name": name}, hot_skus=hot_json(found.hot), **listing_json(found))
    return _page("brand", found, brand={"id": brand_id, "name": name}, crumbs=[])


@bp.get("/search/")
def results() -> ResponseReturnValue:
    """What words found, best first."""
    words = " ".join(services.words_of(request.args.get("q", "")))
    path, number = url_for(".results"), _page_number()
    fixed = (("q", words),) if words else ()
    here = _address(lambda _n: path, page_in_query=True, fixed=fixed, sorts=address.SEARCHES)
    about, found = services.search(shelf(), gateways().search, words, here, number)
    if wants_json():
        return ok(q=words, did_you_mean=about.did_you_mean, related=about.related, **listing_json(found))
    if words and number == 1 and found.address.choice.is_empty and is_person():
        asking.note_query(words, found.page.total if about.ids else 0)
    popular = services.popular(shelf()) if words and not found.page.total else []
    return _page("results", found, words=words, about=about, mark=highlighter(about.words), popular=popular)


@bp.get("/search/suggest/")
def suggest() -> ResponseReturnValue:
    """What people may mean by the beginning of a question: a fragment for the box, or JSON."""
    text = request.args.get("q", "")[: services.LONGEST].strip()
    found = suggesting.suggest(text, SUGGESTIONS, gateways().search)
    cards = sku_cards(found.sku_ids)
    goods = [cards[each] for each in found.sku_ids if each in cards and cards[each].is_launched]
    if wants_json():
        categories = [{"id": id_, "name": name} for id_, name in found.categories]
        return ok(q=text, queries=found.queries, categories=categories, skus=[sku_json(sku) for sku in goods])
    body = render_template("search/_suggest.html", text=text, found=found, goods=goods, mark=highlighter([text]))
    response = Response(body)
    response.cache_control.private = True
    response.cache_control.max_age = 60
    return response


def _address(
    path: Callable[[int], str],
    *,
    page_in_query: bool = False,
    fixed: tuple[tuple[str, str], ...] = (),
    sorts: tuple[str, ...] = address.LISTS,
) -> Address:
    """What the query says. A page shows families, an outside client reads SKUs as it always did; both may ask."""
    size = current_app.config["LIST_PAGE_SIZE"]
    here = Address(path, page_in_query, fixed, sorts, usual_size=size, size=size)
    return here.read(request.args.items(multi=True), "sku" if wants_json() else "spu")


def _page(name: str, found: Listing, **about: Any) -> ResponseReturnValue:
    """The page, or for htmx the part of it that changes; its address goes into the browser's bar."""
    here = found.address.url(found.page.number)
    facts = {"listing": found, "page": found.page, "here": found.address, "canonical": here, "mark": str, **about}
    if not is_htmx():
        response = make_response(render_template(f"search/{name}.html", **facts))
    else:
        response = make_response(render_template("search/_listing.html", kind=name, **facts))
        response.headers["HX-Push-Url"] = here
    response.vary.add("HX-Request")
    return response


def _page_number() -> int:
    """From 1; what is no number is no page."""
    text = request.args.get("page", "1")
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise NotFound()
    return int(text)
