"""The whole catalogue as columns of numbers, one line a SKU in the order of ids: what lists count, sort and cut."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Key = tuple[str, str]  # spec name and value

PRIOR, WEIGHT = 4200, 5  # a SKU starts as if five people had given it 4.2 points
# sort word → (column, largest first); the id breaks ties in the same direction
SORTS = {
    "new": ("opened", True),
    "price": ("price", False),
    "price_desc": ("price", True),
    "hot": ("sales", True),
    "rating": ("rating", True),
}


@dataclass(frozen=True)
class Values:
    """Which value each line has of something; `lines` is None where every line has exactly one.

    `pairs` numbers the (family, value) pairs that occur: so a family counts once for a value, however many SKUs.
    """

    lines: Array | None
    codes: Array
    keys: Sequence[Any]
    pairs: Array
    code_of_pair: Array

    @classmethod
    def of(cls, codes: Array, keys: Sequence[Any], families: Array, lines: Array | None = None) -> "Values":
        """Number the pairs."""
        width = max(1, len(keys))
        of_family = families if lines is None else families[lines]
        found, pairs = np.unique(of_family.astype(np.int64) * width + codes, return_inverse=True)
        return cls(lines, codes, keys, pairs.astype(np.int32), (found % width).astype(np.int32))

    def count(self, chosen: Array, by_family: bool) -> Array:
        """Of the chosen lines (a mask), how many SKUs or families have each value; by code."""
        mask = chosen if self.lines is None else chosen[self.lines]
        if not by_family:
            return np.bincount(self.codes[mask], minlength=len(self.keys))
        seen = np.zeros(len(self.code_of_pair), dtype=np.bool_)
        seen[self.pairs[mask]] = True
        return np.bincount(self.code_of_pair[seen], minlength=len(self.keys))

    def having(self, wanted: Sequence[Any] | frozenset[Any], size: int) -> Array:
        """A mask of the lines that have one of these values."""
        allowed = np.fromiter((key in wanted for key in self.keys), np.bool_, len(self.keys))
        hits = allowed[self.codes] if len(self.keys) else np.zeros(len(self.codes), dtype=np.bool_)
        if self.lines is None:
            return hits
        mask = np.zeros(size, dtype=np.bool_)
        mask[self.lines[hits]] = True
        return mask


@dataclass(frozen=True)
class Columns:
    """One state of the catalogue; never changed, a newer one takes its place. Money is whole fen, time microseconds."""

    ids: Array
    spu_ids: Array
    category_ids: Array
    brand_ids: Array
    price: Array
    opened: Array
    sales: Array
    rating: Array
    stocked: Array
    shelved: Array
    spec_lines: Array
    spec_codes: Array
    spec_keys: list[Key]
    orders: dict[str, Array] = field(default_factory=dict, compare=False)
    memory: dict[Any, Any] = field(default_factory=dict, compare=False)

    @property
    def size(self) -> int:
        return len(self.ids)

    @cached_property
    def families(self) -> Array:
        """The family of each line as a number from 0."""
        return np.unique(self.spu_ids, return_inverse=True)[1].astype(np.int32)

    @cached_property
    def family_count(self) -> int:
        return int(self.families.max()) + 1 if self.size else 0

    @cached_property
    def by_family(self) -> tuple[Array, Array]:
        """Lines ordered by family, and where each family begins among them."""
        lines = np.argsort(self.families, kind="stable").astype(np.int32)
        return lines, np.searchsorted(self.families[lines], np.arange(self.family_count + 1))

    @cached_property
    def categories(self) -> Values:
        return self._single(self.category_ids)

    @cached_property
    def brands(self) -> Values:
        return self._single(self.brand_ids)

    @cached_property
    def specs(self) -> Values:
        return Values.of(self.spec_codes, self.spec_keys, self.families, self.spec_lines)

    @cached_property
    def known_specs(self) -> frozenset[Key]:
        return frozenset(self.spec_keys)

    def _single(self, ids: Array) -> Values:
        keys, codes = np.unique(ids, return_inverse=True)
        return Values.of(codes.astype(np.int32), keys.tolist(), self.families)

    def order(self, sort: str) -> Array:
        """All lines in this order; made when first asked for."""
        column, falling = SORTS[sort]
        if column not in self.orders:
            self.orders[column] = np.argsort(getattr(self, column), kind="stable").astype(np.int32)
        kept = self.orders[column]
        return kept[::-1] if falling else kept

    def lines_of(self, ids: Array) -> Array:
        """The lines of these ids in the given order; ids that are not here are left out."""
        if not self.size:
            return np.zeros(0, dtype=np.int64)
        at = np.minimum(np.searchsorted(self.ids, ids), self.size - 1)
        found: Array = at[self.ids[at] == ids]
        return found

    def first_of_families(self, lines: Array) -> Array:
        """Of lines in some order, the first of each family, in that order."""
        family, places = self.families[lines], np.arange(len(lines), dtype=np.int32)
        first = np.zeros(self.family_count, dtype=np.int32)
        first[family[::-1]] = places[::-1]  # of several writes to one place the last stays
        kept: Array = lines[first[family] == places]
        return kept

    def siblings(self, line: int) -> Array:
        """The lines of the same family, by id."""
        lines, starts = self.by_family
        family = self.families[line]
        return lines[starts[family] : starts[family + 1]]

    def spec_values(self, name: str) -> Array:
        """The code of each line's value of this spec, -1 where it has none; kept."""
        kept: Array | None = self.memory.get(("spec", name))
        if kept is None:
            codes = np.fromiter((key[0] == name for key in self.spec_keys), np.bool_, len(self.spec_keys))
            hits = codes[self.spec_codes] if len(codes) else np.zeros(0, dtype=np.bool_)
            kept = np.full(self.size, -1, dtype=np.int32)
            kept[self.spec_lines[hits]] = self.spec_codes[hits]
            self.memory["spec", name] = kept
        return kept


def rate(points: int, reviews: int) -> int:
    """The average, in thousandths, drawn towards the prior while reviews are few."""
    return (points * 1000 + PRIOR * WEIGHT) // (reviews + WEIGHT)
