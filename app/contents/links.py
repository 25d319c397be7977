"""Does a link of an ad lead to a page of this shop that is there? Asked at the edge, where the addresses are known."""

from urllib.parse import urlsplit

from flask import current_app
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from app.contents.ads import is_own
from app.goods.categories import category_tree
from app.goods.errors import NoSuchCategory
from app.goods.queries import sku_cards

ROOMS = {"contents", "goods", "search", "users", "orders", "carts", "reviews"}  # with pages for shoppers


def leads_somewhere(url: str) -> bool:
    """A page for shoppers: of goods and categories only those that there are."""
    path = urlsplit(url).path
    if not is_own(url):
        return False
    try:
        endpoint, values = current_app.url_map.bind("localhost").match(path, method="GET")
    except (RequestRedirect, HTTPException):
        return False
    if endpoint.split(".")[0] not in ROOMS:
        return False
    if endpoint == "goods.detail":
        return int(values["sku_id"]) in sku_cards([int(values["sku_id"])])
    if endpoint == "search.listing":
        return _is_category(int(values["category_id"]))
    return True


def _is_category(category_id: int) -> bool:
    try:
        category_tree().get(category_id)
    except NoSuchCategory:
        return False
    return True
