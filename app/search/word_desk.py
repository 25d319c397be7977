"""The desk of hot words: what staff put first, what people ask, and what a question would find."""

from collections.abc import Callable

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from flask_babel import gettext

from app.gateways.doors import gateways
from app.search import asking, queries, suggesting, wording
from app.search.analysis.reading import LONGEST
from app.search.context import HOT_WORDS
from app.search.trying import Trial, try_out
from app.shared import staff_undo
from app.shared.errors import DomainError
from app.shared.staff_view import StaffOnly, needs
from app.shared.web import say

TOP = 50


class HotWordDesk(StaffOnly, BaseView):
    """Hot words, the commonest questions, and a place to try one out."""

    area = "search"

    @expose("/")
    @needs("view")
    def index(self) -> ResponseReturnValue:
        """What is shown now, what was pinned, and what people ask, with a pin and a ban beside each."""
        pinned, blocked = queries.chosen_words()
        facts = {"pinned": pinned, "blocked": blocked, "shown": suggesting.hot_words(HOT_WORDS)}
        return str(self.render("search/admin_hot.html", top=asking.commonest(TOP), **facts))

    @expose("/trial/")
    @needs("view")
    def trial(self) -> ResponseReturnValue:
        """What a question would find just now."""
        text = request.args.get("q", "").strip()[:LONGEST]
        trial: Trial | None = None
        try:
            trial = try_out(text, gateways().search) if text else None
        except DomainError as problem:
            flash(say(problem), "error")
        return str(self.render("search/admin_trial.html", text=text, trial=trial))

    @expose("/pin/", methods=("POST",))
    @needs("create")
    def pin(self) -> ResponseReturnValue:
        """To the end of the chosen ones."""
        word = request.form.get("word", "")
        return self._try(lambda: wording.pin_word(word), gettext("已置顶"), url_for("admin_hot.unpin"))

    @expose("/unpin/", methods=("POST",))
    @needs("edit")
    def unpin(self) -> ResponseReturnValue:
        """It takes its chances again."""
        word = request.form.get("word", "")
        return self._try(lambda: wording.unpin_word(word), gettext("已取消置顶"), url_for("admin_hot.pin"))

    @expose("/move/", methods=("POST",))
    @needs("edit")
    def move(self) -> ResponseReturnValue:
        """A step up or down."""
        word, by = request.form.get("word", ""), -1 if request.form.get("by") == "up" else 1
        return self._try(lambda: wording.move_word(word, by), "", "")

    @expose("/ban/", methods=("POST",))
    @needs("create")
    def ban(self) -> ResponseReturnValue:
        """Neither a hot word nor suggested."""
        word = request.form.get("word", "")
        return self._try(lambda: wording.block_word(word), gettext("已屏蔽，一分钟内生效"), url_for("admin_hot.free"))

    @expose("/free/", methods=("POST",))
    @needs("edit")
    def free(self) -> ResponseReturnValue:
        """It may be offered again."""
        word = request.form.get("word", "")
        return self._try(lambda: wording.free_word(word), gettext("已取消屏蔽"), url_for("admin_hot.ban"))

    def _try(self, verb: Callable[[], object], done: str, undo: str) -> ResponseReturnValue:
        try:
            verb()
        except DomainError as problem:
            flash(say(problem), "error")
        else:
            suggesting.forget_popular()
            if undo:
                staff_undo.offer(done, undo, word=request.form.get("word", "").strip())
        return redirect(url_for("admin_hot.index"), 303)
