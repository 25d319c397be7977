"""Job handles, declared low, written high. Jobs carry ids, may run twice, and are hints: sweeps are the truth."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask, current_app
from rq import Queue, Retry

from app.shared import away, clock

QUEUES = ("sms", "mail", "orders", "default")  # in the order of urgency; worker.py serves them all
REGISTER: dict[str, "Job"] = {}


@dataclass(frozen=True)
class Job:
    """A task by its dotted path, so that a low room can name what a high room does."""

    path: str
    queue: str = "default"
    timeout_s: int = 60
    retries: tuple[int, ...] = (3, 6, 12)

    def __post_init__(self) -> None:
        REGISTER[self.path] = self

    def enqueue(self, *ids: str | int) -> None:
        """Run soon. Redis errors reach the caller, who may be told that nothing was queued."""
        _queue(self.queue).enqueue(
            self.path,
            args=ids,
            job_timeout=self.timeout_s,
            retry=self._retry(),
            description=self.path,
            result_ttl=0,
            failure_ttl=7 * 86_400,
        )

    def enqueue_in(self, seconds: float, *ids: str | int) -> None:
        """Run after a delay; needs a worker with a scheduler, and a sweep that does it without."""
        _queue(self.queue).enqueue_in(
            timedelta(seconds=seconds),
            self.path,
            args=ids,
            job_timeout=self.timeout_s,
            retry=self._retry(),
            description=self.path,
            result_ttl=0,
            failure_ttl=7 * 86_400,
        )

    def enqueue_for_minute(self, moment: datetime) -> None:
        """Run once soon after the minute that holds this moment, however many ask: a rush queues one job."""
        minute = int(moment.timestamp() // 60)
        asked: dict[str, int] = current_app.extensions["meiduo_minutes"]
        if asked.get(self.path) != minute:
            self.enqueue_in((minute + 1) * 60 - clock.now().timestamp())
            asked[self.path] = minute

    def _retry(self) -> Retry | None:
        return Retry(max=len(self.retries), interval=list(self.retries)) if self.retries else None


def init_app(app: Flask) -> None:
    """RQ needs bytes: a client that decodes kills its worker."""
    app.extensions["meiduo_minutes"] = {}
    app.extensions["meiduo_rq"] = away.client(app.config["REDIS_URL"], text=False)


def _queue(name: str) -> Queue:
    return Queue(name, connection=current_app.extensions["meiduo_rq"])
