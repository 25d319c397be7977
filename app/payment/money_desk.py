"""Pages of money that are no lists: the days, the money of one order, differences with the provider."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from flask_admin.actions import action
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import Select

from app.gateways.doors import gateways
from app.orders.models import Order
from app.payment import cash, differences, lookups, queries, reconciling, refunding, runs, statements, words
from app.payment.cells import state_tag, texts, to_order
from app.payment.models import Mismatch
from app.shared import clock
from app.shared.cells import csv_line
from app.shared.errors import BadValue, DomainError, NotFound
from app.shared.money import parse, show
from app.shared.staff_lists import Choice, Col, Days, Tab, Words
from app.shared.staff_view import StaffOnly, StaffView, needs
from app.shared.web import say
from app.staff.queries import actor_names

DAYS_SHOWN = 30
TONES = {differences.OPEN: "bad", differences.REPAIRED: "good", differences.ACCEPTED: "note"}
MOST_AT_ONCE = 20  # differences repaired by one press: each asks the provider


def _actor() -> str:
    return f"staff:{current_user.id}"


def _try(verb: Callable[[], object], done: str) -> None:
    """Run a verb and say how it went."""
    try:
        verb()
    except DomainError as problem:
        flash(say(problem), "error")
    else:
        flash(done, "success")


def _day(name: str, otherwise: date) -> date:
    text = request.values.get(name, "").strip()
    if not text:
        return otherwise
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise BadValue() from None
    if not 2000 <= found.year <= 2200:
        raise BadValue()
    return found


def _span() -> tuple[date, date]:
    last = _day("to", clock.today())
    return _day("from", last - timedelta(days=DAYS_SHOWN - 1)), last


class MoneyView(StaffOnly, BaseView):
    """Sums of days, and everything about the money of one order."""

    area = "payments"

    @expose("/")
    @needs("view")
    def index(self) -> ResponseReturnValue:
        """What came, went back and stayed, day by day; a span that cannot be read shows the last thirty days."""
        fault, (first, last) = "", (clock.today() - timedelta(days=DAYS_SHOWN - 1), clock.today())
        try:
            first, last = _span()
            days = statements.day_totals(first, last)
        except BadValue:
            fault = gettext("请选择两个月以内的起止日期")
            first, last = clock.today() - timedelta(days=DAYS_SHOWN - 1), clock.today()
            days = statements.day_totals(first, last)
        page = self.render("payment/admin_days.html", days=days, first=first, last=last, fault=fault)
        return str(page), 400 if fault else 200

    @expose("/days.csv")
    @needs("export")
    def days_csv(self) -> ResponseReturnValue:
        """The same as a file."""
        heads = (_l("日期"), _l("收款"), _l("其中现金"), _l("收款笔数"), _l("退款"), _l("退款笔数"), _l("净额"))
        lines = [csv_line(heads)]
        for day in statements.day_totals(*_span()):
            sums = (show(day.received), show(day.in_cash), day.receipts, show(day.given_back), day.refunds)
            lines.append(csv_line((day.day.isoformat(), *sums, show(day.net))))
        answer = Response("\ufeff" + "".join(lines), mimetype="text/csv")
        answer.headers["Content-Disposition"] = f"attachment; filename=money-{clock.today()}.csv"
        return answer

    @expose("/order/")
    @needs("view")
    def order(self) -> ResponseReturnValue:
        """Attempts, receipts, refunds, notices, differences and the balance of one order."""
        number = request.args.get("number", "").strip()
        if not number:
            return str(self.render("payment/admin_order.html", money=None, number=""))
        try:
            money = queries.order_money(number)
        except NotFound as problem:
            flash(say(problem), "error")
            return str(self.render("payment/admin_order.html", money=None, number=number)), 404
        names = actor_names(each.decided_by for each in money.mismatches)
        return str(self.render("payment/admin_order.html", money=money, number=number, names=names, words=words))

    @expose("/collect/", methods=("POST",))
    @needs("reconcile")
    def collect(self) -> ResponseReturnValue:
        """Cash that the courier brought."""
        number = request.form.get("number", "")
        try:
            amount = parse(request.form.get("amount", "").strip())
        except ValueError:
            flash(gettext("请填写金额，最多两位小数"), "error")
            return self._to(number)
        _try(lambda: cash.record_cash(number, amount, _actor()), gettext("已登记收款 ¥%(amount)s", amount=show(amount)))
        return self._to(number)

    @expose("/cash-back/", methods=("POST",))
    @needs("refund")
    def cash_back(self) -> ResponseReturnValue:
        """Cash that was given back, and how."""
        form = request.form
        request_no, reference = form.get("request_no", ""), form.get("reference", "")
        _try(lambda: refunding.pay_cash_back(request_no, reference), gettext("已标记为退回"))
        return self._to(form.get("number", ""))

    def _to(self, number: str) -> ResponseReturnValue:
        return redirect(url_for("admin_money.order", number=number), 303)


def _kind(row: Any) -> Markup:
    title = gettext(words.KIND[row.kind][0])
    return Markup('<a class="link nowrap" href="{}">{}</a>').format(
        url_for("admin_mismatches.one", mismatch_id=row.id), title
    )


class MismatchAdmin(StaffView):
    """Differences with the provider: what each means, one press for what is safe, a reason for what stays."""

    area = "payments"
    list_template = "payment/admin_mismatches.html"
    columns = (
        Col("kind", _l("差异"), Mismatch.kind, show=_kind, export=lambda row: gettext(words.KIND[row.kind][0])),
        Col("order_number", _l("订单号"), Order.number, show=to_order, export=lambda row: row.order_number),
        Col("subject", _l("单号"), Mismatch.subject),
        Col("here", _l("我们"), Mismatch.here, kind="text"),
        Col("there", _l("渠道"), Mismatch.there, kind="text"),
        Col(
            "state",
            _l("状态"),
            Mismatch.state,
            show=lambda row: state_tag(words.MISMATCH_STATE[row.state], TONES.get(row.state, "")),
            export=lambda row: gettext(words.MISMATCH_STATE[row.state]),
        ),
        Col("first_seen_at", _l("首次发现"), Mismatch.first_seen_at, kind="when"),
        Col("last_seen_at", _l("最近一次"), Mismatch.last_seen_at, kind="when", sorts=True),
    )
    filters = (
        Choice("state", _l("状态"), Mismatch.state, texts(words.MISMATCH_STATE)),
        Choice("kind", _l("差异"), Mismatch.kind, [(kind, _l(said[0])) for kind, said in words.KIND.items()]),
        Days("seen", _l("最近一次"), Mismatch.last_seen_at),
        Words("order", _l("订单号"), clause=lambda text: lookups.of_order(Mismatch, text)),
    )
    default_sort = ("last_seen_at", "desc")
    can_export = True
    empty = (_l("没有差异"), _l("选一天开始对账；两边一致时这里是空的"))

    def narrow(self, asked: Select[Any]) -> Select[Any]:
        return asked.outerjoin(Order, Order.id == Mismatch.order_id)

    def tabs(self) -> Sequence[Tab]:
        counts = queries.mismatch_counts()
        return [
            Tab(_l("全部"), {}),
            *(Tab(_l(text), {"state": state}, counts.get(state, 0)) for state, text in words.MISMATCH_STATE.items()),
        ]

    def render(self, template: str, **values: Any) -> str:
        """The list also shows the latest comparisons."""
        if template == self.list_template:
            made = queries.newest_runs()
            values |= {"runs": made, "names": actor_names(run.actor for run in made), "today": clock.today()}
        return str(super().render(template, **values))

    @expose("/run/", methods=("POST",))
    @needs("reconcile")
    def run(self) -> ResponseReturnValue:
        """Compare a day, or today and whatever is unfinished: at once when that is little, else by a job."""
        try:
            day = _day("day", clock.today()) if request.form.get("day", "").strip() else None
            is_small = runs.is_small(day)
            run_id = runs.ask(day, _actor(), by_job=not is_small)
            found = runs.carry_out(run_id, gateways().payment) if is_small else []
        except DomainError as problem:
            flash(say(problem), "error")
        else:
            self._say_found(len(found), is_small)
        return redirect(self.get_url(".index_view", state=differences.OPEN), 303)

    @staticmethod
    def _say_found(count: int, is_done: bool) -> None:
        if not is_done:
            flash(gettext("已开始对账，完成后结果会出现在这里"), "info")
        elif count:
            flash(gettext("对账完成，发现 %(count)s 处差异", count=count), "warn")
        else:
            flash(gettext("对账完成，两边一致"), "success")

    @expose("/<int:mismatch_id>/")
    @needs("view")
    def one(self, mismatch_id: int) -> ResponseReturnValue:
        """One difference, what it means and what can be done."""
        found = queries.find_mismatch(mismatch_id)
        names = actor_names([found.decided_by])
        is_safe = found.kind in reconciling.SAFE
        return str(self.render("payment/admin_mismatch.html", mismatch=found, names=names, is_safe=is_safe))

    @expose("/<int:mismatch_id>/repair/", methods=("POST",))
    @needs("reconcile")
    def repair(self, mismatch_id: int) -> ResponseReturnValue:
        """Put right what is safe, after one more look."""
        try:
            result = differences.repair(mismatch_id, gateways().payment, _actor())
        except DomainError as problem:
            flash(say(problem), "error")
        else:
            gone = gettext("差异已经不在了，没有再做任何更改")
            flash(gettext("已修复") if result == differences.REPAIRED else gone, "success")
        return redirect(self.get_url(".one", mismatch_id=mismatch_id), 303)

    @expose("/<int:mismatch_id>/accept/", methods=("POST",))
    @needs("reconcile")
    def accept(self, mismatch_id: int) -> ResponseReturnValue:
        """It stays, and why."""
        reason = request.form.get("reason", "")
        _try(lambda: differences.accept(mismatch_id, reason, _actor()), gettext("已接受"))
        return redirect(self.get_url(".one", mismatch_id=mismatch_id), 303)

    @expose("/<int:mismatch_id>/reopen/", methods=("POST",))
    @needs("reconcile")
    def reopen(self, mismatch_id: int) -> ResponseReturnValue:
        """Take an acceptance back."""
        _try(lambda: differences.take_up_again(mismatch_id), gettext("已撤回"))
        return redirect(self.get_url(".one", mismatch_id=mismatch_id), 303)

    @action("repair", _l("修复能安全修复的"))
    @needs("reconcile")
    def repair_chosen(self, ids: list[str]) -> None:
        """The same for the ticked ones; what needs a person is left alone and counted."""
        done = 0
        for each in ids[:MOST_AT_ONCE]:
            try:
                differences.repair(int(each), gateways().payment, _actor())
                done += 1
            except DomainError:
                continue
        left = len(ids) - done
        flash(
            gettext("修复了 %(done)s 处，还有 %(left)s 处需要逐一查看", done=done, left=left),
            "warn" if left else "success",
        )
