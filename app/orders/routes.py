"""Settling, submitting and looking at orders, and what a buyer may do with them."""

import dataclasses
import secrets
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from flask import Blueprint, current_app, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.carts import services as carts
from app.carts.store import MemberCart, at_hand, selected_lines
from app.goods.errors import NotOnSale, OutOfStock
from app.orders import again as buying
from app.orders import invoices, placing, policy, queries, queueing, services, showing, store, words
from app.orders.errors import NothingToSettle, StillWaiting, TermsChanged
from app.orders.forms import Commit, InvoiceForm, read_commit
from app.orders.models import OrderStatus
from app.orders.queries import OrderView
from app.orders.settlement import Settlement, settle_lines
from app.orders.terms import as_shown
from app.shared.errors import DomainError
from app.shared.web import is_htmx, ok, private, say, see_other, user_id, wants_json
from app.users.addresses import list_addresses

PAGE_PATIENCE_S, JSON_PATIENCE_S = 2.0, 10.0  # how long a submit waits for the writer of the guard `queue`

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
    return (
        ok(**showing.settlement_json(page))
        if wants_json()
        else render_template("orders/settlement.html", settlement=page)
    )


@bp.post("/commit/")
@private
def commit() -> ResponseReturnValue:
    """Place the order; changed terms lead back to the settlement page with the differences."""
    form = read_commit()
    patience_s = JSON_PATIENCE_S if wants_json() else PAGE_PATIENCE_S
    try:
        counts, shown = store.at_till(user_id(), form.submit_token)
        number = queueing.place(_wish(form, user_id(), counts), patience_s, shown)
    except (StillWaiting, NothingToSettle, TermsChanged, OutOfStock, NotOnSale) as problem:
        if wants_json():
            raise
        return _not_placed(problem, form.submit_token)
    target = url_for(".success", order_id=number)
    return ok(order_id=number, next=target) if wants_json() else see_other(target)


@bp.get("/waiting/<token>/")
@private
def waiting(token: str) -> ResponseReturnValue:
    """A queued wish: the page asks again by itself until it is an order or never will be one."""
    try:
        number = queueing.look(user_id(), token)
    except DomainError as problem:
        if wants_json():
            raise
        return _not_placed(problem, token)
    if number is not None:
        target = url_for(".success", order_id=number)
        return ok(order_id=number, next=target) if wants_json() else see_other(target)
    if wants_json():
        raise StillWaiting()
    return render_template("orders/_waiting.html" if is_htmx() else "orders/waiting.html", token=token), 202


@bp.get("/success/")
@private
def success() -> ResponseReturnValue:
    """The order as it stands in the database, never as the address line says."""
    order = queries.get_order(user_id(), request.args.get("order_id", ""))
    return ok(order=showing.order_json(order)) if wants_json() else render_template("orders/success.html", order=order)


@bp.get("/info/", defaults={"page": 1}, endpoint="index")
@bp.get("/info/<int:page>/", endpoint="index")
@private
def index(page: int) -> ResponseReturnValue:
    """My orders, all or of one state."""
    counts = queries.count_orders(user_id())
    status = policy.known_status(request.args.get("status"))
    total = sum(counts.values()) if status is None else counts.get(status, 0)
    orders = queries.page_orders(user_id(), page, total, status)
    if wants_json():
        shown = [showing.order_json(order) for order in orders.items]
        return ok(orders=shown, page=orders.number, pages=orders.pages, counts=counts)
    tabs = [(int(each), words.STATUS[each], counts.get(each, 0)) for each in OrderStatus]
    return render_template(
        "orders/list.html",
        page=orders,
        tabs=tabs,
        status=status,
        all=sum(counts.values()),
        reasons=words.CANCEL_REASONS,
    )


@bp.get("/<order_id>/")
@private
def detail(order_id: str) -> ResponseReturnValue:
    """One of my orders."""
    order = queries.get_order(user_id(), order_id)
    return ok(order=showing.whole_json(order)) if wants_json() else _detail_page(order, InvoiceForm())


