"""Addresses of accounts: register, sign in and out, the account page, the address book, what was looked at."""

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from werkzeug.datastructures import MultiDict

from app.goods import queries as goods
from app.shared import limits
from app.shared.errors import BadValue, DomainError, NotFound
from app.shared.filters import image_url, mask_mobile
from app.shared.forms import sent
from app.shared.money import show
from app.shared.redis import AWAY
from app.shared.web import client_address, ok, private, safe_next, see_other, user_id, wants_json
from app.users import addresses as book
from app.users import areas_offer, policy, queries, services, store
from app.users.forms import AddressForm, LoginForm, RegisterForm, ShownForm
from app.users.queries import AddressCard
from app.users.session import sign_in, sign_out
from app.verifications import services as codes

bp = Blueprint("users", __name__, template_folder="templates")


def _next(form: ShownForm) -> str:
    return safe_next(form.data.get("next") or request.args.get("next"))


def _start(form: type[ShownForm]) -> ShownForm:
    """An empty form that remembers where the visitor wanted to go."""
    return form(MultiDict({"next": safe_next(request.args.get("next"), "")}))


# --- join, enter, leave ---------------------------------------------------------------------------------------------


@bp.route("/register/", methods=["GET", "POST"])
def register() -> ResponseReturnValue:
    """The form; a new account is signed in at once."""
    if request.method == "GET":
        return _register_page(_start(RegisterForm))
    form = RegisterForm.read()
    try:
        if not form.validate():
            raise form.problem()
        joined = services.join(form.username.data, form.mobile.data, form.password.data, form.sms_code.data)
    except DomainError as problem:
        return _register_page(form, problem)
    notices = sign_in(joined, remembered=False)
    return ok(next=_next(form), notices=notices) if wants_json() else see_other(_next(form))


@bp.post("/register/sms/")
def request_sms() -> ResponseReturnValue:
    """Without scripts: send the SMS code, or only a new picture, and show the form again as it was."""
    form = RegisterForm.read()
    if "refresh" in request.form:
        return _register_page(form)
    mobile, picture_id, text = form.mobile.data or "", form.image_code_id.data or "", form.image_code.data or ""
    try:
        codes.request_sms_code(mobile, "register", picture_id, text, client_address())
    except DomainError as problem:
        return _register_page(form, problem)
    flash(gettext("验证码已发送，请查收短信"), "good")
    return _register_page(form)


def _register_page(form: ShownForm, problem: DomainError | None = None) -> ResponseReturnValue:
    """Each showing has a new picture code: the old one is used up or not worth keeping."""
    status = _blame(form, problem)
    limits.check(f"picture:{client_address()}", limits.setting("IMAGE_CODES_PER_ADDRESS_PER_MINUTE"), 60)
    form["image_code_id"].data, form["image_code"].data = codes.new_image_code(), ""
    return render_template("users/register.html", form=form), status, {"Cache-Control": "no-store"}


def _blame(form: ShownForm, problem: DomainError | None) -> int:
    """Let the form say what went wrong; JSON callers and our own faults get the error itself. The HTTP status."""
    if problem is None:
        return 200
    if wants_json() or problem.http_status >= 500:
        raise problem
    if not form.errors:
        form.blame(problem)
    return problem.http_status


@bp.route("/login/", methods=["GET", "POST"])
def login() -> ResponseReturnValue:
    """Name or number, decided by its pattern; back to where the visitor came from."""
    if request.method == "GET":
        if current_user.is_authenticated:
            return see_other(safe_next(request.args.get("next")))
        return render_template("users/login.html", form=_start(LoginForm))
    form = LoginForm.read()
    try:
        if not form.validate():
            raise form.problem()
        known = services.check_password(form.username.data, form.password.data, client_address())
    except DomainError as problem:
        status = _blame(form, problem)
        return render_template("users/login.html", form=form), status
    notices = sign_in(known, remembered=form.remembered.data)
    return ok(next=_next(form), notices=notices) if wants_json() else see_other(_next(form))


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
    return render_template("users/agreement.html")


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
    limits.check(f"lookup:{client_address()}", limits.setting("LOOKUPS_PER_ADDRESS_PER_MINUTE"), 60)


# --- the account page -----------------------------------------------------------------------------------------------


