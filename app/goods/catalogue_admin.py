"""The category tree, the channels of the home page, and spec templates at their desks."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from flask_babel import gettext

from app.goods import catalogue, catalogue_queries, channels, spec_templates
from app.goods.categories import category_tree
from app.goods.desk_forms import attempt, number, order, rows, seen, typed
from app.goods.spec_templates import Line
from app.shared.errors import DomainError
from app.shared.staff_view import StaffOnly, needs
from app.shared.web import say

EMPTY_LINES = 3


class CategoriesView(StaffOnly, BaseView):
    """One level at a time: what lies below a category, in the order of the menu."""

    area = "goods"

    @expose("/")
    @needs("view")
    def index(self) -> ResponseReturnValue:
        """The children of `at`, or the top level."""
        level = catalogue_queries.get_level(request.args.get("at", type=int))
        return str(self.render("goods/admin_categories.html", level=level))

    @expose("/add/", methods=("POST",))
    @needs("create")
    def add(self) -> ResponseReturnValue:
        """One more below `at`."""
        return _done(lambda at: catalogue.add_category(at, request.form.get("name", "")))

    @expose("/order/", methods=("POST",))
    @needs("edit")
    def order(self) -> ResponseReturnValue:
        """The children of `at` by their numbers."""
        return _done(lambda at: catalogue.order_categories(at, *order()))

    @expose("/<int:category_id>/step/", methods=("POST",))
    @needs("edit")
    def step(self, category_id: int) -> ResponseReturnValue:
        """One place up or down."""
        return _done(lambda _at: catalogue.step_category(category_id, "up" in request.form))

    @expose("/<int:category_id>/", methods=("GET", "POST"))
    @needs("view", POST="edit")
    def one(self, category_id: int) -> ResponseReturnValue:
        """Its name, its place, and what needs it."""
        if request.method == "POST":
            name = request.form.get("name", "")
            attempt(lambda: catalogue.rename_category(category_id, seen(), name), gettext("已保存"))
            return redirect(url_for("admin_categories.one", category_id=category_id), 303)
        node = catalogue_queries.get_category(category_id)
        return str(self.render("goods/admin_category.html", node=node, uses=catalogue.count_uses(category_id)))

    @expose("/<int:category_id>/move/", methods=("POST",))
    @needs("edit")
    def move(self, category_id: int) -> ResponseReturnValue:
        """Below another parent of the same level."""
        parent = number(request.form.get("parent", ""))
        attempt(lambda: catalogue.move_category(category_id, seen(), parent), gettext("已移动"))
        return redirect(url_for("admin_categories.one", category_id=category_id), 303)

    @expose("/<int:category_id>/delete/", methods=("POST",))
    @needs("edit")
    def delete(self, category_id: int) -> ResponseReturnValue:
        """Only where nothing needs it."""
        parent = catalogue_queries.get_category(category_id).parent_id
        if attempt(lambda: catalogue.delete_category(category_id), gettext("已删除")):
            return redirect(url_for("admin_categories.index", at=parent), 303)
        return redirect(url_for("admin_categories.one", category_id=category_id), 303)


def _done(verb: Callable[[int | None], object]) -> ResponseReturnValue:
    """Do it and go back to the level it was done on."""
    at = number(request.form.get("at", "")) or None
    attempt(lambda: verb(at), gettext("已保存"))
    return redirect(url_for("admin_categories.index", at=at), 303)


class ChannelsView(StaffOnly, BaseView):
    """The groups of the home page's menu with their channels, all on one page."""

    area = "goods"

    @expose("/")
    @needs("view")
    def index(self) -> ResponseReturnValue:
        """Everything."""
        return str(self.render("goods/admin_channels.html", menu=catalogue_queries.get_menu()))

    @expose("/groups/add/", methods=("POST",))
    @needs("create")
    def add_group(self) -> ResponseReturnValue:
        """One more group."""
        return _back(lambda: channels.add_group(request.form.get("name", "")))

    @expose("/groups/order/", methods=("POST",))
    @needs("edit")
    def order_groups(self) -> ResponseReturnValue:
        """Groups by their numbers."""
        return _back(lambda: channels.order_groups(*order()))

    @expose("/groups/<int:group_id>/", methods=("POST",))
    @needs("edit")
    def group(self, group_id: int) -> ResponseReturnValue:
        """Rename it, step, or delete it: what the pressed button says."""
        verbs: dict[str, Callable[[], object]] = {
            "up": lambda: channels.step_group(group_id, True),
            "down": lambda: channels.step_group(group_id, False),
            "delete": lambda: channels.delete_group(group_id),
            "rename": lambda: channels.rename_group(group_id, seen(), request.form.get("name", "")),
        }
        return _back(verbs.get(request.form.get("do", ""), verbs["rename"]))

    @expose("/groups/<int:group_id>/order/", methods=("POST",))
    @needs("edit")
    def order(self, group_id: int) -> ResponseReturnValue:
        """Channels of a group by their numbers."""
        return _back(lambda: channels.order_channels(group_id, *order()))

    @expose("/groups/<int:group_id>/add/", methods=("POST",))
    @needs("create")
    def add(self, group_id: int) -> ResponseReturnValue:
        """A level-1 category becomes a channel of the group."""
        return _back(lambda: channels.add_channel(group_id, number(request.form.get("category", ""))))

    @expose("/<int:channel_id>/", methods=("POST",))
    @needs("edit")
    def channel(self, channel_id: int) -> ResponseReturnValue:
        """Step, move to another group, or take it out of the menu."""
        verbs: dict[str, Callable[[], object]] = {
            "up": lambda: channels.step_channel(channel_id, True),
            "down": lambda: channels.step_channel(channel_id, False),
            "delete": lambda: channels.delete_channel(channel_id),
            "move": lambda: channels.move_channel(channel_id, number(request.form.get("group", ""))),
        }
        return _back(verbs.get(request.form.get("do", ""), verbs["move"]))


