"""Accounts that may not come in: disabled by staff with a reason, opened again, signed out everywhere.

Members of staff are disabled by an owner (app/staff/services.py), which joins `shut` and `reopen` here.
"""

from dataclasses import dataclass

from sqlalchemy import select

from app.shared import clock
from app.shared.db import db
from app.shared.errors import NotFound, NotPossible
from app.shared.uow import in_unit_of_work, unit_of_work
from app.users import security_log, sign_ins
from app.users.errors import OwnAccount, ReasonNeeded, StaffAccount
from app.users.guessing import Caller
from app.users.models import User
from app.users.policy import REASON_LONGEST


@dataclass(frozen=True)
class By:
    """Who does it: the account of a member of staff, and where from. None: the command line."""

    staff_id: int | None
    caller: Caller


@unit_of_work
def disable(user_id: int, reason: str, by: By) -> int:
    """No way in from now on; how many devices were signed out at this moment."""
    return shut(_shopper(user_id, by), reason, by)


@unit_of_work
def enable(user_id: int, by: By) -> None:
    """They may come in again, with the password they had."""
    reopen(_shopper(user_id, by), by)


@unit_of_work
def end_sign_ins(user_id: int, by: By) -> int:
    """Sign out every device; how many."""
    row = _shopper(user_id, by)
    return sign_out(row, by)


def lock_account(user_id: int) -> User:
    """The row, held and read fresh; NotFound for who has left."""
    assert in_unit_of_work(), "accounts are shut inside a unit of work"
    found = select(User).where(User.id == user_id).with_for_update().execution_options(populate_existing=True)
    row = db.session.scalar(found)
    if row is None or row.deleted_at is not None:
        raise NotFound()
    return row


def shut(row: User, reason: str, by: By) -> int:
    """Joins: of two who press at once one is told that it is so already."""
    said = " ".join(reason.split())
    if not said or len(said) > REASON_LONGEST:
        raise ReasonNeeded(limit=REASON_LONGEST)
    if not row.is_active:
        raise NotPossible()
    row.is_active, row.disabled_at, row.disabled_reason = False, clock.now(), said
    security_log.note(security_log.DISABLED, row.id, by.caller)
    return sign_ins.end_sign_ins(row.id, reason=sign_ins.DISABLED)


def reopen(row: User, by: By) -> None:
    """Joins."""
    if row.is_active:
        raise NotPossible()
    row.is_active, row.disabled_at, row.disabled_reason = True, None, ""
    security_log.note(security_log.ENABLED, row.id, by.caller)


def sign_out(row: User, by: By) -> int:
    """Joins."""
    security_log.note(security_log.ALL_ENDED, row.id, by.caller)
    return sign_ins.end_sign_ins(row.id, reason=sign_ins.BY_STAFF)


def _shopper(user_id: int, by: By) -> User:
    row = lock_account(user_id)
    if row.id == by.staff_id:
        raise OwnAccount()
    if row.is_staff:
        raise StaffAccount()
    return row
