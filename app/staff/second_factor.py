"""The second factor of staff: set up with an authenticator app, proved at the door, each code once (ADR 28).

The secret is sealed in the database and shown only while it is set up; recovery codes are kept as keyed digests.
"""

import logging
import secrets
from dataclasses import dataclass, field

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.shared import clock, limits, tokens, totp
from app.shared.db import db
from app.shared.uow import in_unit_of_work, unit_of_work
from app.staff import queries
from app.staff.errors import DraftSpent, HasFactor, TooManyCodes, WrongCode
from app.staff.models import RecoveryCode, StaffTotp
from app.staff.policy import DRAFT_LIFE_S, RECOVERY_CODES, TRIES, TRIES_KEPT_S
from app.users import security_log
from app.users.guessing import Caller

log = logging.getLogger(__name__)

SEAL, DRAFT, RECOVERY = "staff-totp", "staff-totp-draft", "staff-recovery"
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # 32 of them, none like another: 60 bits in twelve
SILENT = {"synchronize_session": False}


@dataclass(frozen=True)
class Draft:
    """A secret that is not proved yet: `token` carries it to the form that proves it."""

    secret: str = field(repr=False)
    token: str = field(repr=False)

    @property
    def spelled(self) -> str:
        """In groups of four, to be typed."""
        return " ".join(self.secret[at : at + 4] for at in range(0, len(self.secret), 4))


def new_draft(user_id: int, sign_in_id: int) -> Draft:
    """Something to scan; nothing is written before its first code comes."""
    secret = totp.new_secret()
    return Draft(secret, tokens.sign(DRAFT, [user_id, sign_in_id, secret]))


def read_draft(user_id: int, sign_in_id: int, token: str) -> Draft:
    """The same again from its form; DraftSpent for another's, or an old one."""
    said = tokens.unsign(DRAFT, token, DRAFT_LIFE_S)
    if not isinstance(said, list) or said[:2] != [user_id, sign_in_id]:
        raise DraftSpent()
    return Draft(str(said[2]), token)


def set_up(user_id: int, draft: Draft, code: str, caller: Caller, *, instead: bool = False) -> list[str]:
    """Proved by its first code: from now on the door asks for it. The recovery codes, to be shown this once.

    `instead`: in place of the factor they have, which they have just given; without it HasFactor.
    """
    _count(user_id)
    step = totp.find_step(draft.secret, totp.clean(code), clock.now())
    if step is None:
        raise WrongCode(field="code")
    limits.forget(_name(user_id))
    return enrol(user_id, draft.secret, step, caller, instead=instead)


def enrol(user_id: int, secret: str, step: int, caller: Caller, *, instead: bool = False) -> list[str]:
    """The same with a secret that is known to be theirs: codes up to this step are used."""
    codes = [_new_code() for _ in range(RECOVERY_CODES)]
    _write(user_id, tokens.seal(SEAL, secret), step, [_hash(user_id, code) for code in codes], caller, instead)
    return codes


@unit_of_work
def _write(user_id: int, sealed: str, step: int, hashes: list[str], caller: Caller, instead: bool) -> None:
    if instead:
        db.session.execute(delete(StaffTotp).where(StaffTotp.user_id == user_id).execution_options(**SILENT))
    try:
        db.session.execute(insert(StaffTotp).values(user_id=user_id, secret=sealed, last_step=step))
    except IntegrityError as problem:
        raise HasFactor() from problem
    _write_codes(user_id, hashes)
    security_log.note(security_log.FACTOR_SET, user_id, caller)


def renew_codes(user_id: int) -> list[str]:
    """Ten others; the old ones open nothing any more."""
    codes = [_new_code() for _ in range(RECOVERY_CODES)]
    _replace_codes(user_id, [_hash(user_id, code) for code in codes])
    return codes


@unit_of_work
def _replace_codes(user_id: int, hashes: list[str]) -> None:
    _write_codes(user_id, hashes)


def _write_codes(user_id: int, hashes: list[str]) -> None:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id).execution_options(**SILENT))
    db.session.execute(insert(RecoveryCode), [{"user_id": user_id, "code_hash": each} for each in hashes])


def prove(user_id: int, code: str, caller: Caller) -> None:
    """The code of this moment, or a recovery code; WrongCode for every way of being wrong.

    A try is counted before it is judged, so that parallel guesses count too.
    """
    _count(user_id)
    typed = totp.clean(code)
    sealed = queries.sealed_secret(user_id)
    db.session.close()
    secret = tokens.unseal(SEAL, sealed) if sealed else None
    if sealed and secret is None:
        log.error("the second factor of account %d was sealed with another SECRET_KEY: reset it", user_id)
    step = totp.find_step(secret, typed, clock.now()) if secret else None
    is_good = use_step(user_id, step) if step is not None else use_recovery(user_id, _hash(user_id, typed), caller)
    if not is_good:
        _note_failure(user_id, caller)
        raise WrongCode(field="code")
    limits.forget(_name(user_id))


@unit_of_work
def use_step(user_id: int, step: int) -> bool:
    """The code of this step, and every older one, is used from now on; False when it was already."""
    newer = (StaffTotp.user_id == user_id, StaffTotp.last_step < step)
    used = db.session.execute(update(StaffTotp).where(*newer).values(last_step=step).execution_options(**SILENT))
    return bool(used.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result has it


@unit_of_work
def use_recovery(user_id: int, code_hash: str, caller: Caller) -> bool:
    """A recovery code opens once; False when there is none like it, or it was used."""
    unused = (RecoveryCode.user_id == user_id, RecoveryCode.code_hash == code_hash, RecoveryCode.used_at.is_(None))
    spend = update(RecoveryCode).where(*unused).values(used_at=clock.now())
    used = db.session.execute(spend.execution_options(**SILENT))
    if not used.rowcount:  # type: ignore[attr-defined]  # an UPDATE's result has it
        return False
    security_log.note(security_log.RECOVERY_USED, user_id, caller)
    return True


def drop(user_id: int) -> bool:
    """Forget secret and codes; had they one? Joins the caller's unit."""
    assert in_unit_of_work(), "a factor is dropped inside a unit of work"
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id).execution_options(**SILENT))
    gone = db.session.execute(delete(StaffTotp).where(StaffTotp.user_id == user_id).execution_options(**SILENT))
    return bool(gone.rowcount)  # type: ignore[attr-defined]  # a DELETE's result has it


def codes_left(user_id: int) -> int:
    """How many recovery codes are unused."""
    unused = (RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(select(func.count()).select_from(RecoveryCode).where(*unused)) or 0


@unit_of_work
def _note_failure(user_id: int, caller: Caller) -> None:
    security_log.note(security_log.FACTOR_FAILED, user_id, caller)


def _count(user_id: int) -> None:
    if wait_s := limits.hit(_name(user_id), TRIES, TRIES_KEPT_S):
        raise TooManyCodes(retry_after=wait_s)


def _name(user_id: int) -> str:
    return f"second-factor:{user_id}"


def _new_code() -> str:
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))


def _hash(user_id: int, code: str) -> str:
    return tokens.digest(RECOVERY, f"{user_id}:{totp.clean(code)}")
