"""The desk of reviews: look, show or hide with a reason, answer; and the words that staff look out for."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.actions import action
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape
from sqlalchemy import ColumnElement, Select

from app.goods.models import SKU
from app.reviews import desk, moderating
from app.reviews.models import Review, WatchedWord
from app.reviews.policy import ANSWER_LONGEST, EFFECTS, REASON_LONGEST, SCORES, STATES, Effect, State, shown_name
from app.reviews.watching import look_through, watched
from app.shared import acting, staff_undo
from app.shared.errors import BadValue, DomainError, marked
from app.shared.staff_lists import Choice, Col, Days, Flag, Numbers, Tab, Words
from app.shared.staff_view import StaffView, needs, rights
from app.shared.web import say
from app.users.models import User

TONES = {State.SHOWN: "good", State.WAITING: "warn", State.HIDDEN: "bad"}
# offered as buttons: one click hides with this reason
REASONS = (marked("广告或导流"), marked("辱骂他人"), marked("泄露个人信息"), marked("与商品无关"))


def _state(row: Any) -> Markup:
    state = State(row.state)
    return Markup('<span class="tag tag-{}">{}</span>').format(TONES[state], gettext(STATES[state]))


def _text(row: Any) -> Markup:
    url = url_for("admin_reviews.one", review_id=row.id)
    text = row.text if len(row.text) <= 60 else f"{row.text[:60]}…"
    return Markup('<a class="review-line" href="{}">{}</a>').format(url, text)


def _goods(row: Any) -> Markup:
    return Markup('<a href="{}">{}</a>').format(url_for("goods.detail", sku_id=row.sku_id), row.sku_name[:30])


def _marks(row: Any) -> str:
    marks = [(row.has_pictures, gettext("有图")), (row.answer, gettext("已回复"))]
    return " · ".join(text for is_so, text in marks if is_so)


def buyer_name(username: str) -> str:
    """Whole for who may see personal data."""
    return username if "users.see_personal" in rights() else shown_name(username, True)


def _by_buyer(text: str) -> ColumnElement[bool] | None:
    user_id = desk.find_buyer(text)
    return None if user_id is None else Review.user_id == user_id


def _states() -> list[tuple[str, str]]:
    return [(state.value, gettext(text)) for state, text in STATES.items()]


class ReviewAdmin(StaffView):
    """Every review, newest first."""

    area = "reviews"
    columns = (
        Col("created_at", _l("时间"), Review.created_at, kind="when", sorts=True),
        Col("score", _l("评分"), Review.score, kind="number", sorts=True),
        Col("state", _l("状态"), Review.state, show=_state),
        Col("text", _l("评价内容"), Review.text, show=_text, export=lambda row: row.text),
        Col("sku_name", _l("商品"), SKU.name, show=_goods),
        Col("username", _l("买家"), User.username, show=lambda row: buyer_name(row.username)),
        Col("marks", "", show=_marks),
    )
    needs_too = (Review.sku_id, Review.has_pictures, Review.answer)
    filters = (
        Choice("state", _l("状态"), Review.state, _states),
        Choice("score", _l("评分"), Review.score, [(str(score), score) for score in SCORES]),
        Days("created", _l("评价日期"), Review.created_at),
        Numbers("sku", _l("SKU 编号"), Review.sku_id),
        Words("buyer", _l("买家用户名"), clause=_by_buyer),
        Flag("pictures", _l("有图"), Review.has_pictures),
    )
    search_hint = _l("订单号")
    tools = ((_l("敏感词表"), "admin_review_words.index_view"),)
    empty = (_l("还没有评价"), _l("买家收到商品并写下评价之后，会出现在这里"))

    def narrow(self, asked: Select[Any]) -> Select[Any]:
        """Outer joins, though nobody is missing: so the database begins with the reviews, in their order."""
        return asked.outerjoin(SKU, SKU.id == Review.sku_id).outerjoin(User, User.id == Review.user_id)

    def find(self, words: str) -> ColumnElement[bool] | None:
        return Review.order_line_id.in_(desk.lines_of_order(words))

    def tabs(self) -> list[Tab]:
        waiting = {"state": State.WAITING.value}
        return [
            Tab(_l("全部"), {}),
            Tab(_l("待审核"), waiting, desk.count_waiting()),
            Tab(_l("已隐藏"), {"state": State.HIDDEN.value}),
            Tab(_l("低分"), {"score": "1"}),
        ]

    @action("show", _l("展示"))
    @needs("edit")
    def show_chosen(self, ids: list[str]) -> None:
        """Show the ticked ones."""
        done = self._each(ids, State.SHOWN, "")
        flash(gettext("已展示 %(count)s 条评价", count=done), "success")

    @action("hide", _l("隐藏…"))
    @needs("edit")
    def hide_chosen(self, ids: list[str]) -> Any:
        """Ask for the reason, then hide the ticked ones."""
        reason = request.form.get("reason", "").strip() or request.form.get("ready", "")
        if not reason and "sure" not in request.form:
            acting.begin(None)  # asked, not done
            facts = {"ids": ids, "reasons": REASONS, "longest": REASON_LONGEST, "back": request.form.get("url", "")}
            return self.render("reviews/admin_hide.html", **facts)
        flash(gettext("已隐藏 %(count)s 条评价", count=self._each(ids, State.HIDDEN, reason)), "success")
        return None

    @expose("/<int:review_id>/")
    @needs("view")
    def one(self, review_id: int) -> ResponseReturnValue:
        """One review with its goods, order, pictures and answer."""
        card = desk.get_card(review_id)
        facts: dict[str, Any] = {"buyer": buyer_name(card.username), "reasons": REASONS}
        facts |= {"states": STATES, "tones": TONES}
        facts |= {"next_waiting": desk.next_waiting(review_id), "longest": ANSWER_LONGEST}
        return str(self.render("reviews/admin_review.html", review=card, **facts))

    @expose("/<int:review_id>/state/", methods=("POST",))
    @needs("edit")
    def state(self, review_id: int) -> ResponseReturnValue:
        """Show, hide or make it wait; what it was before is one click away."""
        form = request.form
        state = _known_state(form.get("state", ""))
        reason = form.get("reason", "").strip() or form.get("ready", "")
        try:
            before = desk.get_card(review_id)
            version = moderating.moderate(review_id, _number(form.get("version", "")), state, reason)
        except DomainError as problem:
            flash(say(problem), "error")
        else:
            fields = {"version": version, "state": before.state, "reason": before.reason}
            staff_undo.offer(gettext("评价状态：%(state)s", state=gettext(STATES[state])), request.path, **fields)
        return redirect(url_for("admin_reviews.one", review_id=review_id), 303)

    @expose("/<int:review_id>/answer/", methods=("POST",))
    @needs("edit")
    def answer(self, review_id: int) -> ResponseReturnValue:
        """The shop's word, another one, or none."""
        form = request.form
        try:
            before = desk.get_card(review_id)
            version = moderating.answer(review_id, _number(form.get("version", "")), form.get("text", ""))
        except DomainError as problem:
            flash(say(problem), "error")
        else:
            staff_undo.offer(gettext("回复已保存"), request.path, version=version, text=before.answer)
        return redirect(url_for("admin_reviews.one", review_id=review_id), 303)

    @staticmethod
    def _each(ids: list[str], state: State, reason: str) -> int:
        """Each as it is now; what a colleague changes meanwhile is left to the colleague."""
        chosen = desk.versions(map(int, ids))
        for review_id, version in chosen.items():
            moderating.moderate(review_id, version, state, reason)
        return len(chosen)


