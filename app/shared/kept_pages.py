"""Whole pages kept for visitors who are nobody yet: the same bytes for all, dropped by what changes them.

A kept page is rendered without name, cart and form token; `js/visitor.js` asks for these with one small request, and
without scripts a form that comes without its token is answered by a page to confirm (`shared/web.py`).
"""

import functools
import hashlib
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec, TypeVar
from urllib.parse import urlencode

from flask import Flask, Response, current_app, g, make_response, request, session
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response as WerkzeugResponse

from app.shared import language
from app.shared.redis import AWAY, KeySpec, redis
from app.shared.web import is_htmx, wants_json

log = logging.getLogger(__name__)
P = ParamSpec("P")
R = TypeVar("R", bound=ResponseReturnValue)

STAMPS_LIVE_S = 7 * 86_400
LONGEST_S = 3600
PAGE = KeySpec("kept_{{pages}}_{name}", kind="string", ttl_s=LONGEST_S, note="stamps, then the HTML of a page")
STAMP = KeySpec("stamp_{{pages}}_{tag}", kind="string", ttl_s=STAMPS_LIVE_S, note="changes when a page's data does")
_END = "\n"  # between the stamps and the page


@dataclass(frozen=True)
class Kept:
    """How a page is known (its canonical path and query), and by the news of which tags it grows old.

    `life_s` is asked for seconds once the page is made; never more than the setting CACHE_TTL_S.
    """

    address: str
    tags: tuple[str, ...]
    life_s: Callable[[], float] | None = None


def kept_page(known_as: Callable[P, Kept | None]) -> Callable[[Callable[P, R]], Callable[P, ResponseReturnValue]]:
    """Keep what the view answers to a stranger; None from `known_as` (asked with the view's arguments): do not."""

    def decorate(view: Callable[P, R]) -> Callable[P, ResponseReturnValue]:
        @functools.wraps(view)
        def answer(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            if not is_stranger() or wants_json() or is_htmx():
                return view(*args, **kwargs)
            kept = known_as(*args, **kwargs)
            if kept is None:
                return view(*args, **kwargs)
            return _from_store(kept) or _fresh(kept, lambda: view(*args, **kwargs))

        return answer

    return decorate


def is_stranger() -> bool:
    """Nobody is signed in, or could be by a cookie, and nothing waits to be said."""
    return (
        request.method in ("GET", "HEAD")
        and "_user_id" not in session
        and "_flashes" not in session
        and current_app.config["REMEMBER_COOKIE_NAME"] not in request.cookies
    )


def is_kept() -> bool:
    """Is the page of this request being rendered for everybody?"""
    return bool(g.get("kept_page"))


def page_address() -> str:
    """Where the reader is: of a kept page its canonical address, for what one visitor typed is not another's."""
    kept: Kept | None = g.get("kept_page")
    if kept is not None:
        return kept.address
    query = urlencode([pair for pair in request.args.items(multi=True) if pair[0] != "lang"])
    return f"{request.path}?{query}" if query else request.path


def drop(*tags: str) -> None:
    """What these tags stand for has changed: every page that shows it is made anew when next asked for."""
    try:
        pipe = redis().pipeline(transaction=False)
        for tag in tags:
            pipe.set(STAMP(tag=tag), secrets.token_hex(4), ex=STAMPS_LIVE_S)
        pipe.execute()
    except AWAY as problem:
        log.warning("kept pages away, %s may be old: %s", tags[:3], problem)


def render_for_everybody(address: str, render: Callable[[], str]) -> str:
    """The page as a stranger gets it, whoever asks; for a file that a front server sends."""
    g.kept_page = Kept(address, ())
    try:
        return render()
    finally:
        g.pop("kept_page", None)


def init_app(app: Flask) -> None:
    """No form token on a kept page: it would be somebody's. Templates ask `page_address()` where they are."""
    app.context_processor(lambda: {"csrf_token": _token})  # over Flask-WTF's own
    app.jinja_env.globals["csrf_token"] = _token
    app.jinja_env.globals.update(is_kept_page=is_kept, page_address=page_address)


def _token() -> str:
    return "" if is_kept() else str(generate_csrf())


def _name(kept: Kept) -> str:
    return hashlib.sha256(f"{language.current()} {kept.address}".encode()).hexdigest()[:32]


def _stamps(found: list[str | None]) -> str:
    return ",".join(stamp or "0" for stamp in found)


def _from_store(kept: Kept) -> WerkzeugResponse | None:
    """One round trip: the page and the stamps it must carry. None when it is absent, old, or Redis is away."""
    name = PAGE(name=_name(kept))
    try:
        page, *stamps = redis().mget(name, *(STAMP(tag=tag) for tag in kept.tags))
    except AWAY as problem:
        log.warning("kept pages away: %s", problem)
        return None
    g.page_stamps = now = _stamps(stamps)
    if page is None:
        return None
    written, _, html = page.partition(_END)
    return _send(html, "hit") if written == now else None


def _fresh(kept: Kept, view: Callable[[], ResponseReturnValue]) -> ResponseReturnValue:
    """Make the page for everybody, under the stamps that were read before its data."""
    g.kept_page = kept
    response = make_response(view())
    stamps = g.pop("page_stamps", None)
    if response.status_code != 200 or stamps is None or response.mimetype != "text/html":
        return response
    html = response.get_data(as_text=True)
    life_s = min(kept.life_s() if kept.life_s else LONGEST_S, current_app.config["CACHE_TTL_S"], LONGEST_S)
    try:
        redis().set(PAGE(name=_name(kept)), f"{stamps}{_END}{html}", px=max(1, int(life_s * 1000)))
    except AWAY as problem:
        log.warning("kept pages away: %s", problem)
    return _send(html, "miss")


def _send(html: str, how: str) -> WerkzeugResponse:
    """The browser may keep it if it asks each time: after signing in the same address is another page."""
    response = Response(html, mimetype="text/html")
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Kept-Page"] = how
    response.vary.add("Cookie")
    response.add_etag()
    return response.make_conditional(request)
