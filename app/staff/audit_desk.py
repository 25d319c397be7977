"""The log of staff as pages: searched by who, what, thing and days; one entry with everything; as CSV."""

import itertools
from collections.abc import Iterator
from datetime import date
from typing import Any

from flask import Response, current_app, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from flask_babel import gettext

from app.shared import clock
from app.shared.cells import csv_line
from app.shared.errors import BadValue, NotFound
from app.shared.filters import when
from app.shared.staff_rows import EXPORTED
from app.shared.staff_view import StaffOnly, act_of, needs
from app.staff import log_reading, log_words, policy
from app.staff.log_reading import Change, LogLine, Question

TEXTS = ("who", "what", "about", "field")
DAYS = ("days_from", "days_to")
COMMANDS = "flask "
SHOWN = 3  # changes of an entry in the list


class AuditView(StaffOnly, BaseView):
    """Who did what, when, from where: newest first."""

    area = "audit"

    @expose("/")
    @needs("view")
    def index(self) -> ResponseReturnValue:
        """A page of entries; days that are none find nothing and are named."""
        asked = {name: request.args.get(name, "").strip()[:100] for name in (*TEXTS, *DAYS)}
        asked["about"] = log_words.thing_of(asked["about"])
        kept = {name: value for name, value in asked.items() if value}
        shown: dict[str, Any] = {"asked": asked, "kept": kept, "pages": _pages(), "say": Words(), "most": SHOWN}
        try:
            lines, next_id = log_reading.page(_question(asked))
        except BadValue as problem:
            return str(
                self.render("admin/audit.html", lines=[], next_id=None, fault=problem.facts["field"], **shown)
            ), 400
        return str(self.render("admin/audit.html", lines=lines, next_id=next_id, fault="", **shown))

    @expose("/<int:entry_id>/")
    @needs("view")
    def entry(self, entry_id: int) -> ResponseReturnValue:
        """One entry with everything that changed."""
        line = log_reading.find_line(entry_id)
        if line is None:
            raise NotFound()
        return str(self.render("admin/audit_entry.html", line=line, changes=line.changes(), say=Words()))

    @expose("/export/")
    @needs("export")
    def export(self) -> ResponseReturnValue:
        """What is asked for as CSV, newest first."""
        asked = {name: request.args.get(name, "").strip()[:100] for name in (*TEXTS, *DAYS)}
        asked["about"] = log_words.thing_of(asked["about"])
        lines = log_reading.every(_question(asked), EXPORTED)
        answer = Response(stream_with_context(_csv(lines, Words())), mimetype="text/csv")
        answer.headers["Content-Disposition"] = f"attachment; filename=audit-{clock.today()}.csv"
        return answer


class Words:
    """The log's names in the reader's language."""

    def __init__(self) -> None:
        self.views = {view.endpoint: view for admin in current_app.extensions["admin"] for view in admin._views}

    def act(self, what: str) -> str:
        """`商品 SKU · 修改`: the page and what its right is called, unless the act has words of its own."""
        if what in log_words.ACTS:
            return str(gettext(log_words.ACTS[what]))
        owner, _, name = what.partition(".")
        view = self.views.get(owner)
        if view is None:
            return what
        name, _, action = name.partition(":")
        if action in getattr(view, "_actions_data", {}):
            return f"{view.name} · {view._actions_data[action][1]}"
        act = act_of(getattr(type(view), name, None), "POST") or ""
        return f"{view.name} · {gettext(policy.ACT_TITLES[act])}" if act in policy.ACT_TITLES else str(view.name)

    def thing(self, name: str) -> str:
        """`SKU 5` for `skus:5`; also `SKU 5 +3`, and counted kinds."""
        table, colon, number = name.partition(":")
        title = log_words.THINGS.get(table.partition(".")[0])
        said = gettext(title) if title else table
        return f"{said} {number}" if colon else said

    def field(self, name: str) -> str:
        """A column."""
        title = log_words.FIELDS.get(name)
        return str(gettext(title)) if title else name

    def value(self, text: str) -> str:
        """Yes and no in words."""
        return {"True": str(gettext("是")), "False": str(gettext("否"))}.get(text, text)

    def change(self, change: Change) -> str:
        """`SKU 5 价格：100.00 → 90.00`."""
        before, after = self.value(change.before), self.value(change.after)
        moved = f"{before} → {after}" if change.before and change.after else after or f"{before} → "
        name = self.field(change.field)
        return f"{self.thing(change.object)} {name}: {moved}" if name else f"{self.thing(change.object)} {moved}"


def _pages() -> list[tuple[str, Any]]:
    """Where something can be done: (how its acts begin, its name)."""
    views = [view for admin in current_app.extensions["admin"] for view in admin._views]
    return [*((f"{view.endpoint}.", view.name) for view in views), (COMMANDS, gettext("命令行"))]


def _question(asked: dict[str, str]) -> Question:
    before = request.args.get("before", "")
    return Question(
        **{name: asked[name] for name in TEXTS},
        first_day=_day(asked, "days_from"),
        last_day=_day(asked, "days_to"),
        before_id=int(before) if before.isascii() and before.isdigit() and len(before) < 18 else None,
    )


def _day(asked: dict[str, str], name: str) -> date | None:
    if not asked[name]:
        return None
    try:
        found = date.fromisoformat(asked[name])
    except ValueError:
        raise BadValue(field=name) from None
    if not 2000 <= found.year <= 2200:
        raise BadValue(field=name)
    return found


def _csv(lines: Iterator[LogLine], words: Words) -> Iterator[str]:
    heads = ("编号", "时间", "员工", "网络地址", "操作", "代号", "对象", "更改")
    yield "\ufeff" + csv_line(gettext(head) for head in heads)
    for line in lines:
        changes = "; ".join(words.change(each) for each in itertools.islice(line.changes(), 50))
        who = line.who_name or line.who
        told = (when(line.at), who, line.address, words.act(line.what), line.what, words.thing(line.object), changes)
        yield csv_line((line.id, *told))
