"""The staff's view of the catalogue, read-only for now."""

from flask_babel import lazy_gettext as _l

from app.shared.filters import when
from app.shared.money import show
from app.shared.staff_view import StaffView


class SKUAdmin(StaffView):
    """Every SKU with price, stock and sales. Stock has one writer, and it is not a form."""

    column_list = ("id", "name", "price", "stock", "sales", "is_launched", "created_at")
    column_labels = {
        "id": _l("编号"),
        "name": _l("名称"),
        "price": _l("价格"),
        "stock": _l("库存"),
        "sales": _l("销量"),
        "is_launched": _l("在售"),
        "created_at": _l("创建时间"),
    }
    column_searchable_list = ("name",)
    column_sortable_list = ("id", "price", "stock", "sales", "is_launched", "created_at")
    column_default_sort = ("id", False)
    column_formatters = {
        "price": lambda view, context, model, name: f"￥{show(model.price)}",
        "created_at": lambda view, context, model, name: when(model.created_at),
    }
    form_columns = ("name", "caption")
