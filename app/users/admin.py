"""Accounts for staff, to read."""

from typing import Any

from app.shared.filters import mask_mobile
from app.shared.staff_view import StaffView
from app.users.models import User


def _masked(_view: Any, _context: Any, row: User, _name: str) -> str:
    return mask_mobile(row.mobile)


class UserAdmin(StaffView):
    """Who is registered; numbers are masked, hashes are not here at all."""

    column_list = ("id", "username", "mobile", "is_staff", "is_active", "created_at")
    column_labels = {
        "username": "用户名",
        "mobile": "手机号",
        "is_staff": "员工",
        "is_active": "启用",
        "created_at": "注册时间",
    }
    column_formatters = {"mobile": _masked}
    column_searchable_list = ("username",)
    column_default_sort = ("id", True)
