"""The order of rows among their like: one step up or down, or all of it as it was put. Joins the verb."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from app.goods.errors import StaleDesk


class Placed(Protocol):
    """A row with a number among its like."""

    id: int
    sequence: int


T = TypeVar("T", bound=Placed)


def step(rows: Sequence[T], row_id: int, up: bool) -> bool:
    """Let it change places with its neighbour; False at the end of the row. `rows` are locked, in their order."""
    order = list(rows)
    place = next(at for at, row in enumerate(order) if row.id == row_id)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(order):
        return False
    order[place], order[other] = order[other], order[place]
    _number(order)
    return True


def put(rows: Sequence[T], seen: Sequence[int], wanted: Sequence[int]) -> None:
    """Number them as `wanted`, unless they are no longer what was `seen`, in that order (StaleDesk)."""
    if [row.id for row in rows] != list(seen) or sorted(wanted) != sorted(seen):
        raise StaleDesk()
    by_id = {row.id: row for row in rows}
    _number([by_id[each] for each in wanted])


def _number(rows: Sequence[Placed]) -> None:
    for place, row in enumerate(rows, 1):
        row.sequence = place
