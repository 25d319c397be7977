"""Signed-in devices and the history of sign-ins; each device can be ended, the others, or all."""

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from app.shared.forms import sent
from app.shared.web import ok, private, see_other, user_id, wants_json
from app.users import browsers, device_list, services, sign_ins
from app.users.devices import name_of
from app.users.forms.shown import NO
from app.users.policy import EVENTS_PAGE_SIZE
from app.users.routes.blueprint import bp
from app.users.session import forget


@bp.get("/devices/")
@private
def devices() -> ResponseReturnValue:
    """Where the account is signed in now, and what happened to it lately."""
    found = device_list.devices(user_id())
    if wants_json():
        return ok(devices=[_as_json(device) for device in found])
    number = max(1, min(request.args.get("page", 1, type=int), 1000))
    events = device_list.page_events(user_id(), number, EVENTS_PAGE_SIZE)
    return render_template("users/devices.html", devices=found, events=events, name_of=name_of)


@bp.post("/devices/<int:sign_in_id>/end/")
@private
def end_device(sign_in_id: int) -> ResponseReturnValue:
    """Sign one device out; this one leads to the sign-in page."""
    is_this = sign_in_id == current_user.sign_in_id
    services.end_sign_in(user_id(), sign_in_id, browsers.caller(), sign_ins.FROM_LIST)
    return _ended(is_this, gettext("该设备已退出登录"))


@bp.post("/devices/end/")
@private
def end_devices() -> ResponseReturnValue:
    """Sign every other device out, or with `everywhere` this one too."""
    everywhere = sent().get("everywhere", "") not in NO
    kept = None if everywhere else current_user.sign_in_id
    services.end_all_sign_ins(user_id(), browsers.caller(), kept)
    return _ended(everywhere, gettext("其他设备都已退出登录"))


def _ended(is_this: bool, said: str) -> ResponseReturnValue:
    if is_this:
        forget()
    leads_to = url_for(".login" if is_this else ".devices")
    if wants_json():
        return ok(next=leads_to)
    flash(gettext("已在所有设备上退出登录") if is_this else said, "good")
    return see_other(leads_to)


def _as_json(device: device_list.Device) -> dict[str, object]:
    return {
        "id": device.id,
        "device": device.label,
        "address": device.address,
        "remembered": device.remembered,
        "signed_in_at": device.signed_in_at.isoformat(),
        "seen_at": device.seen_at.isoformat(),
        "is_this": device.id == current_user.sign_in_id,
    }
