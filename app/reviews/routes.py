"""Writing a review after receipt, and reading what others wrote."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.goods.queries import sku_cards
from app.pictures.policy import Kind
from app.pictures.receiving import Received, Upload, receive
from app.reviews import queries, services
from app.reviews.forms import ReviewForm
from app.reviews.policy import MOST_PICTURES
from app.reviews.queries import ReviewView, Summary
from app.shared.errors import DomainError, NotFound
from app.shared.filters import image_url
from app.shared.money import show
from app.shared.paging import Page
from app.shared.web import is_htmx, ok, private, say, see_other, user_id, wants_json

bp = Blueprint("reviews", __name__, template_folder="templates")

UPLOADS = (Upload("reviews.submit"),)


@bp.get("/orders/comment/")
@private
def write() -> ResponseReturnValue:
    """The lines of an own order that wait for a review, a form for each."""
    number = request.args.get("order_id", "")
    if wants_json():
        return ok(skus=[_line_json(number, line) for line in queries.waiting_lines(user_id(), number)])
    return _page(number, None)


@bp.post("/orders/comment/")
@private
def submit() -> ResponseReturnValue:
    """One review. A browser comes back to what is left, or to the order."""
    form = ReviewForm.read()
    received = receive(Kind.REVIEW, MOST_PICTURES)
    problem = received.problem if form.validate() else form.problem()
    if problem is not None:
        return _sent_back(form, received, problem)
    waiting = services.write_review(_draft(form, received.stems))
    number = str(form.order_id.data)
    is_held = queries.is_waiting(number, int(form.sku_id.data or 0))
    if wants_json():
        return ok(order_id=number, sku_id=form.sku_id.data, waiting=waiting, is_held=is_held)
    flash(gettext("评价已提交，审核通过后展示") if is_held else gettext("评价成功"), "good")
    return see_other(url_for(".write", order_id=number) if waiting else url_for("orders.detail", order_id=number))


@bp.get("/reviews/")
@private
def mine() -> ResponseReturnValue:
    """What a shopper has written."""
    page = queries.page_own(user_id(), _page_number())
    if wants_json():
        told = [
            {
                **vars(each),
                "image": image_url(each.image),
                "created_at": each.created_at.isoformat(),
                "pictures": [image_url(stem, 960) for stem in each.pictures],
            }
            for each in page.items
        ]
        return ok(reviews=told, total=page.total, page_num=page.number, total_page=page.pages)
    return render_template("reviews/mine.html", page=page)


@bp.get("/comments/<int:sku_id>/")
def comments(sku_id: int) -> ResponseReturnValue:
    """What buyers say of a SKU: JSON, the fragment on its page, or a page of its own."""
    summary = queries.summarise(sku_id)
    page = queries.page_reviews(sku_id, _page_number(), summary.total)
    if wants_json():
        return ok(**_comments_json(summary, page))
    if is_htmx():
        return render_template("reviews/_list.html", sku_id=sku_id, summary=summary, page=page)
    sku = sku_cards([sku_id])[sku_id]
    return render_template("reviews/list.html", sku=sku, sku_id=sku_id, summary=summary, page=page)


def _sent_back(form: ReviewForm, received: Received, problem: DomainError) -> ResponseReturnValue:
    """The form with what was typed and the pictures that are here already."""
    is_blind = "order_id" in form.errors or "sku_id" in form.errors
    if wants_json() or is_blind or problem.http_status in (404, 500, 503):
        raise problem
    if received.problem is not None:
        flash(say(received.problem), "bad")
    return _page(str(form.order_id.data), form, received.stems), problem.http_status


def _page(number: str, faulty: ReviewForm | None, brought: Sequence[str] = ()) -> str:
    """One form a line; the one that was sent back shows its errors, what was typed and the pictures brought."""
    lines = queries.waiting_lines(user_id(), number)
    typed = faulty.sku_id.data if faulty else None
    facts = {"faulty": faulty, "typed": typed, "brought": brought, "most_pictures": MOST_PICTURES}
    return render_template("reviews/write.html", order_id=number, lines=lines, **facts)


def _draft(form: ReviewForm, pictures: Sequence[str]) -> services.Draft:
    return services.Draft(
        order_number=str(form.order_id.data),
        user_id=user_id(),
        sku_id=int(form.sku_id.data or 0),
        score=int(form.score.data or 0),
        text=str(form.comment.data),
        is_anonymous=bool(form.is_anonymous.data),
        pictures=pictures,
    )


def _page_number() -> int:
    text = request.args.get("page", "1")
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise NotFound()
    return int(text)


def _line_json(number: str, line: queries.WaitingLine) -> dict[str, Any]:
    return {
        "order_id": number,
        "sku_id": line.sku_id,
        "name": line.name,
        "spec_text": line.spec_text,
        "price": show(line.price),
        "default_image_url": image_url(line.image),
        "comment": "",
        "score": 5,
        "is_anonymous": False,
    }


def _comments_json(summary: Summary, page: Page[ReviewView]) -> dict[str, Any]:
    return {
        "comment_list": [
            {
                "username": each.username,
                "comment": each.comment,
                "score": each.score,
                "created_at": each.created_at.isoformat(),
                "pictures": [image_url(stem, 960) for stem in each.pictures],
                **({"answer": each.answer} if each.answer else {}),
            }
            for each in page.items
        ],
        "total": summary.total,
        "average": None if summary.average is None else str(summary.average),
        "spread": {str(score): count for score, count in summary.spread.items()},
        "page_num": page.number,
        "total_page": page.pages,
    }
