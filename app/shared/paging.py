"""Pages of rows and the numbers under them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page: its items, its number (from 1), how many a page holds and how many there are in all."""

    items: Sequence[T]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return max(1, -(-self.total // self.size))

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def has_next(self) -> bool:
        return self.number < self.pages

    @property
    def numbers(self) -> list[int | None]:
        """The numbers to print: first, last, the neighbours; None stands for a gap."""
        near = {1, self.pages, *range(self.number - 2, self.number + 3)}
        shown: list[int | None] = []
        for number in sorted(n for n in near if 1 <= n <= self.pages):
            last = shown[-1] if shown else None
            if last is not None and number - last > 1:
                shown.append(None)
            shown.append(number)
        return shown
