"""The door as pages: `/admin/login/` asks for what is missing, `/admin/second-factor/` sets up what it asks for."""

from typing import Any

import segno
from flask import Response, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from flask_babel import gettext
from flask_login import current_user
from markupsafe import Markup

from app.shared import acting, staff_door, totp
from app.shared.errors import DomainError, Forbidden
from app.shared.staff_door import NeedPassword
from app.shared.staff_view import ANY_STAFF, READS, StaffOnly, needs, rights
from app.shared.totp import Factor
from app.shared.web import client_address, ok, safe_next, say, wants_json
from app.staff import second_factor
from app.staff.errors import DraftSpent
from app.staff.second_factor import Draft
from app.users import browsers
from app.users import services as users

HOME = "/admin/"


class _AtTheDoor(StaffOnly, BaseView):
    """For every member of staff with a role, whether or not the door is open; not in the menu."""

    def is_visible(self) -> bool:
        """Reached from the pages that ask for it."""
        return False

    def is_accessible(self) -> bool:
        return self.may(ANY_STAFF)

    def _handle_view(self, name: str, **kwargs: Any) -> None:
        self.require(ANY_STAFF)
        if not rights():
            raise Forbidden()  # there is nothing behind the door for them
        self.check(staff_door.factor_wanted(rights()))
        if request.method not in READS:
            acting.begin(acting.Act(f"staff:{current_user.id}", str(request.endpoint), client_address()))

    def check(self, wanted: Factor) -> None:
        """What must be given before this page."""


class DoorView(_AtTheDoor):
    """`/admin/login/`: password and code. Strangers sign in at the shop's own door first, which leads back here."""

    @expose("/", methods=("GET", "POST"))
    @needs(ANY_STAFF)
    def login(self) -> ResponseReturnValue:
        """What was given just now is not asked for again. Tries are counted with those of the sign-in."""
        target = safe_next(request.values.get("next"), HOME)
        asks_code = staff_door.factor_wanted(rights()) is Factor.CODE and not staff_door.is_factor_fresh()
        asks_password = not staff_door.is_password_fresh()
        if request.method == "GET":
            if not asks_code and not asks_password:
                return redirect(target)
            asked = {"asks_code": asks_code, "asks_password": asks_password}
            return str(self.render("admin/door.html", target=target, **asked))
        try:
            _give(asks_password)
        except DomainError as problem:
            if wants_json():
                raise
            flash(say(problem), "error")
            return redirect(url_for("admin_door.login", next=target), 303)
        return ok(next=target) if wants_json() else redirect(target, 303)


def _give(asks_password: bool) -> None:
    """The password first: without it nobody learns whether a code is right."""
    password = request.form.get("password", "")
    if asks_password or password:
        users.check_password(current_user.username, password, browsers.known_caller())
        staff_door.note_password()
    if staff_door.factor_wanted(rights()) is Factor.CODE:
        second_factor.prove(current_user.id, request.form.get("code", ""), browsers.caller())
        staff_door.note_factor()


class FactorView(_AtTheDoor):
    """`/admin/second-factor/`: the QR picture, its first code, and the recovery codes, shown once."""

    def check(self, wanted: Factor) -> None:
        """The password, lately; and who has a factor gives it before anything of it changes."""
        if not staff_door.is_password_fresh():
            raise NeedPassword()
        if wanted is Factor.CODE:
            staff_door.check_open(rights())
            if request.method not in READS or request.endpoint == "admin_factor.change":
                staff_door.check_fresh(rights())

    @expose("/", methods=("GET",))
    @needs(ANY_STAFF)
    def index(self) -> ResponseReturnValue:
        """What is set up, or the picture to scan."""
        if staff_door.factor_wanted(rights()) is not Factor.CODE:
            return self._picture(second_factor.new_draft(current_user.id, current_user.sign_in_id))
        left = second_factor.codes_left(current_user.id)
        return str(self.render("admin/factor.html", codes_left=left, target=_target()))

    @expose("/change/", methods=("GET",))
    @needs(ANY_STAFF)
    def change(self) -> ResponseReturnValue:
        """Another phone: its own picture; until its first code comes the old one holds."""
        return self._picture(second_factor.new_draft(current_user.id, current_user.sign_in_id))

    @expose("/", methods=("POST",))
    @needs(ANY_STAFF)
    def set_up(self) -> ResponseReturnValue:
        """The first code of the phone. A wrong one shows the same picture again."""
        has_one = staff_door.factor_wanted(rights()) is Factor.CODE
        try:
            draft = second_factor.read_draft(current_user.id, current_user.sign_in_id, request.form.get("draft", ""))
        except DraftSpent as problem:
            flash(say(problem), "error")
            return redirect(url_for("admin_factor.index", next=_target()), 303)
        try:
            code = request.form.get("code", "")
            codes = second_factor.set_up(current_user.id, draft, code, browsers.caller(), instead=has_one)
        except DomainError as problem:
            return self._picture(draft, say(problem), problem.http_status)
        staff_door.note_factor()
        return self._codes(codes)

    @expose("/codes/", methods=("POST",))
    @needs(ANY_STAFF)
    def codes(self) -> ResponseReturnValue:
        """Ten others instead of the recovery codes that are left."""
        if staff_door.factor_wanted(rights()) is not Factor.CODE:
            flash(gettext("请先设置两步验证"), "error")
            return redirect(url_for("admin_factor.index"), 303)
        return self._codes(second_factor.renew_codes(current_user.id))

    def _picture(self, draft: Draft, problem: str = "", status: int = 200) -> Response:
        picture = segno.make(totp.address(draft.secret, current_user.username), error="m")
        svg = Markup(picture.svg_inline(omitsize=True, border=4, light="#fff", svgclass="qr", lineclass=None))  # noqa: S704
        page = self.render("admin/factor_set_up.html", draft=draft, svg=svg, problem=problem, target=_target())
        return _unkept(page, status)

    def _codes(self, codes: list[str]) -> Response:
        return _unkept(self.render("admin/factor_codes.html", codes=codes, target=_target()))


def _target() -> str:
    return safe_next(request.values.get("next"), HOME)


def _unkept(page: str, status: int = 200) -> Response:
    """No browser keeps a page with secrets on it."""
    answer: Response = make_response(page, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer
