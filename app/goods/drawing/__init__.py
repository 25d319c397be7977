"""The demo shop's own pictures: SVG drawings per kind of goods, recoloured, made WebP by a developer's command."""

from collections.abc import Callable
from pathlib import Path

Progress = Callable[[int, int], None]


def draw_all(target: Path, progress: Progress | None = None) -> int:
    """Draw every demo picture and banner into the folder; returns how many files. Progress hears (done, all)."""
    from app.goods.drawing.studio import draw_everything  # the renderer is a developer's package: only when drawing

    return draw_everything(target, progress)


def contact_sheet(path: Path) -> None:
    """All demo pictures on one PNG, to be looked at."""
    from app.goods.drawing.studio import draw_contact_sheet

    draw_contact_sheet(path)
