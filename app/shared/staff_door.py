"""The door of the back office: password and second factor, asked again of who was away or moves money or rights.

What is kept stands in the visitor's signed session and belongs to one sign-in. A fresh sign-in is as good as a
password; a second factor is given at this door only: a stolen session or a remembered sign-in without it opens nothing.
"""

from flask import current_app, request, session
from flask_login import current_user

from app.shared import clock
from app.shared.errors import NeedSignIn, marked
from app.shared.totp import Factor

KEPT = "staff"
NOTED_EVERY_S = 30  # "last seen" is no more exact than this, so that not every answer sets a cookie


class NeedPassword(NeedSignIn):
    """Signed in, but the password was given too long ago for this, or its second factor not at all."""

    message = marked("请再次验证身份")


class NeedFactor(NeedSignIn):
    """Their rights want a second factor, and they have none yet."""

    message = marked("您的权限涉及资金或角色，请先设置两步验证")


def check_open(rights: frozenset[str]) -> None:
    """NeedPassword for who was away longer than STAFF_IDLE_MINUTES or gave no second factor; else they are noted."""
    now, kept = _now(), _kept()
    if _is_idle(kept, now):
        raise NeedPassword()
    if not kept["factor"]:
        _check_factor(rights)
    if now - kept["seen"] >= NOTED_EVERY_S or KEPT not in session:
        session[KEPT] = {**kept, "seen": now}


def _check_factor(rights: frozenset[str]) -> None:
    wanted = factor_wanted(rights)
    if wanted is Factor.CODE:
        raise NeedPassword()
    if wanted is Factor.SET_UP:
        raise NeedFactor()


def check_fresh(rights: frozenset[str]) -> None:
    """NeedPassword when password or second factor were given longer than STAFF_PASSWORD_MINUTES ago."""
    if not is_password_fresh():
        raise NeedPassword()
    if not _is_fresh(_kept()["factor"]):
        _check_factor(rights)


def is_password_fresh() -> bool:
    """Was it given lately, and has this browser not been away since?"""
    kept = _kept()
    return _is_fresh(kept["password"]) and not _is_idle(kept, _now())


def is_factor_fresh() -> bool:
    """The same of the second factor."""
    kept = _kept()
    return _is_fresh(kept["factor"]) and not _is_idle(kept, _now())


def factor_wanted(rights: frozenset[str]) -> Factor:
    """What the room staff says of whoever asks, read once a request."""
    wanted = request.environ.get("meiduo.factor")
    if wanted is None:
        wanted = current_app.extensions["meiduo_factor"](current_user.id, rights)
        request.environ["meiduo.factor"] = wanted
    return Factor(wanted)


def note_password() -> None:
    """The password was given just now. Who was away gives the second factor again, too."""
    now, kept = _now(), _kept()
    session[KEPT] = {**kept, "factor": 0 if _is_idle(kept, now) else kept["factor"], "seen": now, "password": now}


def note_factor() -> None:
    """The second factor was given just now."""
    session[KEPT] = {**_kept(), "seen": _now(), "factor": _now()}
    request.environ.pop("meiduo.factor", None)


def _is_idle(kept: dict[str, int], now: int) -> bool:
    return now - kept["seen"] > 60 * int(current_app.config["STAFF_IDLE_MINUTES"])


def _is_fresh(moment: int) -> bool:
    return _now() - moment <= 60 * int(current_app.config["STAFF_PASSWORD_MINUTES"])


def _kept() -> dict[str, int]:
    kept = session.get(KEPT)
    if isinstance(kept, dict) and kept.get("sign_in") == current_user.sign_in_id:
        return {"factor": 0, **kept}
    began = int(current_app.extensions["meiduo_signed_in_at"](current_user.sign_in_id).timestamp())
    return {"sign_in": current_user.sign_in_id, "seen": began, "password": began, "factor": 0}


def _now() -> int:
    return int(clock.now().timestamp())
