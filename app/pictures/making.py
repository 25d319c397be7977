"""From what somebody sent to the files that are kept: proved by decoding, pixels only, in fixed widths."""

import io
import threading
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps

from app.pictures.errors import BadSize, NotAPicture, TooHeavy
from app.pictures.policy import LEAST_SIDE, LONGEST_SHAPE, MOST_BYTES, MOST_PIXELS
from app.shared.pictures import FALLBACK_WIDTH, WIDTHS

FORMATS = ("JPEG", "PNG", "WEBP")
WEBP, JPEG = "image/webp", "image/jpeg"
_SRGB = ImageCms.createProfile("sRGB")
# so many at once in a process: 40 million pixels unpack to 160 MB
_turn = threading.BoundedSemaphore(2)


@dataclass(frozen=True)
class Made:
    """Size of the largest file in pixels, the main colour (rrggbb), and the files: ending -> (bytes, type)."""

    width: int
    height: int
    colour: str
    files: dict[str, tuple[bytes, str]]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(len(body) for body, _ in self.files.values())


def make(sent: bytes) -> Made:
    """Raises NotAPicture, TooHeavy, BadSize. Nothing of the sent bytes but pixels is in the files."""
    if len(sent) > MOST_BYTES:
        raise TooHeavy(megabytes=MOST_BYTES // 2**20)
    with _turn:
        return _render(_decode(sent))


def _decode(sent: bytes) -> Image.Image:
    """Opaque RGB pixels in sRGB, upright. Decoders fail in any way they like on bytes that were made to break them."""
    try:
        with Image.open(io.BytesIO(sent), formats=FORMATS) as image:
            _check_size(*image.size)
            image.draft("RGB", (WIDTHS[-1], WIDTHS[-1]))  # JPEG unpacks at half or a quarter when that is enough
            image.load()
            return _plain(ImageOps.exif_transpose(_smaller(image)))
    except BadSize:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise BadSize() from None
    except Exception as problem:
        raise NotAPicture() from problem


def _check_size(width: int, height: int) -> None:
    short, long = sorted((width, height))
    if short < LEAST_SIDE or long > LONGEST_SHAPE * short or width * height > MOST_PIXELS:
        raise BadSize()


def _smaller(image: Image.Image) -> Image.Image:
    """Averaged down in whole steps before anything copies it, but no side below the widest file."""
    step = min(image.size) // WIDTHS[-1]
    if step < 2:
        return image
    if image.mode in ("P", "1"):
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    exif, profile = image.getexif(), image.info.get("icc_profile")
    small = image.reduce(step)
    small.info = {"exif": exif.tobytes(), "icc_profile": profile}
    return small


def _plain(image: Image.Image) -> Image.Image:
    """White behind what is transparent; the colours of the picture's own profile as sRGB."""
    profile = image.info.get("icc_profile")
    if image.has_transparency_data:
        clear = image.convert("RGBA")
        image = Image.new("RGB", clear.size, "#ffffff")
        image.paste(clear, mask=clear.getchannel("A"))
    if profile and image.mode in ("RGB", "CMYK"):
        try:
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            image = ImageCms.profileToProfile(image, own, _SRGB, outputMode="RGB") or image
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a broken profile is as good as none
    plain = image.convert("RGB")
    plain.info = {}  # encoders copy profiles and comments from here
    return plain


def _render(image: Image.Image) -> Made:
    """All widths up to the picture's own, each from the next larger one; a smaller picture fills the smallest."""
    widths = [width for width in WIDTHS if width <= image.width] or [WIDTHS[0]]
    shape = image.height / image.width
    files: dict[str, tuple[bytes, str]] = {}
    largest = small = image
    for width in reversed(widths):
        small = small.resize((width, max(1, round(width * shape))), Image.Resampling.LANCZOS, reducing_gap=3.0)
        largest = small if width == widths[-1] else largest
        files[f"{width}.webp"] = _encoded(small, "WEBP", quality=80, method=4), WEBP
        if width == min(FALLBACK_WIDTH, widths[-1]):
            files[f"{width}.jpg"] = _encoded(small, "JPEG", quality=82, optimize=True, progressive=True), JPEG
    return Made(largest.width, largest.height, _main_colour(small), files)


def _encoded(image: Image.Image, form: str, **how: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **how)
    return out.getvalue()


def _main_colour(image: Image.Image) -> str:
    """rrggbb of the commonest of eight."""
    few = image.resize((32, 32), Image.Resampling.BOX).quantize(8)
    counts = few.getcolors() or [(1, 0)]
    palette = few.getpalette() or [255, 255, 255]
    place = max(counts)[1]
    assert isinstance(place, int)
    red, green, blue = palette[3 * place : 3 * place + 3]
    return f"{red:02x}{green:02x}{blue:02x}"
