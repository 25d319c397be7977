"""Pages of colleagues: who works here, somebody new, and what an owner does with an account."""

from collections.abc import Callable

from flask import Response, current_app, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from flask_babel import gettext
from flask_login import current_user

from app.shared.errors import BadValue, DomainError, marked
from app.shared.staff_view import StaffOnly, needs
from app.shared.web import say
from app.staff import colleague_list, colleagues, policy, queries, second_factor, services
from app.users import browsers, passwords_lost
from app.users.disabling import By

WRONG = {
    "username": marked("用户名为 5–20 位字母、数字、下划线或连字符，且不能像手机号"),
    "mobile": marked("请输入正确的手机号"),
}


def _by() -> By:
    return By(current_user.id, browsers.caller())


class ColleaguesView(StaffOnly, BaseView):
    """Who works here. Owners make accounts, give roles, disable and reset; auditors read."""

    area = "roles"

    @expose("/")
    @needs("view")
    def index(self) -> ResponseReturnValue:
        """Everybody, with roles and second factor."""
        people = colleague_list.colleagues()
        return str(self.render("admin/colleagues.html", people=people, may=self.may, policy=policy))

    @expose("/new/", methods=("GET",))
    @needs("manage_roles")
    def form(self) -> ResponseReturnValue:
        """Name, number, roles; the password is typed, or chosen by the colleague behind a link."""
        return self._form({}, "")

    @expose("/new/", methods=("POST",))
    @needs("manage_roles")
    def hire(self) -> ResponseReturnValue:
        """Make the account with its roles in one step."""
        form, typed = request.form, request.form.get("password", "")
        try:
            user_id = colleagues.hire(
                form.get("username", ""), form.get("mobile", ""), typed, form.getlist("role"), _by()
            )
        except DomainError as problem:
            return self._form(form.to_dict(), _said(problem)), problem.http_status
        flash(gettext("员工账号已建立"), "success")
        if typed:
            return redirect(url_for("admin_colleagues.person", user_id=user_id), 303)
        return self._person(user_id, passwords_lost.welcome(user_id))

    @expose("/<int:user_id>/")
    @needs("view")
    def person(self, user_id: int) -> ResponseReturnValue:
        """One colleague."""
        return self._person(user_id)

    @expose("/<int:user_id>/welcome/", methods=("POST",))
    @needs("manage_roles")
    def welcome(self, user_id: int) -> ResponseReturnValue:
        """Another link for the first password; the one before opens nothing any more."""
        try:
            colleagues.renew_welcome(user_id, _by())
        except DomainError as problem:
            flash(say(problem), "error")
            return redirect(url_for("admin_colleagues.person", user_id=user_id), 303)
        return self._person(user_id, passwords_lost.welcome(user_id))

    @expose("/<int:user_id>/roles/", methods=("POST",))
    @needs("manage_roles")
    def roles(self, user_id: int) -> ResponseReturnValue:
        """Give or take one role."""
        verb = services.revoke if request.form.get("take") else services.grant
        role = request.form.get("role", "")
        return self._try(user_id, lambda: verb(user_id, role, current_user.id))

    @expose("/<int:user_id>/disable/", methods=("POST",))
    @needs("manage_roles")
    def disable(self, user_id: int) -> ResponseReturnValue:
        """No way in from now on."""
        reason = request.form.get("reason", "")
        return self._try(user_id, lambda: colleagues.disable(user_id, reason, _by()))

    @expose("/<int:user_id>/enable/", methods=("POST",))
    @needs("manage_roles")
    def enable(self, user_id: int) -> ResponseReturnValue:
        """They may come in again."""
        return self._try(user_id, lambda: colleagues.enable(user_id, _by()))

    @expose("/<int:user_id>/end-sign-ins/", methods=("POST",))
    @needs("manage_roles")
    def end_sign_ins(self, user_id: int) -> ResponseReturnValue:
        """Sign out every device."""
        return self._try(user_id, lambda: colleagues.end_sign_ins(user_id, _by()))

    @expose("/<int:user_id>/reset-totp/", methods=("POST",))
    @needs("manage_roles")
    def reset_totp(self, user_id: int) -> ResponseReturnValue:
        """A lost phone: the next sign-in sets up another."""
        return self._try(user_id, lambda: services.reset_factor(user_id, current_user.id, browsers.caller()))

    def _try(self, user_id: int, verb: Callable[[], object]) -> ResponseReturnValue:
        try:
            verb()
        except DomainError as problem:
            flash(say(problem), "error")
        else:
            flash(gettext("已保存"), "success")
        return redirect(url_for("admin_colleagues.person", user_id=user_id), 303)

    def _form(self, typed: dict[str, str], problem: str) -> str:
        chosen = request.form.getlist("role")
        values = {"typed": typed, "problem": problem, "chosen": chosen, "roles": queries.roles(), "policy": policy}
        return str(self.render("admin/colleague_new.html", **values))

    def _person(self, user_id: int, welcome: str = "") -> Response:
        link = url_for("users.find_password_new", welcome=welcome) if welcome else ""
        page = self.render(
            "admin/colleague.html",
            person=colleague_list.get_colleague(user_id),
            codes_left=second_factor.codes_left(user_id),
            roles=queries.roles(),
            may_change=self.may("manage_roles") and user_id != current_user.id,
            welcome=f"{current_app.config['PUBLIC_URL']}{link}" if link else "",
            policy=policy,
        )
        answer: Response = make_response(page)
        answer.headers["Cache-Control"] = "no-store"
        return answer


def _said(problem: DomainError) -> str:
    """A value that cannot be, by its field."""
    field = str(problem.facts.get("field", ""))
    return gettext(WRONG[field]) if type(problem) is BadValue and field in WRONG else say(problem)
