"""Settling, submitting and looking at orders."""

import dataclasses
import secrets
from decimal import Decimal

from flask import Blueprint, current_app, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.carts import services as carts
from app.carts.store import MemberCart, at_hand, selected_lines
from app.goods.errors import NotOnSale, OutOfStock
from app.orders import placing, queries, store
from app.orders.errors import NothingToSettle, TermsChanged
from app.orders.forms import CommitForm
from app.orders.models import PayMethod
from app.orders.queries import OrderView
from app.orders.settlement import Settlement, settle_lines
from app.orders.terms import as_shown
from app.shared.filters import image_url
from app.shared.money import show
from app.shared.web import ok, private, say, see_other, user_id, wants_json
from app.users.addresses import list_addresses

bp = Blueprint("orders", __name__, template_folder="templates", url_prefix="/orders")


@bp.get("/settlement/")
@private
def settlement() -> ResponseReturnValue:
    """What would be ordered now: lines, freight, total, and a fresh submit token."""
    try:
        page = _settlement(user_id())
    except (NothingToSettle, OutOfStock, NotOnSale) as problem:
        if wants_json():
            raise
        flash(say(problem), "warn")
        return see_other(url_for("carts.cart"))
    return _as_json(page) if wants_json() else render_template("orders/settlement.html", settlement=page)


@bp.post("/commit/")
@private
def commit() -> ResponseReturnValue:
    """Place the order; changed terms lead back to the settlement page with the differences."""
    form = CommitForm.read_or_fail()
    try:
        number = placing.place_order(_wish(form, user_id()))
    except TermsChanged as problem:
        if wants_json():
            raise
        page = dataclasses.replace(_settlement(user_id()), changes=_told(problem))
        return render_template("orders/settlement.html", settlement=page), problem.http_status
    except (NothingToSettle, OutOfStock, NotOnSale) as problem:
        if wants_json():
            raise
        flash(say(problem), "warn")
        return see_other(url_for("carts.cart"))
    target = url_for(".success", order_id=number)
    return ok(order_id=number, next=target) if wants_json() else see_other(target)


@bp.get("/success/")
@private
def success() -> ResponseReturnValue:
    """The order as it stands in the database, never as the address line says."""
    order = queries.get_order(user_id(), request.args.get("order_id", ""))
    return ok(order=_order_json(order)) if wants_json() else render_template("orders/success.html", order=order)


@bp.get("/info/", defaults={"page": 1}, endpoint="index")
@bp.get("/info/<int:page>/", endpoint="index")
@private
def index(page: int) -> ResponseReturnValue:
    """My orders."""
    orders = queries.page_orders(user_id(), page)
    if wants_json():
        return ok(orders=[_order_json(order) for order in orders.items], page=orders.number, pages=orders.pages)
    return render_template("orders/list.html", page=orders)


@bp.get("/<order_id>/")
@private
def detail(order_id: str) -> ResponseReturnValue:
    """One of my orders."""
    order = queries.get_order(user_id(), order_id)
    return ok(order=_order_json(order)) if wants_json() else render_template("orders/detail.html", order=order)


def _flat_freight() -> Decimal:
    return Decimal(current_app.config["FREIGHT"])


def _settlement(shopper: int) -> Settlement:
    """Fit the ticked lines to what can be bought, show them, and remember what was shown."""
    fitted = carts.fit_selection(MemberCart(shopper), int(current_app.config["MAX_PER_SKU"]))
    page = settle_lines(selected_lines(shopper), _flat_freight())
    token = secrets.token_urlsafe(24)
    with at_hand():
        store.keep(shopper, token, as_shown(page))
    notices = [_fitted_words(fit) for fit in fitted]
    return dataclasses.replace(page, submit_token=token, addresses=list_addresses(shopper), changes=notices)


def _wish(form: CommitForm, shopper: int) -> placing.Wish:
    return placing.Wish(
        user_id=shopper,
        address_id=int(form.address_id.data or 0),
        pay_method=PayMethod(form.pay_method.data),
        submit_token=str(form.submit_token.data),
        agreed_total=form.agreed_total,
        counts=selected_lines(shopper),
        flat_freight=_flat_freight(),
        reservation_minutes=int(current_app.config["RESERVATION_MINUTES"]),
        guard=str(current_app.config["STOCK_GUARD"]),
    )


def _fitted_words(fit: carts.Fitted) -> str:
    if fit.count:
        return str(gettext("%(name)s 库存不足，数量已改为 %(count)s 件", name=fit.name, count=fit.count))
    return str(gettext("%(name)s 暂时不能购买，已从结算中移除", name=fit.name))


def _told(problem: TermsChanged) -> list[str]:
    """Each difference as a sentence."""
    sentences = {
        "price": lambda c: gettext("%(name)s 的价格由 ¥%(old)s 变为 ¥%(new)s", **c),
        "count": lambda c: gettext("%(name)s 的数量由 %(old)s 变为 %(new)s", **c),
        "added": lambda c: gettext("%(name)s 是新勾选的商品", **c),
        "freight": lambda c: gettext("运费由 ¥%(old)s 变为 ¥%(new)s", **c),
        "gone": lambda c: gettext("有商品已不在勾选的商品中", **c),
    }
    changes = problem.facts["changes"]
    assert isinstance(changes, list)
    told = [sentences[change["kind"]](change) for change in changes]
    facts = {"old": problem.facts["old_total"], "new": problem.facts["new_total"]}
    return [*told, gettext("应付总额由 ¥%(old)s 变为 ¥%(new)s", **facts)]


def _as_json(page: Settlement) -> ResponseReturnValue:
    return ok(
        addresses=[
            {
                "id": card.id,
                "title": card.title,
                "receiver": card.receiver,
                "mobile": card.mobile,
                "region": card.region,
                "place": card.place,
                "is_default": card.is_default,
            }
            for card in page.addresses
        ],
        lines=[_line_json(line) for line in page.lines],
        goods_amount=show(page.goods_amount),
        freight=show(page.freight),
        total_amount=show(page.total_amount),
        total_count=page.total_count,
        submit_token=page.submit_token,
        changes=page.changes,
    )


def _line_json(line: object) -> dict[str, object]:
    assert dataclasses.is_dataclass(line)
    assert not isinstance(line, type)
    fields = dataclasses.asdict(line)
    fields["default_image_url"] = image_url(fields.pop("image"))
    return {name: show(value) if isinstance(value, Decimal) else value for name, value in fields.items()}


def _order_json(order: OrderView) -> dict[str, object]:
    return {
        "order_id": order.order_id,
        "created_at": order.created_at.isoformat(),
        "status": order.status,
        "status_text": gettext(order.status_text),
        "pay_method": order.pay_method,
        "total_count": order.total_count,
        "freight": show(order.freight),
        "total_amount": show(order.total_amount),
        "pay_before": order.pay_deadline.isoformat() if order.pay_deadline else None,
        "lines": [_line_json(line) for line in order.lines],
    }
