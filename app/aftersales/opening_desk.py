"""Staff open a case for a line of an order that nobody asked about: on a page of its own, beside the order's desk."""

import secrets
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from flask_babel import gettext
from flask_login import current_user

from app.aftersales import limits, queries, services, words
from app.aftersales.deciding import Asking
from app.aftersales.desk import actor, read_counts
from app.aftersales.policy import MOST_WORDS
from app.aftersales.states import Kind
from app.shared.errors import BadValue, DomainError
from app.shared.staff_view import StaffOnly, needs
from app.shared.web import say


class OpeningView(StaffOnly, BaseView):
    """Choose pieces, say why; who may refund decides at once, everybody else leaves it to them."""

    area = "aftersales"

    def is_visible(self) -> bool:
        """Reached from an order, not from the menu."""
        return False

    @expose("/")
    @needs("edit")
    def index(self) -> ResponseReturnValue:
        """What of the order can be given back."""
        return self._page(request.args.get("number", ""), {})

    @expose("/", methods=("POST",))
    @needs("edit")
    def open(self) -> ResponseReturnValue:
        """The document; with `decide` its money goes back, or waits for the goods."""
        number, decide = request.form.get("number", ""), "decide" in request.form
        if decide:
            self.require("refund")
        try:
            new = services.open_case(self._asked(number), actor(), decide=decide, by=current_user.id)
        except DomainError as problem:
            flash(say(problem), "error")
            return self._page(number, request.form.to_dict()), problem.http_status
        flash(gettext("已处理") if decide else gettext("已提交，等待有退款权限的同事处理"), "success")
        return redirect(url_for("admin_aftersales.case", number=new), 303)

    def _asked(self, number: str) -> Asking:
        form = request.form
        kind, reason, said = form.get("kind", ""), form.get("reason", ""), form.get("words", "").strip()
        if kind not in set(Kind) or reason not in words.REASONS or len(said) > MOST_WORDS:
            raise BadValue()
        token = form.get("submit_token", "")[:64] or secrets.token_urlsafe(24)
        return Asking(0, number, Kind(kind), read_counts(form), reason, said, token)

    def _page(self, number: str, given: dict[str, Any]) -> str:
        page = queries.staff_ask_page(number)
        standing = limits.standing(current_user.id) if self.may("refund") else None
        token = given.get("submit_token") or secrets.token_urlsafe(24)
        texts = {"kind_texts": words.KIND, "reasons": words.REASONS}
        values = {"page": page, "given": given, "standing": standing, "token": token, **texts}
        return str(self.render("aftersales/admin_open.html", **values))
