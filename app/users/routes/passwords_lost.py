"""A forgotten password in four pages. A browser's tokens travel in its session, a program's in what it sends."""

from collections.abc import Callable
from functools import wraps

from flask import flash, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.shared.errors import DomainError
from app.shared.web import ok, say, see_other, wants_json
from app.users import browsers, passwords_lost
from app.users.errors import LinkSpent
from app.users.forms.passwords import LostAccountForm, LostCodeForm, LostPasswordForm
from app.users.forms.shown import ShownForm
from app.users.passwords_lost import ACCOUNT, PASSWORD
from app.users.routes.blueprint import bp
from app.users.routes.shown import blame
from app.verifications.forms import offer, press

NO_STORE = {"Cache-Control": "no-store"}
View = Callable[[], ResponseReturnValue]


def _or_begin_again(view: View) -> View:
    """A browser whose token is spent starts at the first page; a program is told."""

    @wraps(view)
    def guarded() -> ResponseReturnValue:
        try:
            return view()
        except LinkSpent as problem:
            if wants_json():
                raise
            flash(say(problem), "warn")
            return see_other(url_for(".find_password"))

    return guarded


def _held(form: ShownForm, name: str) -> str:
    return str(form.data.get("access_token") or session.get(name, ""))


@bp.get("/find_password/")
def find_password() -> ResponseReturnValue:
    """Step one: which account?"""
    return _account_page(LostAccountForm(formdata=None))


@bp.post("/find_password/")
def find_password_begin() -> ResponseReturnValue:
    """The account's name against a picture code; without scripts also a new picture, or one by mail."""
    form = LostAccountForm.read()
    try:
        if "refresh" in request.form or "by_mail" in request.form:
            if said := press(form, lambda: 0):
                flash(gettext(said), "good")
            return _account_page(form)
        if not form.validate():
            raise form.problem()
        token = _begin(form)
    except DomainError as problem:
        return _account_page(form, problem)
    if wants_json():
        return ok(access_token=token, **vars(passwords_lost.get_offer(token)))
    session[ACCOUNT] = token
    return see_other(url_for(".find_password_code"))


def _begin(form: LostAccountForm) -> str:
    picture = (form.image_code_id.data or "", form.image_code.data or "")
    return passwords_lost.begin(form.account.data or "", *picture)


def _account_page(form: LostAccountForm, problem: DomainError | None = None) -> ResponseReturnValue:
    status = blame(form, problem)
    offer(form)
    return render_template("users/find_password.html", form=form, step=1), status, NO_STORE


@bp.get("/find_password/code/")
@_or_begin_again
def find_password_code() -> ResponseReturnValue:
    """Step two: where may a code go?"""
    return _code_page(LostCodeForm(formdata=None))


@bp.post("/find_password/send/")
@_or_begin_again
def find_password_send() -> ResponseReturnValue:
    """Send a code to the number, or to the confirmed address."""
    form = LostCodeForm.read()
    try:
        if not form.channel.validate(form):
            raise form.problem()
        wait_s = passwords_lost.send_code(_held(form, ACCOUNT), form.channel.data, browsers.caller())
    except LinkSpent:
        raise
    except DomainError as problem:
        return _code_page(form, problem)
    if wants_json():
        return ok(retry_after=wait_s)
    flash(gettext("如果账号存在，验证码已发送"), "good")
    return _code_page(form)


@bp.post("/find_password/code/")
@_or_begin_again
def find_password_check() -> ResponseReturnValue:
    """The code, for a token that is good for one new password."""
    form = LostCodeForm.read()
    try:
        if not form.validate():
            raise form.problem()
        token = passwords_lost.check_code(_held(form, ACCOUNT), form.channel.data, form.code.data or "")
    except LinkSpent:
        raise
    except DomainError as problem:
        return _code_page(form, problem)
    if wants_json():
        return ok(access_token=token)
    session[PASSWORD] = token
    return see_other(url_for(".find_password_new"))


def _code_page(form: LostCodeForm, problem: DomainError | None = None) -> ResponseReturnValue:
    status = blame(form, problem)
    found = passwords_lost.get_offer(_held(form, ACCOUNT))
    return render_template("users/find_password_code.html", form=form, offer=found, step=2), status, NO_STORE


@bp.get("/find_password/new/")
@_or_begin_again
def find_password_new() -> ResponseReturnValue:
    """Step three: the new password. A new colleague's link begins here; its text does not stay in the address."""
    if welcome := request.args.get("welcome", ""):
        passwords_lost.check_password_token(welcome)
        session[PASSWORD] = welcome
        return see_other(url_for(".find_password_new"))
    return _new_page(LostPasswordForm(formdata=None))


@bp.post("/find_password/new/")
@_or_begin_again
def find_password_set() -> ResponseReturnValue:
    """Use the token up; every device is signed out."""
    form = LostPasswordForm.read()
    try:
        if not form.validate():
            raise form.problem()
        passwords_lost.set_password(_held(form, PASSWORD), form.password.data or "", browsers.caller())
    except LinkSpent:
        raise
    except DomainError as problem:
        return _new_page(form, problem)
    session.pop(ACCOUNT, None)
    session.pop(PASSWORD, None)
    return ok() if wants_json() else see_other(url_for(".find_password_done"))


def _new_page(form: LostPasswordForm, problem: DomainError | None = None) -> ResponseReturnValue:
    status = blame(form, problem)
    passwords_lost.check_password_token(_held(form, PASSWORD))
    return render_template("users/find_password_new.html", form=form, step=3), status, NO_STORE


@bp.get("/find_password/done/")
def find_password_done() -> ResponseReturnValue:
    """Step four: the way to the sign-in page."""
    return render_template("users/find_password_done.html", step=4), 200, NO_STORE
