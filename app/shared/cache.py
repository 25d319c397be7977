"""Cached page parts: plain values in Redis through Flask-Caching, and no page is lost while Redis is away."""

import logging
from collections.abc import Callable
from typing import TypeVar

from flask import Flask, current_app
from flask_caching import Cache

from app.shared import away
from app.shared.redis import AWAY

log = logging.getLogger(__name__)
cache = Cache()
T = TypeVar("T")


def init_app(app: Flask) -> None:
    """Redis keeps the parts for every process; values are ours, never a client's."""
    cache.init_app(
        app,
        {
            "CACHE_TYPE": "RedisCache",
            "CACHE_REDIS_HOST": away.client(app.config["REDIS_URL"], text=False),
            "CACHE_KEY_PREFIX": "cache:",
        },
    )


def remember(name: str, make: Callable[[], T], life_s: int | None = None) -> T:
    """The kept value, or a fresh one kept for so long (CACHE_TTL_S)."""
    try:
        kept = cache.get(name)
        if kept is not None:
            return kept  # type: ignore[no-any-return]  # Flask-Caching is untyped; the name decides the type
    except AWAY as problem:
        log.warning("cache away: %s", problem)
        return make()
    value = make()
    try:
        cache.set(name, value, timeout=current_app.config["CACHE_TTL_S"] if life_s is None else life_s)
    except AWAY as problem:
        log.warning("cache away: %s", problem)
    return value


def forget(*names: str) -> None:
    """Drop kept values after a change; what could not be dropped ends with its life."""
    try:
        cache.delete_many(*names)  # one round trip, however many
    except AWAY as problem:
        log.warning("cache away, %s may be stale: %s", names[:3], problem)
