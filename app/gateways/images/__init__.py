"""The door to where pictures are kept: small files whose name never gets another content."""

import re
from dataclasses import dataclass
from typing import Protocol

from app.shared.errors import Busy, marked

PRIVATE = "p/"  # names that begin so have no public address: a view that knows who asks reads them
_NAME = re.compile(r"(?:[a-z0-9][a-z0-9_-]*/){0,3}[a-z0-9][a-z0-9_-]*\.(?:webp|jpg)")


class StoreAway(Busy):
    """The store does not answer or refuses; nothing half-written has a name."""

    message = marked("图片暂时无法保存或读取，请稍后再试")


@dataclass(frozen=True)
class File:
    """What is kept under a name."""

    body: bytes
    content_type: str


class ImageStore(Protocol):
    """Keeps files by name, whole or not at all. Every method raises StoreAway, and ValueError for a bad name."""

    def save(self, name: str, body: bytes, content_type: str) -> None:
        """Keep a file; saving it again is the same as once."""

    def read(self, name: str) -> File | None:
        """The file, or None when there is none."""

    def exists(self, name: str) -> bool:
        """Is it there?"""

    def delete(self, name: str) -> None:
        """Drop it; what is not there is as good as dropped."""

    def url(self, name: str) -> str:
        """Where browsers find a public one."""


def checked(name: str) -> str:
    """The name, if it is one: no way out of the store leads through it."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"not a picture's name: {name!r}")
    return name
