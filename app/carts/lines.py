"""A cart's lines, and what any kind of cart can do: the member's in Redis, the guest's in a cookie."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Line:
    """How many of a SKU, and whether it is ticked for settlement."""

    count: int
    selected: bool


class Basket(Protocol):
    """Lines by SKU id in order of adding. Counts are checked by the verbs; a basket only keeps them."""

    most_lines: int

    def lines(self) -> dict[int, Line]:
        """Everything in it."""

    def add(self, sku_id: int, count: int, selected: bool, most: int) -> int:
        """Put so many more in, all or nothing; the resulting count, or minus the count already there."""

    def put(self, sku_id: int, count: int | None, selected: bool | None) -> bool:
        """Overwrite what is given; False when there is no such line."""

    def drop(self, sku_ids: Iterable[int]) -> None:
        """Take lines out; unknown ones are fine."""

    def select_all(self, selected: bool) -> None:
        """Tick or untick every line; nothing to do in an empty cart."""
