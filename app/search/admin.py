"""Words for staff: synonyms, questions that are not offered, and what people asked for in vain."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.actions import action
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import ColumnElement

from app.search import queries, wording
from app.search.models import BlockedWord, SearchMiss, Synonyms
from app.shared import staff_undo
from app.shared.errors import BadValue, DomainError
from app.shared.staff_lists import Choice, Col, Days, Flag, Tab
from app.shared.staff_view import StaffView, needs, rights
from app.shared.web import safe_next, say


def _words(row: Any) -> Markup:
    url = url_for("admin_synonyms.one", group_id=row.id)
    return Markup('<a href="{}">{}</a>').format(url, "、".join(row.words.split(",")))


def _try(row: Any, text: str) -> Markup:
    return Markup('<a href="{}">{}</a>').format(url_for("admin_hot.trial", q=text), gettext("试搜"))


class SynonymsAdmin(StaffView):
    """Groups of words for the same goods."""

    area = "search"
    columns = (
        Col("words", _l("同义词"), Synonyms.words, show=_words, export=lambda row: row.words),
        Col("is_active", _l("启用"), Synonyms.is_active, kind="flag"),
        Col("updated_at", _l("更新时间"), Synonyms.updated_at, kind="when"),
        Col("try", "", show=lambda row: _try(row, row.words.split(",")[0]), export=lambda row: ""),
    )
    filters = (Flag("active", _l("启用"), Synonyms.is_active),)
    search_hint = _l("词语")
    tools = ((_l("新建一组"), "admin_synonyms.new"),)
    empty = (_l("还没有同义词"), _l("同一种商品的几种叫法写成一组，搜哪个都能找到"))

    def find(self, words: str) -> ColumnElement[bool] | None:
        return Synonyms.words.contains(words, autoescape=True)

    @expose("/teach/", methods=("GET", "POST"))
    @needs("create")
    def new(self) -> ResponseReturnValue:
        """A new group; `?words=` begins it."""
        return self._form(None, request.args.get("words", "")[:64])

    @expose("/<int:group_id>/", methods=("GET", "POST"))
    @needs("view", POST="edit")
    def one(self, group_id: int) -> ResponseReturnValue:
        """One group."""
        return self._form(group_id, "")

    @action("on", _l("启用"))
    @needs("edit")
    def switch_on(self, ids: list[str]) -> None:
        """In force again."""
        self._switch(ids, True)

    @action("off", _l("停用"))
    @needs("edit")
    def switch_off(self, ids: list[str]) -> None:
        """No longer in force."""
        self._switch(ids, False)

    def _switch(self, ids: list[str], is_active: bool) -> None:
        for each in ids:
            group = queries.get_synonyms(int(each))
            wording.save_synonyms(group.id, group.words, is_active, group.version)
        flash(gettext("已处理 %(count)s 组", count=len(ids)), "success")

    def _form(self, group_id: int | None, words: str) -> ResponseReturnValue:
        """The form, or with POST what it says; a group that was changed is one click away."""
        group = None if group_id is None else queries.get_synonyms(group_id)
        if request.method == "GET":
            return self._page(group, words if group is None else group.words, group is None or group.is_active)
        typed, is_active = request.form.get("words", ""), "is_active" in request.form
        try:
            version = None if group is None else _number(request.form.get("version", ""))
            saved = wording.save_synonyms(group_id, typed, is_active, version)
        except DomainError as problem:
            flash(say(problem), "error")
            return self._page(group, typed, is_active), problem.http_status
        if group is None:
            flash(gettext("已保存，几秒后生效"), "success")
        else:
            old = {"words": group.words, "version": group.version + 1} | ({"is_active": "1"} if group.is_active else {})
            staff_undo.offer(gettext("已保存，几秒后生效"), url_for("admin_synonyms.one", group_id=saved), **old)
        return redirect(url_for("admin_synonyms.index_view"), 303)

    def _page(self, group: Any, words: str, is_active: bool) -> str:
        longest = wording.LONGEST_GROUP
        first = words.replace("，", ",").split(",")[0].strip()
        facts = {"group": group, "words": words, "first": first, "is_active": is_active, "longest": longest}
        return str(self.render("search/admin_synonyms.html", **facts))


class BlockedWordAdmin(StaffView):
    """Questions that are neither hot words nor suggestions."""

    area = "search"
    list_template = "search/admin_blocked.html"
    columns = (
        Col("word", _l("屏蔽词"), BlockedWord.word, sorts=True),
        Col("created_at", _l("创建时间"), BlockedWord.created_at, kind="when"),
    )
    search_hint = _l("词语")
    empty = (_l("没有屏蔽词"), _l("屏蔽的词不会出现在热词和搜索建议里，仍然可以搜"))

    def find(self, words: str) -> ColumnElement[bool] | None:
        return BlockedWord.word.contains(words, autoescape=True)

    @expose("/add/", methods=("POST",))
    @needs("create")
    def add(self) -> ResponseReturnValue:
        """One word more; taken back in one click."""
        try:
            word_id = wording.block_word(request.form.get("word", ""))
        except DomainError as problem:
            flash(say(problem), "error")
        else:
            staff_undo.offer(
                gettext("已屏蔽，一分钟内生效"), url_for("admin_blocked.action_view"), action="free", rowid=word_id
            )
        return redirect(url_for("admin_blocked.index_view"), 303)

    @action("free", _l("取消屏蔽"))
    @needs("edit")
    def free_chosen(self, ids: list[str]) -> None:
        """They may be offered again."""
        for each in ids:
            wording.unblock_word(int(each))
        flash(gettext("已取消屏蔽 %(count)s 个词", count=len(ids)), "success")


def _what_to_do(row: Any) -> Markup:
    """A synonym of it, a look at what it finds, and out of sight with it: the button is of the list's form."""
    cell = _try(row, row.question)
    if "search.create" in rights():
        teach = url_for("admin_synonyms.new", words=row.question)
        cell = Markup('<a href="{}">{}</a> · ').format(teach, gettext("加为同义词")) + cell
    if "search.edit" not in rights() or row.is_dismissed:
        return cell
    button = Markup(' <button class="btn btn-s" type="submit" formaction="{}" aria-label="{}">{}</button>')
    label = gettext("忽略“%(question)s”", question=row.question)
    return cell + button.format(url_for("admin_misses.dismiss", miss_id=row.id), label, gettext("忽略"))


