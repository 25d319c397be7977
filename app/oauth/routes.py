"""Addresses of the sign-in with an account from elsewhere; QQ has the original's besides the general ones."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from app.gateways.doors import gateways
from app.gateways.identity import Identity, IdentityProvider, ProviderAway, ProviderRefused, SignInCancelled
from app.oauth import names, queries, services
from app.oauth.errors import AccountClosed, BindingExpired, WrongState
from app.oauth.forms import WAYS, BindForm
from app.oauth.services import OpenID, Wish
from app.oauth.session import Binding, Errand, depart, forget_binding, keep_binding, read_binding, take_errand
from app.shared import clock, limits
from app.shared.errors import DomainError, NotFound
from app.shared.forms import sent
from app.shared.web import answer_error, client_address, ok, private, safe_next, say, see_other, user_id, wants_json
from app.users import browsers, guessing
from app.users import services as users
from app.users.guessing import Picture
from app.users.session import sign_in
from app.verifications import services as codes
from app.verifications.forms import offer, press

bp = Blueprint("oauth", __name__, template_folder="templates")

PURPOSES = {"new": "register", "code": "bind"}  # of the SMS; a way without one sends none


def _door(provider: str) -> IdentityProvider:
    try:
        return gateways().identity[provider]
    except KeyError:
        raise NotFound() from None


def _return_url(provider: str) -> str:
    """From the settings, never from the Host header; it must be the one registered at the provider's."""
    return f"{current_app.config['PUBLIC_URL']}{url_for('oauth.callback', provider=provider)}"


@bp.errorhandler(WrongState)
@bp.errorhandler(BindingExpired)
@bp.errorhandler(ProviderAway)
@bp.errorhandler(ProviderRefused)
@bp.errorhandler(SignInCancelled)
@bp.errorhandler(AccountClosed)
def explain(problem: DomainError) -> ResponseReturnValue:
    """A page that says what happened and where to go on; nobody has been signed in."""
    if wants_json():
        return answer_error(problem)
    provider = str(problem.facts.get("provider") or (request.view_args or {}).get("provider", ""))
    door = gateways().identity.get(provider)
    facts = {"sentence": say(problem), "provider": provider, "title": door.title if door else ""}
    page = render_template("oauth/failed.html", next=safe_next(str(problem.facts.get("next", "/"))), **facts)
    return page, problem.http_status, {"Cache-Control": "no-store"}


# --- there and back -------------------------------------------------------------------------------------------------


@bp.get("/qq/authorization/", defaults={"provider": "qq"}, alias=True)
@bp.get("/qq/login/", defaults={"provider": "qq"})
@bp.get("/oauth/<provider>/login/")
def login(provider: str) -> ResponseReturnValue:
    """To the provider's authorize page; a client without pages gets its address."""
    departure = _door(provider).departure(_return_url(provider))
    depart(provider, departure.state, request.args.get("next", "/"))
    if wants_json():
        return ok(login_url=departure.url)
    response = redirect(departure.url)
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/oauth_callback/", defaults={"provider": "qq"})
@bp.get("/oauth/<provider>/callback/")
def callback(provider: str) -> ResponseReturnValue:
    """The browser comes back: the state first, only then is the code worth a question to the provider."""
    door = _door(provider)
    limits.check(f"oauth-from:{client_address()}", limits.setting("SIGN_IN_TRIES_PER_ADDRESS_PER_MINUTE"), 60)
    errand = take_errand(provider, request.args.get("state", ""))
    try:
        who = door.identify(door.read_return(request.args), _return_url(provider))
        return _link(errand, who) if errand.user_id else _enter(errand, who)
    except (SignInCancelled, ProviderRefused, ProviderAway, AccountClosed) as problem:
        problem.facts["next"] = errand.next
        raise


def _enter(errand: Errand, who: Identity) -> ResponseReturnValue:
    """Known: signed in. Unknown: the bind page, with who they are signed."""
    owner = services.find_owner(OpenID(errand.provider, who.open_id))
    if owner is not None:
        return _welcome(owner, errand.next)
    since = int(clock.now().timestamp())
    token = keep_binding(Binding(errand.provider, who.open_id, who.nickname, errand.next, since))
    if wants_json():
        username = names.suggest(who.nickname)
        return ok(is_bound=False, access_token_openid=token, nickname=who.nickname, username=username)
    return see_other(url_for(".bind"))


def _welcome(owner: int, next_page: str) -> ResponseReturnValue:
    notices = sign_in(owner, remembered=False)
    return ok(is_bound=True, next=next_page, notices=notices) if wants_json() else see_other(next_page)


# --- binding to an account of ours ----------------------------------------------------------------------------------


@bp.route("/oauth/bind/", methods=["GET", "POST"])
def bind() -> ResponseReturnValue:
    """A new account, or proof of an old one; whatever fails, the signed open id stays in the form (ACC-3)."""
    if request.method == "GET":
        binding = read_binding()
        way = request.args.get("way", "new")
        known = {"username": names.suggest(binding.nickname)} if way == "new" else {}
        return _bind_page(way, _form(way)(MultiDict(known)), binding)
    given = sent()
    way, binding = given.get("way", "new"), read_binding(given.get("access_token_openid", ""))
    form: Any = _form(way).read()
    try:
        if not form.validate():
            raise form.problem()
        owner = _prove(way, form, binding)
    except DomainError as problem:
        return _bind_page(way, form, binding, problem)
    forget_binding()
    return _welcome(owner, binding.next)


