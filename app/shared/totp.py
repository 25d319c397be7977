"""One-time codes of an authenticator app (RFC 6238): six digits for thirty seconds, good one step early or late."""

import enum
import hmac
import unicodedata
from datetime import datetime

import pyotp

STEP_S = 30
WINDOW = 1  # steps before and after the present one: clocks of phones are a little off
SECRET_LENGTH = 32  # base32: 160 bits
ISSUER = "Meiduo Mall"


class Factor(enum.Enum):
    """What the door wants of somebody beside the password: nothing, a code, or to set up a factor first."""

    NONE = "none"
    CODE = "code"
    SET_UP = "set up"


def new_secret() -> str:
    """What phone and mall share, in base32."""
    return pyotp.random_base32(SECRET_LENGTH)


def step_at(moment: datetime) -> int:
    """The number of the thirty seconds in which a moment lies."""
    return int(moment.timestamp()) // STEP_S


def seconds_left(moment: datetime) -> int:
    """How long the code of this moment is still shown."""
    return STEP_S - int(moment.timestamp()) % STEP_S


def code_of(secret: str, step: int) -> str:
    """The six digits of one step."""
    return pyotp.TOTP(secret, interval=STEP_S).generate_otp(step)


def find_step(secret: str, code: str, moment: datetime) -> int | None:
    """The step that this code belongs to, of those that are good now. Every one is compared, in the same time."""
    now, found = step_at(moment), None
    for step in range(now - WINDOW, now + WINDOW + 1):
        if hmac.compare_digest(code_of(secret, step).encode(), code.encode()):
            found = step
    return found


def clean(typed: str) -> str:
    """What was typed, without spaces and dashes, in capitals; full-width digits are digits."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", typed) if sign.isalnum()).upper()[:40]


def address(secret: str, username: str) -> str:
    """What the QR picture says to an authenticator app."""
    return pyotp.TOTP(secret, interval=STEP_S).provisioning_uri(name=username, issuer_name=ISSUER)
