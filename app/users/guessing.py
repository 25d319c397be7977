"""Slowing down who guesses: tries per address and account, a picture code after failures, an end for the day.

Everything counts by what was *typed*, known account or not, so that no answer tells which accounts exist. A browser
that has signed in to the account before has a count of its own: a stranger who guesses does not lock its owner out.
"""

from dataclasses import dataclass, field
from datetime import datetime

from app.shared import clock, limits
from app.shared.limits import setting
from app.shared.redis import is_away
from app.users.errors import PictureNeeded, TooManyTries
from app.users.models import fold
from app.users.policy import FAILURES_A_DAY, FAILURES_BEFORE_PICTURE, FAILURES_KEPT_S
from app.verifications import services as codes
from app.verifications.errors import WrongImageCode
from app.verifications.policy import network

DAY_S = 86_400


@dataclass(frozen=True)
class Caller:
    """Where a try comes from: network address, what the browser says of itself, and the digest of its own cookie."""

    address: str
    device: str = ""
    browser: str = ""
    asked_at: datetime = field(default_factory=clock.now)  # before any password was looked at


@dataclass(frozen=True)
class Picture:
    """A picture code and what was read from it."""

    image_code_id: str = ""
    image_code: str = ""


def check_address(caller: Caller) -> None:
    """So many tries a minute from one network address, right ones too."""
    _limit(f"sign-in-from:{network(caller.address)}", setting("SIGN_IN_TRIES_PER_ADDRESS_PER_MINUTE"), 60)


def check_account(account: str, caller: Caller, knows_browser: bool) -> None:
    """So many tries a minute for one account, and so many failures a day."""
    who = _who(account, caller, knows_browser)
    _limit(f"sign-in-as:{who}", setting("SIGN_IN_TRIES_PER_ACCOUNT_PER_MINUTE"), 60)
    wait_s = limits.wait_for(f"failed-today:{who}", FAILURES_A_DAY, DAY_S)
    if wait_s:
        raise TooManyTries(retry_after=wait_s)


def needs_picture(account: str, caller: Caller, knows_browser: bool = False) -> bool:
    """Were there so many failures that a picture code must come along? A known browser answers for itself alone.

    While Redis is away there are no pictures, so nobody is asked for one; the limits hold in memory.
    """
    names = [f"failed-as:{_who(account, caller, knows_browser)}"] if account else []
    if not knows_browser:
        names.append(f"failed-from:{network(caller.address)}")
    asked = any(limits.wait_for(name, FAILURES_BEFORE_PICTURE, FAILURES_KEPT_S) for name in names)
    return asked and not is_away()


def check_picture(account: str, caller: Caller, knows_browser: bool, picture: Picture) -> None:
    """PictureNeeded, or WrongImageCode, before the password is looked at."""
    if not needs_picture(account, caller, knows_browser):
        return
    if not picture.image_code.strip():
        raise PictureNeeded(field="image_code", needs_image_code=True)
    try:
        codes.use_image_code(picture.image_code_id, picture.image_code)
    except WrongImageCode as problem:
        problem.facts["needs_image_code"] = True
        raise


def note_failure(account: str, caller: Caller, knows_browser: bool) -> bool:
    """Count a failure; must the next try bring a picture code?"""
    who = _who(account, caller, knows_browser)
    limits.hit(f"failed-as:{who}", FAILURES_BEFORE_PICTURE, FAILURES_KEPT_S)
    limits.hit(f"failed-from:{network(caller.address)}", FAILURES_BEFORE_PICTURE, FAILURES_KEPT_S)
    limits.hit(f"failed-today:{who}", FAILURES_A_DAY, DAY_S)
    return needs_picture(account, caller, knows_browser)


def note_success(account: str, caller: Caller, knows_browser: bool) -> None:
    """The account starts anew; the address does not, or a guesser would sign in to an account of his own in between."""
    who = _who(account, caller, knows_browser)
    for name in ("sign-in-as", "failed-as", "failed-today"):
        limits.forget(f"{name}:{who}")


def _who(account: str, caller: Caller, knows_browser: bool) -> str:
    return f"{fold(account)}@{caller.browser}" if knows_browser else fold(account)


def _limit(name: str, most: int, window_s: int) -> None:
    wait_s = limits.hit(name, most, window_s)
    if wait_s:
        raise TooManyTries(retry_after=wait_s)
