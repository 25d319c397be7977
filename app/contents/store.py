"""The home page's ads, kept in the cache until somebody changes one."""

from collections.abc import Callable

from app.shared.cache import forget, remember

KEPT = "contents.home"
AdRow = tuple[str, str, str, str, str]  # slot key, title, url, image, text


def home_rows(make: Callable[[], list[AdRow]]) -> list[AdRow]:
    """The kept rows, or those `make` reads."""
    return remember(KEPT, make)


def forget_home() -> None:
    """Drop them after a change."""
    forget(KEPT)
