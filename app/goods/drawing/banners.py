"""Banners of the home page: goods on fields of colour, with calm room for the text that the page writes itself."""

from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from app.goods.drawing.kit import blur, disc, faint, lin, oval, rad, rect, shape
from app.goods.drawing.registry import picture_svg
from app.goods.drawing.render import render, save_webp
from app.goods.drawing.soften import tighten


@dataclass(frozen=True)
class Piece:
    """One product: its middle from the right and from the top, and its size, as shares of the banner's height."""

    stem: str
    view: int
    right: float
    top: float
    size: float
    turn: float = 0.0


@dataclass(frozen=True)
class Banner:
    """A banner of one slot (`key`), a file for each of `sizes`; `ink` is the text colour that reads on it."""

    key: str
    stem: str
    sizes: tuple[tuple[int, int], ...]
    field: tuple[str, str, str]
    ink: str
    pieces: tuple[Piece, ...]

    def file(self, width: int) -> str:
        return f"{self.stem}-{width}.webp"


#: Wide ones for desks; 768 and 384 are recomposed for phones, not cropped.
_CAROUSEL = ((1200, 480), (600, 240), (768, 480), (384, 240))
_HEADER = ((600, 300), (300, 150))
_FLOOR = ((480, 920), (240, 460))

BANNERS: tuple[Banner, ...] = (
    Banner(
        "index_lbt",
        "lbt-phones",
        _CAROUSEL,
        ("#1b1f52", "#5340a8", "#e08bb4"),
        "light",
        (
            Piece("phone-8f7cb8", 2, 1.24, 0.53, 0.84, -22),
            Piece("phone-6f9c9c", 1, 0.68, 0.52, 0.98),
            Piece("earbuds-f4f4f2", 1, 0.24, 0.73, 0.46),
        ),
    ),
    Banner(
        "index_lbt",
        "lbt-computers",
        _CAROUSEL,
        ("#0d141c", "#20344a", "#c79a4b"),
        "light",
        (
            Piece("tablet-c9ccd1", 1, 1.26, 0.56, 0.78),
            Piece("laptop-c9ccd1", 1, 0.64, 0.58, 1.02),
            Piece("headphone-22262b", 1, 0.2, 0.74, 0.5),
        ),
    ),
    Banner(
        "index_lbt",
        "lbt-kitchen",
        _CAROUSEL,
        ("#fff1dc", "#ffd39a", "#f08a4b"),
        "dark",
        (
            Piece("kettle-4f8a68", 1, 1.3, 0.59, 0.72),
            Piece("ricecooker-f4f4f2", 2, 0.74, 0.55, 0.9),
            Piece("airfryer-4f8a68", 1, 0.28, 0.56, 0.8),
        ),
    ),
    Banner(
        "index_lbt",
        "lbt-food",
        _CAROUSEL,
        ("#e4f4ff", "#9fd4f6", "#3f8fd0"),
        "dark",
        (
            Piece("snackbag-c8553d", 1, 1.26, 0.59, 0.7, -5),
            Piece("milk-3f8fd0", 2, 0.72, 0.49, 0.96),
            Piece("rice-5f8f4e", 2, 0.27, 0.58, 0.7),
        ),
    ),
    Banner(
        "index_ytgg",
        "ytgg-wrist",
        _HEADER,
        ("#0f4c54", "#1f8a86", "#8fd8b8"),
        "light",
        (Piece("watch-eeb6c0", 1, 0.64, 0.5, 0.98, 12), Piece("earbuds-f4f4f2", 1, 0.25, 0.64, 0.62)),
    ),
    Banner(
        "index_1f_logo",
        "floor1-phones",
        _FLOOR,
        ("#22306f", "#4a6bd0", "#a9d0ff"),
        "light",
        (Piece("phone-3f6fb5", 1, 0.26, 0.64, 0.54), Piece("watch-efe7da", 1, 0.43, 0.84, 0.25, -14)),
    ),
    Banner(
        "index_2f_logo",
        "floor2-computers",
        _FLOOR,
        ("#2a2350", "#6d55b8", "#f0b8d8"),
        "light",
        (
            Piece("laptop-c9ccd1", 1, 0.262, 0.57, 0.5),
            Piece("camera-33363a", 1, 0.35, 0.83, 0.29),
            Piece("headphone-f4f4f2", 2, 0.13, 0.83, 0.26),
        ),
    ),
    Banner(
        "index_3f_logo",
        "floor3-home",
        _FLOOR,
        ("#f6ead8", "#e2c197", "#b98352"),
        "dark",
        (
            Piece("lamp-f4f4f2", 1, 0.17, 0.46, 0.4),
            Piece("bedding-4f8a68", 1, 0.27, 0.66, 0.5),
            Piece("bottle-22262b", 1, 0.42, 0.84, 0.27),
            Piece("kettle-eeb6c0", 1, 0.16, 0.85, 0.25),
        ),
    ),
)