@bp.post("/<order_id>/receive/")
@private
def receive(order_id: str) -> ResponseReturnValue:
    """The goods are here."""
    services.confirm_receipt(order_id, user_id())
    return _done(gettext("已确认收货"), order_id)


@bp.post("/<order_id>/hide/")
@private
def hide(order_id: str) -> ResponseReturnValue:
    """Out of my sight."""
    services.hide_order(order_id, user_id())
    if wants_json():
        return ok()
    flash(gettext("订单已从列表中删除"), "good")
    return see_other(url_for(".index"))


@bp.post("/<order_id>/again/")
@private
def again(order_id: str) -> ResponseReturnValue:
    """The same once more: into the cart with it."""
    bought = buying.buy_again(order_id, user_id(), int(current_app.config["MAX_PER_SKU"]))
    if wants_json():
        return ok(**dataclasses.asdict(bought))
    for sentence, kind in showing.bought_again(bought):
        flash(sentence, kind)
    return see_other(url_for("carts.cart"))


@bp.post("/<order_id>/invoice/")
@private
def invoice(order_id: str) -> ResponseReturnValue:
    """What I want on the invoice; a form with a mistake comes back with its words."""
    form = InvoiceForm.read()
    if form.validate():
        invoices.ask_invoice(order_id, user_id(), form.wish)
        return _done(gettext("发票申请已提交"), order_id)
    if wants_json():
        raise form.problem()
    return _detail_page(queries.get_order(user_id(), order_id), form), form.problem().http_status


def _done(sentence: str, order_id: str) -> ResponseReturnValue:
    if wants_json():
        return ok(order=showing.whole_json(queries.get_order(user_id(), order_id)))
    flash(sentence, "good")
    return see_other(url_for(".detail", order_id=order_id))


def _detail_page(order: OrderView, form: InvoiceForm) -> str:
    days = timedelta(days=int(current_app.config["RECEIPT_DAYS"]))
    return render_template(
        "orders/detail.html",
        order=order,
        form=form,
        receipt_by=order.moved_at + days if order.can_receive and order.moved_at else None,
        reasons=words.CANCEL_REASONS,
    )


@bp.app_template_filter("event_words")
def event_words(text: str) -> str:
    """A reason in the reader's language. Some are people's own words: never `_()`, which would trust their markup."""
    return str(gettext(text))


def _freight() -> policy.Freight:
    """The rule that the settings make."""
    free_from = current_app.config["FREIGHT_FREE_FROM"]
    flat = Decimal(current_app.config["FREIGHT"])
    return policy.FreightRule(flat, Decimal(free_from)) if free_from else flat


def _not_placed(problem: DomainError, token: str) -> ResponseReturnValue:
    """Where a browser goes: to wait, back to the settlement with the differences, or to the cart."""
    if isinstance(problem, StillWaiting):
        return see_other(url_for(".waiting", token=token))
    if isinstance(problem, TermsChanged) and not is_htmx():
        page = dataclasses.replace(_settlement(user_id()), changes=showing.told(problem))
        return render_template("orders/settlement.html", settlement=page), problem.http_status
    flash(say(problem), "warn")
    return see_other(url_for("carts.cart"))


def _settlement(shopper: int) -> Settlement:
    """Fit the ticked lines to what can be bought, show them, and remember what was shown."""
    fitted = carts.fit_selection(MemberCart(shopper), int(current_app.config["MAX_PER_SKU"]))
    page = settle_lines(selected_lines(shopper), _freight())
    token = secrets.token_urlsafe(24)
    with at_hand():
        store.keep(shopper, token, as_shown(page))
    notices = [showing.fitted(fit) for fit in fitted]
    return dataclasses.replace(page, submit_token=token, addresses=list_addresses(shopper), changes=notices)


def _wish(form: Commit, shopper: int, counts: Mapping[int, int]) -> placing.Wish:
    return placing.Wish(
        user_id=shopper,
        address_id=form.address_id,
        pay_method=form.pay_method,
        submit_token=form.submit_token,
        agreed_total=form.agreed_total,
        counts=counts,
        flat_freight=_freight(),
        reservation_minutes=int(current_app.config["RESERVATION_MINUTES"]),
        guard=str(current_app.config["STOCK_GUARD"]),
    )
