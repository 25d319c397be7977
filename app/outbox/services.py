"""Verbs of the outbox: promised inside a verb's transaction, sent after it, at least once."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.gateways.doors import Gateways
from app.gateways.mail import Mail
from app.outbox import queries
from app.outbox.errors import StillWaiting
from app.outbox.models import Message
from app.outbox.policy import JOB_TRIES, LEASE_S, MOST_TRIES, RETRY_MOST, pause_s
from app.shared import clock
from app.shared.db import db
from app.shared.jobs import Job
from app.shared.uow import in_unit_of_work, savepoint, then, unit_of_work, violates

log = logging.getLogger(__name__)

SEND_MESSAGE = Job("app.outbox.tasks.send_message", queue="mail")
KINDS = ("mail", "sms")
NOTED: dict[str, Any] = {"last_error": "", "claimed_at": None}  # a try is over


@dataclass(frozen=True)
class Claimed:
    """A message that this worker, and nobody else, may send now."""

    id: int
    kind: str
    to: str
    subject: str
    text: str
    html: str
    tries: int


def promise(
    *, unique_key: str, kind: str, to: str, text: str, subject: str = "", html: str = "", user_id: int | None = None
) -> int:
    """Write a message into the caller's transaction; the same key again is the same message. Its id.

    `html` is a mail's other face and comes from an escaped template; `text` is whole without it. `user_id` is whose
    message it is: it goes when they leave the mall.
    """
    assert in_unit_of_work(), "a promise belongs to the transaction that causes it"
    assert kind in KINDS, f"no such kind of message: {kind}"
    words = {"subject": subject, "text": text, "html": html or None}
    message = Message(unique_key=unique_key, user_id=user_id, kind=kind, to=to, due_at=clock.now(), **words)
    try:
        with savepoint():
            db.session.add(message)
    except IntegrityError as problem:
        if not violates(problem, "unique_key"):
            raise
        return int(db.session.scalars(select(Message.id).where(Message.unique_key == unique_key)).one())
    then(SEND_MESSAGE.enqueue, message.id)
    return message.id


def deliver(message_id: int, gateways: Gateways) -> bool:
    """Send one message if it is due and nobody else does. Being told twice is normal and changes nothing."""
    claimed = _claim(message_id)
    return claimed is not None and not _failure(claimed, gateways)


def deliver_or_wait(message_id: int, gateways: Gateways) -> None:
    """The same for a job: StillWaiting while its queue should bring it back; then the sweep goes on alone."""
    claimed = _claim(message_id)
    failure = _failure(claimed, gateways) if claimed else ""
    if claimed and failure and claimed.tries < JOB_TRIES:
        raise StillWaiting(f"message {message_id}: {failure}")


@unit_of_work
def retry(message_ids: Sequence[int]) -> int:
    """Begin anew with messages that did not leave, once; how many. One that a worker has in hand stays with it."""
    begun = 0
    for message_id in message_ids[:RETRY_MOST]:
        lease_ended = clock.now() - timedelta(seconds=LEASE_S)
        free = Message.claimed_at.is_(None) | (Message.claimed_at <= lease_ended)
        done = db.session.execute(
            update(Message)
            .where(Message.id == message_id, Message.sent_at.is_(None), Message.tries > 0, free)
            .values(tries=0, due_at=clock.now(), claimed_at=None)
            .execution_options(synchronize_session=False)
        )
        if done.rowcount:  # type: ignore[attr-defined]  # an UPDATE's result has it
            begun += 1
            then(SEND_MESSAGE.enqueue, message_id)
    return begun


def sweep(gateways: Gateways) -> int:
    """Send what a lost job or a closed door left behind; how many left."""
    return sum(deliver(message_id, gateways) for message_id in queries.due_ids())


@unit_of_work
def _claim(message_id: int) -> Claimed | None:
    """Take the message by moving its due time: of two workers one finds it still due."""
    now = clock.now()
    message = db.session.get(Message, message_id)
    if message is None or message.sent_at is not None or message.due_at > now or message.tries >= MOST_TRIES:
        return None
    tries = message.tries + 1
    result = db.session.execute(
        update(Message)
        .where(Message.id == message_id, Message.sent_at.is_(None), Message.tries == message.tries)
        .values(tries=tries, due_at=now + timedelta(seconds=LEASE_S), claimed_at=now)
        .execution_options(synchronize_session=False)
    )
    if result.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE's result has it
        return None
    return Claimed(message.id, message.kind, message.to, message.subject, message.text, message.html or "", tries)


def _failure(message: Claimed, gateways: Gateways) -> str:
    """Try the door; what went wrong in a word, or nothing."""
    try:
        _send(message, gateways)
    except Exception as problem:
        # whatever the door said: the next try is planned, and the sweep keeps it
        kind = type(problem).__name__
        _note_failure(message, kind)
        log.warning("outbox message %d: try %d met %s", message.id, message.tries, kind)
        if message.tries >= MOST_TRIES:
            log.exception("outbox message %d is given up", message.id)
        return kind
    _note_sent(message.id)
    return ""


def _send(message: Claimed, gateways: Gateways) -> None:
    if message.kind == "sms":
        gateways.sms.send_text(message.to, message.text)
    else:
        gateways.mail.send(Mail(to=message.to, subject=message.subject, text=message.text, html=message.html))


@unit_of_work
def _note_sent(message_id: int) -> None:
    db.session.execute(update(Message).where(Message.id == message_id).values(**NOTED, sent_at=clock.now()))


@unit_of_work
def _note_failure(message: Claimed, kind: str) -> None:
    due = clock.now() + timedelta(seconds=pause_s(message.tries))
    values = {**NOTED, "last_error": kind[:200], "due_at": due}
    db.session.execute(update(Message).where(Message.id == message.id).values(**values))
