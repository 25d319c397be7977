"""Picture files for everybody, files for who may see them, and the address to bring one to."""

import mimetypes
import re

from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.gateways.doors import gateways
from app.gateways.images import File
from app.pictures import queries
from app.pictures.policy import MOST_BYTES, Kind
from app.pictures.receiving import Upload, allow_large, take
from app.shared.errors import BadValue, Missing, NotFound
from app.shared.filters import image_url
from app.shared.pictures import PRIVATE, PUBLIC, STEM
from app.shared.web import ok, private, user_id

bp = Blueprint("pictures", __name__)
bp.app_url_value_preprocessor(lambda endpoint, _values: allow_large(endpoint))

SAFE = re.compile(r"(?:[a-z0-9][a-z0-9_-]*/){0,3}[a-z0-9][a-z0-9_-]*\.(?:webp|png|jpg|svg)")
UPLOADED = re.compile(rf"({STEM})-[0-9]{{3}}\.(?:webp|jpg)")
A_YEAR_S = 365 * 86_400
BROUGHT = (Kind.REVIEW, Kind.RETURN)
UPLOADS = (Upload("pictures.bring", MOST_BYTES + 64 * 1024),)


@bp.teardown_app_request
def close_files(_problem: BaseException | None) -> None:
    """Large files of a form lie on disk until they are closed."""
    request.close()


@bp.get("/media/<path:name>")
def media(name: str) -> ResponseReturnValue:
    """A picture file. A changed picture gets a new name, so browsers may keep it for good."""
    if not SAFE.fullmatch(name) or name.startswith(f"{PRIVATE}/"):
        raise NotFound()
    if name.startswith(f"{PUBLIC}/"):
        response = _send(_read(name))
    else:
        response = _drawn(name)
    response.cache_control.max_age = A_YEAR_S
    response.cache_control.public = True
    response.cache_control.immutable = True
    return response


@bp.get("/pictures/<path:name>")
@private
def seen(name: str) -> ResponseReturnValue:
    """A file without a public address: for who brought the picture, and for staff."""
    found = UPLOADED.fullmatch(name)
    if not found or not name.startswith(f"{PRIVATE}/"):
        raise NotFound()
    bringer = queries.find_bringer(found[1])
    if not current_user.is_staff and (bringer is None or bringer != user_id()):
        raise NotFound()
    response = _send(_read(name))
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.post("/pictures/")
@private
def bring() -> ResponseReturnValue:
    """Take one picture in for a review or a return that is still being written; its stem is named there."""
    kind = next((kind for kind in BROUGHT if kind == request.form.get("kind")), None)
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Missing(field="file")
    if kind is None:
        raise BadValue(field="kind")
    stem = take(file.stream.read(), kind)
    return ok(picture=stem, url=image_url(stem))


def _read(name: str) -> File:
    """Only files that were made when the picture came: another size is no size."""
    found = gateways().images.read(name) if UPLOADED.fullmatch(name) else None
    if found is None:
        raise NotFound()
    return found


def _drawn(name: str) -> Response:
    """A demo drawing, read whole: it is small, and a browser that goes away leaves no file open."""
    place = current_app.config["INSTANCE"] / "media" / name  # SAFE lets nobody leave the folder
    try:
        body = place.read_bytes()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        raise NotFound() from None
    return _send(File(body, mimetypes.guess_type(name)[0] or "application/octet-stream"))


def _send(file: File) -> Response:
    response = Response(file.body, mimetype=file.content_type)
    response.add_etag()
    response.make_conditional(request)
    return response
