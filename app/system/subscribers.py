"""Hears how the sweeps go, and writes it down."""

import traceback
from pathlib import Path

from app.shared import sweeps
from app.system import services


class Book:
    """A turn in the table; who calls has no unit of work open."""

    def began(self, name: str) -> None:
        """Its row says since when."""
        services.note_began(name)

    def ended(self, name: str, took_s: float, finished: int, problem: Exception | None) -> None:
        """How long, how much, and what went wrong."""
        services.note_ended(name, int(took_s * 1000), finished, _told(problem) if problem else "")


def _told(problem: Exception) -> str:
    """Kind and place. Never the text: it may hold what somebody typed."""
    frames = traceback.extract_tb(problem.__traceback__)
    ours = [frame for frame in frames if "/app/" in frame.filename and "site-packages" not in frame.filename]
    where = f" · {Path(ours[-1].filename).parent.name}/{Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else ""
    return f"{type(problem).__name__}{where}"


sweeps.hear(Book())
