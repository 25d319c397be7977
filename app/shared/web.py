"""The edge: JSON envelope, what the caller accepts, who asks, where to go next, and the one error handler."""

import functools
import logging
import re
from collections.abc import Callable, Mapping
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as WerkzeugResponse

from app.shared.errors import BadFormToken, BadValue, Busy, DomainError, NeedSignIn, NotFound
from app.shared.redis import AWAY
from app.shared.uow import is_retryable

log = logging.getLogger(__name__)
P = ParamSpec("P")
R = TypeVar("R")
HTML, JSON = "text/html", "application/json"
ROBOT = re.compile(r"bot|crawl|spider|slurp|curl|wget|python-requests|headless", re.IGNORECASE)


def ok(**payload: object) -> Response:
    """`{"code": "0", "errmsg": "OK", …}`, never cached: it speaks of one shopper at one moment."""
    response = jsonify({"code": "0", "errmsg": "OK", **payload})
    response.headers["Cache-Control"] = "no-store"
    return response


def wants_json() -> bool:
    """Does the caller read JSON rather than a page? An explicit Accept decides, else the kind of body sent."""
    accepted = request.accept_mimetypes
    if accepted[JSON] > accepted[HTML]:
        return True
    return request.is_json and not is_htmx() and accepted[JSON] >= accepted[HTML]


def is_htmx() -> bool:
    """Does htmx ask for a fragment (and not for a page it boosts)?"""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"


def is_person() -> bool:
    """Does a browser ask, as far as it says who it is? Robots and programs are not counted."""
    name = request.user_agent.string
    return bool(name) and not ROBOT.search(name)


def user_id() -> int:
    """The signed-in shopper's id; NeedSignIn for a stranger."""
    if not current_user.is_authenticated:
        raise NeedSignIn()
    return int(current_user.id)


def private(view: Callable[P, R]) -> Callable[P, R]:
    """The sign-in rule, in one place; the mark lets a house test list every private route."""

    @functools.wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        user_id()
        return view(*args, **kwargs)

    guarded.is_private = True  # type: ignore[attr-defined]
    return guarded


def client_address() -> str:
    """The caller's network address, for limits and logs (ProxyFix has already been applied)."""
    return request.remote_addr or "unknown"


def safe_next(target: str | None, default: str = "/") -> str:
    """A path inside this site, or the default: no scheme, host, `//`, backslash or control character."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return default
    if any(ord(sign) < 32 or ord(sign) == 127 for sign in target):
        return default
    parts = urlsplit(target)
    return default if parts.scheme or parts.netloc else target


def see_other(target: str) -> WerkzeugResponse:
    """After a write the browser reads: 303. htmx is told by header."""
    if is_htmx():
        response = Response("", 204)
        response.headers["HX-Redirect"] = target
        return response
    return redirect(target, 303)


def say(problem: DomainError) -> str:
    """The sentence in the reader's language, its facts filled in."""
    sentence: str = gettext(str(problem.message))
    facts = dict(problem.facts)
    named = facts.get("field")
    if isinstance(named, str):  # the name of a field is a text of ours
        facts["field"] = gettext(named)
    try:
        return sentence % facts if facts and "%(" in sentence else sentence
    except (KeyError, ValueError, TypeError):
        return sentence


def init_app(app: Flask) -> None:
    """Every error leaves through here: JSON, fragment or page, never a stack trace."""
    app.register_error_handler(DomainError, answer_error)
    app.register_error_handler(CSRFError, _bad_token)
    app.register_error_handler(HTTPException, _http_error)
    for away in AWAY:
        app.register_error_handler(away, _redis_away)
    app.register_error_handler(DBAPIError, _database_error)
    app.register_error_handler(Exception, _our_fault)


def answer_error(problem: DomainError) -> ResponseReturnValue:
    """One error, three faces: JSON by Accept, a small fragment for htmx, a page for a browser."""
    if wants_json():
        facts = {name: value for name, value in problem.facts.items() if isinstance(value, str | int | list | dict)}
        return jsonify({"code": problem.code, "errmsg": say(problem), **facts}), problem.http_status, _headers(problem)
    if isinstance(problem, NeedSignIn):
        return see_other(url_for("users.login", next=came_from()))
    if is_htmx():
        body = _rendered("errors/_fragment.html", problem)
        return body, problem.http_status, {**_headers(problem), "HX-Retarget": "#flash", "HX-Reswap": "innerHTML"}
    return _rendered("errors/error.html", problem), problem.http_status, _headers(problem)


def _rendered(name: str, problem: DomainError) -> str:
    """From 500 on it asks nobody, not even who is there: what the context processors ask may be what is down."""
    facts = {"status": problem.http_status, "sentence": say(problem), "problem": problem}
    if problem.http_status < 500:
        return render_template(name, **facts)
    return str(current_app.jinja_env.get_template(name).render(**facts, current_locale=get_locale()))


def _headers(problem: DomainError) -> dict[str, str]:
    headers = {"Cache-Control": "no-store"}
    wait = problem.facts.get("retry_after")
    if isinstance(wait, int):
        headers["Retry-After"] = str(wait)
    elif problem.http_status == 503:
        headers["Retry-After"] = "5"
    return headers


def came_from() -> str:
    """The page to return to after sign-in; a write cannot be repeated, so its own page stands in."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    referrer = urlsplit(request.referrer or "")
    return safe_next(referrer.path + (f"?{referrer.query}" if referrer.query else ""))


def _bad_token(_problem: CSRFError) -> ResponseReturnValue:
    if _is_from_kept_page():
        fields = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
        return render_template("errors/confirm.html", fields=fields), 400, {"Cache-Control": "no-store"}
    return answer_error(BadFormToken())


def _is_from_kept_page() -> bool:
    """A form of our own page that was kept for everybody and, without scripts, never got its token."""
    own = request.headers.get("Sec-Fetch-Site") == "same-origin" or request.origin == current_app.config["PUBLIC_URL"]
    is_plain = request.method == "POST" and not (wants_json() or is_htmx() or request.files)
    return own and is_plain and request.form.get("csrf_token") == "" and "password" not in request.form


def _redis_away(problem: Exception) -> ResponseReturnValue:
    log.error("redis away: %s", problem)
    return answer_error(Busy())


def _database_error(problem: DBAPIError) -> ResponseReturnValue:
    if is_retryable(problem):
        log.warning("database busy: %s", problem.orig)
        return answer_error(Busy())
    return _our_fault(problem)


_MEANING: Mapping[int, type[DomainError]] = {404: NotFound, 400: BadValue, 405: BadValue, 413: BadValue, 415: BadValue}


def _http_error(problem: HTTPException) -> ResponseReturnValue:
    """Werkzeug's own answers (404, 405, 413 …) keep their status and get our code and face."""
    status = problem.code or 500
    if status < 400:
        return problem.get_response(request.environ)
    known = _MEANING.get(status, DomainError if status >= 500 else BadValue)()
    known.http_status = status
    return answer_error(known)


def _our_fault(problem: Exception) -> ResponseReturnValue:
    log.exception("unhandled: %s", type(problem).__name__, exc_info=problem)
    return answer_error(DomainError(request_id=str(g.get("request_id", "-"))))
