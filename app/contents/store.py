"""The home page's ads, kept in the cache until somebody changes one."""

from collections.abc import Callable

from app.contents.slots import AdRow
from app.shared import kept_pages
from app.shared.cache import forget, remember

KEPT = "contents.home"


def home_rows(make: Callable[[], list[AdRow]]) -> list[AdRow]:
    """The kept rows, or those `make` reads."""
    return remember(KEPT, make)


def forget_home() -> None:
    """Drop them, and the page made of them, after a change."""
    forget(KEPT)
    kept_pages.drop(KEPT)
