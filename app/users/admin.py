"""Accounts for staff, to read."""

from typing import Any

from flask_babel import lazy_gettext as _l

from app.shared.filters import mask_mobile, when
from app.shared.staff_view import StaffView, rights
from app.users.models import User


def _masked(_view: Any, _context: Any, row: User, _name: str) -> str:
    return row.mobile if "users.see_personal" in rights() else mask_mobile(row.mobile)


def _joined(_view: Any, _context: Any, row: User, _name: str) -> str:
    return when(row.created_at)


class UserAdmin(StaffView):
    """Who is registered; numbers are masked unless one may see them, hashes are not here at all."""

    area = "users"
    column_list = ("id", "username", "mobile", "is_staff", "is_active", "created_at")
    column_labels = {
        "username": _l("用户名"),
        "mobile": _l("手机号"),
        "is_staff": _l("员工"),
        "is_active": _l("启用"),
        "created_at": _l("注册时间"),
    }
    column_formatters = {"mobile": _masked, "created_at": _joined}
    column_searchable_list = ("username",)
    column_default_sort = ("id", True)
