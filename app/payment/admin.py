"""Money for staff to read: what came, what was offered at the cashier, what goes back. No page changes a row of it."""

from collections.abc import Sequence
from typing import Any

from flask import flash
from flask_admin.actions import action
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import ColumnElement, Select, and_

from app.orders.models import Order
from app.payment import ledger, lookups, refunding, services, words
from app.payment.cells import short, state_tag, texts, to_order
from app.payment.models import PaymentAttempt, Receipt, Refund
from app.shared.staff_lists import Amounts, Choice, Col, Days, Tab, Words
from app.shared.staff_view import StaffView, needs

STUCK_TRIES = 3  # so often nobody gave an answer, or said no


class _MoneyList(StaffView):
    """What all three share: the order beside each row, found by exact numbers."""

    area = "payments"
    can_export = True
    default_sort = ("created_at", "desc")

    def narrow(self, asked: Select[Any]) -> Select[Any]:
        """The order is joined from the left, so that the list is read along its own index."""
        return asked.outerjoin(Order, Order.id == self.model.order_id)


def _of_order(model: Any) -> Words:
    return Words("order", _l("订单号"), clause=lambda text: lookups.of_order(model, text))


class ReceiptAdmin(_MoneyList):
    """Money that came."""

    columns = (
        Col(
            "trade_id",
            _l("交易号"),
            Receipt.trade_id,
            show=lambda row: Markup('<span class="nums">{}</span>').format(row.trade_id),
        ),
        Col("order_number", _l("订单号"), Order.number, show=to_order, export=lambda row: row.order_number),
        Col("method", _l("方式"), Receipt.method, show=lambda row: short(words.METHOD[row.method])),
        Col("amount", _l("金额"), Receipt.amount, kind="money", sorts=True),
        Col("created_at", _l("到账时间"), Receipt.created_at, kind="when", sorts=True),
    )
    filters = (
        Days("created", _l("到账日期"), Receipt.created_at),
        Amounts("amount", _l("金额"), Receipt.amount),
        Choice("method", _l("方式"), Receipt.method, texts(words.METHOD)),
        _of_order(Receipt),
    )
    search_hint = _l("交易号或订单号")
    empty = (_l("还没有收款"), _l("买家付款后，每一笔都会出现在这里"))

    def find(self, words: str) -> ColumnElement[bool] | None:
        return lookups.receipts(words)


class AttemptAdmin(_MoneyList):
    """What was offered at the cashier, paid or not."""

    columns = (
        Col("out_trade_no", _l("商户单号"), PaymentAttempt.out_trade_no),
        Col("order_number", _l("订单号"), Order.number, show=to_order, export=lambda row: row.order_number),
        Col("amount", _l("金额"), PaymentAttempt.amount, kind="money", sorts=True),
        Col(
            "state",
            _l("状态"),
            PaymentAttempt.state,
            show=lambda row: _attempt_state(row),
            export=lambda row: gettext(words.ATTEMPT_STATE[row.state]),
        ),
        Col("expires_at", _l("付款期限"), PaymentAttempt.expires_at, kind="when"),
        Col("created_at", _l("发起时间"), PaymentAttempt.created_at, kind="when", sorts=True),
    )
    filters = (
        Days("created", _l("发起日期"), PaymentAttempt.created_at),
        Amounts("amount", _l("金额"), PaymentAttempt.amount),
        Choice("state", _l("状态"), PaymentAttempt.state, texts(words.ATTEMPT_STATE)),
        _of_order(PaymentAttempt),
    )
    search_hint = _l("商户单号或订单号")
    empty = (_l("还没有人去过收银台"), _l("买家点“去支付”后，每一次都会出现在这里"))

    def find(self, words: str) -> ColumnElement[bool] | None:
        return lookups.attempts(words)


def _attempt_state(row: Any) -> Markup:
    tones = {services.PAID: "good", services.OPEN: "note"}
    return state_tag(words.ATTEMPT_STATE[row.state], tones.get(row.state, ""))


def _refund_state(row: Any) -> Markup:
    if row.state == ledger.DONE:
        return state_tag(words.REFUND_STATE[row.state], "good")
    return state_tag(words.REFUND_STATE[row.state], "bad" if row.tries >= STUCK_TRIES else "warn")


def _stuck(_value: str) -> ColumnElement[bool]:
    return and_(Refund.state == ledger.DUE, Refund.tries >= STUCK_TRIES)


class RefundAdmin(_MoneyList):
    """Money that goes back, due and done; what is due can be tried again, with the number it has."""

    columns = (
        Col("request_no", _l("退款单号"), Refund.request_no),
        Col("order_number", _l("订单号"), Order.number, show=to_order, export=lambda row: row.order_number),
        Col("amount", _l("金额"), Refund.amount, kind="money", sorts=True),
        Col("method", _l("方式"), Receipt.method, show=lambda row: short(words.METHOD[row.method])),
        Col(
            "state",
            _l("状态"),
            Refund.state,
            show=_refund_state,
            export=lambda row: gettext(words.REFUND_STATE[row.state]),
        ),
        Col("tries", _l("尝试"), Refund.tries, kind="number"),
        Col("reason", _l("原因"), Refund.reason, show=lambda row: short(row.reason)),
        Col("created_at", _l("登记时间"), Refund.created_at, kind="when", sorts=True),
        Col("done_at", _l("退回时间"), Refund.done_at, kind="when"),
    )
    filters = (
        Days("created", _l("登记日期"), Refund.created_at),
        Days("done", _l("退回日期"), Refund.done_at),
        Amounts("amount", _l("金额"), Refund.amount),
        Choice("state", _l("状态"), Refund.state, texts(words.REFUND_STATE)),
        Choice("stuck", _l("多次未成"), options=[("1", _l("是"))], clause=_stuck),
        _of_order(Refund),
    )
    search_hint = _l("退款单号或订单号")
    empty = (_l("还没有退款"), _l("售后同意后，或者钱来晚了，退款会出现在这里"))

    def narrow(self, asked: Select[Any]) -> Select[Any]:
        return super().narrow(asked).outerjoin(Receipt, Receipt.id == Refund.receipt_id)

    def find(self, words: str) -> ColumnElement[bool] | None:
        return lookups.refunds(words)

    def tabs(self) -> Sequence[Tab]:
        """What waits, first."""
        due, stuck = lookups.waiting_refunds(STUCK_TRIES)
        return (
            Tab(_l("全部"), {}),
            Tab(_l("待退"), {"state": ledger.DUE}, due),
            Tab(_l("多次未成"), {"stuck": "1"}, stuck),
            Tab(_l("已退"), {"state": ledger.DONE}),
        )

    @action("retry", _l("立即再退一次"))
    @needs("refund")
    def retry(self, ids: list[str]) -> None:
        """Ask the provider again, soon; it pays a number once."""
        count = refunding.try_again([int(each) for each in ids])
        flash(gettext("已安排 %(count)s 笔，稍后刷新查看结果", count=count), "success" if count else "info")
