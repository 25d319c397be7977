"""Asking for money back or a return, and following it."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.aftersales import queries, services, words
from app.aftersales.deciding import Asking
from app.aftersales.forms import AskForm
from app.aftersales.policy import MOST_PICTURES
from app.aftersales.queries import Document
from app.aftersales.states import Kind
from app.pictures.policy import Kind as PictureKind
from app.pictures.receiving import Upload, receive
from app.shared.errors import DomainError
from app.shared.filters import image_url
from app.shared.limits import setting
from app.shared.money import show
from app.shared.web import ok, private, say, see_other, user_id, wants_json

bp = Blueprint("aftersales", __name__, template_folder="templates", url_prefix="/aftersales")

UPLOADS = (Upload("aftersales.submit"),)


@bp.get("/", defaults={"page": 1}, endpoint="index")
@bp.get("/page/<int:page>/", endpoint="index")
@private
def index(page: int) -> ResponseReturnValue:
    """My after-sales."""
    found = queries.page_own(user_id(), page)
    if wants_json():
        return ok(after_sales=[_as_json(item) for item in found.items], page=found.number, pages=found.pages)
    return render_template("aftersales/list.html", page=found)


@bp.get("/ask/<order_id>/")
@private
def ask(order_id: str) -> ResponseReturnValue:
    """What can be asked of this order, and the form for it."""
    page = queries.ask_page(user_id(), order_id, setting("AFTER_SALES_DAYS"))
    token = secrets.token_urlsafe(24)
    if wants_json():
        return ok(
            order_id=page.order_id,
            kinds=page.kinds,
            reasons=list(words.REASONS),
            lines=[_plain(asdict(line)) for line in page.lines],
            left_amount=show(page.left_amount),
            until=page.until and page.until.isoformat(),
            submit_token=token,
        )
    return _ask_page(page, AskForm(formdata=None), token)


@bp.post("/ask/<order_id>/")
@private
def submit(order_id: str) -> ResponseReturnValue:
    """Ask; the same token again leads to the same document."""
    form, received = AskForm.read(), receive(PictureKind.RETURN, MOST_PICTURES)
    try:
        number = services.ask(_asking(form, order_id, received.or_fail()))
    except DomainError as problem:
        if wants_json() or problem.http_status == 404:
            raise
        flash(say(problem), "warn")
        page = queries.ask_page(user_id(), order_id, setting("AFTER_SALES_DAYS"))
        return _ask_page(page, form, secrets.token_urlsafe(24), received.stems), problem.http_status
    target = url_for(".detail", number=number)
    return ok(number=number, next=target) if wants_json() else see_other(target)


@bp.get("/<number>/")
@private
def detail(number: str) -> ResponseReturnValue:
    """One of my documents."""
    document = queries.get_own(user_id(), number)
    if wants_json():
        return ok(after_sale=_as_json(document))
    return render_template("aftersales/detail.html", document=document)


@bp.post("/<number>/cancel/")
@private
def cancel(number: str) -> ResponseReturnValue:
    """Take it back while nobody has decided."""
    services.cancel_own(user_id(), number)
    if wants_json():
        return ok(after_sale=_as_json(queries.get_own(user_id(), number)))
    flash(gettext("售后申请已撤销"), "good")
    return see_other(url_for(".detail", number=number))


def _asking(form: AskForm, order_id: str, pictures: Sequence[str]) -> Asking:
    if not form.validate():
        raise form.problem()
    return Asking(
        user_id=user_id(),
        order_number=order_id,
        kind=Kind(form.kind.data),
        counts=form.counts,
        reason=str(form.reason.data),
        words=str(form.words.data or "").strip(),
        submit_token=form.token,
        days=setting("AFTER_SALES_DAYS"),
        pictures=pictures,
    )


def _ask_page(page: queries.AskPage, form: AskForm, token: str, brought: Sequence[str] = ()) -> str:
    return render_template(
        "aftersales/ask.html",
        page=page,
        form=form,
        token=token,
        kind_texts=words.KIND,
        reasons=words.REASONS,
        counts=form.counts,
        brought=brought,
        most_pictures=MOST_PICTURES,
    )


def _as_json(document: Document) -> dict[str, object]:
    fields = _plain(asdict(document))
    for name in ("kind_text", "state_text", "reason_text"):
        fields[name] = gettext(str(fields[name]))
    fields["lines"] = [_plain(asdict(line)) for line in document.lines]
    fields["refunds"] = [
        {"request_no": refund.request_no, "amount": show(refund.amount), "is_done": refund.done_at is not None}
        for refund in document.refunds
    ]
    fields["events"] = [{"at": event.at.isoformat(), "text": gettext(event.text)} for event in document.events]
    fields["pictures"] = [image_url(stem, 960) for stem in document.pictures]
    fields["created_at"] = document.created_at.isoformat()
    fields["can_cancel"] = document.can_cancel
    return fields


def _plain(fields: dict[str, object]) -> dict[str, object]:
    if "image" in fields:
        fields["default_image_url"] = image_url(str(fields.pop("image")))
    return {name: show(value) if isinstance(value, Decimal) else value for name, value in fields.items()}