def ground_svg(banner: Banner, width: int, height: int) -> str:
    """The field of colour: light from the upper left, a stage under the goods."""
    deep, middle, glow = banner.field
    upright = height > width
    stage_x, stage_y = (width * 0.5, height * 0.9) if upright else (width - height * 0.72, height * 0.93)
    reach = width * 0.9 if upright else height * 1.15
    body = rect(0, 0, width, height, 0, "url(#field)")
    body += disc(stage_x, height * (0.62 if upright else 0.42), reach * 0.62, "url(#halo)")
    body += disc(stage_x, height * (0.62 if upright else 0.42), reach * 0.42, "#ffffff", faint(0.1))
    body += disc(stage_x + reach * 0.1, height * 0.3, reach * 0.3, "#ffffff", faint(0.07))
    body += disc(0, height, height * 0.34, glow, faint(0.12))
    body += disc(width * 0.06, -height * 0.08, height * 0.26, "#ffffff", faint(0.07))
    body += shape(
        (
            f"M0 {height} C{width * 0.3:.0f} {height * 0.9:.0f} {width * 0.5:.0f} {height * 0.84:.0f} {width} "
            f"{height * 0.8:.0f} V{height}Z"
        ),
        glow,
        faint(0.3),
    )
    body += oval(
        stage_x,
        stage_y + height * 0.03,
        reach * 0.84,
        height * 0.085,
        deep if banner.ink == "light" else "#7a4a1e",
        blur(16, 0.35),
    )
    body += oval(stage_x, stage_y, reach * 0.82, height * 0.075, "url(#stage)")
    defs = lin("field", deep, middle, glow, x2=1, y2=0.55 if not upright else 1)
    defs += rad("halo", "#ffffff/0.5", "#ffffff/0.16", "#ffffff/0")
    defs += lin("stage", "#ffffff/0.85", "#ffffff/0.35", x2=0, y2=1)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}">'
        f"<defs>{defs}</defs>{tighten(body)}</svg>"
    )


def compose(banner: Banner, width: int, height: int) -> Image.Image:
    """The banner in that size; a narrower shape shrinks the goods towards the right so that the text keeps its room."""
    picture = render(ground_svg(banner, width, height))
    squeeze = min(1.0, 0.48 * width / height) if width > height else 1.0
    for piece in banner.pieces:
        side = round(piece.size * height * squeeze)
        goods = render(picture_svg(piece.stem, piece.view, ground=False, size=side))
        goods = goods.rotate(-piece.turn, Image.Resampling.BICUBIC, expand=False)
        left = width - piece.right * height * squeeze - side / 2
        top = (piece.top + (1 - squeeze) * (0.9 - piece.top)) * height - side / 2
        picture.alpha_composite(_inside(goods, left, top, picture.size), (max(0, round(left)), max(0, round(top))))
    return picture


def _inside(goods: Image.Image, left: float, top: float, size: tuple[int, int]) -> Image.Image:
    """The part of the goods that falls on the banner."""
    x, y = round(left), round(top)
    return goods.crop((max(0, -x), max(0, -y), min(goods.width, size[0] - x), min(goods.height, size[1] - y)))


def draw_banner(banner: Banner, folder: Path) -> int:
    """Write all sizes; Returns how many files."""
    for width, height in banner.sizes:
        save_webp(compose(banner, width, height), folder / banner.file(width), (width, height))
    return len(banner.sizes)