@bp.get("/info/")
@private
def info() -> ResponseReturnValue:
    """Who is signed in, and what they looked at."""
    profile = queries.get_profile(user_id())
    mobile = mask_mobile(profile.mobile)
    if wants_json():
        return ok(username=profile.username, mobile=mobile, email=profile.email, email_active=profile.email_verified)
    try:
        history = _history()
    except AWAY:
        history = []
    return render_template("users/info.html", profile=profile, mobile=mobile, history=history)


def _history() -> list[goods.SKUCard]:
    """What was looked at and still exists, newest first."""
    seen = store.visited(user_id())
    cards = goods.sku_cards(seen)
    return [cards[sku_id] for sku_id in seen if sku_id in cards]


@bp.route("/browse_histories/", methods=["GET", "POST"])
@private
def browse_histories() -> ResponseReturnValue:
    """Read the list, or put a SKU in front of it."""
    if request.method == "GET":
        skus = [
            {"id": sku.id, "name": sku.name, "default_image_url": image_url(sku.image), "price": show(sku.price)}
            for sku in _history()
        ]
        return ok(skus=skus)
    given = sent().get("sku_id", "")
    if not (given.isascii() and given.isdigit() and len(given) <= 18):
        raise BadValue(field="sku_id")
    if int(given) not in goods.sku_cards([int(given)]):
        raise NotFound(sku_id=int(given))
    store.remember_visit(user_id(), int(given))
    return ok()


# --- the address book -----------------------------------------------------------------------------------------------


@bp.get("/addresses/")
@private
def addresses() -> ResponseReturnValue:
    """The book; `edit` opens one in the form."""
    if wants_json():
        cards = book.list_addresses(user_id())
        default = next((card.id for card in cards if card.is_default), None)
        shown = [_as_json(card) for card in cards]
        return ok(addresses=shown, default_address_id=default, limit=policy.MOST_ADDRESSES)
    editing = request.args.get("edit", type=int)
    form = AddressForm.of(book.get_address(user_id(), editing)) if editing else _start(AddressForm)
    return _address_page(form, editing)


@bp.post("/addresses/create/")
@private
def create_address() -> ResponseReturnValue:
    """A new address."""
    return _write_address(None)


@bp.route("/addresses/<int:address_id>/", methods=["PUT", "DELETE"])
@private
def address(address_id: int) -> ResponseReturnValue:
    """Change an address, or hide it."""
    if request.method == "PUT":
        return _write_address(address_id)
    services.remove_address(user_id(), address_id)
    return ok() if wants_json() else see_other(url_for(".addresses"))


@bp.put("/addresses/<int:address_id>/default/")
@private
def default_address(address_id: int) -> ResponseReturnValue:
    """Preselect this one from now on."""
    services.choose_default_address(user_id(), address_id)
    return ok() if wants_json() else see_other(url_for(".addresses"))


def _write_address(address_id: int | None) -> ResponseReturnValue:
    form = AddressForm.read()
    if not wants_json() and ("choose" in request.form or "pick" in request.form):
        return _address_page(form, address_id)
    try:
        if not form.validate():
            raise form.problem()
        if address_id is None:
            address_id = services.add_address(user_id(), form.values())
        else:
            services.change_address(user_id(), address_id, form.values())
    except NotFound:
        raise
    except DomainError as problem:
        return _address_page(form, address_id, problem)
    if wants_json():
        return ok(address=_as_json(book.get_address(user_id(), address_id)))
    return see_other(safe_next(form.next.data, url_for(".addresses")))


def _address_page(form: ShownForm, editing: int | None, problem: DomainError | None = None) -> ResponseReturnValue:
    status = _blame(form, problem)
    areas_offer.fill(form)
    page = render_template(
        "users/addresses.html",
        addresses=book.list_addresses(user_id()),
        limit=policy.MOST_ADDRESSES,
        form=form,
        editing=editing,
        next=safe_next(form.data.get("next") or request.args.get("next"), ""),
    )
    return page, status


def _as_json(card: AddressCard) -> dict[str, object]:
    """An address under the original's field names, with the ids an edit form needs (ADR-5)."""
    names = ("id", "title", "receiver", "province", "city", "district", "province_id", "city_id", "district_id")
    more = ("place", "mobile", "tel", "email", "is_default")
    return {name: getattr(card, name) for name in (*names, *more)}
