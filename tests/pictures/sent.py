"""Pictures as people send them."""

import io
import struct
import zlib
from typing import Any

from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

PLACE = (("31.2304", "N"), ("121.4737", "E"))
CAMERA = "Lily's phone"


def picture(
    size: tuple[int, int] = (1200, 900), kind: str = "JPEG", colour: str = "#2f7d4f", mode: str = "RGB", **how: Any
) -> bytes:
    """A plain picture with a lighter corner, upper left."""
    image = Image.new(mode, size, colour)
    image.paste(Image.new(mode, (size[0] // 3, size[1] // 3), "#e0e8e0"), (0, 0))
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def with_gps(orientation: int = 6) -> bytes:
    """A photo that tells where and with what it was taken, held sideways, with a comment and a colour profile."""
    exif = Image.Exif()
    exif[0x010F] = CAMERA
    exif[0x0112] = orientation
    place = exif.get_ifd(0x8825)
    place[1], place[2] = "N", (31.0, 13.0, 49.44)
    place[3], place[4] = "E", (121.0, 28.0, 25.32)
    return picture((1200, 800), exif=exif.tobytes(), comment=b"Lily's kitchen")


def png_bomb(width: int = 50_000, height: int = 50_000) -> bytes:
    """A few kilobytes that would unpack to gigabytes."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def upload(body: bytes, name: str = "photo.jpg") -> FileStorage:
    """A file of a form."""
    return FileStorage(io.BytesIO(body), name)


def form(fields: dict[str, Any]) -> dict[str, Any]:
    """What a client sends for a form with files, in memory: the test client would leave large ones open on disk."""
    boundary, body = encode_multipart(fields)
    return {"data": body, "content_type": f"multipart/form-data; boundary={boundary}"}
