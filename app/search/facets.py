"""True counts beside a list: or within a group, and between groups; each group is counted as if nothing were chosen
in it. A count is what the list would hold, in SKUs or in families, as the list is shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.search.columns import Array, Columns, Values

FEWEST_FOR_RANGES = 8
NICE = (1, 2, 3, 5, 8, 10)  # bounds of prices are one of these times a power of ten
REMEMBERED = 300


@dataclass(frozen=True)
class Choice:
    """What a shopper ticked. Prices in fen, both ends included."""

    categories: frozenset[int] = frozenset()
    brands: frozenset[int] = frozenset()
    specs: tuple[tuple[str, frozenset[str]], ...] = ()
    low: int | None = None
    high: int | None = None
    in_stock: bool = False

    @property
    def is_empty(self) -> bool:
        return self == Choice()


@dataclass(frozen=True)
class Counts:
    """By value; of values that do not occur there is no line. `found` is the mask of the lines of the list."""

    found: Array
    total: int
    categories: Mapping[int, int]
    brands: Mapping[int, int]
    specs: Mapping[str, Mapping[str, int]]
    ranges: list[tuple[int | None, int | None, int]]
    in_stock: int


def count(columns: Columns, base: Array, choice: Choice, by_family: bool) -> Counts:
    """`base` is the mask of the place itself: a category, a brand, what words found; on the shelf or not."""
    base = base & columns.shelved
    masks = _masks(columns, choice)

    def others(group: str) -> Array:
        """Everything chosen but in this group."""
        return _all(base, {name: mask for name, mask in masks.items() if name != group})

    found = _all(base, masks)

    def by(values: Values, group: str) -> dict[Any, int]:
        chosen = others(group) if group in masks else found
        return _named(values, values.count(chosen, by_family))

    specs = _spec_counts(columns, by_family, found, others, masks)
    priced = others("price")
    return Counts(
        found=found,
        total=size_of(columns, found, by_family),
        categories=by(columns.categories, "categories"),
        brands=by(columns.brands, "brands"),
        specs=specs,
        ranges=[
            (low, high, size_of(columns, priced & _between(columns, low, high), by_family))
            for low, high in price_ranges(columns.price[base])
        ],
        in_stock=size_of(columns, others("stock") & columns.stocked, by_family),
    )


def size_of(columns: Columns, mask: Array, by_family: bool) -> int:
    """SKUs, or families, under a mask."""
    if not by_family:
        return int(np.count_nonzero(mask))
    seen = np.zeros(columns.family_count, dtype=np.bool_)
    seen[columns.families[mask]] = True
    return int(np.count_nonzero(seen))


def price_ranges(prices: Array) -> list[tuple[int | None, int | None]]:
    """Up to five ranges in fen with round bounds, each about as full as the others; none where goods are few."""
    if len(prices) < FEWEST_FOR_RANGES:
        return []
    places = [len(prices) * part // 5 for part in (1, 2, 3, 4)]
    cuts = np.partition(prices, places)[places].tolist()
    bounds = sorted({_nice(int(cut)) for cut in cuts})
    bounds = [bound for bound in bounds if prices.min() < bound <= prices.max()]
    lows: list[int | None] = [None, *bounds]
    highs: list[int | None] = [*bounds, None]
    return list(zip(lows, highs, strict=True)) if bounds else []


def _nice(fen: int) -> int:
    """The nearest round price of whole yuan."""
    yuan = max(1, fen // 100)
    power: int = 10 ** (len(str(yuan)) - 1)
    return min((step * power for step in NICE), key=lambda each: abs(each - yuan)) * 100


def _masks(columns: Columns, choice: Choice) -> dict[str, Array]:
    masks: dict[str, Array] = {}
    if choice.categories:
        masks["categories"] = columns.categories.having(choice.categories, columns.size)
    if choice.brands:
        masks["brands"] = columns.brands.having(choice.brands, columns.size)
    for name, values in choice.specs:
        masks[f"spec:{name}"] = columns.specs.having(frozenset((name, value) for value in values), columns.size)
    if choice.low is not None or choice.high is not None:
        masks["price"] = _between(columns, choice.low, choice.high)
    if choice.in_stock:
        masks["stock"] = columns.stocked
    return masks


def _between(columns: Columns, low: int | None, high: int | None) -> Array:
    mask = np.ones(columns.size, dtype=np.bool_)
    if low is not None:
        mask &= columns.price >= low
    if high is not None:
        mask &= columns.price <= high
    return mask


def _all(base: Array, masks: Mapping[str, Array]) -> Array:
    for mask in masks.values():
        base = base & mask
    return base


def _spec_counts(
    columns: Columns, by_family: bool, found: Array, others: Any, masks: Mapping[str, Array]
) -> dict[str, dict[str, int]]:
    """All specs at once under everything chosen; then each spec that has a choice of its own, without that choice."""
    specs: dict[str, dict[str, int]] = {}
    for (name, value), number in _named(columns.specs, columns.specs.count(found, by_family)).items():
        specs.setdefault(name, {})[value] = number
    for group in masks:
        if group.startswith("spec:"):
            name = group.removeprefix("spec:")
            counted = _named(columns.specs, columns.specs.count(others(group), by_family))
            specs[name] = {key[1]: number for key, number in counted.items() if key[0] == name}
    return specs


def _named(values: Values, counts: Array) -> dict[Any, int]:
    hits = np.flatnonzero(counts)
    return {values.keys[code]: int(counts[code]) for code in hits.tolist()}
