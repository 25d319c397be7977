"""Limits: so many times in a window, counted in Redis by the `limits` library behind Flask-Limiter.

While Redis is away each process counts in its own memory: a shop that nobody can enter would be the worse shop, and one
that may be guessed at without end the worst.
"""

import hashlib
import logging
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from flask import Flask, current_app
from flask_limiter import Limiter
from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter, RateLimiter

from app.shared.errors import TooOften
from app.shared.redis import AWAY, KeySpec, client_of

log = logging.getLogger(__name__)

HITS = KeySpec("hits:{{{name}}}", kind="string", ttl_s=86_400, note="tries; its life is the window")
T = TypeVar("T")
_fallback = threading.Lock()


class Window(RateLimitItemPerSecond):
    """So many in so many seconds; the key is the name alone, so a name can be forgotten without its limit."""

    def key_for(self, *names: bytes | str | float) -> str:
        return "".join(str(name) for name in names)


def init_app(app: Flask) -> None:
    """A limiter for this application, on the rooms' Redis connections; nothing is limited unasked."""
    pool = client_of(app).connection_pool
    limiter = Limiter(
        _nobody,
        app=app,
        storage_uri=storage_uri(app.config["REDIS_URL"]),
        storage_options={"connection_pool": pool, "key_prefix": "hits"},
        strategy="fixed-window",
    )
    limiter.enabled = False  # its own look at every request: no route is limited without a name


def storage_uri(redis_url: str) -> str:
    """Redis' address as the library spells it: a socket needs `redis+unix://`."""
    if not redis_url.startswith("unix://"):
        return redis_url
    return "redis+" + redis_url + ("" if "?" in redis_url else "?db=0")


def hit(name: str, limit: int, window_s: int) -> int:
    """Count one try under a name; 0 when it is within the limit, else the seconds to wait."""
    window, key = Window(limit, window_s), _key(name)

    return _ask(lambda limiter: 0 if limiter.hit(window, key) else _seconds_left(limiter, window, key))


def check(name: str, limit: int, window_s: int) -> None:
    """The same as a rule: TooOften with `retry_after` seconds."""
    wait_s = hit(name, limit, window_s)
    if wait_s:
        raise TooOften(retry_after=wait_s)


def wait_for(name: str, limit: int, window_s: int) -> int:
    """How long until one more try is within the limit: 0 or seconds. Nothing is counted."""
    window, key = Window(limit, window_s), _key(name)
    return _ask(lambda limiter: 0 if limiter.test(window, key) else _seconds_left(limiter, window, key))


def forget(name: str) -> None:
    """Start the count under this name anew."""
    _ask(lambda limiter: limiter.clear(Window(1), _key(name)))


def setting(name: str) -> int:
    """A limit from the settings, for verbs that know nothing of the web."""
    return int(current_app.config[name])


def _ask(question: Callable[[RateLimiter], T]) -> T:
    (limiter,) = current_app.extensions["limiter"]
    try:
        return question(limiter.limiter)
    except AWAY as problem:
        log.warning("limits are counted in memory: %s", type(problem).__name__)
        return question(_memory())


def _seconds_left(limiter: RateLimiter, window: Window, key: str) -> int:
    return max(1, round(limiter.get_window_stats(window, key).reset_time - time.time()))


def _memory() -> RateLimiter:
    """Made when it is first needed: it keeps a thread."""
    with _fallback:
        kept = current_app.extensions.get("meiduo_memory_limits")
        if kept is None:
            kept = current_app.extensions["meiduo_memory_limits"] = FixedWindowRateLimiter(MemoryStorage())
        assert isinstance(kept, RateLimiter)
        return kept


def _key(name: str) -> str:
    """Names hold what people typed: the key gets a digest, of one length, in braces of its own."""
    kind, _, rest = name.partition(":")
    return f"{{{kind}:{hashlib.sha256(rest.encode()).hexdigest()[:24]}}}"


def _nobody() -> str:
    return ""
