"""Failed jobs in a real Redis: their kind and place, tried again once, dropped once."""

import threading
from typing import Any

from flask import Flask
from rq import Queue, SimpleWorker
from rq.timeouts import TimerDeathPenalty

from app.shared import rq_desk


class Quiet(SimpleWorker):
    """Works in this process and leaves its signals alone."""

    death_penalty_class = TimerDeathPenalty

    def _install_signal_handlers(self) -> None:
        pass


def fail_jobs(app: Flask, queue: str, count: int) -> list[str]:
    """Jobs that divide by zero, or know no such function, in turn."""
    line = app.extensions["meiduo_rq"]
    into = Queue(queue, connection=line)
    jobs = [into.enqueue("operator.truediv", args=(number, 0), failure_ttl=86_400) for number in range(count)]
    Quiet([into], connection=line).work(burst=True)
    return [job.id for job in jobs]


def test_they_are_listed_with_kind_place_and_ids(ctx: Flask) -> None:
    fail_jobs(ctx, "mail", 2)
    fail_jobs(ctx, "default", 3)
    assert rq_desk.count_failed() == 5
    first, second = rq_desk.failed_jobs(0, 3), rq_desk.failed_jobs(3, 3)
    assert [job.queue for job in (*first, *second)] == ["mail", "mail", "default", "default", "default"]
    assert len({job.id for job in (*first, *second)}) == 5
    job = first[0]
    assert (job.path, job.reason) == ("operator.truediv", "ZeroDivisionError")
    assert {job.args for job in first[:2]} == {(0, 0), (1, 0)}
    assert job.failed_at is not None
    assert "division by zero" in job.story


def test_the_reason_is_a_kind_and_never_its_words() -> None:
    story = (
        "Traceback (most recent call last):\n"
        '  File "/srv/mall/app/outbox/services.py", line 120, in _claim\n'
        "    raise problem\n"
        '  File "/srv/.venv/lib/python3.11/site-packages/pymysql/err.py", line 1, in raise_\n'
        "sqlalchemy.exc.IntegrityError: Duplicate entry '13800000001' for key\n"
        "[parameters: {'to': 'lily@example.com'}]\n"
    )
    assert rq_desk._reason(story) == "sqlalchemy.exc.IntegrityError"
    assert rq_desk._place(story) == "app/outbox/services.py:120"


def test_two_who_retry_put_it_back_once(ctx: Flask) -> None:
    (job_id,) = fail_jobs(ctx, "mail", 1)
    done: list[bool] = []

    def press() -> None:
        with ctx.app_context():
            done.append(rq_desk.retry(job_id))

    both = [threading.Thread(target=press) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join(30)
    assert sorted(done) == [False, True]
    assert rq_desk.waiting()["mail"] == 1
    assert rq_desk.count_failed() == 0


def test_dropped_is_gone(ctx: Flask) -> None:
    first, second = fail_jobs(ctx, "mail", 2)
    assert rq_desk.drop(first)
    assert not rq_desk.drop(first)
    assert not rq_desk.drop("no such job")
    assert not rq_desk.retry(first)
    assert [job.id for job in rq_desk.failed_jobs(0, 9)] == [second]


def test_a_waiting_job_cannot_be_dropped(ctx: Flask) -> None:
    job = Queue("mail", connection=ctx.extensions["meiduo_rq"]).enqueue("operator.neg", args=(1,))
    assert not rq_desk.drop(job.id)
    assert rq_desk.waiting() == {"sms": 0, "mail": 1, "orders": 0, "default": 0}


def test_workers_are_seen(ctx: Flask) -> None:
    line: Any = ctx.extensions["meiduo_rq"]
    worker = Quiet([Queue("mail", connection=line)], connection=line)
    assert rq_desk.workers() == []
    worker.register_birth()
    (seen,) = rq_desk.workers()
    assert (seen.queues, seen.failed) == (("mail",), 0)
    assert seen.seen_at is not None
    worker.register_death()
    assert rq_desk.workers() == []
