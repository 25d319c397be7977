"""Join, enter, leave."""

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from app.contents.footer import words
from app.shared import limits
from app.shared.errors import DomainError, NotFound
from app.shared.web import client_address, ok, safe_next, see_other, wants_json
from app.users import browsers, guessing, policy, queries, services
from app.users.forms.sign_in import LoginForm, RegisterForm
from app.users.guessing import Picture
from app.users.routes.blueprint import bp
from app.users.routes.shown import blame, next_of, start
from app.users.session import sign_in, sign_out
from app.verifications import services as codes
from app.verifications.forms import offer, press
from app.verifications.policy import network


@bp.route("/register/", methods=["GET", "POST"])
def register() -> ResponseReturnValue:
    """The form; a new account is signed in at once."""
    if request.method == "GET":
        return _register_page(start(RegisterForm))
    form = RegisterForm.read()
    try:
        _limit_lookups()
        if not form.validate():
            raise form.problem()
        joined = services.join(form.username.data, form.mobile.data, form.password.data, form.sms_code.data)
    except DomainError as problem:
        return _register_page(form, problem)
    notices = sign_in(joined, remembered=False)
    return ok(next=next_of(form), notices=notices) if wants_json() else see_other(next_of(form))


@bp.post("/register/sms/")
def request_sms() -> ResponseReturnValue:
    """Without scripts: send the SMS code, or only a new picture, and show the form again as it was."""
    form = RegisterForm.read()
    mobile, picture = form.mobile.data or "", (form.image_code_id.data or "", form.image_code.data or "")
    try:
        said = press(form, lambda: codes.request_sms_code(mobile, "register", *picture, client_address()))
    except DomainError as problem:
        return _register_page(form, problem)
    if said:
        flash(gettext(said), "good")
    return _register_page(form)


def _register_page(form: RegisterForm, problem: DomainError | None = None) -> ResponseReturnValue:
    status = blame(form, problem)
    offer(form)
    return render_template("users/register.html", form=form), status, {"Cache-Control": "no-store"}


@bp.route("/login/", methods=["GET", "POST"])
def login() -> ResponseReturnValue:
    """Name or number, decided by its pattern; back to where the visitor came from."""
    if request.method == "GET":
        if current_user.is_authenticated:
            return see_other(safe_next(request.args.get("next")))
        return _login_page(start(LoginForm))
    form = LoginForm.read()
    try:
        if not form.validate():
            raise form.problem()
        picture = Picture(form.image_code_id.data or "", form.image_code.data or "")
        known = services.check_password(form.username.data, form.password.data, browsers.caller(), picture)
    except DomainError as problem:
        return _login_page(form, problem)
    notices = sign_in(known, remembered=form.remembered.data)
    return ok(next=next_of(form), notices=notices) if wants_json() else see_other(next_of(form))


@bp.post("/login/picture/")
def login_picture() -> ResponseReturnValue:
    """Without scripts: another picture, or the picture code by mail, and the form again as it was."""
    form = LoginForm.read()
    try:
        said = press(form, lambda: 0)
    except DomainError as problem:
        return _login_page(form, problem)
    if said:
        flash(gettext(said), "good")
    return _login_page(form)


def _login_page(form: LoginForm, problem: DomainError | None = None) -> ResponseReturnValue:
    """With a picture code when one will be asked for."""
    status = blame(form, problem)
    asked = problem is not None and problem.facts.get("needs_image_code")
    if asked or form.image_code_id.data or guessing.needs_picture(form.username.data or "", browsers.caller()):
        offer(form)
    return render_template("users/login.html", form=form), status, {"Cache-Control": "no-store"}


@bp.post("/logout/")
def logout() -> ResponseReturnValue:
    """End this device's sign-in."""
    sign_out()
    return ok(next=url_for("contents.index")) if wants_json() else see_other(url_for("contents.index"))


@bp.get("/csrf_token/")
def csrf_token() -> ResponseReturnValue:
    """The token for a client without pages; it belongs to the session cookie that comes along."""
    return ok(csrf_token=generate_csrf())


@bp.get("/agreement/")
def agreement() -> ResponseReturnValue:
    """What everybody agrees to."""
    return render_template("users/agreement.html", page=words("agreement"))


@bp.get("/usernames/<username>/count/")
def count_username(username: str) -> ResponseReturnValue:
    """Is the name taken? 0 or 1."""
    if not policy.USERNAME.fullmatch(username):
        raise NotFound()
    _limit_lookups()
    return ok(count=queries.count_username(username))


@bp.get("/mobiles/<mobile>/count/")
def count_mobile(mobile: str) -> ResponseReturnValue:
    """Is the number taken? 0 or 1."""
    if not policy.is_mobile(mobile):
        raise NotFound()
    _limit_lookups()
    return ok(count=queries.count_mobile(mobile))


def _limit_lookups() -> None:
    """A form asks a few times; who lists our shoppers asks often (SEC-17)."""
    limits.check(f"lookup:{network(client_address())}", limits.setting("LOOKUPS_PER_ADDRESS_PER_MINUTE"), 60)
