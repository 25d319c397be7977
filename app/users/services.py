"""Verbs of accounts and address books. Codes, limits and hashing come before the transaction, never inside it."""

from sqlalchemy import update

from app.areas.queries import check_chain
from app.outbox.services import promise
from app.shared import clock, passwords
from app.shared.db import db
from app.shared.uow import unit_of_work
from app.users import addresses, devices, guessing, letters, queries, security_log, sign_ins, store
from app.users.addresses import AddressValues
from app.users.errors import MobileTaken, NameTaken, WrongAccount
from app.users.guessing import Caller, Picture
from app.users.joining import add_account
from app.users.models import Address, SignIn, User
from app.users.policy import BROWSER_SESSION_FOR, PASSWORD_LONGEST, REMEMBERED_FOR, SEEN_EVERY, is_mobile
from app.users.queries import Account, Notified
from app.verifications.services import check_sms_code

NO_PICTURE = Picture()


def join(username: str, mobile: str, password: str, sms_code: str) -> int:
    """Register somebody whose form is in order; the new account's id.

    The SMS code is used up last: whoever chose a taken name corrects it and sends the same code again. One number at a
    time, so that a double click finds the number taken and not the code used.
    """
    with store.joining(mobile):
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


def check_password(account: str, password: str, caller: Caller | str, picture: Picture = NO_PICTURE) -> int:
    """The id of the account that this password opens; WrongAccount for every way of being wrong, in the same time.

    Tries are counted, and after failures a picture code is asked for first (`app/users/guessing.py`). A network address
    alone is a caller whose browser nobody knows.
    """
    caller = caller if isinstance(caller, Caller) else Caller(caller)
    guessing.check_address(caller)
    by = {"mobile": account} if is_mobile(account) else {"username": account}
    found = queries.find_account(**by, browser=caller.browser)
    db.session.close()  # no transaction waits for the hashing
    knows_browser = found is not None and found.knows_browser
    guessing.check_account(account, caller, knows_browser)
    guessing.check_picture(account, caller, knows_browser, picture)
    is_open = _opens(found, password)
    if found is None or not is_open:
        needs_picture = guessing.note_failure(account, caller, knows_browser)
        security_log.note_failure(found.id if found else None, caller, account)
        raise WrongAccount(needs_image_code=needs_picture)
    guessing.note_success(account, caller, knows_browser)
    if passwords.is_outdated(found.password_hash):
        keep_hash(found.id, found.password_hash, passwords.hash_password(password))
    return found.id


def _opens(found: Account | None, password: str) -> bool:
    """Is it the password of an open account? One hash is made whatever the answer."""
    if found is None or not found.has_password or len(password) > PASSWORD_LONGEST:
        passwords.waste(password[:PASSWORD_LONGEST])
        return False
    return passwords.is_right(found.password_hash, password) and found.is_active


@unit_of_work
def keep_hash(user_id: int, old: str, new: str) -> None:
    """The same password under today's parameters, unless it was changed meanwhile."""
    db.session.execute(update(User).where(User.id == user_id, User.password_hash == old).values(password_hash=new))


# --- signed-in devices ----------------------------------------------------------------------------------------------


def open_sign_in(user_id: int, caller: Caller, remembered: bool) -> int:
    """The row of a device that signs in; its id. A device that is new to the account is told to its owner by mail."""
    to = queries.who_hears_of(user_id, caller.browser)
    db.session.close()
    return _open_sign_in(user_id, caller, remembered, _letter(to, caller))


def _letter(to: Notified | None, caller: Caller) -> dict[str, str]:
    """What to promise; empty when nobody is told."""
    if to is None:
        return {}
    device = devices.name_of(caller.device)
    letter = letters.render("new_device", username=to.username, at=clock.now(), device=device, address=caller.address)
    return {"to": to.email, "subject": letter.subject, "text": letter.text, "html": letter.html}


@unit_of_work
def _open_sign_in(user_id: int, caller: Caller, remembered: bool, letter: dict[str, str]) -> int:
    sign_ins.check_still_good(user_id, caller.asked_at)
    sign_ins.replace(user_id, caller.browser)
    now = clock.now()
    row = SignIn(
        user_id=user_id,
        address=caller.address[:64],
        device=caller.device[:255],
        label=devices.name_of(caller.device),
        browser=caller.browser,
        remembered=remembered,
        expires_at=now + (REMEMBERED_FOR if remembered else BROWSER_SESSION_FOR),
        last_seen_at=now,
    )
    db.session.add(row)
    db.session.flush()
    security_log.note(security_log.SIGNED_IN, user_id, caller)
    if letter:
        promise(unique_key=f"new-device:{row.id}", kind="mail", user_id=user_id, **letter)
    return row.id


@unit_of_work
def end_sign_in(user_id: int, sign_in_id: int, caller: Caller, reason: str = sign_ins.SIGNED_OUT) -> None:
    """Close one device's sign-in: NotFound unless it is theirs; safe to call twice."""
    if sign_ins.end_sign_in(user_id, sign_in_id, reason):
        kind = security_log.SIGNED_OUT if reason == sign_ins.SIGNED_OUT else security_log.DEVICE_ENDED
        security_log.note(kind, user_id, caller)


@unit_of_work
def end_all_sign_ins(
    user_id: int, caller: Caller, except_sign_in_id: int | None = None, reason: str = sign_ins.EVERYWHERE
) -> int:
    """Close every device's sign-in, or every other one; how many."""
    ended = sign_ins.end_sign_ins(user_id, except_sign_in_id, reason)
    security_log.note(security_log.ALL_ENDED, user_id, caller)
    return ended


@unit_of_work
def note_seen(sign_in_id: int) -> None:
    """This device was here just now, unless a parallel request has said so."""
    now = clock.now()
    lately = SignIn.last_seen_at >= now - SEEN_EVERY
    db.session.execute(
        update(SignIn)
        .where(SignIn.id == sign_in_id, SignIn.last_seen_at.is_(None) | ~lately)
        .values(last_seen_at=now)
        .execution_options(synchronize_session=False)
    )


# --- the address book -----------------------------------------------------------------------------------------------


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