def _prove(way: str, form: Any, binding: Binding) -> int:
    """The account that the open id is bound to now."""
    who, caller = binding.who, browsers.caller()
    if way == "new":
        wish = Wish(form.username.data, form.mobile.data, form.password.data or "", form.sms_code.data)
        return services.join(who, wish, caller)
    if way == "code":
        return services.bind_by_code(who, form.mobile.data, form.sms_code.data, caller)
    picture = Picture(form.image_code_id.data or "", form.image_code.data or "")
    owner = users.check_password(form.username.data, form.password.data, caller, picture)
    services.bind(owner, who, caller)
    return owner


@bp.post("/oauth/bind/sms/")
def request_sms() -> ResponseReturnValue:
    """Without scripts: send the SMS code, or only a new picture, and show the form again as it was."""
    way = request.form.get("way", "new")
    binding, form = read_binding(request.form.get("access_token_openid", "")), _form(way).read()
    try:
        said = press(form, lambda: _send(form, PURPOSES.get(way, "")))
    except DomainError as problem:
        return _bind_page(way, form, binding, problem)
    if said:
        flash(gettext(said), "good")
    return _bind_page(way, form, binding)


def _send(form: Any, purpose: str) -> int:
    if not purpose:  # a password needs no SMS
        raise NotFound()
    picture = (form.image_code_id.data or "", form.image_code.data or "")
    return codes.request_sms_code(form.mobile.data or "", purpose, *picture, client_address())


def _form(way: str) -> type[BindForm]:
    try:
        return WAYS[way]
    except KeyError:
        raise NotFound() from None


def _bind_page(way: str, form: Any, binding: Binding, problem: DomainError | None = None) -> ResponseReturnValue:
    """Each showing signs the open id anew; JSON callers and our own faults get the error itself."""
    if problem is not None and (wants_json() or problem.http_status >= 500):
        raise problem
    if problem is not None and not form.errors:
        form.blame(problem)
    form.access_token_openid.data = keep_binding(binding)
    if way in PURPOSES or _asks_picture(form, problem):
        offer(form)
    title = _door(binding.provider).title
    page = render_template("oauth/bind.html", form=form, way=way, binding=binding, title=title)
    return page, problem.http_status if problem else 200, {"Cache-Control": "no-store"}


def _asks_picture(form: Any, problem: DomainError | None) -> bool:
    """After failures the password way asks for a picture code, as the sign-in page does."""
    asked = problem is not None and problem.facts.get("needs_image_code")
    return bool(asked or form.image_code_id.data or guessing.needs_picture(form.username.data or "", browsers.caller()))


# --- the account page -----------------------------------------------------------------------------------------------


@bp.get("/oauth/accounts/")
@private
def links() -> ResponseReturnValue:
    """Which accounts from elsewhere open this one."""
    since = {link.provider: link.since for link in queries.links(user_id())}
    titles = {name: door.title for name, door in gateways().identity.items()}
    if wants_json():
        return ok(accounts=[{"provider": name, "is_bound": name in since} for name in titles])
    shown = [{"provider": name, "title": title, "since": since.get(name)} for name, title in titles.items()]
    only_way = len(since) == 1 and not queries.has_password(user_id())
    return render_template("oauth/links.html", accounts=shown, only_way=only_way)


@bp.post("/oauth/<provider>/link/")
@private
def link(provider: str) -> ResponseReturnValue:
    """To the provider's, to come back with an account to link; a write, so that nobody else can begin it."""
    departure = _door(provider).departure(_return_url(provider))
    depart(provider, departure.state, url_for(".links"), user_id())
    return ok(login_url=departure.url) if wants_json() else see_other(departure.url)


def _link(errand: Errand, who: Identity) -> ResponseReturnValue:
    try:
        services.bind(errand.user_id, OpenID(errand.provider, who.open_id), browsers.caller())
    except DomainError as problem:
        if wants_json() or problem.http_status >= 500:
            raise
        flash(say(problem), "bad")
        return see_other(errand.next)
    if wants_json():
        return ok(is_bound=True, next=errand.next)
    flash(gettext("%(title)s 已绑定", title=_door(errand.provider).title), "good")
    return see_other(errand.next)


@bp.delete("/oauth/<provider>/")
@private
def unlink(provider: str) -> ResponseReturnValue:
    """The provider's account opens this one no more."""
    try:
        services.unlink(user_id(), provider, browsers.caller())
    except DomainError as problem:
        if wants_json() or problem.http_status >= 500:
            raise
        flash(say(problem), "bad")
        return see_other(url_for(".links"))
    flash(gettext("已解除绑定"), "good")
    return ok() if wants_json() else see_other(url_for(".links"))
