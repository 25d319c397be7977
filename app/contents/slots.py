"""One ad as the home page reads it, and when it hangs."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple


class AdRow(NamedTuple):
    """Slot key, what is shown, and from when until when (aware, UTC; empty: open on that side)."""

    key: str
    title: str
    url: str
    image: str = ""
    text: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    def hangs_at(self, moment: datetime) -> bool:
        """The first moment counts, the last does not."""
        started = self.starts_at is None or self.starts_at <= moment
        return started and (self.ends_at is None or moment < self.ends_at)


def next_change(rows: Iterable[AdRow], moment: datetime) -> datetime | None:
    """When the next ad comes or goes after this moment."""
    ahead = [edge for row in rows for edge in (row.starts_at, row.ends_at) if edge is not None and edge > moment]
    return min(ahead, default=None)
