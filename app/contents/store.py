"""What every page shows of the room, kept in the cache until somebody changes it."""

from collections.abc import Callable
from typing import TypeVar

from app.contents.slots import AdRow
from app.shared import kept_pages
from app.shared.cache import forget, remember
from app.shared.jobs import Job

T = TypeVar("T")

KEPT = "contents.home"
FOOTER = "contents.footer"
FOLLOW = Job("app.contents.tasks.follow_home")  # the files of the home page


def home_rows(make: Callable[[], list[AdRow]]) -> list[AdRow]:
    """The kept rows, or those `make` reads."""
    return remember(KEPT, make)


def forget_home() -> None:
    """Drop them, and the page made of them, after a change."""
    forget(KEPT)
    kept_pages.drop(KEPT)


def footer(make: Callable[[], T]) -> T:
    """What the footer of every page says."""
    return remember(FOOTER, make)


def words(slug: str, make: Callable[[], T]) -> T:
    """One page of words."""
    return remember(_words(slug), make)


def forget_words(*slugs: str) -> None:
    """Pages of words or facts have changed: these, the footer, and every page that shows it."""
    forget(FOOTER, *map(_words, slugs))
    kept_pages.drop(kept_pages.EVERYWHERE)


def _words(slug: str) -> str:
    return f"contents.words.{slug}"