def _word(row: Any) -> Markup:
    return Markup("<strong>{}</strong>").format(row.word)


def _effects() -> list[tuple[str, str]]:
    return [(effect.value, gettext(text)) for effect, text in EFFECTS.items()]


class WordAdmin(StaffView):
    """Words that make a new review wait, or are masked in it."""

    area = "reviews"
    list_template = "reviews/admin_words.html"
    columns = (
        Col("word", _l("词语"), WatchedWord.word, show=_word, sorts=True),
        Col("effect", _l("处理方式"), WatchedWord.effect, show=lambda row: gettext(EFFECTS[Effect(row.effect)])),
        Col("created_at", _l("创建时间"), WatchedWord.created_at, kind="when"),
    )
    search_hint = _l("词语")
    empty = (_l("词表是空的"), _l("在上面添加词语：含有它们的新评价会先等待审核，或者把词遮住"))

    def find(self, words: str) -> ColumnElement[bool] | None:
        return WatchedWord.word.contains(words, autoescape=True)

    def try_text(self) -> Any:
        """For the template: what would happen to the text in `try`."""
        text = request.args.get("try", "")[:500]
        return look_through(text, watched()) if text else None

    @property
    def effects(self) -> list[tuple[str, str]]:
        """For the template."""
        return _effects()

    @expose("/add/", methods=("POST",))
    @needs("edit")
    def add(self) -> ResponseReturnValue:
        """One word a line."""
        lines = [line for line in request.form.get("words", "").splitlines()[:200] if line.strip()]
        try:
            for line in lines:
                moderating.watch_word(line, request.form.get("effect", ""))
        except DomainError as problem:
            flash(f"{escape(line)}：{say(problem)}", "error")
        else:
            flash(gettext("已保存 %(count)s 个词", count=len(lines)), "success" if lines else "warn")
        return redirect(url_for("admin_review_words.index_view"), 303)

    @action("drop", _l("删除"))
    @needs("edit")
    def drop_chosen(self, ids: list[str]) -> None:
        """Look out for them no longer."""
        words = moderating.drop_words([int(each) for each in ids])
        for effect, dropped in words.items():
            fields = {"words": "\n".join(dropped), "effect": effect}
            staff_undo.offer(
                gettext("已删除 %(count)s 个词", count=len(dropped)), url_for("admin_review_words.add"), **fields
            )


def _known_state(text: str) -> State:
    if text not in set(State):
        raise BadValue()
    return State(text)


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise BadValue()
    return int(text)
