"""Pictures in a folder; those without a public address in one beside it, which no front server shows."""

import mimetypes
import os
import tempfile
from pathlib import Path

from app.gateways.images import PRIVATE, File, StoreAway, checked


class LocalImages:
    """A folder for everybody, a folder for authorised views."""

    def __init__(self, public: Path, private: Path, base_url: str) -> None:
        self.public, self.private, self.base_url = public, private, base_url

    def save(self, name: str, body: bytes, content_type: str) -> None:
        place = self._place(name)
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            handle, draft = tempfile.mkstemp(dir=place.parent, prefix=".draft")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(body)
                os.chmod(draft, 0o644)  # a front server may be another user
                os.replace(draft, place)  # whoever asks meanwhile finds nothing, or the whole
            except BaseException:
                os.unlink(draft)
                raise
        except OSError as problem:
            raise StoreAway() from problem

    def read(self, name: str) -> File | None:
        place = self._place(name)
        try:
            return File(place.read_bytes(), mimetypes.guess_type(name)[0] or "application/octet-stream")
        except (FileNotFoundError, IsADirectoryError):
            return None
        except OSError as problem:
            raise StoreAway() from problem

    def exists(self, name: str) -> bool:
        return self._place(name).is_file()

    def delete(self, name: str) -> None:
        try:
            self._place(name).unlink(missing_ok=True)
        except OSError as problem:
            raise StoreAway() from problem

    def url(self, name: str) -> str:
        return self.base_url + name

    def _place(self, name: str) -> Path:
        return (self.private if checked(name).startswith(PRIVATE) else self.public) / name
