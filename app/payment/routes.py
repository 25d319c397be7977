"""Paying: to the cashier, back from it, and what the provider says meanwhile."""

import logging

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.gateways.doors import gateways
from app.gateways.payment import BadSignature
from app.orders import queries as order_queries
from app.orders import words
from app.orders.models import OrderStatus
from app.orders.queries import OrderView
from app.payment import queries, services, sweeping
from app.payment.errors import UnknownTrade, WrongAmount
from app.payment.forms import CancelForm
from app.shared.extensions import csrf
from app.shared.web import ok, private, see_other, user_id, wants_json

log = logging.getLogger(__name__)
bp = Blueprint("payment", __name__, template_folder="templates")


@bp.post("/payment/<order_id>/")
@private
def start(order_id: str) -> ResponseReturnValue:
    """To the cashier."""
    link = services.start_payment(order_id, user_id(), gateways().payment)
    if wants_json():
        return ok(alipay_url=link.url, out_trade_no=link.out_trade_no)
    return redirect(link.url, 303)


@bp.get("/payment/status/")
@private
def status() -> ResponseReturnValue:
    """Back from the cashier: only shows. If no notify has come yet, the provider is asked."""
    back = gateways().payment.read_return(request.args.to_dict())
    number = queries.own_order_of(back.out_trade_no, user_id())
    order = order_queries.get_order(user_id(), number)
    if order.status == OrderStatus.UNPAID and sweeping.ask_and_settle(back.out_trade_no, gateways().payment):
        order = order_queries.get_order(user_id(), number)
    paid = queries.payment_state(number)
    state = _state(order, paid)
    if wants_json():
        return ok(order_id=number, state=state, trade_id=paid.trade_id)
    return render_template("payment/result.html", order=order, state=state, trade_id=paid.trade_id)


def _state(order: OrderView, paid: queries.PaymentState) -> str:
    if order.status == OrderStatus.CANCELLED:
        return "late" if paid.trade_id else "failed"
    if order.status == OrderStatus.UNPAID:
        return "waiting"
    return "paid"


@bp.post("/payment/alipay/notify/")
@csrf.exempt
def notify() -> Response:
    """The one public POST without a form token: its signature is its right. Alipay repeats until it reads `success`."""
    try:
        notice = gateways().payment.read_notice(request.form.to_dict())
        result = services.settle(notice)
    except (BadSignature, UnknownTrade, WrongAmount) as problem:
        log.error("notify refused: %s %s", type(problem).__name__, problem.facts)
        return Response("failure", mimetype="text/plain")
    log.info("notify for %s: %s", notice.out_trade_no, result)
    return Response("success", mimetype="text/plain")


@bp.post("/orders/<order_id>/cancel/")
@private
def cancel(order_id: str) -> ResponseReturnValue:
    """The buyer no longer wants it; if the money was faster, the order stays and is paid."""
    reason = CancelForm.read_or_fail().words or words.CANCELLED_BY_BUYER
    result = services.cancel_own(order_id, user_id(), reason, gateways().payment)
    order = order_queries.get_order(user_id(), order_id)
    if wants_json():
        return ok(result=result, status=order.status)
    message = gettext("订单已取消") if result == "cancelled" else gettext("订单已付款，不能取消")
    flash(message, "good" if result == "cancelled" else "warn")
    return see_other(url_for("orders.detail", order_id=order_id))
