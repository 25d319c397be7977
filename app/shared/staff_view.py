"""The base of every admin page: staff only, read-only until a room says otherwise."""

from typing import Any

from flask import abort
from flask_admin import AdminIndexView
from flask_admin.contrib.sqla import ModelView
from flask_admin.form import SecureForm
from flask_login import current_user

from app.shared.errors import Forbidden, NeedSignIn


def _is_staff() -> bool:
    return bool(current_user.is_authenticated and current_user.is_staff)


def _turn_away() -> None:
    """A stranger is asked to sign in, a shopper is told no."""
    if not current_user.is_authenticated:
        raise NeedSignIn()
    raise Forbidden()


class StaffOnly:
    """Mixed into every page of the site, in front of Flask-Admin's class."""

    def is_accessible(self) -> bool:
        return _is_staff()

    def inaccessible_callback(self, name: str, **kwargs: Any) -> Any:
        _turn_away()


class StaffIndex(StaffOnly, AdminIndexView):
    """`/admin/` itself; unguarded it would answer 200 to a stranger."""


class StaffView(StaffOnly, ModelView):
    """A list for staff. What a verb guards is never in a form; changes come as actions that call verbs."""

    form_base_class = SecureForm
    can_create = False
    can_edit = False
    can_delete = False
    can_view_details = False
    can_export = False
    page_size = 20
    can_set_page_size = False

    def get_save_return_url(self, model: Any, is_created: bool = False) -> str:
        abort(405)
