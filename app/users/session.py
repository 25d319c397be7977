"""Signing in and out: Flask-Login's session plus the row of the device, and the guest cart adopted, in one place."""

import logging

from flask import Flask, Response, current_app, flash, g
from flask_babel import gettext
from flask_login import current_user, login_user, logout_user
from sqlalchemy.exc import DBAPIError

from app.carts import guest
from app.carts import services as carts
from app.carts.errors import CartAway
from app.shared import clock
from app.shared.errors import Busy
from app.shared.extensions import login_manager
from app.shared.web import wants_json
from app.users import browsers, services
from app.users.auth import Shopper, load_shopper
from app.users.policy import REMEMBERED_FOR, SEEN_EVERY

log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Flask-Login with our loader; every sign-in is a row that can be ended, so cookies need no fingerprint."""
    login_manager.init_app(app)
    login_manager.session_protection = None
    login_manager.user_loader(_load)
    app.after_request(_note_seen)


def sign_in(user_id: int, *, remembered: bool) -> list[str]:
    """Open the device's sign-in, set the cookies, adopt the guest cart; notices of what was clamped."""
    sign_out()
    sign_in_id = services.open_sign_in(user_id, browsers.known_caller(), remembered)
    shopper = load_shopper(f"{user_id}:{sign_in_id}")
    login_user(shopper, remember=remembered, duration=REMEMBERED_FOR)
    notices = adopt_guest_cart(user_id)
    if not wants_json():
        for notice in notices:
            flash(notice, "warn")
    return notices


def sign_out() -> None:
    """End the device's row and forget the cookies; for a stranger nothing happens."""
    if not current_user.is_authenticated:
        return
    services.end_sign_in(current_user.id, current_user.sign_in_id, browsers.caller())
    logout_user()


def forget() -> None:
    """Forget the cookies of a sign-in that has been ended already."""
    logout_user()


def _load(ident: str) -> Shopper | None:
    """The loader; it marks a device that was not seen for a while, to be noted once the answer is made."""
    shopper = load_shopper(ident)
    if shopper and (shopper.seen_at is None or clock.now() - shopper.seen_at >= SEEN_EVERY):
        g.seen_sign_in_id = shopper.sign_in_id
    return shopper


def _note_seen(response: Response) -> Response:
    """Every few minutes a device's row learns that it is in use; a busy database does not spoil the answer."""
    sign_in_id = g.pop("seen_sign_in_id", None)
    if sign_in_id is not None:
        try:
            services.note_seen(sign_in_id)
        except (Busy, DBAPIError) as problem:
            log.warning("device %d was seen, not noted: %s", sign_in_id, type(problem).__name__)
    return response


def adopt_guest_cart(user_id: int) -> list[str]:
    """Merge the cookie's lines into the member's cart; while Redis is away the cookie stays for the next sign-in."""
    lines = guest.read().lines()
    if not lines:
        return []
    try:
        clamped = carts.merge_guest(user_id, lines, current_app.config["MAX_PER_SKU"])
    except CartAway:
        return []
    guest.clear_later()
    return [gettext("“%(name)s”的数量已调整为 %(count)s 件", name=each.name, count=each.count) for each in clamped]
