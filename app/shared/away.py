"""A Redis that takes calls and never answers: found out once a process, then nobody waits for it.

A call that ran into its time-out, while no other call of this process was answered meanwhile, means that Redis
hangs. For a moment every call then fails at once with the time-out's own error, which all of AWAY's catchers know;
after it one call tries again, and the moment doubles as long as that is in vain. A Redis that is merely slow answers
somebody: it serves one after the other, so an answer proves that it lives, and ends the moment.
"""

import logging
import threading
import time
from typing import Any
from urllib.parse import urlsplit

from redis import Redis
from redis.connection import ConnectionPool
from redis.exceptions import TimeoutError as TimedOut

log = logging.getLogger(__name__)

ANSWER_S = 1.0  # an ordinary call; Redis answers in far less than a hundredth of it
SILENCE_S = 0.9  # so long without any answer is no mere slowness
PATIENT_S = 5.0  # a call that waits at Redis for something to happen, at most 2 s
CONNECT_S = 1.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 4.0
_watches: dict[str, "Watch"] = {}
_making = threading.Lock()


class Watch:
    """What this process knows of one Redis."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.answered_at = 0.0  # of the last answer
        self.pause_s = 0.0  # 0 while Redis answers
        self.until = 0.0
        self.lock = threading.Lock()

    def check(self) -> None:
        """TimedOut while nobody should ask. When the pause is over, one asks and the others go on waiting for it."""
        if not self.pause_s:
            return
        with self.lock:
            now = time.monotonic()
            if self.pause_s and now < self.until:
                raise TimedOut("Redis does not answer; asked again soon")
            self.until = now + ANSWER_S + self.pause_s

    def answered(self) -> None:
        self.answered_at = time.monotonic()
        if self.pause_s:
            with self.lock:
                self.pause_s = 0.0
            log.warning("Redis answers again: %s", self.name)

    def timed_out(self, asked_at: float) -> None:
        """A call asked then was not answered; the pause begins, or doubles, unless somebody else was.

        A caller of little patience has nothing to tell.
        """
        with self.lock:
            if self.answered_at >= asked_at or time.monotonic() - asked_at < SILENCE_S:
                return
            first = not self.pause_s
            self.pause_s = min(LONGEST_PAUSE_S, self.pause_s * 2) or FIRST_PAUSE_S
            self.until = time.monotonic() + self.pause_s
        if first:
            log.warning("Redis does not answer: %s", self.name)


class _Watched:
    """Mixed into a connection class: tells the watch of its pool how calls ended."""

    watch: Watch

    def connect(self, *args: Any, **kwargs: Any) -> Any:
        asked_at = time.monotonic()
        try:
            return super().connect(*args, **kwargs)  # type: ignore[misc]  # of the class it is mixed into
        except TimedOut:
            self.watch.timed_out(asked_at)
            raise

    def read_response(self, *args: Any, **kwargs: Any) -> Any:
        asked_at = time.monotonic()
        try:
            answer = super().read_response(*args, **kwargs)  # type: ignore[misc]  # of the class it is mixed into
        except TimedOut:
            self.watch.timed_out(asked_at)
            raise
        self.watch.answered()
        return answer


class WatchedPool(ConnectionPool):
    """Lends no connection while Redis hangs."""

    watch: Watch

    def get_connection(self, *args: Any, **kwargs: Any) -> Any:
        self.watch.check()
        return super().get_connection(*args, **kwargs)


def client(url: str, *, wait_s: float = ANSWER_S, text: bool = True, most: int = 1000) -> Redis:
    """A client whose calls wait no longer than `wait_s`; all clients of one address share what is known of it."""
    pool: WatchedPool = WatchedPool.from_url(
        url,
        decode_responses=text,
        socket_connect_timeout=CONNECT_S,
        socket_timeout=wait_s,
        max_connections=most,
    )
    pool.watch = watch = watch_of(url)
    plain = pool.connection_class
    pool.connection_class = type(f"Watched{plain.__name__}", (_Watched, plain), {"watch": watch})
    return Redis(connection_pool=pool)


def watch_of(url: str) -> Watch:
    """One a process for each address; a name in the log without its password."""
    with _making:
        if url not in _watches:
            parts = urlsplit(url)
            _watches[url] = Watch(parts.path if parts.scheme == "unix" else f"{parts.hostname}:{parts.port or 6379}")
        return _watches[url]
