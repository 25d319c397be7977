"""Nickname, change of mobile, and how the account is secured."""

from collections.abc import Callable

from flask import flash, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from app.shared import clock, limits, tokens
from app.shared.errors import DomainError
from app.shared.filters import mask_mobile
from app.shared.web import client_address, ok, private, say, see_other, user_id, wants_json
from app.users import browsers, letters
from app.users import profile as profiles
from app.users.errors import ProofStale
from app.users.forms.profile import NewMobileForm, NicknameForm, OldMobileForm
from app.users.forms.shown import ShownForm
from app.users.policy import PROOF_LIFE_S
from app.users.routes.blueprint import bp
from app.users.routes.shown import blame
from app.verifications.services import check_sms_code, send_sms_code

PROOF = "old_mobile_proved"  # in the session, signed with its moment: a proof dies with the number it was for


@bp.get("/security/")
@private
def security() -> ResponseReturnValue:
    """Everything that guards the account, each with its state."""
    standing = profiles.get_standing(user_id())
    return render_template("users/security.html", standing=standing, mobile=mask_mobile(standing.mobile))


@bp.route("/profile/", methods=["GET", "POST"])
@private
def profile() -> ResponseReturnValue:
    """The nickname."""
    standing = profiles.get_standing(user_id())
    form, status = NicknameForm(formdata=None, obj=standing), 200
    if request.method == "POST":
        form = NicknameForm.read()
        if form.validate():
            profiles.choose_nickname(user_id(), form.nickname.data or "")
            return _done(gettext("昵称已保存"), url_for(".info"))
        status = blame(form, form.problem())
    page = render_template("users/profile.html", form=form, standing=standing, mobile=mask_mobile(standing.mobile))
    return page, status


@bp.get("/mobile/")
@private
def mobile() -> ResponseReturnValue:
    """First the number one has, then the one one will have."""
    return _mobile_page(NewMobileForm(formdata=None) if _is_proved() else OldMobileForm(formdata=None))


@bp.post("/mobile/old/sms/")
@private
def old_mobile_code() -> ResponseReturnValue:
    """A code to the number one has."""
    form = OldMobileForm.read()
    return _send(form, lambda: send_sms_code(current_user.mobile, "change_old", client_address()))


@bp.post("/mobile/old/")
@private
def prove_old_mobile() -> ResponseReturnValue:
    """The code is right: this browser may name another number for a while."""
    form = OldMobileForm.read()
    try:
        if not form.validate():
            raise form.problem()
        check_sms_code(current_user.mobile, "change_old", form.sms_code.data)
    except DomainError as problem:
        return _mobile_page(form, problem)
    session[PROOF] = tokens.sign(PROOF, [user_id(), current_user.mobile])
    return ok() if wants_json() else see_other(url_for(".mobile"))


@bp.post("/mobile/new/sms/")
@private
def new_mobile_code() -> ResponseReturnValue:
    """A code to the number one will have."""
    form = NewMobileForm.read()
    return _send(form, lambda: _send_to_new(form))


@bp.post("/mobile/")
@private
def change_mobile() -> ResponseReturnValue:
    """Both numbers are proved: the account has the new one."""
    form = NewMobileForm.read()
    try:
        if not form.validate():
            raise form.problem()
        _check_proof()
        new = form.mobile.data
        profiles.change_mobile(user_id(), current_user.mobile, new, form.sms_code.data, browsers.caller(), _letter(new))
    except ProofStale as problem:
        return _start_again(problem)
    except DomainError as problem:
        return _mobile_page(form, problem)
    session.pop(PROOF, None)
    return _done(gettext("手机号已更换"), url_for(".security"))


def _is_proved() -> bool:
    told = tokens.unsign(PROOF, str(session.get(PROOF, "")), PROOF_LIFE_S)
    return bool(told == [user_id(), current_user.mobile])


def _check_proof() -> None:
    if not _is_proved():
        raise ProofStale()


def _send_to_new(form: NewMobileForm) -> int:
    _check_proof()
    limits.check(f"lookup:{client_address()}", limits.setting("LOOKUPS_PER_ADDRESS_PER_MINUTE"), 60)
    number = (form.mobile.data or "").strip()
    profiles.check_free(number, current_user.mobile)
    return send_sms_code(number, "change_new", client_address())


def _send(form: ShownForm, send: Callable[[], int]) -> ResponseReturnValue:
    """Press the button of a code: JSON hears how long to wait, a browser sees the form as it was."""
    try:
        wait_s = send()
    except ProofStale as problem:
        return _start_again(problem)
    except DomainError as problem:
        return _mobile_page(form, problem)
    if wants_json():
        return ok(retry_after=wait_s)
    flash(gettext("验证码已发送，请查收短信"), "good")
    return _mobile_page(form)


def _start_again(problem: ProofStale) -> ResponseReturnValue:
    session.pop(PROOF, None)
    if wants_json():
        raise problem
    flash(say(problem), "warn")
    return see_other(url_for(".mobile"))


def _mobile_page(form: ShownForm, problem: DomainError | None = None) -> ResponseReturnValue:
    status = blame(form, problem)
    step = 2 if isinstance(form, NewMobileForm) else 1
    page = render_template("users/profile_mobile.html", form=form, step=step, mobile=mask_mobile(current_user.mobile))
    return page, status


def _letter(new: str) -> letters.Letter | None:
    """Told to a confirmed address, if there is one."""
    if not profiles.find_confirmed_email(user_id()):
        return None
    facts = {"username": current_user.username, "at": clock.now(), "mobile": mask_mobile(new)}
    return letters.render("mobile_changed", **facts)


def _done(said: str, target: str) -> ResponseReturnValue:
    if wants_json():
        return ok()
    flash(said, "good")
    return see_other(target)
