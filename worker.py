"""RQ entry: `python worker.py [queue…]` runs each job inside the app context and comes back when Redis does.

`python worker.py orders-queue` is the one writer of queued orders instead (STOCK_GUARD=queue).
"""

import logging
import multiprocessing
import signal
import sys
import threading
import time
from types import FrameType
from typing import Any

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.job import Job

from app.orders import writer
from app.shared import log as logs
from app.shared.db import db
from app.shared.jobs import QUEUES
from wsgi import app

log = logging.getLogger("worker")
ORDERS_QUEUE = "orders-queue"
RESTS_S = 75  # an idle worker tells of itself this often, less a quarter of a minute
MAINTENANCE_S = 30  # also how soon a dead worker's scheduler lock is taken over
LONGEST_WAIT_S = 15.0


class MallJob(Job):
    """A job of the mall: app context around it, its id on every log line.

    The job class is the place for this: RQ changes the signature of Worker.perform_job between versions.
    """

    def perform(self) -> Any:
        with app.app_context():
            token = logs.current_id.set(self.id)
            try:
                return super().perform()
            finally:
                logs.current_id.reset(token)


class MallWorker(Worker):
    """Forks with no database connection open, and remembers whether somebody asked it to stop."""

    asked_to_stop = False

    def fork_work_horse(self, job: Job, queue: Queue) -> None:
        with app.app_context():
            db.engine.dispose()
        super().fork_work_horse(job, queue)

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """RQ asks Redis whether it is busy; with Redis away it is not, and goes at once."""
        self.asked_to_stop = True
        parent: Any = super()  # untyped in RQ
        try:
            parent.request_stop(signum, frame)
        except RedisError:
            raise SystemExit(0) from None


def connect() -> Redis:
    """A client of RQ's own: it needs bytes, and a worker with a decoding client dies."""
    return Redis.from_url(app.config["REDIS_URL"], decode_responses=False)


def serve(queues: list[str]) -> None:
    """Work until asked to stop. A worker that Redis threw out is replaced by a new one, after a growing pause."""
    wait_s = 1.0
    while True:
        begun = time.monotonic()
        if work(queues):
            return
        wait_s = 1.0 if time.monotonic() - begun > LONGEST_WAIT_S else min(wait_s * 2, LONGEST_WAIT_S)
        time.sleep(wait_s)


def work(queues: list[str]) -> bool:
    """One worker's life; True when it ended because somebody asked it to."""
    worker: MallWorker | None = None
    try:
        worker = MallWorker(
            queues,
            connection=connect(),
            job_class=MallJob,
            log_job_description=False,
            maintenance_interval=MAINTENANCE_S,
            worker_ttl=RESTS_S,
        )
        worker.work(with_scheduler=True, logging_level=app.config["LOG_LEVEL"])
    except (RedisError, OSError) as problem:
        log.warning("Redis is away (%s)", type(problem).__name__)
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, leave)
        for scheduler in multiprocessing.active_children():  # RQ leaves its own when Redis is away
            scheduler.kill()
    return worker is not None and worker.asked_to_stop


def write_orders() -> None:
    """Take queued wishes until asked to stop; the batch in hand is finished first."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _signum, _frame: stop.set())
    with app.app_context():
        writer.serve(stop)


def leave(signum: int, frame: FrameType | None) -> None:
    """Between two workers nothing is in hand."""
    raise SystemExit(0)


if __name__ == "__main__":
    if sys.argv[1:] == [ORDERS_QUEUE]:
        write_orders()
    else:
        serve(sys.argv[1:] or list(QUEUES))
