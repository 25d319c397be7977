"""After-sales for staff: a list, and a page for each document where it is decided."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, redirect, request, url_for
from flask_admin import expose
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from markupsafe import Markup

from app.aftersales import queries, services, words
from app.aftersales.models import AfterSale
from app.aftersales.states import Kind, State
from app.payment import cash, refunding
from app.shared.errors import BadValue, DomainError
from app.shared.filters import when
from app.shared.money import parse, show
from app.shared.staff_view import StaffView, needs
from app.shared.web import say


def _number(_view: Any, _context: Any, row: AfterSale, _name: str) -> Markup:
    return Markup('<a href="{}">{}</a>').format(url_for("admin_aftersales.case", number=row.number), row.number)


def _state(_view: Any, _context: Any, row: AfterSale, _name: str) -> str:
    return str(gettext(words.STATE[State(row.state)]))


def _kind(_view: Any, _context: Any, row: AfterSale, _name: str) -> str:
    return str(gettext(words.KIND[Kind(row.kind)]))


def _actor() -> str:
    return f"staff:{current_user.username}"


def _try(verb: Callable[[], object]) -> None:
    """Run a verb and say how it went."""
    try:
        verb()
    except DomainError as problem:
        flash(say(problem), "error")
    else:
        flash(gettext("已处理"), "success")


def _collect(form: Mapping[str, str]) -> None:
    try:
        amount = parse(form.get("amount", "").strip())
    except ValueError:
        raise BadValue() from None
    cash.record_cash(form.get("number", ""), amount, _actor())


def _decide(number: str, action: str, form: Mapping[str, str]) -> None:
    """One decision by the verb of its name."""
    actor, reason = _actor(), form.get("reason", "")
    if action == "approve":
        services.approve(number, actor)
    elif action == "refuse":
        services.refuse(number, actor, reason)
    elif action == "goods_back":
        services.goods_back(number, actor)
    elif action == "refund_paid":
        refunding.pay_cash_back(form.get("request_no", ""), form.get("reference", ""))
    else:
        raise BadValue()


class AfterSaleAdmin(StaffView):
    """Newest first; every change goes through a verb that names who did it."""

    area = "aftersales"
    column_list = ("number", "created_at", "kind", "state", "amount")
    column_labels = {
        "number": _l("售后单号"),
        "created_at": _l("申请时间"),
        "kind": _l("类型"),
        "state": _l("状态"),
        "amount": _l("金额"),
    }
    column_formatters = {
        "number": _number,
        "kind": _kind,
        "state": _state,
        "created_at": lambda view, context, model, name: when(model.created_at),
        "amount": lambda view, context, model, name: f"¥{show(model.amount)}",
    }
    column_default_sort = ("id", True)
    column_searchable_list = ("number",)
    column_sortable_list = ("created_at", "amount", "state")

    @expose("/case/<number>/", methods=("GET", "POST"))
    @needs("view", POST="edit")
    def case(self, number: str) -> Any:
        """Look at one document and decide."""
        if request.method == "POST":
            if request.form.get("action") != "refuse":
                self.require("refund")  # every yes moves money
            _try(lambda: _decide(number, request.form.get("action", ""), request.form))
            return redirect(self.get_url(".case", number=number), 303)
        return self.render("admin/aftersale.html", document=queries.get_any(number))

    @expose("/cancel-paid/", methods=("POST",))
    @needs("refund")
    def cancel_paid(self) -> Any:
        """End a paid order before anything was sent; all its money goes back."""
        number = request.form.get("number", "")
        _try(lambda: services.cancel_paid(number, _actor(), request.form.get("reason", "")))
        return redirect(url_for("admin_orders.desk", number=number), 303)

    @expose("/collect/", methods=("POST",))
    @needs("refund")
    def collect(self) -> Any:
        """Cash that was collected on delivery."""
        _try(lambda: _collect(request.form))
        return redirect(url_for("admin_orders.desk", number=request.form.get("number", "")), 303)
