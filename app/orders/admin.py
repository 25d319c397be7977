"""Orders for staff: a list to look at, and a page per order whose forms call verbs."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.actions import action
from flask_admin.form import BaseForm
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import select

from app.orders import invoices, policy, queries, services, shipping, words
from app.orders.models import Order, OrderStatus, PayMethod
from app.shared.db import db
from app.shared.errors import BadValue, DomainError
from app.shared.filters import mask_mobile, when
from app.shared.money import show
from app.shared.staff_view import StaffView, needs, rights
from app.shared.web import say


def _status(_view: Any, _context: Any, row: Order, _name: str) -> str:
    return str(gettext(words.STATUS[OrderStatus(row.status)]))


def _pay_method(_view: Any, _context: Any, row: Order, _name: str) -> str:
    return str(gettext(words.PAY_METHOD[PayMethod(row.pay_method)]))


def _number(_view: Any, _context: Any, row: Order, _name: str) -> str:
    return Markup('<a href="{}">{}</a>').format(url_for("admin_orders.desk", number=row.number), row.number)


def _actor() -> str:
    return f"staff:{current_user.id}"


def _may_see_people() -> bool:
    return "orders.see_personal" in rights()


def _name(receiver: str) -> str:
    return receiver if _may_see_people() else f"{receiver[:1]}**"


def _shown(order: queries.OrderView) -> queries.OrderView:
    """The order as whoever asks may see it: without the right to people, nobody can be found by it."""
    if _may_see_people():
        return order
    address = replace(order.address, receiver=_name(order.address.receiver), text="***")
    address = replace(address, mobile=mask_mobile(address.mobile))
    invoice = order.invoice and replace(order.invoice, title="***", tax_number="***")
    return replace(order, address=address, invoice=invoice)


class OrderAdmin(StaffView):
    """Numbers, states and amounts; no free change of any of them. The desk of one order is a page of its own."""

    area = "orders"
    form_base_class = (
        BaseForm  # CSRFProtect guards every write here; a second token of the same name would hide its own
    )
    column_list = ("number", "created_at", "status", "pay_method", "total_count", "total_amount", "receiver")
    column_labels = {
        "number": _l("订单号"),
        "created_at": _l("下单时间"),
        "status": _l("状态"),
        "pay_method": _l("支付方式"),
        "total_count": _l("件数"),
        "total_amount": _l("金额"),
        "receiver": _l("收货人"),
    }
    column_formatters = {
        "number": _number,
        "status": _status,
        "pay_method": _pay_method,
        "created_at": lambda view, context, model, name: when(model.created_at),
        "receiver": lambda view, context, model, name: _name(model.receiver),
        "total_amount": lambda view, context, model, name: f"¥{show(model.total_amount)}",
    }
    column_default_sort = ("id", True)
    column_searchable_list = ("number",)
    column_filters = ("status",)
    column_sortable_list = ("created_at", "total_amount")

    @action("ship", _l("发货"))
    @needs("ship")
    def ship_chosen(self, ids: list[str]) -> ResponseReturnValue:
        """To the form of the first chosen order: a parcel has one number, so it is one order's."""
        return self._to_desk(ids, "ship")

    @action("cancel", _l("取消订单"))
    @needs("edit")
    def cancel_chosen(self, ids: list[str]) -> ResponseReturnValue:
        """The same for its end, which wants a reason."""
        return self._to_desk(ids, "cancel")

    def _to_desk(self, ids: list[str], form: str) -> ResponseReturnValue:
        number = db.session.scalar(select(Order.number).where(Order.id == (int(ids[0]) if ids[0].isdigit() else 0)))
        if number is None:
            return redirect(url_for("admin_orders.index_view"))
        if len(ids) > 1:
            flash(gettext("一次处理一笔订单，已打开第一笔"), "info")
        return redirect(url_for("admin_orders.desk", number=number, _anchor=form))

    @expose("/desk/")
    @needs("view")
    def desk(self) -> ResponseReturnValue:
        """Everything about one order, and what can be done with it."""
        order = _shown(queries.get_for_staff(request.args.get("number", "")))
        return str(self.render("orders/admin_desk.html", order=order, carriers=policy.CARRIERS, status=OrderStatus))

    @expose("/ship/", methods=["POST"])
    @needs("ship")
    def ship(self) -> ResponseReturnValue:
        """A parcel with the pieces of the form."""
        form = request.form
        counts = {int(name[5:]): _count(text) for name, text in form.items() if _is_line(name)}
        carrier, tracking = form.get("carrier", ""), form.get("tracking_number", "")
        return self._try(lambda number: shipping.ship_order(number, carrier, tracking, _actor(), counts or None))

    @expose("/cancel/", methods=["POST"])
    @needs("edit")
    def cancel(self) -> ResponseReturnValue:
        """The end of an order that is unpaid, or paid on delivery and not sent."""
        return self._try(lambda number: services.cancel_by_staff(number, request.form.get("reason", ""), _actor()))

    @expose("/note/", methods=["POST"])
    @needs("edit")
    def note(self) -> ResponseReturnValue:
        """A word for colleagues."""
        return self._try(lambda number: services.add_note(number, request.form.get("text", ""), _actor()))

    @expose("/receive/", methods=["POST"])
    @needs("ship")
    def receive(self) -> ResponseReturnValue:
        """The goods have arrived."""
        return self._try(lambda number: services.receive_for_buyer(number, _actor()))

    @expose("/invoice/", methods=["POST"])
    @needs("edit")
    def invoice(self) -> ResponseReturnValue:
        """The invoice is printed."""
        return self._try(lambda number: invoices.issue_invoice(number, request.form.get("invoice", ""), _actor()))

    def _try(self, verb: Callable[[str], object]) -> ResponseReturnValue:
        """Run a verb for the order of the form, say how it went, back to its desk."""
        number = request.form.get("number", "")
        try:
            result = verb(number)
        except DomainError as problem:
            flash(say(problem), "error")
        else:
            closing = gettext("正在关闭支付，订单稍后取消")
            flash(closing if result == "closing" else gettext("已完成"), "success")
        return redirect(url_for("admin_orders.desk", number=number), 303)


def _is_line(name: str) -> bool:
    return name.startswith("line-") and name[5:].isdigit()


def _count(text: str) -> int:
    if not text.strip().isdigit() or len(text) > 6:
        raise BadValue()
    return int(text)
