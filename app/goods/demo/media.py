"""The demo pictures into the folder the shop serves pictures from."""

import shutil
from collections.abc import Iterator
from pathlib import Path

SHIPPED = Path(__file__).parent / "pictures"
KIND = "*.webp"


def shipped_pictures() -> list[Path]:
    """Every picture file that comes with the mall."""
    return sorted(SHIPPED.rglob(KIND))


def copy_pictures(files: list[Path], target: Path) -> Iterator[Path]:
    """Copy what is not there in the same size; yields each file when it is in place.

    A copy gets its name only when it is whole: whoever asks meanwhile never reads half a picture.
    """
    for file in files:
        place = target / file.relative_to(SHIPPED)
        if not place.exists() or place.stat().st_size != file.stat().st_size:
            place.parent.mkdir(parents=True, exist_ok=True)
            unfinished = place.with_suffix(".part")
            shutil.copyfile(file, unfinished)
            unfinished.replace(place)
        yield place
