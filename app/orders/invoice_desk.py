"""Invoices that buyers asked for: a list, and a form that issues one or many with their numbers."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.actions import action
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import ColumnElement, Select, func, select

from app.orders import invoices, masks, policy, words
from app.orders.models import Invoice, Order
from app.shared.db import db
from app.shared.staff_lists import Choice, Col, Tab
from app.shared.staff_view import StaffView, needs
from app.shared.web import say

COUNTED = 1000


def _order(row: Any) -> Markup:
    return Markup('<a class="nums" href="{}">{}</a>').format(
        url_for("admin_orders.desk", number=row.order_number, _anchor="invoice"), row.order_number
    )


def _kind(row: Any) -> Markup:
    return Markup('<span class="nowrap">{}</span>').format(gettext(words.INVOICE_KIND[row.kind]))


def _state(row: Any) -> Markup:
    tone = "good" if row.state == invoices.ISSUED else "warn"
    return Markup('<span class="tag tag-{}">{}</span>').format(tone, gettext(words.INVOICE_TAB[row.state]))


def _hidden(text: str) -> str:
    return text if masks.may_see_people() or not text else "***"


class InvoiceAdmin(StaffView):
    """What was asked for, oldest first where it waits; who it is for is shown to those who may see people."""

    area = "orders"
    columns = (
        Col("order_number", _l("订单号"), Order.number, show=_order, export=lambda row: f"{row.order_number}\t"),
        Col("created_at", _l("申请时间"), Invoice.created_at, kind="when"),
        Col("kind", _l("类型"), Invoice.kind, show=_kind),
        Col("title", _l("抬头"), Invoice.title, show=lambda row: _hidden(row.title)),
        Col("tax_number", _l("税号"), Invoice.tax_number, show=lambda row: _hidden(row.tax_number)),
        Col("amount", _l("金额"), Order.total_amount, kind="money"),
        Col("state", _l("状态"), Invoice.state, show=_state),
        Col("number", _l("发票号码"), Invoice.number),
        Col("issued_at", _l("开具时间"), Invoice.issued_at, kind="when"),
    )
    filters = (
        Choice(
            "state",
            _l("状态"),
            Invoice.state,
            lambda: [(state, gettext(text)) for state, text in words.INVOICE_TAB.items()],
        ),
    )
    search_hint = _l("订单号")
    empty = (_l("还没有发票申请"), _l("买家在订单里申请发票后会出现在这里"))
    can_export = True

    def narrow(self, asked: Select[Any]) -> Select[Any]:
        """Each with its order."""
        return asked.join(Order, Order.id == Invoice.order_id)

    def find(self, words: str) -> ColumnElement[bool] | None:
        """The order's number, or how it begins."""
        return Order.number.startswith(words, autoescape=True)

    def tabs(self) -> list[Tab]:
        """What waits is counted so far."""
        some = select(Invoice.id).where(Invoice.state == invoices.ASKED).limit(COUNTED + 1).subquery()
        asked = int(db.session.scalar(select(func.count()).select_from(some)) or 0)
        told = f"{COUNTED:,}+" if asked > COUNTED else asked
        return [
            Tab(gettext(words.INVOICE_TAB[invoices.ASKED]), {"state": invoices.ASKED}, told),
            Tab(gettext(words.INVOICE_TAB[invoices.ISSUED]), {"state": invoices.ISSUED}),
            Tab(gettext("全部"), {}),
        ]

    @action("issue", _l("开具"))
    @needs("edit")
    def issue_chosen(self, ids: list[str]) -> ResponseReturnValue:
        """To the form with a number for each."""
        return redirect(url_for("admin_invoices.issue", id=ids[: policy.TICKED_MOST]), 303)

    @expose("/issue/", methods=("GET", "POST"))
    @needs("edit")
    def issue(self) -> ResponseReturnValue:
        """A number for each; those without one wait on."""
        if request.method == "POST":
            return _issue()
        ids = [int(each) for each in request.args.getlist("id") if each.isascii() and each.isdigit() and len(each) < 18]
        return str(self.render("orders/admin_issue.html", asked=_asked(ids), hidden=_hidden))


def _asked(ids: list[int]) -> list[Any]:
    """Those of these that wait."""
    columns = (Order.number, Order.total_amount, Invoice.kind, Invoice.title, Invoice.tax_number)
    query = select(*columns).join(Order, Order.id == Invoice.order_id).order_by(Invoice.id)
    return list(db.session.execute(query.where(Invoice.id.in_(ids), Invoice.state == invoices.ASKED)))


def _issue() -> ResponseReturnValue:
    fields = [(name[8:], text.strip()) for name, text in request.form.items() if name.startswith("invoice-")]
    wanted = {number: text for number, text in fields[: policy.TICKED_MOST] if text}
    outcome = invoices.issue_all(wanted, f"staff:{current_user.id}")
    issued = sum(problem is None for problem in outcome.values())
    flash(gettext("已开具 %(count)s 张发票", count=issued), "success" if issued else "info")
    for number, problem in outcome.items():
        if problem is not None:
            flash(gettext("订单 %(number)s：%(problem)s", number=number, problem=say(problem)), "error")
    return redirect(url_for("admin_invoices.index_view", state=invoices.ASKED), 303)
