"""Redis by use, and the register of key layouts: every key is declared once, with kind, life and meaning."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app
from redis.commands.core import Script
from redis.exceptions import ConnectionError as ConnectionFailed
from redis.exceptions import LockError
from redis.exceptions import TimeoutError as TimedOut

from app.shared import away

AWAY = (ConnectionFailed, TimedOut)
REGISTER: dict[str, "KeySpec"] = {}
_SCRIPTS: dict[str, Script] = {}


@dataclass(frozen=True)
class KeySpec:
    """A key layout; one owner's keys share a tag in literal braces, so scripts work on a Redis Cluster unchanged."""

    layout: str
    kind: str
    ttl_s: int | None
    note: str

    def __post_init__(self) -> None:
        assert self.layout not in REGISTER, f"{self.layout} is declared twice"
        REGISTER[self.layout] = self

    def __call__(self, **parts: object) -> str:
        return self.layout.format(**parts)


def init_app(app: Flask) -> None:
    """Two clients a process: text for the rooms (RQ has a bytes client of its own, see `jobs`)."""
    app.extensions["meiduo_redis"] = away.client(app.config["REDIS_URL"])
    # a buyer who waits for the order queue holds one connection
    app.extensions["meiduo_patient"] = away.client(app.config["REDIS_URL"], wait_s=away.PATIENT_S)


def client_of(app: Flask) -> Any:
    """The client of an application that is being put together."""
    return app.extensions["meiduo_redis"]


def redis() -> Any:
    """The rooms' client. Its commands are typed loosely (`Any`): redis-py mixes sync and async in its hints."""
    return current_app.extensions["meiduo_redis"]


def patient() -> Any:
    """The client for commands that wait at Redis (BLMOVE, XREADGROUP): not for longer than two seconds at once."""
    return current_app.extensions["meiduo_patient"]


@contextmanager
def held(key: str, *, life_s: float, wait_s: float) -> Iterator[bool]:
    """A lock among all processes: True inside when it is ours within `wait_s`. It ends by itself after `life_s`."""
    lock = redis().lock(key, timeout=life_s, blocking_timeout=wait_s, sleep=0.02)
    is_mine = bool(lock.acquire())
    try:
        yield is_mine
    finally:
        if is_mine:
            with suppress(LockError, *AWAY):  # it ended by itself, or goes with Redis
                lock.release()


def run_script(text: str, keys: Sequence[str], args: Sequence[object], client: Any = None) -> Any:
    """A Lua script by its digest, loaded where the server does not know it; `client` may be a pipeline."""
    script = _SCRIPTS.get(text)
    if script is None:
        script = _SCRIPTS[text] = Script(redis(), text)
    return script(keys, [str(arg) for arg in args], redis() if client is None else client)


def is_away() -> bool:
    """Can Redis not be reached right now?"""
    try:
        redis().ping()
    except AWAY:
        return True
    return False
