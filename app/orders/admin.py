"""Orders for staff: a list to find them in, and a desk for each whose forms call verbs."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.actions import action
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import ColumnElement

from app.orders import found, invoices, masks, policy, queries, services, shipping, words
from app.orders.models import Order, OrderStatus, PayMethod
from app.shared.db import MYSQL
from app.shared.errors import BadValue, DomainError
from app.shared.staff_lists import Amounts, Choice, Col, Days, Filter, Numbers, Tab, Words
from app.shared.staff_rows import Asked
from app.shared.staff_view import StaffView, needs
from app.shared.web import say

TONES = {
    OrderStatus.UNPAID: "warn",
    OrderStatus.UNSENT: "brand",
    OrderStatus.UNRECEIVED: "note",
    OrderStatus.UNREVIEWED: "good",
    OrderStatus.FINISHED: "good",
    OrderStatus.CANCELLED: "",
}
ACTIONS = ("ship", "slips", "notes")
OPEN_TO_ALL: tuple[Filter, ...] = (
    Choice(
        "status",
        _l("状态"),
        Order.status,
        lambda: [(str(int(each)), gettext(words.STATUS[each])) for each in OrderStatus],
    ),
    Days("created", _l("下单日期"), Order.created_at),
    Amounts("total", _l("金额"), Order.total_amount),
    Choice(
        "pay",
        _l("支付方式"),
        Order.pay_method,
        lambda: [(str(int(each)), gettext(words.PAY_METHOD[each])) for each in PayMethod],
    ),
    Numbers("sku", _l("SKU 编号"), clause=found.by_sku),
    Numbers("buyer_id", _l("买家编号"), Order.user_id),
)
OF_PEOPLE: tuple[Filter, ...] = (
    Words("mobile", _l("手机号或后四位"), found.by_mobile),
    Words("receiver", _l("收货人"), found.by_receiver),
    Words("buyer", _l("买家用户名"), found.by_buyer),
)


def _status(row: Any) -> Markup:
    status = OrderStatus(row.status)
    tone = TONES[status]
    return Markup('<span class="tag{}">{}</span>').format(f" tag-{tone}" if tone else "", gettext(words.STATUS[status]))


def _number(row: Any) -> Markup:
    """To the desk, which goes on along this list."""
    here = request.query_string.decode(errors="ignore")[: policy.LIST_LONGEST]
    url = url_for("admin_orders.desk", number=row.number, list=here or None)
    return Markup('<a class="nums" href="{}" data-open>{}</a>').format(url, row.number)


def _actor() -> str:
    return f"staff:{current_user.id}"


class OrderAdmin(StaffView):
    """Numbers, states and amounts; no free change of any of them. The desk of one order is a page of its own."""

    area = "orders"
    list_template = "orders/admin_list.html"
    columns = (
        # a spreadsheet would round twenty digits: the tab keeps them a text
        Col("number", _l("订单号"), Order.number, show=_number, export=lambda row: f"{row.number}\t"),
        Col("created_at", _l("下单时间"), Order.created_at, kind="when", sorts=True),
        Col("status", _l("状态"), Order.status, show=_status),
        Col(
            "pay_method",
            _l("支付方式"),
            Order.pay_method,
            show=lambda row: gettext(words.PAY_METHOD[PayMethod(row.pay_method)]),
        ),
        Col("total_count", _l("件数"), Order.total_count, kind="number"),
        Col("total_amount", _l("金额"), Order.total_amount, kind="money", sorts=True),
        Col("receiver", _l("收货人"), Order.receiver, show=lambda row: masks.name(row.receiver)),
        Col("mobile", _l("手机"), Order.mobile, show=lambda row: masks.mobile(row.mobile)),
    )
    default_sort = ("created_at", "desc")
    empty = (_l("还没有订单"), _l("买家下单后会出现在这里"))
    can_export = True

    @property
    def filters(self) -> Sequence[Filter]:  # type: ignore[override]  # who may not see people cannot look for them
        return (*OPEN_TO_ALL, *OF_PEOPLE) if masks.may_see_people() else OPEN_TO_ALL

    @property
    def search_hint(self) -> Any:
        return _l("订单号、手机后四位、收货人") if masks.may_see_people() else _l("订单号")

    def read(self, args: Mapping[str, str] | None = None) -> Asked:
        """With the index that state and way to pay are read along, where nothing else is asked."""
        asked = super().read(args)
        for dialect in MYSQL:
            asked.base = asked.base.with_hint(Order, found.along(asked.args), dialect)
        return asked

    def find(self, words: str) -> ColumnElement[bool] | None:
        """By number, or by whom."""
        return found.anything(words, people=masks.may_see_people())

    def tabs(self) -> list[Tab]:
        """A state each, with how many."""
        counts = found.counts_by_state()
        every = [Tab(gettext("全部"), {})]
        for state in OrderStatus:
            number = counts.get(state, 0)
            told = f"{found.COUNTED:,}+" if number > found.COUNTED else number
            every.append(Tab(gettext(words.STATUS[state]), {"status": str(int(state))}, told))
        return every

    def get_actions_list(self) -> Any:
        """What is done most comes first."""
        actions, questions = super().get_actions_list()
        return sorted(actions, key=lambda each: ACTIONS.index(each[0])), questions

    @action("ship", _l("发货"))
    @needs("ship")
    def ship_chosen(self, ids: list[str]) -> ResponseReturnValue:
        """To the form with a tracking number for each."""
        return redirect(url_for("admin_shipping.many", id=ids[: policy.TICKED_MOST]), 303)

    @action("slips", _l("打印装箱单"))
    @needs("view")
    def print_slips(self, ids: list[str]) -> ResponseReturnValue:
        """What the warehouse puts into the parcel."""
        return redirect(url_for("admin_prints.sheets", kind="slip", id=ids[: policy.TICKED_MOST]), 303)

    @action("notes", _l("打印送货单"))
    @needs("view")
    def print_notes(self, ids: list[str]) -> ResponseReturnValue:
        """What the carrier takes along."""
        return redirect(url_for("admin_prints.sheets", kind="note", id=ids[: policy.TICKED_MOST]), 303)

    @expose("/desk/")
    @needs("view")
    def desk(self) -> ResponseReturnValue:
        """Everything about one order, what can be done with it, and where the list goes on."""
        number, along = request.args.get("number", ""), request.args.get("list", "")[: policy.LIST_LONGEST]
        order = masks.shown(queries.get_for_staff(number))
        before, after = self.read(dict(parse_qsl(along))).beside(Order.number == number, Order.number)
        facts = {"order": order, "along": along, "before": before, "after": after, "view": self}
        return str(self.render("orders/admin_desk.html", carriers=policy.CARRIERS, status=OrderStatus, **facts))

    @expose("/ship/", methods=["POST"])
    @needs("ship")
    def ship(self) -> ResponseReturnValue:
        """A parcel with the pieces of the form."""
        form = request.form
        carrier, tracking = form.get("carrier", ""), form.get("tracking_number", "")
        return self._try(lambda number: shipping.ship_order(number, carrier, tracking, _actor(), _pieces()))

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
        number, along = request.form.get("number", ""), request.form.get("list", "")[: policy.LIST_LONGEST]
        try:
            result = verb(number)
        except DomainError as problem:
            flash(say(problem), "error")
        else:
            closing = gettext("正在关闭支付，订单稍后取消")
            flash(closing if result == "closing" else gettext("已完成"), "success")
        return redirect(url_for("admin_orders.desk", number=number, list=along or None), 303)


def _pieces() -> dict[int, int] | None:
    """Order line -> pieces, as the form says; None without a field for any line."""
    lines = {name[5:]: text.strip() for name, text in request.form.items() if name.startswith("line-")}
    if not all(line.isascii() and line.isdigit() and len(line) < 18 for line in lines):
        raise BadValue()
    if not all(text.isascii() and text.isdigit() and len(text) <= 6 for text in lines.values()):
        raise BadValue()
    return {int(line): int(text) for line, text in lines.items()} or None
