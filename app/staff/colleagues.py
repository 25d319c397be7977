"""Accounts of colleagues: made with roles, disabled, opened again, signed out. Owners do it, never to themselves."""

import secrets
from collections.abc import Collection

from app.shared import passwords
from app.shared.db import db
from app.shared.errors import BadValue, NotPossible
from app.shared.uow import unit_of_work
from app.staff import services
from app.staff.errors import NoStaff
from app.staff.models import StaffMembership
from app.users import disabling, policy
from app.users.disabling import By
from app.users.errors import WeakPassword
from app.users.joining import add_account
from app.users.models import User

NO_PASSWORD = "!"  # noqa: S105  the beginning of a hash that fits no password


def hire(username: str, mobile: str, password: str, roles: Collection[str], by: By) -> int:
    """A staff account with these roles; its id. Without a password it waits for the link that `welcome` makes."""
    name, number = username.strip(), mobile.strip()
    if not policy.is_username(name):
        raise BadValue(field="username")
    if not policy.is_mobile(number):
        raise BadValue(field="mobile")
    if password and (not policy.is_password(password) or policy.is_guessable(password, name, number)):
        raise WeakPassword(field="password")
    kept = passwords.hash_password(password) if password else NO_PASSWORD + secrets.token_hex(16)
    return _hire(name, number, kept, bool(password), frozenset(roles), by)


@unit_of_work
def _hire(name: str, mobile: str, kept: str, has_password: bool, roles: frozenset[str], by: By) -> int:
    services.check_giver(None, by.staff_id)
    user_id = add_account(name, mobile, kept, is_staff=True, has_password=has_password)
    for role in sorted(roles):
        role_id = services.role_id_of(role)
        db.session.add(StaffMembership(user_id=user_id, role_id=role_id, granted_by=by.staff_id))
    return user_id


@unit_of_work
def disable(user_id: int, reason: str, by: By) -> int:
    """No way in, not to the shop either; roles are kept for the day they come back. How many devices went."""
    return disabling.shut(_colleague(user_id, by, last_owner_stays=True), reason, by)


@unit_of_work
def enable(user_id: int, by: By) -> None:
    """They may come in again."""
    disabling.reopen(_colleague(user_id, by), by)


@unit_of_work
def end_sign_ins(user_id: int, by: By) -> int:
    """Sign out every device of theirs; how many."""
    return disabling.sign_out(_colleague(user_id, by), by)


@unit_of_work
def renew_welcome(user_id: int, by: By) -> None:
    """Links that were given out before open nothing any more; NotPossible for who has a password by now."""
    row = _colleague(user_id, by)
    if row.has_password:
        raise NotPossible()
    row.password_hash = NO_PASSWORD + secrets.token_hex(16)


def _colleague(user_id: int, by: By, *, last_owner_stays: bool = False) -> User:
    services.check_giver(user_id, by.staff_id)
    row = disabling.lock_account(user_id)
    if not row.is_staff:
        raise NoStaff()
    if last_owner_stays:
        services.check_other_owner(user_id)
    return row
