"""The browser's own cookie: a signed random id that lives long and tells one browser from another, not who uses it."""

import hashlib
import secrets

from flask import Response, after_this_request, current_app, g, request

from app.shared import clock, tokens
from app.shared.web import client_address
from app.users.guessing import Caller

COOKIE = "meiduo_browser"
PURPOSE = "browser"
LIFE_S = 400 * 86_400  # browsers keep no cookie longer


def caller() -> Caller:
    """Who asks: address, name of the browser, and its digest if it has been here before."""
    return _caller(_read())


def known_caller() -> Caller:
    """The same, and from now on the browser is one that has been here: its cookie is written anew."""
    ident = g.get("new_browser") or _read() or secrets.token_urlsafe(16)
    g.new_browser = ident
    after_this_request(lambda response: _write(response, ident))
    return _caller(ident)


def _caller(ident: str) -> Caller:
    asked_at = g.setdefault("asked_at", clock.now())
    return Caller(client_address(), request.user_agent.string, _digest(ident), asked_at)


def _read() -> str:
    cookie = request.cookies.get(COOKIE, "")
    ident = tokens.unsign(PURPOSE, cookie, LIFE_S) if 0 < len(cookie) < 200 else None
    return ident if isinstance(ident, str) else ""


def _digest(ident: str) -> str:
    """What the tables know: who reads them cannot make a cookie of it."""
    return hashlib.sha256(ident.encode()).hexdigest() if ident else ""


def _write(response: Response, ident: str) -> Response:
    response.set_cookie(
        COOKIE,
        tokens.sign(PURPOSE, ident),
        max_age=LIFE_S,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return response
