"""The tree of divisions for staff: level by level, to rename, add, close and drop."""

from collections.abc import Callable

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from flask_babel import gettext

from app.areas import queries, services
from app.areas.policy import NAME_LONGEST
from app.shared import staff_undo
from app.shared.errors import BadValue, DomainError
from app.shared.staff_view import StaffOnly, needs
from app.shared.web import say


class AreaDesk(StaffOnly, BaseView):
    """What lies below one division, or what a search finds."""

    area = "areas"

    @expose("/")
    @needs("view")
    def index(self) -> ResponseReturnValue:
        """The provinces, `?below=` one division, or `?q=` a name or code."""
        words = request.args.get("q", "").strip()[:30]
        below = _code(request.args.get("below", "")) if not words else None
        path = queries.path(below) if below else []
        cards = queries.find_cards(words) if words else queries.cards(below)
        facts = {"words": words, "path": path, "cards": cards, "longest": NAME_LONGEST}
        facts["level"] = len(path) + 1
        return str(self.render("areas/admin.html", **facts))

    @expose("/<int:area_id>/")
    @needs("view")
    def one(self, area_id: int) -> ResponseReturnValue:
        """One division, and what points at it."""
        queries.get_area(area_id)
        (card,) = queries.find_cards(str(area_id))
        facts = {"card": card, "path": queries.path(area_id)[:-1], "uses": queries.uses_of(area_id)}
        return str(self.render("areas/admin_area.html", longest=NAME_LONGEST, **facts))

    @expose("/add/", methods=("POST",))
    @needs("create")
    def add(self) -> ResponseReturnValue:
        """A new one below `parent`, or a province."""
        form = request.form
        parent = _code(form.get("parent", ""))
        back = url_for("admin_areas.index", below=parent) if parent else url_for("admin_areas.index")
        done = gettext("已添加“%(name)s”", name=form.get("name", "").strip()[:NAME_LONGEST])
        return self._try(
            lambda: services.add_area(_code(form.get("code", "")) or 0, form.get("name", ""), parent), back, done
        )

    @expose("/<int:area_id>/rename/", methods=("POST",))
    @needs("edit")
    def rename(self, area_id: int) -> ResponseReturnValue:
        """Another name; the old one is one click away."""
        old = queries.get_area(area_id).name
        name, version = request.form.get("name", ""), _version()
        return self._try(
            lambda: self._rename(area_id, version, name, old), url_for("admin_areas.one", area_id=area_id), ""
        )

    @expose("/<int:area_id>/open/", methods=("POST",))
    @needs("edit")
    def set_open(self, area_id: int) -> ResponseReturnValue:
        """Offered to shoppers again, or no longer."""
        is_open = request.form.get("open") == "1"

        def change() -> None:
            services.set_open(area_id, _version(), is_open)
            done = gettext("已启用") if is_open else gettext("已停用，选地区时不再出现")
            staff_undo.offer(done, request.path, version=_version() + 1, open="0" if is_open else "1")

        return self._try(change, url_for("admin_areas.one", area_id=area_id), "")

    @expose("/<int:area_id>/drop/", methods=("POST",))
    @needs("edit")
    def drop(self, area_id: int) -> ResponseReturnValue:
        """Gone, when nothing points at it."""
        path = queries.path(area_id)
        parent = path[-2].id if len(path) > 1 else None

        def change() -> None:
            services.drop_area(area_id, _version())
            fields = {"code": area_id, "name": path[-1].name, "parent": parent or ""}
            staff_undo.offer(gettext("已删除“%(name)s”", name=path[-1].name), url_for("admin_areas.add"), **fields)

        back = url_for("admin_areas.index", below=parent) if parent else url_for("admin_areas.index")
        return self._try(change, back, "", url_for("admin_areas.one", area_id=area_id))

    @staticmethod
    def _rename(area_id: int, version: int, name: str, old: str) -> None:
        services.rename_area(area_id, version, name)
        done = gettext("“%(old)s”已改名", old=old)
        staff_undo.offer(done, request.path, version=version + 1, name=old)

    @staticmethod
    def _try(verb: Callable[[], None], back: str, done: str, stay: str = "") -> ResponseReturnValue:
        """The verb, and a sentence about it; when it was refused, `stay`."""
        try:
            verb()
        except DomainError as problem:
            flash(say(problem), "error")
            return redirect(stay or back, 303)
        if done:
            flash(done, "success")
        return redirect(back, 303)


def _code(text: str) -> int | None:
    """A code, or nothing; BadValue for anything else."""
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        raise BadValue()
    return int(text)


def _version() -> int:
    return _code(request.form.get("version", "")) or 0
