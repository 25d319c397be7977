"""The columns that one process keeps: read at the first question, then brought up to date from the database itself.

No other process tells this one what changed: it follows the stock ledger and the times of edits, at most once in
LISTING_FOLLOW_S seconds, in one small statement. A crowd of changes is read anew beside the columns in use.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from app.search import listing_rows as rows
from app.search.columns import Columns
from app.search.columns_making import change_columns, make_columns
from app.search.listing_rows import Change, Mark, News

PATIENCE_S = 60.0  # with a reading aside that may have died

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Stand:
    """One state: the columns, the brands' names, and how far the database had been read."""

    columns: Columns
    brands: Mapping[int, str]
    mark: Mark
    seen: frozenset[Change] = frozenset()


@dataclass
class Shelf:
    """`now()` gives the columns; `aside` runs a long reading in the background (without one it is done at once)."""

    follow_s: float
    aside: Callable[[Callable[[], None]], None] | None = None
    stand: Stand | None = None
    asked_at: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def now(self) -> Stand:
        """Not older than `follow_s`, give or take one reading; one thread asks the database, the others do not wait."""
        if self.stand is None:
            with self.lock:
                if self.stand is None:
                    self._read()
        elif time.monotonic() - self.asked_at >= self.follow_s and self.lock.acquire(blocking=False):
            try:
                self._follow(self.stand)
            finally:
                self.lock.release()
        assert self.stand is not None
        return self.stand

    def _read(self) -> None:
        begun = time.monotonic()
        self.stand = read_all()
        took = time.monotonic() - begun
        self.asked_at = time.monotonic() + (0 if self.aside is None else 3 * took)  # a long import is not chased
        log.info("lists: %s SKUs read in %.2f s", self.stand.columns.size, took)

    def _follow(self, stand: Stand) -> None:
        self.asked_at = time.monotonic()
        news = rows.read_news(stand.mark)
        fresh = news.changes - stand.seen
        if news.is_crowd:
            self._anew()
        elif fresh:
            self.stand = follow(stand, fresh, news.changes)

    def _anew(self) -> None:
        """Everything, beside the columns in use; meanwhile nobody asks again."""
        if self.aside is None:
            self._read()
            return
        self.asked_at = time.monotonic() + PATIENCE_S
        self.aside(self._read)


def read_all() -> Stand:
    """The mark first: what changes while the rows are read will be read again."""
    mark = rows.read_mark()
    news = rows.read_news(mark)
    if news.is_crowd:
        mark, news = replace(mark, floor=mark.edited_at), News(frozenset(), False)
    words = rows.option_words()
    skus = rows.sku_rows()
    specs = ((sku_id, words[option]) for sku_id, option in rows.spec_rows() if option in words)
    return Stand(make_columns(skus, specs), rows.brand_names(), mark, news.changes)


def follow(stand: Stand, fresh: frozenset[Change], seen: frozenset[Change]) -> Stand:
    """A newer state with these changes in it."""
    families = {whose for kind, whose, _, _ in fresh if kind == "spu"}
    ids = {whose for kind, whose, _, _ in fresh if kind in ("line", "sku")}
    if families:
        ids |= rows.sku_ids_of(families)
    columns = stand.columns
    if ids:
        pairs = list(rows.spec_rows(ids))
        words = rows.option_words({option for _, option in pairs})
        specs = [(sku_id, words[option]) for sku_id, option in pairs]
        columns = change_columns(columns, list(rows.sku_rows(ids)), specs, ids)
    brands = rows.brand_names() if any(kind == "brand" for kind, *_ in fresh) else stand.brands
    return Stand(columns, brands, _later(stand.mark, fresh), seen)


def _later(mark: Mark, fresh: frozenset[Change]) -> Mark:
    edited: list[datetime] = [at for kind, _, _, at in fresh if kind != "line"]
    lines: list[tuple[int, datetime | None]] = [(line, at) for kind, _, line, at in fresh if kind == "line"]
    line, line_at = max([*lines, (mark.line, mark.line_at)], key=lambda each: each[0])
    return replace(mark, line=line, line_at=line_at, edited_at=max([*edited, mark.edited_at]))
