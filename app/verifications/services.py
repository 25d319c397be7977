"""Verbs of the codes. Everything here lives in Redis; while it is away the answer is Busy (503)."""

import hmac
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from app.shared import language
from app.shared.errors import BadValue, Busy, Missing
from app.shared.jobs import Job
from app.shared.limits import setting
from app.shared.redis import AWAY
from app.verifications import store
from app.verifications.captcha import draw
from app.verifications.errors import BadEmail, BadMobile, SentTooOften, WrongImageCode, WrongMailCode, WrongSmsCode
from app.verifications.policy import (
    CODE_DIGITS,
    CODE_EVERY_S,
    IMAGE_ALPHABET,
    IMAGE_LENGTH,
    MAILED,
    PURPOSES,
    is_email,
    is_mobile,
)
from app.verifications.store import Caps, Ticket

DELIVER_SMS = Job("app.verifications.tasks.deliver_sms", queue="sms")
DELIVER_MAIL = Job("app.verifications.tasks.deliver_mail", queue="mail")
JOBS = {"sms": DELIVER_SMS, "mail": DELIVER_MAIL}


# --- picture codes --------------------------------------------------------------------------------------------------


def new_image_code() -> str:
    """The id of a new picture code."""
    return store.keep_image_code("".join(secrets.choice(IMAGE_ALPHABET) for _ in range(IMAGE_LENGTH)))


def find_picture(image_code_id: str) -> bytes | None:
    """The PNG of a picture code; every drawing of one id says the same. One that was mailed is not drawn."""
    text = None if image_code_id.startswith(MAILED) else store.peek_image_code(image_code_id)
    return None if text is None else draw(text)


def is_waiting(image_code_id: str) -> bool:
    """Can this picture code still be used?"""
    return store.peek_image_code(image_code_id) is not None


def mail_image_code(email: str, address: str) -> tuple[str, int]:
    """For who cannot see the picture: a picture code whose text is mailed. Its id, and seconds until the next one."""
    _check_email(email)
    code_id = secrets.token_urlsafe(16)
    with _turn(code_id, "mail", email, address):
        image_code_id = store.keep_image_code(_digits(), mailed=True)
        ticket = Ticket("mail", email, "picture", "", language.current())
        store.write_ticket(code_id, ticket, image_code_id=image_code_id)
        DELIVER_MAIL.enqueue(code_id)
    return image_code_id, CODE_EVERY_S


def use_image_code(image_code_id: str, image_code: str) -> None:
    """Use a picture code up, or WrongImageCode: right or wrong, the same picture never counts again."""
    text = store.take_image_code(image_code_id)
    if text is None or not hmac.compare_digest(text.casefold().encode(), image_code.strip().casefold().encode()):
        raise WrongImageCode(field="image_code")


# --- codes by SMS ---------------------------------------------------------------------------------------------------


def request_sms_code(
    mobile: str, purpose: str, image_code_id: str, image_code: str, address: str, *, pretend: bool = False
) -> int:
    """For strangers: send a code to this number, against a picture code; seconds until the next one may be asked for.

    Who must wait keeps the picture code: the gate is looked at before the picture is used up, and passed after.
    """
    for name, value in (("image_code", image_code), ("image_code_id", image_code_id), ("purpose", purpose)):
        if not value.strip():
            raise Missing(field=name)
    _check_mobile(mobile, pretend)
    _check_purpose(purpose)
    _wait_or_go(store.wait_before("sms", mobile, address, _caps("sms")))
    use_image_code(image_code_id, image_code)
    return _send("sms", mobile, purpose, address, pretend)


def send_sms_code(mobile: str, purpose: str, address: str, *, pretend: bool = False) -> int:
    """For somebody who is known: send a code without a picture, under the same limits; seconds until the next one.

    `pretend` is for an account that does not exist, where any text may stand for the number: limits, keys and job
    are the same, nothing is sent, and no code is right.
    """
    _check_mobile(mobile, pretend)
    _check_purpose(purpose)
    return _send("sms", mobile, purpose, address, pretend)


def check_sms_code(mobile: str, purpose: str, code: str) -> None:
    """Use the code up, or WrongSmsCode. Five wrong tries void it."""
    if not store.use_code("sms", mobile, purpose, code.strip()):
        raise WrongSmsCode(field="sms_code")


# --- codes by mail --------------------------------------------------------------------------------------------------


def request_mail_code(email: str, purpose: str, address: str, *, pretend: bool = False) -> int:
    """Mail a code; seconds until the next one may be asked for. `pretend` as above."""
    if not pretend:
        _check_email(email)
    _check_purpose(purpose)
    return _send("mail", email, purpose, address, pretend)


def check_mail_code(email: str, purpose: str, code: str) -> None:
    """Use the code up, or WrongMailCode. Five wrong tries void it."""
    if not store.use_code("mail", email, purpose, code.strip()):
        raise WrongMailCode(field="mail_code")


# --- what both share ------------------------------------------------------------------------------------------------


def _check_mobile(mobile: str, pretend: bool) -> None:
    if not pretend and not is_mobile(mobile):
        raise BadMobile(field="mobile")


def _check_email(email: str) -> None:
    if not email.strip():
        raise Missing(field="email")
    if not is_email(email):
        raise BadEmail(field="email")


def _check_purpose(purpose: str) -> None:
    if purpose not in PURPOSES:
        raise BadValue(field="purpose")


def _caps(channel: str) -> Caps:
    if channel == "sms":
        return Caps(
            setting("SMS_PER_MOBILE_PER_DAY"), setting("SMS_PER_ADDRESS_PER_HOUR"), setting("SMS_PER_ADDRESS_PER_DAY")
        )
    return Caps(
        setting("MAIL_CODES_PER_EMAIL_PER_DAY"),
        setting("MAIL_CODES_PER_ADDRESS_PER_HOUR"),
        setting("MAIL_CODES_PER_ADDRESS_PER_DAY"),
    )


def _digits() -> str:
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


def _wait_or_go(wait_s: int) -> None:
    if wait_s:
        raise SentTooOften(retry_after=wait_s)


@contextmanager
def _turn(code_id: str, channel: str, to: str, address: str) -> Iterator[None]:
    """Take the minute, the day and the caps, or SentTooOften; a store or queue that refuses gives all of it back."""
    _wait_or_go(store.take_turn(code_id, channel, to, address, _caps(channel)))
    try:
        yield
    except Exception as problem:
        with suppress(*AWAY):
            store.give_turn_back(code_id, channel, to, address)
            store.end_ticket(code_id)
        raise Busy(cause=type(problem).__name__) from problem


def _send(channel: str, to: str, purpose: str, address: str, pretend: bool) -> int:
    """Keep a code and have it delivered."""
    code_id = secrets.token_urlsafe(16)
    with _turn(code_id, channel, to, address):
        # a code that nobody can type stands for an account that is not there
        store.keep_code(code_id, channel, to, purpose, secrets.token_hex(16) if pretend else _digits())
        ticket = Ticket(channel, to, purpose, "", language.current())
        store.write_ticket(code_id, ticket, is_silent=pretend)
        try:
            JOBS[channel].enqueue(code_id)
        except Exception:
            store.drop_code(code_id, channel, to, purpose)  # nobody is told this code
            raise
    return CODE_EVERY_S