def _back(verb: Callable[[], object]) -> ResponseReturnValue:
    attempt(verb, gettext("已保存"))
    return redirect(url_for("admin_channels.index"), 303)


class TemplatesView(StaffOnly, BaseView):
    """Spec templates: what goods of a category usually come in."""

    area = "goods"

    @expose("/")
    @needs("view")
    def index(self) -> ResponseReturnValue:
        """All of them."""
        facts = {"templates": spec_templates.all_templates(), "tree": category_tree()}
        return str(self.render("goods/admin_spec_templates.html", **facts))

    @expose("/new/", methods=("GET", "POST"))
    @needs("create")
    def create(self) -> ResponseReturnValue:
        """A new one."""
        return self._edit(0)

    @expose("/<int:template_id>/", methods=("GET", "POST"))
    @needs("view", POST="edit")
    def one(self, template_id: int) -> ResponseReturnValue:
        """One of them."""
        return self._edit(template_id)

    @expose("/<int:template_id>/delete/", methods=("POST",))
    @needs("edit")
    def delete(self, template_id: int) -> ResponseReturnValue:
        """What it has given to SPUs stays theirs."""
        attempt(lambda: spec_templates.delete_template(template_id), gettext("已删除"))
        return redirect(url_for("admin_spec_templates.index"), 303)

    def _edit(self, template_id: int) -> ResponseReturnValue:
        kept = spec_templates.get_template(template_id) if template_id else None
        if request.method == "GET":
            lines = [*(kept.lines if kept else ()), *(Line("", "") for _ in range(EMPTY_LINES))]
            shown: dict[str, Any] = {"name": kept.name if kept else "", "category": (kept and kept.category_id) or ""}
            return self._page(kept, shown, lines)
        lines = [Line(line["spec"], line["options"]) for line in rows("spec", "options")]
        try:
            wanted = [line for line in lines if line.name.strip()]
            category = number(request.form.get("category", "")) or None
            when = seen() if kept else None
            spec_templates.save_template(template_id, when, request.form.get("name", ""), category, wanted)
        except DomainError as problem:
            flash(say(problem), "error")
            return self._page(kept, typed("name", "category", "seen"), lines), problem.http_status
        flash(gettext("规格模板已保存"), "success")
        return redirect(url_for("admin_spec_templates.index"), 303)

    def _page(self, kept: Any, shown: Any, lines: Any) -> str:
        facts = {"kept": kept, "typed": shown, "lines": lines, "tree": category_tree()}
        return str(self.render("goods/admin_spec_template.html", **facts))