class SearchMissAdmin(StaffView):
    """What was asked and not found, the commonest first: words to teach, goods to buy."""

    area = "search"
    columns = (
        Col("question", _l("搜索词"), SearchMiss.question),
        Col("count", _l("次数"), SearchMiss.count, kind="number", sorts=True),
        Col("last_at", _l("最近一次"), SearchMiss.last_at, kind="when", sorts=True),
        Col("what", "", show=_what_to_do, export=lambda row: ""),
    )
    filters = (
        Choice(
            "seen",
            _l("状态"),
            SearchMiss.is_dismissed,
            [("1", _l("已忽略")), ("0", _l("未处理"))],
            lambda value: SearchMiss.is_dismissed.is_(value == "1"),
        ),
        Days("last", _l("最近一次"), SearchMiss.last_at),
    )
    needs_too = (SearchMiss.is_dismissed,)
    default_sort = ("count", "desc")
    empty = (_l("没有搜不到的词"), _l("顾客搜了却没有结果的词会记在这里，可以加同义词，或者考虑进货"))

    def tabs(self) -> list[Tab]:
        return [
            Tab(_l("未处理"), {"seen": "0"}),
            Tab(_l("已忽略"), {"seen": "1"}),
            Tab(_l("全部"), {}),
        ]

    @expose("/<int:miss_id>/dismiss/", methods=("POST",))
    @needs("edit")
    def dismiss(self, miss_id: int) -> ResponseReturnValue:
        """One of them, from its row; taken back in one click."""
        wording.dismiss_miss(miss_id)
        staff_undo.offer(gettext("已忽略"), url_for("admin_misses.action_view"), action="recall", rowid=miss_id)
        return redirect(safe_next(request.form.get("url"), url_for("admin_misses.index_view")), 303)

    @action("dismiss", _l("忽略"))
    @needs("edit")
    def dismiss_chosen(self, ids: list[str]) -> None:
        """They need not be looked at again."""
        for each in ids:
            wording.dismiss_miss(int(each))
        flash(gettext("已忽略 %(count)s 个词", count=len(ids)), "success")

    @action("recall", _l("恢复"))
    @needs("edit")
    def recall_chosen(self, ids: list[str]) -> None:
        """They must be looked at."""
        for each in ids:
            wording.dismiss_miss(int(each), False)
        flash(gettext("已恢复 %(count)s 个词", count=len(ids)), "success")


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise BadValue()
    return int(text)
