"""The pickers' lists, kept in the cache. Only known codes are ever kept: a stranger cannot fill it with guesses."""

from collections.abc import Callable
from typing import TypedDict

from app.shared.cache import forget, remember


class Named(TypedDict):
    """A division as the picker reads it."""

    id: int
    name: str


class Division(TypedDict):
    """A division and what lies directly below it."""

    id: int
    name: str
    subs: list[Named]


PROVINCES = "areas.provinces"


def _division(area_id: int) -> str:
    return f"areas.division.{area_id}"


def provinces(make: Callable[[], list[Named]]) -> list[Named]:
    """The kept provinces, or those `make` reads."""
    return remember(PROVINCES, make)


def division(area_id: int, make: Callable[[], Division]) -> Division:
    """The kept division, or the one `make` reads; what `make` raises is not kept."""
    return remember(_division(area_id), make)


def forget_areas(area_ids: list[int]) -> None:
    """Drop the provinces and these divisions after a load."""
    forget(PROVINCES, *(_division(area_id) for area_id in area_ids))
