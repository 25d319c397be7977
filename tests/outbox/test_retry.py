"""Messages that were given up begin anew: once, and never one that a worker has in hand."""

import threading
from dataclasses import replace
from datetime import timedelta

from flask import Flask
from sqlalchemy import update

from app.gateways.doors import Gateways
from app.outbox import queries, services
from app.outbox.models import Message
from app.outbox.policy import LEASE_S, MOST_TRIES, RETRY_MOST, STATES
from app.shared import clock
from app.shared.db import db
from app.shared.uow import unit_of_work
from tests.outbox.test_services import Post, promise, row


@unit_of_work
def write(message_id: int, **values: object) -> None:
    db.session.execute(update(Message).where(Message.id == message_id).values(**values))


def give_up(message_id: int) -> None:
    write(message_id, tries=MOST_TRIES, last_error="MailFailed", due_at=clock.now() + timedelta(hours=1))


def doors(app: Flask, post: Post) -> Gateways:
    return replace(app.extensions["meiduo_gateways"], mail=post, sms=post)


def test_a_given_up_message_begins_anew_and_leaves(ctx: Flask) -> None:
    message_id, post = promise(), Post()
    give_up(message_id)
    assert services.sweep(doors(ctx, post)) == 0
    assert services.retry([message_id]) == 1
    assert services.retry([message_id]) == 0, "it waits already"
    assert services.deliver(message_id, doors(ctx, post))
    assert [mail.to for mail in post.mails] == ["lily@example.com"]
    assert services.retry([message_id]) == 0, "what has left does not leave again"


def test_what_a_worker_has_in_hand_stays_with_it(ctx: Flask) -> None:
    """Without the guard the second worker would send it as well."""
    message_id, post = promise(), Post()
    write(message_id, tries=3)
    assert services._claim(message_id) is not None
    assert services.retry([message_id]) == 0
    assert not services.deliver(message_id, doors(ctx, post))
    write(message_id, claimed_at=clock.now() - timedelta(seconds=LEASE_S + 1))
    assert services.retry([message_id]) == 1, "its worker died"
    assert services.deliver(message_id, doors(ctx, post))
    assert row(message_id).claimed_at is None
    assert len(post.mails) == 1


def test_a_noted_failure_lets_go(ctx: Flask) -> None:
    message_id, post = promise(), Post()
    post.closed = True
    assert not services.deliver(message_id, doors(ctx, post))
    assert row(message_id).claimed_at is None
    assert services.retry([message_id]) == 1


def test_two_who_retry_begin_it_once(ctx: Flask) -> None:
    message_id = promise()
    give_up(message_id)
    begun: list[int] = []

    def press() -> None:
        with ctx.app_context():
            begun.append(services.retry([message_id]))

    both = [threading.Thread(target=press) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join(30)
    assert sorted(begun) == [0, 1]


def test_counts_by_state(ctx: Flask) -> None:
    ids = [promise(f"hello:{number}") for number in range(5)]
    write(ids[1], tries=2)
    give_up(ids[2])
    give_up(ids[3])
    write(ids[4], sent_at=clock.now(), tries=1)
    assert {state: queries.count(state) for state in STATES} == {"waiting": 1, "retrying": 1, "failed": 2, "sent": 1}
    assert queries.failed_ids() == [ids[2], ids[3]]


def test_retry_by_command(app: Flask) -> None:
    with app.app_context():
        ids = [promise(f"hello:{number}") for number in range(3)]
        give_up(ids[0])
        give_up(ids[1])

    def run(*words: str) -> tuple[int, str]:
        result = app.test_cli_runner().invoke(args=["outbox", "retry", *words])
        return result.exit_code, result.output

    assert run("--failed", "--dry-run") == (0, "2 messages would be tried again\n")
    assert run()[0] == 2
    assert run(str(ids[0]), "--failed")[0] == 2
    assert run("--failed") == (0, "2 messages begun anew, 0 left as they are (sent, in hand, or unknown)\n")
    assert run(str(ids[2]), "999")[1].startswith("0 messages begun anew, 2 left")
    assert RETRY_MOST == 1000
