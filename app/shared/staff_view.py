"""The base of every admin page: closed until a page says which right opens it, and read-only until a room says more.

A page names its `area`, and each of its views and actions the act that it is, by `@needs`: `orders` and `ship` want the
right `orders.ship`. What names nothing is open to nobody. Every write, and every export, is an act of the audit log.
"""

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from flask import Response, current_app, flash, redirect, request, stream_with_context
from flask_admin import AdminIndexView, expose
from flask_admin.contrib.sqla import ModelView
from flask_admin.form import BaseForm
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import ColumnElement, Select, select

from app.shared import acting, clock, staff_door
from app.shared.acting import FRESH
from app.shared.cells import csv_line
from app.shared.errors import BadValue, DomainError, Forbidden, NeedSignIn, NotFound
from app.shared.staff_columns import Col
from app.shared.staff_lists import LONGEST_VALUE, Filter, Tab
from app.shared.staff_rows import Asked
from app.shared.web import client_address, safe_next, say

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
    """A list for staff, by `columns` and `filters` of staff_lists.py; changes come as actions that call verbs.

    What a verb guards is never in a form: a page that offers one calls the verb in `create_model` or `update_model`.
    """

    form_base_class = BaseForm  # CSRFProtect guards every write; a second token of the same name would hide its own
    list_template, create_template, edit_template = "admin/list.html", "admin/form.html", "admin/form.html"
    can_create = False
    can_edit = False
    can_delete = False
    can_view_details = False
    can_export = False

    columns: Sequence[Col] = ()
    needs_too: Sequence[Any] = ()  # columns that cells read and nobody sees
    filters: Sequence[Filter] = ()
    default_sort = ("id", "desc")
    search_hint: Any = ""
    tools: Sequence[tuple[Any, str]] = ()  # (text, endpoint) beside the heading
    empty: tuple[Any, Any] = (_l("这里还没有内容"), "")

    def find(self, words: str) -> ColumnElement[bool] | None:
        """What the search box looks for; a page without a hint has no box."""
        return None

    def narrow(self, asked: Select[Any]) -> Select[Any]:
        """Joins and conditions that every row must meet."""
        return asked

    def tabs(self) -> Sequence[Tab]:
        """Ready filters above the list."""
        return ()

    def read(self, args: Mapping[str, str] | None = None) -> Asked:
        """What the address asks of this list; another one's, if it is given."""
        args = request.args.to_dict() if args is None else args
        words = args.get("q", "").strip()[:LONGEST_VALUE]
        found = self.find(words) if words and self.search_hint else None
        asked = Asked(
            self.narrow(select(self.model)),
            self.model.id,
            self.columns,
            self.needs_too,
            self.filters,
            self.default_sort,
            args,
            found,
        )
        if words and found is None:
            asked.faults.add("q")
        return asked

    @expose("/")
    def index_view(self) -> Any:
        """A page of the list; with an address that cannot be understood, what is wrong with it and status 400."""
        asked = self.read()
        page = asked.page()
        saved = current_app.extensions["meiduo_saved_filters"](current_user.id, self.endpoint)
        actions, _questions = self.get_actions_list()
        html = self.render(self.list_template, asked=asked, page=page, saved=saved, actions=actions)
        return html, 400 if asked.faults else 200

    @expose("/action/", methods=("POST",))
    def action_view(self) -> Any:
        """Something done to the ticked rows. What wants to be asked first is asked on a page of its own."""
        name, back = request.form.get("action", ""), safe_next(request.form.get("url"), self.get_url(".index_view"))
        ids = [each for each in request.form.getlist("rowid") if each.isascii() and each.isdigit() and len(each) < 18]
        if name not in self._actions_data or not self.is_action_allowed(name):
            raise Forbidden()
        function, text, question = self._actions_data[name]
        if not ids:
            flash(gettext("请先勾选要处理的行"), "warn")
            return redirect(back, 303)
        if question and "sure" not in request.form:
            acting.begin(None)  # asked, not done
            return self.render("admin/ask.html", question=question, text=text, name=name, ids=ids, back=back)
        try:
            return function(ids) or redirect(back, 303)
        except NeedSignIn:
            raise
        except DomainError as problem:
            flash(say(problem), "error")
            return redirect(back, 303)

    @expose("/export/<export_type>/")
    def export(self, export_type: str) -> Any:
        """What is filtered as CSV, in the order of the list, at most EXPORTED rows."""
        if not self.can_export or export_type != "csv":
            raise NotFound()
        asked = self.read()
        if asked.faults:
            raise BadValue()
        lines = (csv_line(col.plain(row) for col in self.columns) for row in asked.all())
        head = "\ufeff" + csv_line(col.title for col in self.columns)
        answer = Response(stream_with_context(itertools.chain([head], lines)), mimetype="text/csv")
        answer.headers["Content-Disposition"] = f"attachment; filename={self.url_name()}-{clock.today()}.csv"
        return answer

    def url_name(self) -> str:
        """The last part of this page's address."""
        return str(self.url).rstrip("/").rpartition("/")[2]

    def get_save_return_url(self, model: Any, is_created: bool = False) -> str:
        """After saving, the list."""
        return str(self.get_url(".index_view"))
