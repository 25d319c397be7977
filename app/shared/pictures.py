"""What the stem of a picture says by itself: its size, its colour, and in which widths it is kept.

A stem is what tables hold. Files are `<stem>-<width>.webp`; pictures that somebody uploaded have one JPEG as well.
"""

import functools
import re
from dataclasses import dataclass

WIDTHS = (160, 320, 640, 960)
FALLBACK_WIDTH = 640  # the JPEG, for browsers and readers of links that know no WebP
PUBLIC, PRIVATE = "u", "p"  # first part of an uploaded stem: for everybody, or for who may see it
STEM = r"[up]/[0-9a-f]{2}/[0-9a-f]{32}-[0-9]{2,4}x[0-9]{1,4}-[0-9a-f]{6}"
_UPLOADED = re.compile(r"([up])/[0-9a-f]{2}/[0-9a-f]{32}-([0-9]{2,4})x([0-9]{1,4})-([0-9a-f]{6})")
_DRAWN = re.compile(r"[a-z0-9]+-([0-9a-f]{6})-[0-9]")


@dataclass(frozen=True)
class Look:
    """Pixels of the largest file, the colour that stands in its place, the widths; `kind` is "" for drawings."""

    kind: str
    width: int
    height: int
    colour: str
    widths: tuple[int, ...]

    @property
    def fallback(self) -> int:
        """Width of the JPEG; 0 where there is none."""
        return min(FALLBACK_WIDTH, self.width) if self.kind else 0

    def fit(self, asked: int) -> int:
        """The asked width, or the largest that is kept."""
        return min(asked, self.width) if self.kind else asked


@functools.lru_cache(8192)
def look(stem: str) -> Look:
    """Read the stem; drawings are square, and their ground is a pale tint of the colour they are named after."""
    found = _UPLOADED.fullmatch(stem)
    if found:
        width = int(found[2])
        return Look(found[1], width, int(found[3]), f"#{found[4]}", tuple(w for w in WIDTHS if w <= width))
    drawn = _DRAWN.fullmatch(stem)
    return Look("", 640, 640, _pale(drawn[1]) if drawn else "", WIDTHS)


def _pale(colour: str) -> str:
    parts = (int(colour[place : place + 2], 16) for place in (0, 2, 4))
    return "#" + "".join(f"{255 - (255 - part) // 14:02x}" for part in parts)
