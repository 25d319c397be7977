"""Orders for staff: a list to look at; moves come as actions that call verbs."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.orders import words
from app.orders.models import Order, OrderStatus, PayMethod
from app.shared.filters import when
from app.shared.money import show
from app.shared.staff_view import StaffView


def _status(_view: Any, _context: Any, row: Order, _name: str) -> str:
    return str(gettext(words.STATUS[OrderStatus(row.status)]))


def _pay_method(_view: Any, _context: Any, row: Order, _name: str) -> str:
    return str(gettext(words.PAY_METHOD[PayMethod(row.pay_method)]))


class OrderAdmin(StaffView):
    """Numbers, states and amounts; no free change of any of them."""

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
        "status": _status,
        "pay_method": _pay_method,
        "created_at": lambda view, context, model, name: when(model.created_at),
        "total_amount": lambda view, context, model, name: f"¥{show(model.total_amount)}",
    }
    column_default_sort = ("id", True)
    column_searchable_list = ("number",)
    column_sortable_list = ("created_at", "total_amount")
