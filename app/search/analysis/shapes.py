"""What Chinese characters look like: for each the few that resemble it most (shapes.txt, measured on drawn glyphs)."""

from functools import cache
from pathlib import Path

_TABLE = Path(__file__).with_name("shapes.txt")


@cache
def _alike() -> dict[str, str]:
    lines = _TABLE.read_text(encoding="utf-8").splitlines()
    return {line[0]: line[1:] for line in lines if line}


def alike(char: str) -> str:
    """The characters that may be meant; most alike first."""
    return _alike().get(char, "")
