"""Addresses of the codes."""

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue

from app.shared import limits
from app.shared.errors import BadValue, NotFound
from app.shared.forms import sent
from app.shared.web import client_address, ok
from app.verifications import services
from app.verifications.policy import OPEN_PURPOSES

bp = Blueprint("verifications", __name__, template_folder="templates")


@bp.post("/image_codes/")
def new_image_code() -> ResponseReturnValue:
    """A new picture code; its picture is fetched by the id."""
    limits.check(f"picture:{client_address()}", limits.setting("IMAGE_CODES_PER_ADDRESS_PER_MINUTE"), 60)
    image_code_id = services.new_image_code()
    return ok(image_code_id=image_code_id, url=url_for(".image_code", image_code_id=image_code_id))


@bp.get("/image_codes/<image_code_id>/")
def image_code(image_code_id: str) -> ResponseReturnValue:
    """The picture."""
    picture = services.find_picture(image_code_id)
    if picture is None:
        raise NotFound()
    return Response(picture, mimetype="image/png", headers={"Cache-Control": "no-store"})


@bp.post("/mail_codes/")
def mail_code() -> ResponseReturnValue:
    """A picture code for who cannot see it: its text is mailed, its id goes wherever a picture's id goes."""
    image_code_id, wait_s = services.mail_image_code(sent().get("email", ""), client_address())
    return ok(image_code_id=image_code_id, retry_after=wait_s)


@bp.post("/sms_codes/<mobile>/")
def sms_code(mobile: str) -> ResponseReturnValue:
    """Send an SMS code to a number, against a picture code."""
    given = sent()
    purpose = given.get("purpose", "")
    if purpose and purpose not in OPEN_PURPOSES:
        raise BadValue(field="purpose")
    image_code_id, text = given.get("image_code_id", ""), given.get("image_code", "")
    wait_s = services.request_sms_code(mobile, purpose, image_code_id, text, client_address())
    return ok(retry_after=wait_s)
