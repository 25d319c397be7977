"""Where each spec option leads: to the SKU that differs in it alone, else to the nearest one that has it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Holding = Mapping[int, int]  # spec id -> option id of one SKU; may lack specs


@dataclass(frozen=True)
class SpecOf:
    """A spec of the SPU and its options as (id, value), in order."""

    id: int
    name: str
    options: Sequence[tuple[int, str]]


@dataclass(frozen=True)
class Sibling:
    """A SKU of the same SPU that may be shown, with what it holds."""

    sku_id: int
    in_stock: bool
    holding: Holding


@dataclass(frozen=True)
class OptionChoice:
    """One option: where it leads (None: nobody sells it), whether it is the SKU's own, whether that SKU is in stock.

    `exact`: only this spec changes on the way there; else the combination is not sold and others change with it.
    """

    value: str
    sku_id: int | None
    current: bool
    in_stock: bool
    exact: bool


@dataclass(frozen=True)
class SpecChoice:
    """One row of the picker."""

    name: str
    options: list[OptionChoice]


def spec_matrix(specs: Sequence[SpecOf], siblings: Sequence[Sibling], current: Sibling) -> list[SpecChoice]:
    """The picker of `current`. A SKU with missing specs simply has no current option there."""
    return [
        SpecChoice(
            spec.name, [_choice(spec.id, option_id, value, siblings, current) for option_id, value in spec.options]
        )
        for spec in specs
    ]


def _choice(spec_id: int, option_id: int, value: str, siblings: Sequence[Sibling], current: Sibling) -> OptionChoice:
    if current.holding.get(spec_id) == option_id:
        return OptionChoice(value, current.sku_id, True, current.in_stock, True)
    having = [each for each in siblings if each.holding.get(spec_id) == option_id]
    if not having:
        return OptionChoice(value, None, False, False, False)
    nearest = min(
        having, key=lambda each: (_distance(each.holding, current.holding, spec_id), not each.in_stock, each.sku_id)
    )
    is_exact = not _distance(nearest.holding, current.holding, spec_id)
    return OptionChoice(value, nearest.sku_id, False, nearest.in_stock, is_exact)


def _distance(one: Holding, other: Holding, spec_id: int) -> int:
    """In how many other specs they differ."""
    return sum(one.get(key) != other.get(key) for key in (one.keys() | other.keys()) - {spec_id})
