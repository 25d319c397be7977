"""Promised in a transaction, sent after it, at least once and by one worker."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from rq import Queue
from sqlalchemy import select, update

from app.gateways.doors import Gateways
from app.gateways.mail import Mail, MailFailed
from app.outbox import services, tasks
from app.outbox.errors import StillWaiting
from app.outbox.models import Message
from app.outbox.policy import JOB_TRIES, MOST_TRIES, pause_s
from app.shared import clock
from app.shared.db import db
from app.shared.uow import unit_of_work


class Post:
    """A mail door and an SMS door that keep what passes them."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.texts: list[tuple[str, str]] = []
        self.closed = False

    def send(self, mail: Mail) -> None:
        if self.closed:
            raise MailFailed()
        self.mails.append(mail)

    def send_code(self, mobile: str, code: str, minutes: int) -> None:
        raise AssertionError("codes do not pass the outbox")

    def send_text(self, mobile: str, text: str) -> None:
        self.texts.append((mobile, text))


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def doors(ctx: Flask, post: Post) -> Gateways:
    return replace(ctx.extensions["meiduo_gateways"], mail=post, sms=post)


@unit_of_work
def promise(unique_key: str = "hello:1", kind: str = "mail", *, then_fail: bool = False) -> int:
    to = "lily@example.com" if kind == "mail" else "13900000000"
    message_id = services.promise(unique_key=unique_key, kind=kind, to=to, text="您好", subject="问候")
    if then_fail:
        raise RuntimeError("the verb goes wrong after its promise")
    return message_id


def row(message_id: int) -> Message:
    db.session.close()
    return db.session.get_one(Message, message_id)


@unit_of_work
def make_due(message_id: int) -> None:
    due = clock.now() - timedelta(seconds=1)
    db.session.execute(update(Message).where(Message.id == message_id).values(due_at=due))


def test_a_promise_queues_its_job_after_the_commit(ctx: Flask) -> None:
    message_id = promise()
    jobs = Queue("mail", connection=ctx.extensions["meiduo_rq"]).jobs
    assert [(job.func_name, job.args) for job in jobs] == [("app.outbox.tasks.send_message", (message_id,))]


def test_a_verb_that_fails_promised_nothing(ctx: Flask) -> None:
    with pytest.raises(RuntimeError):
        promise(then_fail=True)
    assert db.session.scalars(select(Message)).all() == []
    assert Queue("mail", connection=ctx.extensions["meiduo_rq"]).jobs == []


def test_the_same_key_is_the_same_message(ctx: Flask) -> None:
    assert promise("order:7") == promise("order:7")
    assert promise("order:8") != promise("order:7")
    db.session.close()
    assert len(db.session.scalars(select(Message)).all()) == 2


def test_a_promise_needs_a_transaction(ctx: Flask) -> None:
    with pytest.raises(AssertionError, match="transaction"):
        services.promise(unique_key="x", kind="mail", to="a@example.com", text="")


def test_it_is_sent_once(doors: Gateways, post: Post) -> None:
    message_id = promise()
    assert services.deliver(message_id, doors)
    assert not services.deliver(message_id, doors)
    assert not services.deliver(message_id + 100, doors)
    assert post.mails == [Mail(to="lily@example.com", subject="问候", text="您好")]
    kept = row(message_id)
    assert kept.sent_at is not None
    assert kept.tries == 1


def test_an_sms_goes_through_its_own_door(doors: Gateways, post: Post) -> None:
    services.deliver(promise(kind="sms"), doors)
    assert post.texts == [("13900000000", "您好")]
    assert post.mails == []


def test_both_faces_of_a_mail_arrive(doors: Gateways, post: Post) -> None:
    @unit_of_work
    def write() -> int:
        return services.promise(
            unique_key="letter:1", kind="mail", to="lily@example.com", subject="问候", text="您好", html="<p>您好</p>"
        )

    assert services.deliver(write(), doors)
    assert post.mails == [Mail(to="lily@example.com", subject="问候", text="您好", html="<p>您好</p>")]


def test_the_job_comes_back_while_its_queue_has_patience(doors: Gateways, post: Post) -> None:
    """At once, and after 3, 6 and 12 seconds; the fourth failure leaves it to the sweep, whose pauses grow."""
    message_id = promise()
    post.closed = True
    for tries in range(1, JOB_TRIES):
        with pytest.raises(StillWaiting, match="MailFailed") as told:
            services.deliver_or_wait(message_id, doors)
        assert "lily" not in str(told.value)
        kept = row(message_id)
        assert (kept.tries, kept.last_error, kept.sent_at) == (tries, "MailFailed", None)
        assert kept.due_at <= clock.now(), "the queue waits, not the message"
    services.deliver_or_wait(message_id, doors)
    kept = row(message_id)
    assert kept.tries == JOB_TRIES == 1 + len(services.SEND_MESSAGE.retries)
    assert timedelta(seconds=50) < kept.due_at - clock.now() <= timedelta(seconds=60)
    post.closed = False
    services.deliver_or_wait(message_id, doors)
    assert services.sweep(doors) == 0, "not due yet"
    make_due(message_id)
    assert services.sweep(doors) == 1
    assert services.sweep(doors) == 0
    assert len(post.mails) == 1
    assert row(message_id).last_error == ""


def test_a_message_being_sent_is_nobody_elses(doors: Gateways, post: Post) -> None:
    """A worker that is killed while it sends holds the message for a minute; then the sweep has it."""
    message_id = promise()
    assert services._claim(message_id) is not None
    assert services.sweep(doors) == 0
    assert timedelta(seconds=50) < row(message_id).due_at - clock.now() <= timedelta(seconds=60)
    make_due(message_id)
    assert services.sweep(doors) == 1
    assert len(post.mails) == 1


def test_pauses_grow_to_an_hour() -> None:
    assert [pause_s(tries) for tries in (1, 2, 3, 4, 5, 9, 10, 33)] == [0, 0, 0, 60, 120, 1920, 3600, 3600]


def test_after_the_last_try_it_rests(doors: Gateways, post: Post) -> None:
    message_id = promise()
    post.closed = True
    for _ in range(MOST_TRIES):
        make_due(message_id)
        assert services.sweep(doors) == 0
    assert row(message_id).tries == MOST_TRIES
    post.closed = False
    make_due(message_id)
    assert services.sweep(doors) == 0
    assert post.mails == []


def test_of_many_workers_one_sends(app: Flask, post: Post, doors: Gateways) -> None:
    message_id = promise()
    gate, sent = threading.Barrier(6), list[bool]()

    def work() -> None:
        with app.app_context():
            gate.wait(10)
            sent.append(services.deliver(message_id, doors))

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(sent) == [False] * 5 + [True]
    assert len(post.mails) == 1


def test_job_and_command_use_the_doors_of_the_mall(
    ctx: Flask, post: Post, doors: Gateways, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ctx.extensions, "meiduo_gateways", doors)
    tasks.send_message(promise("a"))
    promise("b")
    db.session.close()
    result = ctx.test_cli_runner().invoke(args=["outbox", "sweep"])
    assert (result.exit_code, result.output) == (0, "1 messages sent\n")
    assert len(post.mails) == 2
