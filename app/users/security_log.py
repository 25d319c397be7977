"""The security log: one line in the process' log and one row that the account's owner can read.

Neither holds what was typed as a name (people type passwords there): a keyed digest stands for it.
"""

import logging

from sqlalchemy import delete

from app.shared import clock, limits, tokens
from app.shared.db import db
from app.shared.uow import in_unit_of_work, unit_of_work
from app.users.guessing import Caller
from app.users.models import SecurityEvent, SignIn, fold
from app.users.policy import EVENTS_KEPT, FAILURES_WRITTEN_AN_HOUR
from app.verifications.policy import network

log = logging.getLogger(__name__)

SIGNED_IN, FAILED, SIGNED_OUT, DEVICE_ENDED, ALL_ENDED, PASSWORD_CHANGED, PASSWORD_RESET, MOBILE_CHANGED = (
    "signed_in",
    "sign_in_failed",
    "signed_out",
    "device_ended",
    "all_ended",
    "password_changed",
    "password_reset",
    "mobile_changed",
)
# of members of staff (app/staff/second_factor.py)
FACTOR_SET, FACTOR_FAILED, FACTOR_RESET, RECOVERY_USED = (
    "second_factor_set",
    "second_factor_failed",
    "second_factor_reset",
    "recovery_code_used",
)
DISABLED, ENABLED = "account_disabled", "account_enabled"


def note(kind: str, user_id: int | None, caller: Caller, account: str = "") -> None:
    """A line and a row in the caller's unit of work. `account` is what was typed, if something was."""
    assert in_unit_of_work(), "an event belongs to the transaction that causes it"
    digest = account_key(account) if account else ""
    db.session.add(
        SecurityEvent(
            kind=kind, user_id=user_id, account_key=digest, address=caller.address[:64], device=caller.device[:255]
        )
    )
    say(kind, user_id, caller, digest)


def note_failure(user_id: int | None, caller: Caller, account: str) -> None:
    """A sign-in that failed: always a line; a row only for the first so many in an hour from one address."""
    if limits.hit(f"failures-written:{network(caller.address)}", FAILURES_WRITTEN_AN_HOUR, 3600):
        say(FAILED, user_id, caller, account_key(account))
    else:
        _write_failure(user_id, caller, account)


@unit_of_work
def _write_failure(user_id: int | None, caller: Caller, account: str) -> None:
    note(FAILED, user_id, caller, account)


def say(kind: str, user_id: int | None, caller: Caller, digest: str = "") -> None:
    """The line alone."""
    level = logging.WARNING if kind in (FAILED, FACTOR_FAILED) else logging.INFO
    device = caller.device[:120].encode("unicode_escape").decode()  # a browser may call itself two lines
    log.log(
        level,
        "%s user=%s account=%s from=%s device=%s",
        kind,
        user_id or "-",
        digest[:12] or "-",
        caller.address,
        device,
    )


def account_key(account: str) -> str:
    """What stands for a typed name: the same name gives the same digest, and nobody without the key can try names."""
    return tokens.digest("account", fold(account))


@unit_of_work
def forget_old() -> int:
    """Events are kept half a year, and so are sign-ins after their end; how many rows went."""
    before = clock.now() - EVENTS_KEPT
    events = delete(SecurityEvent).where(SecurityEvent.created_at < before)
    sign_ins = delete(SignIn).where(SignIn.expires_at < before)
    gone = 0
    for rows in (events, sign_ins):
        result = db.session.execute(rows.execution_options(synchronize_session=False))
        gone += int(result.rowcount)  # type: ignore[attr-defined]  # a DELETE's result has it
    return gone
