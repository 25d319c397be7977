"""A real RQ worker: a mail that fails twice arrives at the third try; a worker killed in between loses none."""

import os
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from rq import Queue, SimpleWorker
from rq.job import Job
from rq.registry import ScheduledJobRegistry
from rq.timeouts import TimerDeathPenalty

from app.gateways.mail import Mail, MailFailed
from app.outbox import services
from app.outbox.models import Message
from app.shared import clock
from app.shared.db import db
from app.shared.uow import unit_of_work
from tests.outbox.test_services import make_due, row

TO = "lily.of.the.valley@example.com"


class MallJob(Job):
    """As in worker.py: the app's context around each job."""

    app: Flask

    def perform(self) -> Any:
        with self.app.app_context():
            return super().perform()


class Quiet(SimpleWorker):
    """Works in this process and leaves its signals alone."""

    death_penalty_class = TimerDeathPenalty
    queue_class = Queue

    def _install_signal_handlers(self) -> None:
        pass


class Sulking:
    """A mail door that fails so many times first, and can kill who knocks."""

    def __init__(self, folder: Path, failures: int) -> None:
        self.kept, self.failures = folder / "mails", failures
        self.deadly = False

    def send(self, mail: Mail) -> None:
        if self.deadly:
            os.kill(os.getpid(), signal.SIGKILL)
        if self.failures > 0:
            self.failures -= 1
            raise MailFailed()
        with self.kept.open("a") as file:
            file.write(f"{mail.to} {mail.subject}\n")

    def sent(self) -> list[str]:
        return self.kept.read_text().splitlines() if self.kept.exists() else []


@pytest.fixture
def door(ctx: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sulking:
    from dataclasses import replace

    sulking = Sulking(tmp_path, failures=2)
    doors = ctx.extensions["meiduo_gateways"]
    monkeypatch.setitem(ctx.extensions, "meiduo_gateways", replace(doors, mail=sulking))
    MallJob.app = ctx
    return sulking


@unit_of_work
def promise() -> int:
    return services.promise(
        unique_key="worker:1", kind="mail", to=TO, text="您好", subject="letter", html="<p>您好</p>"
    )


def queue(app: Flask) -> Queue:
    return Queue("mail", connection=app.extensions["meiduo_rq"], job_class=MallJob)


def work(app: Flask) -> None:
    worker = Quiet([queue(app)], connection=app.extensions["meiduo_rq"], job_class=MallJob, log_job_description=False)
    worker.work(burst=True)


def let_time_pass(app: Flask) -> list[float]:
    """What RQ's scheduler does when the pause is over; the pauses it had planned, in seconds."""
    waiting = ScheduledJobRegistry(queue=queue(app))
    pauses = []
    for job_id in waiting.get_job_ids():
        pauses.append((waiting.get_scheduled_time(job_id) - datetime.now(UTC)) / timedelta(seconds=1))
        waiting.remove(job_id)
        queue(app)._enqueue_job(MallJob.fetch(job_id, connection=app.extensions["meiduo_rq"]))
    return pauses


def test_it_fails_twice_and_arrives_at_the_third_try(ctx: Flask, door: Sulking, caplog: Any) -> None:
    message_id = promise()
    work(ctx)
    assert door.sent() == []
    (first,) = let_time_pass(ctx)
    work(ctx)
    assert door.sent() == []
    (second,) = let_time_pass(ctx)
    work(ctx)
    assert door.sent() == [f"{TO} letter"]
    assert let_time_pass(ctx) == []
    assert 1 < first <= 3 < second <= 6
    kept = row(message_id)
    assert (kept.tries, kept.last_error) == (3, "")
    assert kept.sent_at is not None
    said = " ".join(record.getMessage() + str(record.exc_text or "") for record in caplog.records)
    assert "StillWaiting" in said, "the worker's own log is read"
    assert "lily" not in said, "a log holds no receiver"


def test_neither_receiver_nor_text_is_in_the_queue(ctx: Flask, door: Sulking) -> None:
    promise()
    kept = b"".join(
        key + repr(ctx.extensions["meiduo_rq"].hgetall(key)).encode()
        for key in ctx.extensions["meiduo_rq"].keys("rq:job:*")
    )
    assert b"send_message" in kept
    assert b"lily" not in kept
    assert "您好".encode() not in kept


def test_a_worker_killed_while_it_sends_loses_nothing(ctx: Flask, door: Sulking) -> None:
    message_id = promise()
    db.session.close()
    db.engine.dispose()
    child = os.fork()
    if child == 0:
        try:
            door.deadly = True
            work(ctx)
        finally:
            os._exit(1)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    assert door.sent() == []
    assert row(message_id).tries == 1
    door.failures = 0
    assert services.sweep(ctx.extensions["meiduo_gateways"]) == 0, "it is held for a minute"
    make_due(message_id)
    assert services.sweep(ctx.extensions["meiduo_gateways"]) == 1
    assert door.sent() == [f"{TO} letter"]
    sent = db.session.get_one(Message, message_id).sent_at
    assert sent is not None
    assert sent <= clock.now()
