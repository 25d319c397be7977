"""The door of the back office: who was away for a while, or is about to move money or rights, gives the password again.

What is kept stands in the visitor's signed session and belongs to one sign-in; a fresh one is as good as a password.
"""

from flask import current_app, session
from flask_login import current_user

from app.shared import clock
from app.shared.errors import NeedSignIn, marked

KEPT = "staff"
NOTED_EVERY_S = 30  # "last seen" is no more exact than this, so that not every answer sets a cookie


class NeedPassword(NeedSignIn):
    """Signed in, but the password was given too long ago for this."""

    message = marked("请再次输入密码")


def check_open() -> None:
    """NeedPassword for who was away longer than STAFF_IDLE_MINUTES; else they are noted as here."""
    now, kept = _now(), _kept()
    if now - kept["seen"] > 60 * current_app.config["STAFF_IDLE_MINUTES"]:
        raise NeedPassword()
    if now - kept["seen"] >= NOTED_EVERY_S or KEPT not in session:
        session[KEPT] = {**kept, "seen": now}


def check_fresh() -> None:
    """NeedPassword when it was given longer than STAFF_PASSWORD_MINUTES ago."""
    if _now() - _kept()["password"] > 60 * current_app.config["STAFF_PASSWORD_MINUTES"]:
        raise NeedPassword()


def note_password() -> None:
    """The password was given just now."""
    session[KEPT] = {"sign_in": current_user.sign_in_id, "seen": _now(), "password": _now()}


def _kept() -> dict[str, int]:
    kept = session.get(KEPT)
    if isinstance(kept, dict) and kept.get("sign_in") == current_user.sign_in_id:
        return kept
    began = int(current_app.extensions["meiduo_signed_in_at"](current_user.sign_in_id).timestamp())
    return {"sign_in": current_user.sign_in_id, "seen": began, "password": began}


def _now() -> int:
    return int(clock.now().timestamp())
