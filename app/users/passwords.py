"""Changing a password: by the old one, or by an SMS code for who never had one. Every other sign-in ends (ADR 16)."""

import hashlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from app.outbox.services import promise
from app.shared import clock, limits
from app.shared import passwords as hashes
from app.shared.db import db
from app.shared.errors import NeedSignIn, NotPossible
from app.shared.uow import in_unit_of_work, unit_of_work
from app.users import emails, letters, security_log, sign_ins
from app.users.errors import SamePassword, TooManyPasswordTries, WeakPassword, WrongOldPassword
from app.users.guessing import Caller
from app.users.models import User
from app.users.policy import PASSWORD_LONGEST, is_guessable
from app.verifications import services as codes

WRONG_TRIES = 5  # of the old password
WRONG_KEPT_S = 900
SMS_PURPOSE = "password"
NOTICE = "【美多商城】您账号的密码已修改，其他设备上的登录已全部退出。如非本人操作，请立即找回密码。"


@dataclass(frozen=True)
class Keeper:
    """An open account as far as its password is concerned; never leaves the verbs."""

    id: int
    username: str
    mobile: str
    email: str
    password_hash: str
    has_password: bool


@dataclass(frozen=True)
class Way:
    """How the owner may set a new password: by the old one, or without one by a code to this number."""

    has_password: bool
    mobile: str


def get_way(user_id: int) -> Way:
    """Of a signed-in shopper."""
    keeper = _get(user_id)
    return Way(keeper.has_password, keeper.mobile)


def change_password(user_id: int, sign_in_id: int, old: str, new: str, caller: Caller) -> int:
    """With the old password; how many other devices were signed out."""
    keeper = _get(user_id)
    if not keeper.has_password:
        raise NotPossible()
    _check_old(keeper, old)
    if hashes.is_right(keeper.password_hash, new):
        raise SamePassword(field="new_password")
    check_strength(keeper, new)
    return _keep(keeper, new, sign_in_id, caller)


def send_first_code(user_id: int, caller: Caller) -> int:
    """An SMS code for who has no password yet; seconds until the next one."""
    keeper = _get(user_id)
    if keeper.has_password:
        raise NotPossible()
    return codes.send_sms_code(keeper.mobile, SMS_PURPOSE, caller.address)


def set_first_password(user_id: int, sign_in_id: int, sms_code: str, new: str, caller: Caller) -> int:
    """With an SMS code; how many other devices were signed out. The code is used up last."""
    keeper = _get(user_id)
    if keeper.has_password:
        raise NotPossible()
    check_strength(keeper, new)
    codes.check_sms_code(keeper.mobile, SMS_PURPOSE, sms_code)
    return _keep(keeper, new, sign_in_id, caller)


def find_keeper(which: Any) -> Keeper | None:
    """The one open account that fits. No transaction stays open for the hashing that follows."""
    row = db.session.execute(
        select(
            User.id,
            User.username,
            User.mobile,
            User.email,
            User.email_verified,
            User.verified_email,
            User.password_hash,
            User.has_password,
        ).where(which, User.is_active)
    ).first()
    db.session.close()
    if row is None:
        return None
    address = emails.confirmed_address(row)
    return Keeper(row.id, row.username, row.mobile, address, row.password_hash, row.has_password)


def check_strength(keeper: Keeper, new: str, field: str = "new_password") -> None:
    """The rule of registration: neither common nor made of the account's own words."""
    if is_guessable(new, keeper.username, keeper.mobile, keeper.email.partition("@")[0]):
        raise WeakPassword(field=field)


def write_password(
    keeper: Keeper, new_hash: str, kind: str, caller: Caller, except_sign_in_id: int | None = None
) -> int | None:
    """Joins: the new hash in place of exactly the old one, a notice, other sign-ins ended: how many.

    None when the hash is another one by now: of many at once one finds it, which makes a reset token single use.
    """
    assert in_unit_of_work(), "a password changes inside a unit of work"
    result = db.session.execute(
        update(User)
        .where(User.id == keeper.id, User.password_hash == keeper.password_hash, User.is_active)
        .values(password_hash=new_hash, has_password=True, password_changed_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    if result.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE's result has it
        return None
    security_log.note(kind, keeper.id, caller)
    _promise_notice(keeper, f"password:{hashlib.sha256(new_hash.encode()).hexdigest()[:40]}")
    return sign_ins.end_sign_ins(keeper.id, except_sign_in_id, kind)


def _promise_notice(keeper: Keeper, unique_key: str) -> None:
    """To the confirmed address; who has none is told by SMS."""
    if not keeper.email:
        promise(unique_key=unique_key, kind="sms", to=keeper.mobile, text=NOTICE, user_id=keeper.id)
        return
    letter = letters.render("password_changed", username=keeper.username, at=clock.now())
    facts = {"subject": letter.subject, "text": letter.text, "html": letter.html}
    promise(unique_key=unique_key, kind="mail", to=keeper.email, user_id=keeper.id, **facts)


def _get(user_id: int) -> Keeper:
    keeper = find_keeper(User.id == user_id)
    if keeper is None:
        raise NeedSignIn()
    return keeper


def _check_old(keeper: Keeper, old: str) -> None:
    """A try is counted before it is judged, so that parallel guesses count too."""
    name = f"old-password:{keeper.id}"
    if wait_s := limits.hit(name, WRONG_TRIES, WRONG_KEPT_S):
        raise TooManyPasswordTries(retry_after=wait_s)
    if len(old) > PASSWORD_LONGEST or not hashes.is_right(keeper.password_hash, old):
        raise WrongOldPassword(field="old_password")
    limits.forget(name)


def _keep(keeper: Keeper, new: str, sign_in_id: int, caller: Caller) -> int:
    ended = _write(keeper, hashes.hash_password(new), sign_in_id, caller)
    if ended is None:
        raise NotPossible()
    return ended


@unit_of_work
def _write(keeper: Keeper, new_hash: str, sign_in_id: int, caller: Caller) -> int | None:
    return write_password(keeper, new_hash, security_log.PASSWORD_CHANGED, caller, sign_in_id)
