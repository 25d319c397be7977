"""The outbox for staff: what waits, what was given up and why, and beginning anew. Nobody's words without the right."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.actions import action
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import ColumnElement

from app.outbox import policy, queries, services
from app.outbox.models import Message
from app.outbox.showing import KINDS, STATES, masked, without_links
from app.shared.errors import NotFound
from app.shared.filters import when
from app.shared.staff_lists import Choice, Col, Numbers, Tab
from app.shared.staff_view import StaffView, needs, rights

TRYING = ("waiting", "retrying")


def _may_read() -> bool:
    return "users.see_personal" in rights()


def _link(row: Any) -> Markup:
    return Markup('<a href="{}">{}</a>').format(url_for("admin_outbox.message", message_id=row.id), row.id)


def _state(row: Any) -> str:
    return str(gettext(STATES[policy.state_of(row.sent_at is not None, row.tries)]))


def _next(row: Any) -> str:
    """When it is tried again; nothing where it is not."""
    return when(row.due_at, "%m-%d %H:%M") if policy.state_of(row.sent_at is not None, row.tries) in TRYING else "—"


class OutboxAdmin(StaffView):
    """Messages by state. Receivers are masked; a text is on its own page, for who may see personal data."""

    area = "system"
    list_template = "admin/outbox.html"
    columns = (
        Col("number", _l("编号"), show=_link),
        Col("created_at", _l("创建时间"), Message.created_at, kind="when"),
        Col("kind", _l("方式"), Message.kind, show=lambda row: gettext(KINDS[row.kind])),
        Col("to", _l("收信人"), Message.to, show=lambda row: masked(row.to)),
        Col("occasion", _l("事由"), Message.unique_key, show=lambda row: row.occasion.partition(":")[0]),
        Col("state", _l("状态"), show=_state),
        Col("tries", _l("次数"), Message.tries, kind="number"),
        Col("last_error", _l("失败原因"), Message.last_error),
        Col("due_at", _l("下次发送"), Message.due_at, show=_next),
        Col("sent_at", _l("发出时间"), Message.sent_at, kind="when"),
    )
    filters = (
        Choice("state", _l("状态"), options=tuple(STATES.items()), clause=queries.IN_STATE.__getitem__),
        Choice("kind", _l("方式"), Message.kind, tuple(KINDS.items())),
        Numbers("user", _l("用户编号"), Message.user_id),
    )
    search_hint = _l("完整的事由，如 paid:订单号")
    empty = (_l("这里没有消息"), _l("发给顾客的短信和邮件都会出现在这里。"))

    def find(self, words: str) -> ColumnElement[bool]:
        """By the whole key: what occasion, about what."""
        return Message.unique_key == words

    def tabs(self) -> list[Tab]:
        """By state; what was sent is not counted."""
        return [
            Tab(_l("全部"), {}),
            *(
                Tab(gettext(text), {"state": state}, None if state == "sent" else queries.count(state))
                for state, text in STATES.items()
            ),
        ]

    @action("retry", _l("重新发送"))
    @needs("edit")
    def retry_chosen(self, ids: list[str]) -> None:
        """Begin anew with the ticked ones."""
        _tell(services.retry([int(each) for each in ids]), len(ids))

    @expose("/retry-failed/", methods=("POST",))
    @needs("edit")
    def retry_failed(self) -> ResponseReturnValue:
        """With every one that was given up."""
        ids = queries.failed_ids()
        _tell(services.retry(ids), len(ids))
        return redirect(url_for("admin_outbox.index_view", state="failed"), 303)

    @expose("/message/<int:message_id>/", methods=("GET", "POST"))
    @needs("view", POST="edit")
    def message(self, message_id: int) -> ResponseReturnValue:
        """One message; a POST begins it anew. Links in a text stay hidden from everybody: they open accounts."""
        if request.method == "POST":
            _tell(services.retry([message_id]), 1)
            return redirect(url_for("admin_outbox.message", message_id=message_id), 303)
        found = queries.find(message_id)
        if found is None:
            raise NotFound()
        facts = {"state": _state(found), "next": _next(found), **_words(found)}
        return str(self.render("admin/message.html", message=found, **facts))


def _words(message: Message) -> dict[str, Any]:
    if not _may_read():
        return {"to": masked(message.to), "subject": None, "text": None}
    return {"to": message.to, "subject": message.subject, "text": without_links(message.text)}


def _tell(begun: int, asked: int) -> None:
    if begun:
        flash(gettext("%(n)s 条消息将重新发送", n=begun), "success")
    if asked > begun:
        flash(gettext("%(n)s 条消息未改动：已发出、正在发送或尚未失败", n=asked - begun), "info")
