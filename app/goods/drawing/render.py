"""SVG to pixels and WebP. The only module that needs the developer's renderer, and only while it draws."""

import io
from pathlib import Path

from PIL import Image


def render(svg: str) -> Image.Image:
    """Pixels of an SVG at its own size, with transparency."""
    import resvg_py

    return Image.open(io.BytesIO(resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True))).convert("RGBA")


def save_webp(image: Image.Image, path: Path, size: tuple[int, int], quality: int = 82) -> None:
    """Write the picture in that size, without transparency."""
    small = image.convert("RGB")
    if small.size != size:
        small = small.resize(size, Image.Resampling.LANCZOS)
    small.save(path, "WEBP", quality=quality, method=6)


def save_sheet(images: list[Image.Image], path: Path, cell: int = 200, columns: int = 8) -> None:
    """All pictures on one PNG, for the eye."""
    rows = -(-len(images) // columns)
    sheet = Image.new("RGB", (columns * cell, rows * cell), "#ffffff")
    for place, image in enumerate(images):
        thumb = image.convert("RGB").resize((cell - 4, cell - 4), Image.Resampling.LANCZOS)
        sheet.paste(thumb, (place % columns * cell + 2, place // columns * cell + 2))
    sheet.save(path)
