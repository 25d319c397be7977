"""After-sales for staff: a list, and a page for each document where it is decided."""

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
from app.shared.errors import BadValue, DomainError
from app.shared.filters import when
from app.shared.money import show
from app.shared.staff_view import StaffView
from app.shared.web import say


def _number(_view: Any, _context: Any, row: AfterSale, _name: str) -> Markup:
    return Markup('<a href="{}">{}</a>').format(url_for("admin_aftersales.case", number=row.number), row.number)


def _state(_view: Any, _context: Any, row: AfterSale, _name: str) -> str:
    return str(gettext(words.STATE[State(row.state)]))


def _kind(_view: Any, _context: Any, row: AfterSale, _name: str) -> str:
    return str(gettext(words.KIND[Kind(row.kind)]))


def _decide(number: str, action: str, reason: str) -> None:
    """One decision by the verb of its name."""
    actor = f"staff:{current_user.username}"
    if action == "approve":
        services.approve(number, actor)
    elif action == "refuse":
        services.refuse(number, actor, reason)
    elif action == "goods_back":
        services.goods_back(number, actor)
    else:
        raise BadValue()


class AfterSaleAdmin(StaffView):
    """Newest first; every change goes through a verb that names who did it."""

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
    def case(self, number: str) -> Any:
        """Look at one document and decide."""
        if request.method == "POST":
            try:
                _decide(number, request.form.get("action", ""), request.form.get("reason", ""))
                flash(gettext("已处理"), "success")
            except DomainError as problem:
                flash(say(problem), "error")
            return redirect(self.get_url(".case", number=number), 303)
        return self.render("admin/aftersale.html", document=queries.get_any(number))
