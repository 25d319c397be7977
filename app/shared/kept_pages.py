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

from app.shared import clock, language
from app.shared.redis import AWAY, KeySpec, redis
from app.shared.web import is_htmx, wants_json

log = logging.getLogger(__name__)
P = ParamSpec("P")
R = TypeVar("R", bound=ResponseReturnValue)

STAMPS_LIVE_S = 7 * 86_400
LONGEST_S = 3600
PAGE = KeySpec("kept_{{pages}}_{name}", kind="string", ttl_s=LONGEST_S, note="stamps, then the HTML of a page")
STAMP = KeySpec("stamp_{{pages}}_{tag}", kind="string", ttl_s=STAMPS_LIVE_S, note="changes when a page's data does")
EVERYWHERE = "everywhere"  # what stands on every page, as the footer: a tag that each of them has
MOST_COPIES = 128  # pages in the memory of a process: some 10 MB
_BAR, _END = "|", "\n"  # stamps | until when (ms) newline page


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
    app.extensions["meiduo_kept"] = _Copies()
    app.context_processor(lambda: {"csrf_token": _token})  # over Flask-WTF's own
    app.jinja_env.globals["csrf_token"] = _token
    app.jinja_env.globals.update(is_kept_page=is_kept, page_address=page_address)


def _token() -> str:
    return "" if is_kept() else str(generate_csrf())


def _name(kept: Kept) -> str:
    return hashlib.sha256(f"{language.current()} {kept.address}".encode()).hexdigest()[:32]


def _now(kept: Kept, *more: str) -> tuple[str, list[str | None]]:
    """The stamps of the page's tags, in one round trip with more keys. A missing stamp is made: none is used twice."""
    keys = [STAMP(tag=tag) for tag in (EVERYWHERE, *kept.tags)]
    found = redis().mget(*keys, *more)
    stamps, values = found[: len(keys)], found[len(keys) :]
    if None in stamps:
        for key in keys:
            redis().set(key, secrets.token_hex(4), ex=STAMPS_LIVE_S, nx=True)
        stamps = redis().mget(*keys)
    return ",".join(stamps), values


def _from_store(kept: Kept) -> WerkzeugResponse | None:
    """One round trip: stamps, and the page where this process has none. None when absent, old, or Redis is away."""
    name = _name(kept)
    copies: _Copies = current_app.extensions["meiduo_kept"]
    copy = copies.get(name)
    try:
        now, values = _now(kept, *(() if copy else (PAGE(name=name),)))
    except AWAY as problem:
        log.warning("kept pages away: %s", problem)
        return None
    g.page_stamps = now
    if copy is None and values and values[0] is not None:
        head, _, html = values[0].partition(_END)
        stamps, _, until = head.partition(_BAR)
        copy = copies.keep(name, stamps, int(until), html)
    if copy is None or copy.stamps != now:
        copies.drop(name)
        return None
    return _send(copy, "hit")


def _fresh(kept: Kept, view: Callable[[], ResponseReturnValue]) -> ResponseReturnValue:
    """Make the page for everybody, under the stamps that were read before its data."""
    g.kept_page = kept
    response = make_response(view())
    stamps = g.pop("page_stamps", None)
    if response.status_code != 200 or stamps is None or response.mimetype != "text/html":
        return response
    html = response.get_data(as_text=True)
    life_s = min(kept.life_s() if kept.life_s else LONGEST_S, current_app.config["CACHE_TTL_S"], LONGEST_S)
    until = _ms() + int(life_s * 1000)
    try:
        page = f"{stamps}{_BAR}{until}{_END}{html}"
        redis().set(PAGE(name=_name(kept)), page, px=max(1, int(life_s * 1000)))
    except AWAY as problem:
        log.warning("kept pages away: %s", problem)
    copies: _Copies = current_app.extensions["meiduo_kept"]
    return _send(copies.keep(_name(kept), stamps, until, html), "miss")


def _ms() -> int:
    return int(clock.now().timestamp() * 1000)


@dataclass(frozen=True)
class _Copy:
    """A page as this process sends it."""

    stamps: str
    until_ms: int
    body: bytes
    etag: str


class _Copies:
    """The pages that this process sent last, so that a hit moves and hashes nothing."""

    def __init__(self) -> None:
        self._kept: dict[str, _Copy] = {}

    def get(self, name: str) -> _Copy | None:
        copy = self._kept.get(name)
        return copy if copy is not None and copy.until_ms > _ms() else None

    def keep(self, name: str, stamps: str, until_ms: int, html: str) -> _Copy:
        body = html.encode()
        copy = _Copy(stamps, until_ms, body, hashlib.sha256(body).hexdigest()[:20])
        while len(self._kept) >= MOST_COPIES:
            self._kept.pop(next(iter(self._kept), ""), None)  # the oldest; another thread may have been faster
        self._kept[name] = copy
        return copy

    def drop(self, name: str) -> None:
        self._kept.pop(name, None)


def _send(copy: _Copy, how: str) -> WerkzeugResponse:
    """The browser may keep it if it asks each time: after signing in the same address is another page."""
    response = Response(copy.body, mimetype="text/html")
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Kept-Page"] = how
    response.vary.add("Cookie")
    response.set_etag(copy.etag)
    return response.make_conditional(request)
