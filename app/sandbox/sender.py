"""The thread that tells the shop: first at once, then at Alipay's intervals until the answer is exactly "success"."""

import logging
import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Sequence
from dataclasses import dataclass

import requests

from app.sandbox import notices
from app.sandbox.alipay import signed_notice, stamp
from app.sandbox.ledger import Ledger
from app.sandbox.notices import Notice
from app.shared import clock

log = logging.getLogger(__name__)

TIMEOUT_S = 15.0
LOOK_AGAIN_S = 2.0  # other processes queue notices too; theirs wake their own thread, this one only helps out
IDLE_S = 30.0  # with nothing left to tell the thread ends; the next request starts it again

_senders: "weakref.WeakSet[Sender]" = weakref.WeakSet()


@dataclass(frozen=True)
class Merchant:
    """Whose trades these are, as every notice and return names them."""

    app_id: str
    seller_id: str

    def fields(self) -> dict[str, str]:
        return {
            "app_id": self.app_id,
            "auth_app_id": self.app_id,
            "seller_id": self.seller_id,
            "charset": "utf-8",
            "version": "1.0",
        }


class Sender:
    """One thread a process; rows are claimed in the ledger, so that no notice is sent by two at once."""

    def __init__(self, ledger: Ledger, merchant: Merchant, alipay_private_pem: str, speed: float) -> None:
        self.ledger, self.merchant = ledger, merchant
        self.speed = max(speed, 0.001)
        self._private_pem = alipay_private_pem
        self.reset()
        _senders.add(self)

    def reset(self) -> None:
        """A forked child has the objects but not the thread: start with fresh ones."""
        self._lock = threading.Lock()
        self._woken = threading.Event()
        self._tried = threading.Condition()
        self._thread: threading.Thread | None = None
        self._stopped = False

    def ensure_running(self) -> None:
        """Cheap enough for every request."""
        if not self._is_running() and not self._stopped:
            with self._lock:
                if not self._is_running():
                    self._thread = threading.Thread(target=self._run, name="sandbox-notices", daemon=True)
                    self._thread.start()

    def _is_running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def wake(self) -> None:
        """Something was queued: look now."""
        self._woken.set()
        self.ensure_running()

    def stop(self) -> None:
        """End the thread, for tests that take their folder away."""
        self._stopped = True
        thread = self._thread
        self._woken.set()
        if thread is not None:
            thread.join(TIMEOUT_S)

    def wait_tried(self, ids: Sequence[int], seconds: float) -> bool:
        """Wait until each of these was tried once, by whichever process; False when the time is over."""
        deadline = time.monotonic() + seconds
        while any(notice.tries == 0 for notice in notices.by_ids(self.ledger, ids)):
            if time.monotonic() >= deadline:
                return False
            with self._tried:
                self._tried.wait(0.05)
        return True

    def _run(self) -> None:
        while not self._stopped and self.ledger.path.parent.exists():  # a test may take the folder away
            try:
                if not self._send_due() and not self._rest():
                    return
            except (sqlite3.Error, OSError):
                log.exception("the sandbox ledger cannot be used; trying again")
                time.sleep(LOOK_AGAIN_S)

    def _send_due(self) -> bool:
        """Send one due notice; False when none is due."""
        notice = notices.take_due(self.ledger, clock.now().timestamp())
        if notice is None:
            return False
        answer, heard = self._tell(notice)
        notices.report(self.ledger, notice, answer, heard, clock.now().timestamp(), self.speed)
        with self._tried:
            self._tried.notify_all()
        return True

    def _rest(self) -> bool:
        """Sleep until something may be due; False when there is nothing left to do and the thread may end."""
        due = notices.next_due(self.ledger)
        pause = IDLE_S if due is None else min(max(due - clock.now().timestamp(), 0.01), LOOK_AGAIN_S)
        if self._woken.wait(pause):
            self._woken.clear()
            return True
        if due is not None:
            return True
        with self._lock:
            if self._woken.is_set():
                return True
            self._thread = None
            return False

    def _tell(self, notice: Notice) -> tuple[str, bool]:
        """POST the signed form; Alipay reads only the exact body `success` with status 200 as heard."""
        fields = self.merchant.fields() | dict(notice.fields)
        fields |= {
            "notify_type": "trade_status_sync",
            "notify_id": notice.notify_id,
            "notify_time": stamp(clock.now()),
        }
        form = signed_notice(fields, self._private_pem)
        try:
            with requests.Session() as session:
                session.trust_env = False  # no proxy, no netrc: the shop is on this machine
                answer = session.post(notice.url, data=form, timeout=TIMEOUT_S, allow_redirects=False)
        except requests.RequestException as problem:
            return type(problem).__name__, False
        heard = answer.status_code == 200 and answer.content == b"success"
        return f"{answer.status_code} {answer.text}", heard


def _after_fork() -> None:
    for sender in list(_senders):
        sender.reset()


os.register_at_fork(after_in_child=_after_fork)
