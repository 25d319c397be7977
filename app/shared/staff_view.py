"""The base of every admin page: closed until a page says which right opens it, and read-only until a room says more.

A page names its `area`, and each of its views and actions the act that it is, by `@needs`: `orders` and `ship` want the
right `orders.ship`. What names nothing is open to nobody. Every write, and every export, is an act of the audit log.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import abort, current_app, request
from flask_admin import AdminIndexView
from flask_admin.contrib.sqla import ModelView
from flask_admin.form import SecureForm
from flask_login import current_user

from app.shared import acting, staff_door
from app.shared.acting import FRESH
from app.shared.errors import Forbidden, NeedSignIn
from app.shared.web import client_address

F = TypeVar("F", bound=Callable[..., Any])

READS = frozenset({"GET", "HEAD", "OPTIONS"})
ANY_STAFF = "staff"  # an act that every member of staff may do
# The views that Flask-Admin brings along
STANDARD = {
    "index_view": "view",
    "details_view": "view",
    "ajax_lookup": "view",
    "action_view": "view",  # and what the chosen action needs
    "create_view": "create",
    "edit_view": "edit",
    "ajax_update": "edit",
    "delete_view": "edit",
    "action_delete": "edit",
    "export": "export",
}


def needs(act: str, **by_method: str) -> Callable[[F], F]:
    """Which act a view or an action is; `POST="edit"` where a method is another one."""

    def mark(function: F) -> F:
        function.needs = {"": act, **by_method}  # type: ignore[attr-defined]  # read by StaffOnly and a house test
        return function

    return mark


def rights() -> frozenset[str]:
    """The rights of whoever asks, read once a request; a shopper and a stranger have none."""
    if not (current_user.is_authenticated and current_user.is_staff):
        return frozenset()
    kept = request.environ.get("meiduo.rights")
    if kept is None:
        kept = request.environ["meiduo.rights"] = current_app.extensions["meiduo_rights"](current_user.id)
    return frozenset(kept)


def _turn_away() -> None:
    """A stranger is asked to sign in, a shopper is told no."""
    if not current_user.is_authenticated:
        raise NeedSignIn()
    raise Forbidden()


class StaffOnly:
    """Mixed into every page of the site, in front of Flask-Admin's class."""

    area = ""  # of app/staff/policy.py; a page without one is open to nobody

    def is_accessible(self) -> bool:
        """May they look? It decides what the menu shows."""
        return self.may("view")

    def may(self, act: str) -> bool:
        """Has whoever asks the right to this act here?"""
        if act == ANY_STAFF:
            return bool(current_user.is_authenticated and current_user.is_staff)
        return f"{self.area}.{act}" in rights()

    def require(self, act: str) -> None:
        """Forbidden without the right; for a view whose form decides what it does."""
        if not self.may(act):
            _turn_away()
        if act in FRESH and request.method not in READS:
            staff_door.check_fresh(rights())

    def inaccessible_callback(self, name: str, **kwargs: Any) -> Any:
        _turn_away()

    def _handle_view(self, name: str, **kwargs: Any) -> Any:
        """Flask-Admin calls this before each of its views."""
        act = act_of(getattr(type(self), name, None), request.method) or STANDARD.get(name)
        if act is None:
            _turn_away()
        self.require(str(act))
        staff_door.check_open(rights())
        chosen = request.form.get("action", "") if request.method not in READS else ""
        if name == "action_view" and chosen in getattr(self, "_actions_data", {}):
            self.require(self._act_of_action(chosen))
        if request.method not in READS or act == "export":
            what = f"{request.endpoint}:{chosen}" if chosen else str(request.endpoint)
            acting.begin(acting.Act(f"staff:{current_user.id}", what[:100], client_address()))
        return None

    def _act_of_action(self, name: str) -> str:
        function = self._actions_data[name][0]  # type: ignore[attr-defined]  # of Flask-Admin's ActionsMixin
        return act_of(function, "POST") or STANDARD.get(function.__name__, "nothing gives this right")

    def is_action_allowed(self, name: str) -> bool:
        """May they, and does the page offer it at all?"""
        return self.may(self._act_of_action(name)) and super().is_action_allowed(name)  # type: ignore[misc]


def act_of(function: object, method: str) -> str | None:
    """The act that a function was marked with."""
    marks: dict[str, str] = getattr(function, "needs", {})
    return marks.get(method, marks.get("")) or None


class StaffIndex(StaffOnly, AdminIndexView):
    """`/admin/` itself, for every member of staff; unguarded it would answer 200 to a stranger."""

    def is_accessible(self) -> bool:
        return self.may(ANY_STAFF)

    def _handle_view(self, name: str, **kwargs: Any) -> Any:
        self.require(ANY_STAFF)
        if rights():
            staff_door.check_open(rights())


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
