"""Verbs of the codes. Everything here lives in Redis; while it is away the answer is Busy (503)."""

import hmac
import secrets
from contextlib import suppress

from app.shared.errors import BadValue, Busy, Missing
from app.shared.jobs import Job
from app.shared.limits import setting
from app.shared.redis import AWAY
from app.verifications import store
from app.verifications.captcha import draw
from app.verifications.errors import BadMobile, SentTooOften, WrongImageCode, WrongSmsCode
from app.verifications.policy import IMAGE_ALPHABET, IMAGE_LENGTH, PURPOSES, SMS_DIGITS, SMS_EVERY_S, is_mobile

DELIVER_SMS = Job("app.verifications.tasks.deliver_sms", queue="sms")


def new_image_code() -> str:
    """The id of a new picture code."""
    return store.keep_image_code("".join(secrets.choice(IMAGE_ALPHABET) for _ in range(IMAGE_LENGTH)))


def find_picture(image_code_id: str) -> bytes | None:
    """The PNG of a picture code; every drawing of one id says the same."""
    text = store.peek_image_code(image_code_id)
    return None if text is None else draw(text)


def request_sms_code(mobile: str, purpose: str, image_code_id: str, image_code: str, address: str) -> int:
    """Send a code to this number; seconds until the next one may be asked for.

    Who must wait keeps the picture code: the gate is looked at before the picture is used up, and passed after.
    """
    _check_shape(mobile, purpose, image_code_id, image_code)
    per_hour = setting("SMS_PER_ADDRESS_PER_HOUR")
    _wait_or_go(store.wait_before_sms(mobile, address, per_hour))
    text = store.take_image_code(image_code_id)
    if text is None or not hmac.compare_digest(text.casefold().encode(), image_code.strip().casefold().encode()):
        raise WrongImageCode(field="image_code")
    sms_id = secrets.token_urlsafe(16)
    _wait_or_go(store.take_minute(sms_id, mobile, address, per_hour))
    _queue(sms_id, mobile, purpose, address)
    return SMS_EVERY_S


def _check_shape(mobile: str, purpose: str, image_code_id: str, image_code: str) -> None:
    for name, value in (("image_code", image_code), ("image_code_id", image_code_id), ("purpose", purpose)):
        if not value.strip():
            raise Missing(field=name)
    if not is_mobile(mobile):
        raise BadMobile(field="mobile")
    if purpose not in PURPOSES:
        raise BadValue(field="purpose")


def _wait_or_go(wait_s: int) -> None:
    if wait_s:
        raise SentTooOften(retry_after=wait_s)


def _queue(sms_id: str, mobile: str, purpose: str, address: str) -> None:
    """Keep a code and have it delivered; a refused queue gives the minute back."""
    try:
        store.keep_sms_code(sms_id, mobile, purpose, f"{secrets.randbelow(10**SMS_DIGITS):0{SMS_DIGITS}d}")
        DELIVER_SMS.enqueue(sms_id)
    except Exception as problem:
        with suppress(*AWAY):
            store.give_minute_back(sms_id, mobile, address)
            store.drop_sms_code(sms_id, mobile, purpose)
        raise Busy(cause=type(problem).__name__) from problem


def check_sms_code(mobile: str, purpose: str, code: str) -> None:
    """Use the code up, or WrongSmsCode. Five wrong tries void it."""
    found = store.try_sms_code(mobile, purpose)
    if found is None:
        raise WrongSmsCode(field="sms_code")
    kept, sms_id = found
    if not hmac.compare_digest(kept.encode(), code.strip().encode()):
        raise WrongSmsCode(field="sms_code")
    if not store.spend_sms_code(sms_id, mobile, purpose):
        raise WrongSmsCode(field="sms_code")
