"""The one writer of queued orders: a long-lived consumer under a lease, started by worker.py when STOCK_GUARD=queue."""

import logging
import secrets
from collections.abc import Mapping
from typing import Protocol

from app.orders import batching, queueing, store
from app.orders.queueing import Answer, Queued
from app.shared.db import db
from app.shared.errors import Busy
from app.shared.redis import AWAY

log = logging.getLogger(__name__)

BATCH = 50
BLOCK_MS = 500
AWAY_S = 1.0


class Stop(Protocol):
    """An event of threads or of processes."""

    def is_set(self) -> bool: ...

    def wait(self, timeout: float) -> bool: ...


def serve(stop: Stop) -> None:
    """Write what comes in until told to stop; without the lease wait, for somebody else writes."""
    holder = secrets.token_hex(8)
    writing = False
    while not stop.is_set():
        try:
            if not store.hold_lease(holder):
                writing = False
                stop.wait(AWAY_S)
                continue
            if not writing:
                store.open_queue()
                while write_some(unfinished=True):  # what a writer that died had taken
                    store.hold_lease(holder)
                writing = True
            write_some(unfinished=False)
        except (*AWAY, Busy) as problem:
            writing = False
            log.warning("orders wait: %s", type(problem).__name__)
            stop.wait(AWAY_S)
        except Exception:
            writing = False  # an emptied Redis has lost the group: begin again
            log.exception("orders wait")
            stop.wait(AWAY_S)
        finally:
            db.session.remove()
    _leave(holder)


def write_some(*, unfinished: bool) -> int:
    """One batch: read, commit, answer. An entry leaves the queue only after its answer is out.

    Whatever has come is taken at once: while it is committed, the others come, and both cores have work.
    """
    entries = store.read_wishes(BATCH, BLOCK_MS, unfinished=unfinished)
    if not entries:
        return 0
    batch = [queueing.read(text) for _, text in entries]
    answers = batching.place_batch(batch)
    told = [
        (entry, each.wish.user_id, each.wish.submit_token, queueing.write_answer(answer), _bought(each, answer))
        for (entry, _), each, answer in zip(entries, batch, answers, strict=True)
        if not isinstance(answer, Busy)
    ]
    store.publish(told)
    if len(told) < len(entries):
        raise Busy()  # the database could not; these entries stay, and are tried again
    return len(entries)


def _bought(queued: Queued, answer: Answer) -> Mapping[int, int]:
    return queued.wish.counts if isinstance(answer, str) else {}


def _leave(holder: str) -> None:
    try:
        store.drop_lease(holder)
    except AWAY:
        log.info("Redis is away; the lease ends by itself")
