"""Pictures in a request: how large it may be, which files it brings, which pictures were brought before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import request
from flask_login import current_user

from app.gateways.doors import gateways
from app.pictures import queries, services
from app.pictures.errors import TooManyPictures
from app.pictures.policy import FORMS, PER_PERSON_PER_HOUR, PER_STAFF_PER_HOUR, SHOP, Kind
from app.shared import limits
from app.shared.errors import DomainError, NotFound
from app.shared.web import user_id


@dataclass(frozen=True)
class Upload:
    """An endpoint whose requests may be larger than the shop's other forms, for who is signed in or for staff."""

    endpoint: str
    most_bytes: int = FORMS
    for_staff: bool = False
    register: ClassVar[dict[str, "Upload"]] = {}

    def __post_init__(self) -> None:
        Upload.register[self.endpoint] = self


def allow_large(endpoint: str | None) -> None:
    """Asked before anything reads the body; a stranger's stays as small as any other."""
    upload = Upload.register.get(endpoint or "")
    if upload is None or request.method != "POST" or not current_user.is_authenticated:
        return
    if current_user.is_staff or not upload.for_staff:
        request.max_content_length = upload.most_bytes


@dataclass(frozen=True)
class Received:
    """Stems of a form's pictures, in order; and what was wrong with the first file that was refused."""

    stems: Sequence[str]
    problem: DomainError | None = None

    def or_fail(self) -> Sequence[str]:
        """The stems, when every file was one."""
        if self.problem is not None:
            raise self.problem
        return self.stems


def receive(kind: Kind, most: int, field: str = "pictures", kept: str = "picture") -> Received:
    """Files of the request, taken in, after the pictures that an earlier try of this form has brought (`kept`).

    Files stay taken when others are refused: the form that comes back shows them.
    """
    named = _named(kept)[: most + 1]
    stems = queries.waiting(named, kind, user_id())
    if len(stems) < len(set(named)):
        return Received(stems, NotFound())
    files = [file for file in request.files.getlist(field) if file.filename]
    if len(stems) + len(files) > most:
        return Received(stems, TooManyPictures(most=most))
    for file in files:
        try:
            stems.append(take(file.stream.read(), kind))
        except DomainError as problem:
            return Received(stems, problem)
    return Received(stems)


def _named(field: str) -> list[str]:
    """Stems that the request names: a form's ticks, or words in one text of JSON."""
    if not request.is_json:
        return request.form.getlist(field)
    body = request.get_json(silent=True)
    text = body.get(field) if isinstance(body, dict) else None
    return text.split() if isinstance(text, str) else []


def take(body: bytes, kind: Kind) -> str:
    """One file of whoever is signed in, within the limits of an hour. Its stem."""
    limit = PER_STAFF_PER_HOUR if kind in SHOP else PER_PERSON_PER_HOUR
    limits.check(f"pictures:{user_id()}", limit, 3600)
    return services.take(gateways().images, body, kind, user_id())
