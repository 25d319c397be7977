"""Orders for staff: a list to look at; moves come as actions that call verbs."""

from app.shared.staff_view import StaffView


class OrderAdmin(StaffView):
    """Numbers, states and amounts; no free change of any of them."""

    column_list = ("number", "created_at", "status", "pay_method", "total_count", "total_amount", "receiver")
    column_labels = {
        "number": "订单号",
        "created_at": "下单时间",
        "status": "状态",
        "pay_method": "支付方式",
        "total_count": "件数",
        "total_amount": "金额",
        "receiver": "收货人",
    }
    column_default_sort = ("id", True)
    column_searchable_list = ("number",)
    column_sortable_list = ("created_at", "total_amount")
