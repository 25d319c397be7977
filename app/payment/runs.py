"""Comparisons with the provider, written down: asked for by staff, the command line or the clock, carried out once."""

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, select, update

from app.gateways.payment import PaymentGateway
from app.payment import differences, reconciling
from app.payment.errors import DayAhead
from app.payment.models import Reconciliation
from app.shared import clock
from app.shared.db import db
from app.shared.jobs import Job
from app.shared.uow import then, unit_of_work

log = logging.getLogger(__name__)
COMPARE = Job("app.payment.tasks.compare", queue="default", timeout_s=1800, retries=())
ASKED, RUNNING, ENDED, FAILED = "asked", "running", "done", "failed"
SMALL = 30  # rows of ours; so many are compared while whoever asked waits
LOOKED_AGAIN = 200  # open differences of other days that a run looks at once more
LEFT_AFTER = timedelta(minutes=2)  # an asked run whose job must be lost
DEAD_AFTER = timedelta(hours=1)  # a running one whose worker must be dead


@dataclass(frozen=True)
class _Begun:
    day: date | None
    is_repairing: bool
    actor: str
    at: datetime


def ask(day: date | None, actor: str, *, repair: bool = False, by_job: bool = True) -> int:
    """A comparison to be carried out, by a job unless the caller does it; its id."""
    if day is not None and day > clock.today():
        raise DayAhead()
    return _ask(day, actor, repair, by_job)


@unit_of_work
def _ask(day: date | None, actor: str, repair: bool, by_job: bool) -> int:
    run = Reconciliation(day=day, state=ASKED, is_repairing=repair, actor=actor[:64])
    db.session.add(run)
    db.session.flush()
    if by_job:
        then(COMPARE.enqueue, run.id)
    return run.id


def is_small(day: date | None) -> bool:
    """May whoever asked wait for it?"""
    answer = not reconciling.is_more_than(SMALL, day)
    db.session.close()
    return answer


def carry_out(run_id: int, gateway: PaymentGateway) -> list[reconciling.Mismatch]:
    """Compare and write down; nothing when somebody else has begun. The provider is asked with no transaction open."""
    begun = _begin(run_id)
    if begun is None:
        return []
    try:
        found = reconciling.compare(gateway, begun.day, repair=begun.is_repairing)
        more, gone = _look_at_older(gateway, begun, {differences.key_of(each) for each in found})
        _write(run_id, begun, found + more, gone)
    except Exception:
        _give_up(run_id)
        raise
    return found + more


@unit_of_work
def _begin(run_id: int) -> _Begun | None:
    now = clock.now()
    taken = update(Reconciliation).where(Reconciliation.id == run_id, Reconciliation.state == ASKED)
    taken = taken.values(state=RUNNING, began_at=now).execution_options(synchronize_session=False)
    if db.session.execute(taken).rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE's result has it
        return None
    columns = (Reconciliation.day, Reconciliation.is_repairing, Reconciliation.actor)
    row = db.session.execute(select(*columns).where(Reconciliation.id == run_id)).one()
    return _Begun(row.day, row.is_repairing, row.actor, now)


def _look_at_older(
    gateway: PaymentGateway, begun: _Begun, seen: set[differences.Key]
) -> tuple[list[reconciling.Mismatch], list[differences.Key]]:
    """What is open from before: still there, or gone by itself. A silent provider proves nothing."""
    older = [key for key in differences.open_before(begun.at, LOOKED_AGAIN) if key not in seen]
    found: list[reconciling.Mismatch] = []
    for about, about_id in dict.fromkeys(key[:2] for key in older):
        found += reconciling.look_again(gateway, about, about_id, repair=begun.is_repairing)
    silent = {(each.about, each.about_id) for each in found if each.kind == reconciling.NO_ANSWER}
    there = {differences.key_of(each) for each in found}
    new = [each for each in found if differences.key_of(each) not in seen]
    return new, [key for key in older if key not in there and key[:2] not in silent]


@unit_of_work
def _write(run_id: int, begun: _Begun, found: list[reconciling.Mismatch], gone: list[differences.Key]) -> None:
    differences.write(found, begun.at, run_id, begun.actor)
    differences.note_gone(gone, begun.actor)
    run = db.session.get_one(Reconciliation, run_id)
    run.state, run.done_at = ENDED, clock.now()
    run.found, run.repaired = len(found), sum(each.repaired for each in found)


@unit_of_work
def _give_up(run_id: int) -> None:
    _fail(Reconciliation.id == run_id)


def _fail(which: ColumnElement[bool]) -> None:
    failed = update(Reconciliation).where(Reconciliation.state == RUNNING, which)
    failed = failed.values(state=FAILED, done_at=clock.now()).execution_options(synchronize_session=False)
    db.session.execute(failed)


def finish_left(gateway: PaymentGateway) -> int:
    """Runs whose job was lost are carried out, dead ones are called failed, and yesterday is compared once."""
    _bury_dead()
    left = select(Reconciliation.id).where(Reconciliation.state == ASKED)
    left = left.where(Reconciliation.created_at < clock.now() - LEFT_AFTER).order_by(Reconciliation.id)
    ids = list(db.session.scalars(left.limit(5)))
    yesterday = clock.today() - timedelta(days=1)
    if db.session.scalar(select(Reconciliation.id).where(Reconciliation.day == yesterday).limit(1)) is None:
        ids.append(ask(yesterday, "system", by_job=False))
    db.session.close()
    for run_id in ids:
        carry_out(run_id, gateway)
    return len(ids)


@unit_of_work
def _bury_dead() -> None:
    _fail(Reconciliation.began_at < clock.now() - DEAD_AFTER)
