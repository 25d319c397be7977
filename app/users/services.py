"""Verbs of accounts and address books. Codes, limits and hashing come before the transaction, never inside it."""

from datetime import timedelta

from sqlalchemy import update

from app.areas.queries import check_chain
from app.shared import clock, limits, passwords
from app.shared.db import db
from app.shared.uow import unit_of_work
from app.users import addresses, queries, sign_ins
from app.users.addresses import AddressValues
from app.users.errors import MobileTaken, NameTaken, TooManyTries, WrongAccount
from app.users.joining import add_account
from app.users.models import Address, SignIn, User, fold
from app.users.policy import BROWSER_SESSION_FOR, PASSWORD_LONGEST, REMEMBERED_FOR, is_mobile
from app.verifications.services import check_sms_code


def join(username: str, mobile: str, password: str, sms_code: str) -> int:
    """Register somebody whose form is in order; the new account's id.

    The SMS code is used up last: whoever chose a taken name corrects it and sends the same code again.
    """
    if queries.count_username(username):
        raise NameTaken(field="username")
    if queries.count_mobile(mobile):
        raise MobileTaken(field="mobile")
    db.session.close()  # no transaction waits for the hashing
    check_sms_code(mobile, "register", sms_code)
    return register(username, mobile, passwords.hash_password(password))


@unit_of_work
def register(username: str, mobile: str, password_hash: str, is_staff: bool = False) -> int:
    """Write the account; NameTaken or MobileTaken when somebody was faster."""
    return add_account(username, mobile, password_hash, is_staff=is_staff)


def check_password(account: str, password: str, address: str) -> int:
    """The id of the account that this password opens; WrongAccount for every way of being wrong, in the same time."""
    limit = limits.setting("SIGN_IN_TRIES_PER_ADDRESS_PER_MINUTE")
    _limit(f"sign-in-from:{address}", limit)
    name = f"sign-in-as:{fold(account)}"
    _limit(name, limits.setting("SIGN_IN_TRIES_PER_ACCOUNT_PER_MINUTE"))
    by_number = is_mobile(account)
    found = queries.find_account(mobile=account) if by_number else queries.find_account(username=account)
    db.session.close()  # no transaction waits for the hashing
    if found is None or len(password) > PASSWORD_LONGEST:
        passwords.waste(password[:PASSWORD_LONGEST])
        raise WrongAccount()
    if not passwords.is_right(found.password_hash, password) or not found.is_active:
        raise WrongAccount()
    limits.forget(name)
    if passwords.is_outdated(found.password_hash):
        keep_hash(found.id, found.password_hash, passwords.hash_password(password))
    return found.id


def _limit(name: str, most: int) -> None:
    wait_s = limits.hit(name, most, 60)
    if wait_s:
        raise TooManyTries(retry_after=wait_s)


@unit_of_work
def keep_hash(user_id: int, old: str, new: str) -> None:
    """The same password under today's parameters, unless it was changed meanwhile."""
    db.session.execute(update(User).where(User.id == user_id, User.password_hash == old).values(password_hash=new))


@unit_of_work
def open_sign_in(user_id: int, address: str, device: str, remembered: bool) -> int:
    """The row of a device that signs in; its id."""
    life: timedelta = REMEMBERED_FOR if remembered else BROWSER_SESSION_FOR
    row = SignIn(
        user_id=user_id,
        address=address[:64],
        device=device[:255],
        remembered=remembered,
        expires_at=clock.now() + life,
    )
    db.session.add(row)
    db.session.flush()
    return row.id


@unit_of_work
def end_sign_in(user_id: int, sign_in_id: int) -> None:
    """Close one device's sign-in. Safe to call twice."""
    db.session.execute(
        update(SignIn)
        .where(SignIn.id == sign_in_id, SignIn.user_id == user_id, SignIn.ended_at.is_(None))
        .values(ended_at=clock.now(), ended_reason=sign_ins.SIGNED_OUT)
    )


@unit_of_work
def end_all_sign_ins(user_id: int, except_sign_in_id: int | None = None, reason: str = sign_ins.EVERYWHERE) -> int:
    """Close every device's sign-in, or every other one; how many."""
    return sign_ins.end_sign_ins(user_id, except_sign_in_id, reason)


@unit_of_work
def add_address(user_id: int, values: AddressValues) -> int:
    """A new address; the first becomes the default. Its id."""
    owner = addresses.lock_owner(user_id)
    addresses.check_room(user_id)
    check_chain(values.province_id, values.city_id, values.district_id)
    row = Address(user_id=user_id)
    addresses.write(row, values)
    db.session.add(row)
    db.session.flush()
    if owner.default_address_id is None:
        owner.default_address_id = row.id
    return row.id


@unit_of_work
def change_address(user_id: int, address_id: int, values: AddressValues) -> None:
    """Overwrite an address; orders keep the copy they were made with."""
    row = addresses.get_row(user_id, address_id)
    check_chain(values.province_id, values.city_id, values.district_id)
    addresses.write(row, values)


@unit_of_work
def remove_address(user_id: int, address_id: int) -> None:
    """Hide an address; if it was the default, the newest other one is it now (ADR-2)."""
    owner = addresses.lock_owner(user_id)
    addresses.get_row(user_id, address_id).is_deleted = True
    if owner.default_address_id == address_id:
        owner.default_address_id = addresses.newest_other(user_id, address_id)


@unit_of_work
def choose_default_address(user_id: int, address_id: int) -> None:
    """This one is preselected from now on."""
    owner = addresses.lock_owner(user_id)
    owner.default_address_id = addresses.get_row(user_id, address_id).id
