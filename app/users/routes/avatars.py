"""Choosing and taking away the picture over one's name."""

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.pictures.errors import NotAPicture
from app.pictures.policy import MOST_BYTES, Kind
from app.pictures.receiving import Upload, receive
from app.shared.errors import DomainError
from app.shared.filters import image_url
from app.shared.web import ok, private, say, see_other, user_id, wants_json
from app.users import avatars
from app.users.routes.blueprint import bp

UPLOADS = (Upload("users.avatar", MOST_BYTES + 64 * 1024),)


@bp.post("/profile/picture/")
@private
def avatar() -> ResponseReturnValue:
    """Bring a picture, or with `remove` take it away."""
    try:
        stem = _brought()
    except DomainError as problem:
        if wants_json() or problem.http_status >= 500:
            raise
        flash(say(problem), "bad")
        return see_other(url_for(".profile"))
    if wants_json():
        return ok(avatar=image_url(stem) if stem else "")
    flash(gettext("头像已更新") if stem else gettext("头像已移除"), "good")
    return see_other(url_for(".profile"))


def _brought() -> str:
    if "remove" in request.form:
        avatars.hide(user_id())
        return ""
    stems = receive(Kind.AVATAR, 1).or_fail()
    if not stems:
        raise NotAPicture(field="pictures")
    avatars.show(user_id(), stems[0])
    return stems[0]
