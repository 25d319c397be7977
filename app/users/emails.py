"""Mail addresses of accounts: pending until the link of a letter is used, one account's only once confirmed (ADR 16).

`email` is what the shopper wrote, `verified_email` what was confirmed, folded. Until a new address is confirmed the old
one keeps receiving notices and codes: whoever sits at somebody's open browser cannot silence them.
"""

import secrets
from dataclasses import dataclass
from typing import Any

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.outbox.services import promise
from app.shared import clock, limits, tokens
from app.shared.db import db
from app.shared.errors import NotPossible
from app.shared.uow import unit_of_work, violates
from app.users import letters
from app.users.errors import EmailTaken, LetterSentTooOften, LinkSpent
from app.users.letters import Letter
from app.users.models import User

PURPOSE = "confirm-email"
LINK_LIFE_S = 86_400
LETTER_EVERY_S = 60  # to one address of one account
LETTERS_AN_HOUR = 10  # of one account
LETTERS_A_DAY = 10  # to one address, whoever asks
LONGEST = 254


@dataclass(frozen=True)
class Mailbox:
    """An account's address as its owner sees it; `confirmed` is where notices go, perhaps still an older one."""

    email: str
    is_confirmed: bool
    confirmed: str


@dataclass(frozen=True)
class Link:
    """What a confirmation link says: whose address, a digest of it, and the nonce it was sent with."""

    user_id: int
    address: str
    nonce: str


def fold(address: str) -> str:
    """The form under which addresses are unique."""
    return address.casefold()


def find_normal(text: str) -> str | None:
    """The address in its one spelling (the domain small and in ASCII), or None for what no mail can reach.

    By the syntax alone (email-validator): whether somebody reads it, only the letter tells.
    """
    if len(text) > LONGEST:
        return None
    try:
        found = validate_email(text, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return None
    normal = found.ascii_email or found.normalized
    return normal if len(normal) <= LONGEST else None


def mask(address: str) -> str:
    """`l***@mall.example`."""
    name, _, domain = address.partition("@")
    return f"{name[:1]}***@{domain}"


def confirmed_address(account: User | Any) -> str:
    """Where an account's notices go, as it was written if it is still the current one; empty when nothing is."""
    return (account.email if account.email_verified else account.verified_email) or ""


def get_mailbox(user_id: int) -> Mailbox:
    """Of a signed-in shopper."""
    row = _read(user_id)
    return Mailbox(row.email or "", row.email_verified, confirmed_address(row))


def wait_s(user_id: int, address: str) -> int:
    """Seconds until another letter to this address may be asked for; 0 is now."""
    return max(limits.wait_for(*limit) for limit in _limits(user_id, address))


def set_email(user_id: int, address: str) -> int:
    """Write an address down and send it a link; seconds until the next letter. The confirmed one needs none: 0."""
    known = _read(user_id)
    if known.verified_email == fold(address):
        _return_to_confirmed(user_id, address)
        return 0
    _count_letter(user_id, address)
    nonce = secrets.token_urlsafe(16)
    _set_pending(user_id, address, nonce, _link_letter(known, address, nonce))
    return LETTER_EVERY_S


def send_again(user_id: int) -> int:
    """Another letter to the address that waits; earlier links stay good. Seconds until the next one."""
    known = _read(user_id)
    if not known.email or not known.email_nonce:
        raise NotPossible()
    _count_letter(user_id, known.email)
    _promise_again(user_id, known.email, _link_letter(known, known.email, known.email_nonce))
    return LETTER_EVERY_S


def find_waiting(token: str) -> str:
    """The address that this link would confirm; LinkSpent when it would not. Nothing is written (ACC-6)."""
    link = _open(token)
    row = _read(link.user_id)
    if row is None or not _fits(link, row):
        raise LinkSpent()
    return str(row.email)


def confirm(token: str) -> int:
    """Use a link up: the address is the account's from now on. Whose; LinkSpent, or EmailTaken for who comes second."""
    link = _open(token)
    row = _read(link.user_id)
    if row is None or not _fits(link, row):
        raise LinkSpent()
    letter = letters.render("email_changed", username=row.username, email=mask(row.email), at=clock.now())
    return _confirm(link, letter)


@unit_of_work
def _confirm(link: Link, farewell: Letter) -> int:
    user = db.session.scalar(select(User).where(User.id == link.user_id, User.is_active).with_for_update())
    if user is None or not _fits(link, user):
        raise LinkSpent()
    before, address = confirmed_address(user), str(user.email)
    user.verified_email, user.email_verified, user.email_nonce = fold(address), True, None
    try:
        db.session.flush()
    except IntegrityError as problem:
        if violates(problem, "verified_email"):
            raise EmailTaken() from problem
        raise
    if before and fold(before) != fold(address):
        _promise_letter(user.id, f"email-changed:{link.nonce}", before, farewell)
    return user.id


@unit_of_work
def _set_pending(user_id: int, address: str, nonce: str, letter: Letter) -> None:
    user = db.session.get_one(User, user_id, with_for_update=True)
    user.email, user.email_verified, user.email_nonce = address, False, nonce
    _promise_letter(user_id, f"confirm-email:{nonce}", address, letter)


@unit_of_work
def _return_to_confirmed(user_id: int, address: str) -> None:
    user = db.session.get_one(User, user_id, with_for_update=True)
    if user.verified_email == fold(address):
        user.email, user.email_verified, user.email_nonce = address, True, None


@unit_of_work
def _promise_again(user_id: int, address: str, letter: Letter) -> None:
    _promise_letter(user_id, f"confirm-email:{secrets.token_urlsafe(16)}", address, letter)


def _promise_letter(user_id: int, unique_key: str, to: str, letter: Letter) -> None:
    words = {"subject": letter.subject, "text": letter.text, "html": letter.html}
    promise(unique_key=unique_key, kind="mail", to=to, user_id=user_id, **words)


def _read(user_id: int) -> Any:
    """The columns of an open account that mail is about, or None. No transaction stays open behind it."""
    row = db.session.execute(
        select(User.id, User.username, User.email, User.email_verified, User.verified_email, User.email_nonce).where(
            User.id == user_id, User.is_active
        )
    ).first()
    db.session.close()
    return row


def _limits(user_id: int, address: str) -> tuple[tuple[str, int, int], ...]:
    folded = fold(address)
    return (
        (f"letter:{user_id}:{folded}", 1, LETTER_EVERY_S),
        (f"letters-of:{user_id}", LETTERS_AN_HOUR, 3600),
        (f"letters-to:{folded}", LETTERS_A_DAY, 86_400),
    )


def _count_letter(user_id: int, address: str) -> None:
    for limit in _limits(user_id, address):
        if wait := limits.hit(*limit):
            raise LetterSentTooOften(retry_after=wait)


def _link_letter(account: Any, address: str, nonce: str) -> Letter:
    token = tokens.sign(PURPOSE, [account.id, tokens.digest(PURPOSE, address), nonce])
    link = letters.public_link("users.verify_email", token=token)
    return letters.render("confirm_email", username=account.username, email=address, link=link)


def _open(token: str) -> Link:
    """The link's content: its address is a digest, so that nobody's mail stands in a log of requests."""
    said = tokens.unsign(PURPOSE, token, LINK_LIFE_S)
    if not isinstance(said, list) or [type(part) for part in said] != [int, str, str]:
        raise LinkSpent()
    return Link(*said)


def _fits(link: Link, account: User | Any) -> bool:
    """Is the link about the address that waits now, and not used yet?"""
    if not account.email or account.email_nonce != link.nonce:
        return False
    return tokens.digest(PURPOSE, account.email) == link.address
