"""Changing the password, or setting a first one."""

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from app.shared.errors import DomainError
from app.shared.filters import mask_mobile
from app.shared.web import ok, private, see_other, user_id, wants_json
from app.users import browsers, passwords
from app.users.forms.passwords import ChangePasswordForm, FirstPasswordForm
from app.users.forms.shown import ShownForm
from app.users.passwords import Way
from app.users.routes.blueprint import bp
from app.users.routes.shown import blame

NO_STORE = {"Cache-Control": "no-store"}


@bp.get("/password/")
@private
def password() -> ResponseReturnValue:
    """The form: the old password is asked for, or an SMS code where there is none."""
    way = passwords.get_way(user_id())
    if wants_json():
        return ok(has_password=way.has_password, mobile=mask_mobile(way.mobile))
    return _page(way, (ChangePasswordForm if way.has_password else FirstPasswordForm)(formdata=None))


@bp.post("/password/")
@private
def change_password() -> ResponseReturnValue:
    """A new password; every other device is signed out."""
    way = passwords.get_way(user_id())
    form = ChangePasswordForm.read() if way.has_password else FirstPasswordForm.read()
    try:
        if not form.validate():
            raise form.problem()
        ended = _change(form)
    except DomainError as problem:
        return _page(way, form, problem)
    if wants_json():
        return ok(ended=ended)
    flash(gettext("密码已修改，其他设备上的登录已全部退出"), "good")
    return see_other(url_for(".security"))


@bp.post("/password/sms/")
@private
def send_password_code() -> ResponseReturnValue:
    """An SMS code to the account's own number, for who has no password yet."""
    form = FirstPasswordForm.read()
    try:
        wait_s = passwords.send_first_code(user_id(), browsers.caller())
    except DomainError as problem:
        way = passwords.get_way(user_id())
        if way.has_password:  # no page of ours offers it then
            raise
        return _page(way, form, problem)
    if wants_json():
        return ok(retry_after=wait_s)
    flash(gettext("验证码已发送，请查收短信"), "good")
    return _page(passwords.get_way(user_id()), form)


def _change(form: ChangePasswordForm | FirstPasswordForm) -> int:
    new, here, caller = form.new_password.data or "", current_user.sign_in_id, browsers.caller()
    if isinstance(form, ChangePasswordForm):
        return passwords.change_password(user_id(), here, form.old_password.data or "", new, caller)
    return passwords.set_first_password(user_id(), here, form.sms_code.data or "", new, caller)


def _page(way: Way, form: ShownForm, problem: DomainError | None = None) -> ResponseReturnValue:
    status = blame(form, problem)
    page = render_template(
        "users/password.html", form=form, has_password=way.has_password, mobile=mask_mobile(way.mobile)
    )
    return page, status, NO_STORE
