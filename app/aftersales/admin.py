"""After-sales for staff: what waits for whom, and a page for each document where it is decided."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import ColumnElement, Select, false, select

from app.aftersales import limits, queries, services, words
from app.aftersales.desk import actor, read_counts
from app.aftersales.errors import IllegalStep
from app.aftersales.models import AfterSale
from app.aftersales.policy import LISTED
from app.aftersales.states import OPEN, Kind, State
from app.orders.models import Order
from app.payment import cash, refunding
from app.shared.db import db
from app.shared.errors import BadValue, DomainError
from app.shared.money import parse
from app.shared.staff_lists import Amounts, Choice, Col, Days, Tab, Words
from app.shared.staff_view import StaffView, needs, rights
from app.shared.web import say
from app.staff.queries import actor_names
from app.users import queries as users
from app.users.models import User

TONES = {State.ASKED: "warn", State.APPROVED: "note", State.PAYING: "note", State.PAID: "good", State.REFUSED: "bad"}


def _number(row: Any) -> Markup:
    address = url_for("admin_aftersales.case", number=row.number)
    return Markup('<a class="link nums" href="{}">{}</a>').format(address, row.number)


def _state(row: Any) -> Markup:
    state = State(row.state)
    tone = f" tag-{TONES[state]}" if state in TONES else ""
    return Markup('<span class="tag{}">{}</span>').format(tone, gettext(words.STATE[state]))


def _short(text: str) -> Markup:
    return Markup('<span class="nowrap">{}</span>').format(gettext(text))


def _buyer(row: Any) -> str:
    name = row.buyer or ""
    return name if "orders.see_personal" in rights() else f"{name[:1]}**"


def _of_order(text: str) -> ColumnElement[bool]:
    order_id = db.session.scalar(select(Order.id).where(Order.number == text.strip()))
    return false() if order_id is None else AfterSale.order_id == order_id


def _of_buyer(text: str) -> ColumnElement[bool]:
    """By the exact name or mobile of the account."""
    found = users.find_account(mobile=text) if text.isdigit() else users.find_account(username=text)
    return false() if found is None else AfterSale.user_id == found.id


class AfterSaleAdmin(StaffView):
    """Newest first; every change goes through a verb that names who did it."""

    area = "aftersales"
    columns = (
        Col("number", _l("售后单号"), AfterSale.number, show=_number),
        Col("created_at", _l("申请时间"), AfterSale.created_at, kind="when", sorts=True),
        Col("kind", _l("类型"), AfterSale.kind, show=lambda row: _short(words.KIND[Kind(row.kind)])),
        Col("state", _l("状态"), AfterSale.state, show=_state),
        Col("amount", _l("金额"), AfterSale.amount, kind="money", sorts=True),
        Col("order_number", _l("订单号"), Order.number),
        Col("buyer", _l("买家"), User.username, show=_buyer),
        Col("reason", _l("原因"), AfterSale.reason, show=lambda row: _short(words.REASONS[row.reason])),
    )
    filters = (
        Choice("state", _l("状态"), AfterSale.state, [(state.value, _l(text)) for state, text in words.STATE.items()]),
        Choice("kind", _l("类型"), AfterSale.kind, [(kind.value, _l(text)) for kind, text in words.KIND.items()]),
        Days("created", _l("申请日期"), AfterSale.created_at),
        Amounts("amount", _l("金额"), AfterSale.amount),
        Words("order", _l("订单号"), clause=_of_order),
        Words("buyer", _l("买家（用户名或手机）"), clause=_of_buyer),
    )
    search_hint = _l("售后单号或订单号")
    default_sort = ("created_at", "desc")
    can_export = True
    empty = (_l("还没有售后"), _l("买家申请退款或退货后会出现在这里；也可以从订单页为买家退一件"))

    def narrow(self, asked: Select[Any]) -> Select[Any]:
        """Joined from the left, so that the list is read along its own index."""
        return asked.outerjoin(Order, Order.id == AfterSale.order_id).outerjoin(User, User.id == AfterSale.user_id)

    def find(self, words: str) -> ColumnElement[bool] | None:
        """The number of a document, or of an order."""
        of_order = select(AfterSale.id).join(Order, Order.id == AfterSale.order_id).where(Order.number == words)
        ids = set(db.session.scalars(select(AfterSale.id).where(AfterSale.number == words)))
        ids.update(db.session.scalars(of_order.limit(LISTED)))
        return AfterSale.id.in_(sorted(ids)) if ids else false()

    def tabs(self) -> Sequence[Tab]:
        """What waits for staff first, with how much of it there is."""
        counts = queries.counts_by_state()
        return [
            Tab(_l("全部"), {}),
            *(
                Tab(_l(text), {"state": state.value}, counts[state.value] if state in OPEN else None)
                for state, text in words.STATE.items()
                if state is not State.GOODS_BACK
            ),
        ]

    @expose("/case/<number>/", methods=("GET", "POST"))
    @needs("view", POST="edit")
    def case(self, number: str) -> Any:
        """Look at one document and decide."""
        if request.method == "POST":
            if request.form.get("action") != "refuse":
                self.require("refund")  # every yes moves money
            self._decide(number, request.form)
            return redirect(self.get_url(".case", number=number), 303)
        document = queries.get_any(number)
        names = actor_names(event.actor for event in document.events)
        standing = limits.standing(current_user.id) if self.may("refund") else None
        return self.render("aftersales/admin_case.html", document=document, names=names, standing=standing, tones=TONES)

    def _decide(self, number: str, form: Mapping[str, str]) -> None:
        """One decision by the verb of its name; who comes second is told what the first one did."""
        try:
            _decided(number, form.get("action", ""), form)
        except IllegalStep:
            last = queries.get_any(number).events[-1]
            who = actor_names([last.actor]).get(last.actor) or gettext(last.by)
            told = gettext("没有执行：%(who)s 已先处理这张售后单", who=who)
            flash(f"{told} ({gettext(last.state_text)})", "error")
        except DomainError as problem:
            flash(say(problem), "error")
        else:
            flash(gettext("已处理"), "success")

    @expose("/of/<int:document_id>/")
    @needs("view")
    def of(self, document_id: int) -> ResponseReturnValue:
        """From a refund to its document."""
        return redirect(self.get_url(".case", number=queries.number_of(document_id)))

    @expose("/cancel-paid/", methods=("POST",))
    @needs("refund")
    def cancel_paid(self) -> ResponseReturnValue:
        """End a paid order before anything was sent; all its money goes back."""
        number, reason = request.form.get("number", ""), request.form.get("reason", "")
        _try(lambda: services.cancel_paid(number, actor(), reason, by=current_user.id))
        return redirect(url_for("admin_orders.desk", number=number), 303)

    @expose("/collect/", methods=("POST",))
    @needs("refund")
    def collect(self) -> ResponseReturnValue:
        """Cash that was collected on delivery."""
        _try(lambda: _collect(request.form))
        return redirect(url_for("admin_orders.desk", number=request.form.get("number", "")), 303)


def _decided(number: str, action: str, form: Mapping[str, str]) -> None:
    if action == "approve":
        services.approve(number, actor(), by=current_user.id, counts=read_counts(form) or None)
    elif action == "refuse":
        services.refuse(number, actor(), form.get("reason", ""))
    elif action == "goods_back":
        services.goods_back(number, actor())
    elif action == "refund_paid":
        refunding.pay_cash_back(form.get("request_no", ""), form.get("reference", ""))
    else:
        raise BadValue()


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
    cash.record_cash(form.get("number", ""), amount, actor())
