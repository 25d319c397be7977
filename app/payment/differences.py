"""What comparisons found, as rows: seen again, gone by themselves, repaired or accepted by somebody, once."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select, update

from app.gateways.payment import GatewayAway, PaymentGateway
from app.orders.models import Order
from app.payment import reconciling
from app.payment.errors import AlreadyDecided, NotRepaired, NotSafe, NoWhy
from app.payment.models import Mismatch
from app.shared import clock
from app.shared.db import db
from app.shared.errors import NotFound
from app.shared.uow import in_unit_of_work, unit_of_work
from app.shared.upsert import upsert

OPEN, REPAIRED, ACCEPTED, GONE = "open", "repaired", "accepted", "gone"
REASON_LENGTH = 200
KEY = ("about", "about_id", "kind")
Key = tuple[str, int, str]
AT_ONCE = 500


def write(found: Sequence[reconciling.Mismatch], began: datetime, run_id: int | None, actor: str) -> None:
    """One row a difference, new or seen again; joins the caller's unit.

    What was repaired, gone or accepted opens again when it is still there, or is another one by now; but nothing that
    somebody decided after this look began.
    """
    assert in_unit_of_work(), "differences are written inside a unit of work"
    orders = _order_ids({each.order_number for each in found})
    rows = [_values(each, orders[each.order_number], run_id) for each in found]
    for at in range(0, len(rows), AT_ONCE):
        upsert(Mismatch, rows[at : at + AT_ONCE], keys=KEY, change=_seen_again)
    for each in found:
        _open_again(each, began)
        if each.repaired:
            _close(key_of(each), REPAIRED, actor)


def _values(each: reconciling.Mismatch, order_id: int, run_id: int | None) -> dict[str, object]:
    now = clock.now()
    texts = {"subject": each.subject[:64], "here": each.here[:64], "there": each.there[:64]}
    key = {"about": each.about, "about_id": each.about_id, "kind": each.kind}
    blank = {"reason": "", "decided_by": "", "state": OPEN}
    return {**key, **texts, **blank, "order_id": order_id, **_seen(now, run_id), "first_seen_at": now}


def _seen(now: datetime, run_id: int | None) -> dict[str, object]:
    return {"last_seen_at": now, "reconciliation_id": run_id}


def _seen_again(new: reconciling.Mismatch) -> dict[str, object]:
    return {"last_seen_at": new.last_seen_at, "reconciliation_id": new.reconciliation_id}  # type: ignore[attr-defined]  # the proposed row's columns


def _order_ids(numbers: Iterable[str]) -> dict[str, int]:
    wanted, found = sorted(numbers), {}
    for at in range(0, len(wanted), AT_ONCE):
        query = select(Order.number, Order.id).where(Order.number.in_(wanted[at : at + AT_ONCE]))
        found.update({number: order_id for number, order_id in db.session.execute(query)})
    return found


def key_of(each: reconciling.Mismatch) -> Key:
    """What makes a difference the same one."""
    return each.about, each.about_id, each.kind


def _which(key: Key) -> ColumnElement[bool]:
    about, about_id, kind = key
    return and_(Mismatch.about == about, Mismatch.about_id == about_id, Mismatch.kind == kind)


def _open_again(each: reconciling.Mismatch, began: datetime) -> None:
    here, there = each.here[:64], each.there[:64]
    is_another = or_(Mismatch.here != here, Mismatch.there != there)
    is_back = or_(Mismatch.state.in_([REPAIRED, GONE]), is_another)
    was_before = or_(Mismatch.decided_at.is_(None), Mismatch.decided_at < began)
    db.session.execute(
        update(Mismatch)
        .where(_which(key_of(each)), and_(is_back, was_before))
        .values(here=here, there=there, state=OPEN, reason="", decided_by="", decided_at=None)
        .execution_options(synchronize_session=False)
    )


def _close(key: Key, state: str, actor: str, reason: str = "") -> bool:
    """From open to an end, once; who comes second changes nothing."""
    values = {"state": state, "decided_by": actor[:64], "decided_at": clock.now(), "reason": reason}
    changed = db.session.execute(
        update(Mismatch)
        .where(_which(key), Mismatch.state == OPEN)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return bool(changed.rowcount == 1)  # type: ignore[attr-defined]  # an UPDATE's result has it


def note_gone(keys: Iterable[Key], actor: str) -> None:
    """Open differences that a look no longer found; joins the caller's unit."""
    for key in keys:
        _close(key, GONE, actor)


def open_before(moment: datetime, most: int) -> list[Key]:
    """Open differences that were last seen before that, the oldest first."""
    query = select(Mismatch.about, Mismatch.about_id, Mismatch.kind)
    query = query.where(Mismatch.state == OPEN, Mismatch.last_seen_at < moment)
    rows = db.session.execute(query.order_by(Mismatch.last_seen_at).limit(most)).all()
    db.session.close()
    return [(row.about, row.about_id, row.kind) for row in rows]


def repair(mismatch_id: int, gateway: PaymentGateway, actor: str) -> str:
    """Look again, and put right what is safe: `repaired`, or `gone` when there was nothing left to put right.

    The provider is asked with no transaction open; settling and completing are idempotent, and one caller ends the row.
    """
    key, state = _find(mismatch_id)
    if state != OPEN:
        raise AlreadyDecided()
    if key[2] not in reconciling.SAFE:
        raise NotSafe()
    began = clock.now()
    found = reconciling.look_again(gateway, key[0], key[1], repair=True)
    if any(each.kind == reconciling.NO_ANSWER for each in found):
        raise GatewayAway()
    mine = next((each for each in found if each.kind == key[2]), None)
    if mine is not None and not mine.repaired:
        _keep(found, began, actor)
        raise NotRepaired()
    result = GONE if mine is None else REPAIRED
    if not _end(key, result, actor):
        raise AlreadyDecided()
    return result


def _find(mismatch_id: int) -> tuple[Key, str]:
    query = select(Mismatch.about, Mismatch.about_id, Mismatch.kind, Mismatch.state)
    row = db.session.execute(query.where(Mismatch.id == mismatch_id)).first()
    db.session.close()
    if row is None:
        raise NotFound()
    return (row.about, row.about_id, row.kind), row.state


@unit_of_work
def _keep(found: Sequence[reconciling.Mismatch], began: datetime, actor: str) -> None:
    write(found, began, None, actor)


@unit_of_work
def _end(key: Key, state: str, actor: str) -> bool:
    return _close(key, state, actor)


def accept(mismatch_id: int, reason: str, actor: str) -> None:
    """Somebody has looked into it and says why it may stay. AlreadyDecided when a colleague was faster."""
    if not reason.strip():
        raise NoWhy()
    key, _ = _find(mismatch_id)
    if not _accept(key, reason.strip()[:REASON_LENGTH], actor):
        raise AlreadyDecided()


@unit_of_work
def _accept(key: Key, reason: str, actor: str) -> bool:
    return _close(key, ACCEPTED, actor, reason)


@unit_of_work
def take_up_again(mismatch_id: int) -> None:
    """Undo an acceptance. AlreadyDecided where there is none."""
    changed = db.session.execute(
        update(Mismatch)
        .where(Mismatch.id == mismatch_id, Mismatch.state == ACCEPTED)
        .values(state=OPEN, reason="", decided_by="", decided_at=None)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE's result has it
        raise AlreadyDecided()
