"""`GET /search/?q=&page=&sort=`"""

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue

from app.goods.policy import known_sort
from app.search import services
from app.shared.errors import NotFound
from app.shared.filters import image_url
from app.shared.money import show
from app.shared.web import ok, wants_json

bp = Blueprint("search", __name__, template_folder="templates")


@bp.get("/search/")
def results() -> ResponseReturnValue:
    """Goods whose name has every word."""
    asked = services.words_of(request.args.get("q", ""))
    words, sort = " ".join(asked), known_sort(request.args.get("sort"))
    page = services.search(asked, _page_number(), current_app.config["LIST_PAGE_SIZE"], sort)
    if not wants_json():
        return render_template("search/results.html", words=words, page=page, sort=sort)
    skus = [
        {
            "id": sku.id,
            "name": sku.name,
            "price": show(sku.price),
            "default_image_url": image_url(sku.image),
            "stock": sku.stock,
            "sales": sku.sales,
            "comments": sku.comments,
        }
        for sku in page.items
    ]
    return ok(q=words, sort=sort, skus=skus, total=page.total, page_num=page.number, total_page=page.pages)


def _page_number() -> int:
    """From 1; what is no number is no page."""
    text = request.args.get("page", "1")
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise NotFound()
    return int(text)
