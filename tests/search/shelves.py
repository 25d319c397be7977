"""Random small catalogues, and lists of them counted by looking at every SKU: what the columns must agree with."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from app.search.columns import Columns, rate
from app.search.columns_making import make_columns
from app.search.facets import Choice

NAMES = {"颜色": ("黑", "白", "红"), "内存": ("128GB", "256GB"), "尺码": ("S", "M", "L")}
OPENING = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Thing:
    """One SKU."""

    id: int
    spu: int
    category: int
    brand: int
    fen: int
    hours: int
    sales: int
    points: int
    reviews: int
    stocked: bool
    shelved: bool
    specs: dict[str, str] = field(default_factory=dict)

    def row(self) -> tuple[Any, ...]:
        opened = OPENING + timedelta(hours=self.hours)
        numbers = (self.id, self.spu, self.category, self.brand, self.fen, opened, self.sales, self.points)
        return (*numbers, self.reviews, self.stocked, self.shelved)


def random_thing(dice: random.Random, id_: int) -> Thing:
    """Few different values, so that everything has company; a family may spread over categories and brands."""
    reviews = dice.choice((0, 0, 1, 7))
    specs = {name: dice.choice(values) for name, values in NAMES.items() if dice.random() < 0.6}
    return Thing(
        id=id_,
        spu=dice.randint(1, 8),
        category=dice.choice((11, 12, 13)),
        brand=dice.choice((1, 2, 3)),
        fen=dice.choice((100, 990, 1000, 5000, 5001, 99_999)),
        hours=dice.randint(0, 4),
        sales=dice.choice((0, 3, 3, 50)),
        points=reviews * dice.randint(1, 5),
        reviews=reviews,
        stocked=dice.random() < 0.7,
        shelved=dice.random() < 0.8,
        specs=specs,
    )


def random_things(dice: random.Random) -> list[Thing]:
    ids = sorted(dice.sample(range(1, 200), dice.randint(0, 40)))
    return [random_thing(dice, id_) for id_ in ids]


def random_choice(dice: random.Random) -> Choice:
    """Some of each group, sometimes none, sometimes nothing that exists."""
    specs = [
        (name, frozenset(dice.sample(values, dice.randint(1, 2))))
        for name, values in NAMES.items()
        if dice.random() < 0.3
    ]
    low, high = sorted(dice.sample((0, 500, 990, 1000, 5000, 100_000), 2))
    return Choice(
        categories=frozenset(dice.sample((11, 12, 13, 99), 2)) if dice.random() < 0.3 else frozenset(),
        brands=frozenset(dice.sample((1, 2, 3, 99), dice.randint(1, 2))) if dice.random() < 0.4 else frozenset(),
        specs=tuple(sorted(specs)),
        low=low if dice.random() < 0.3 else None,
        high=high if dice.random() < 0.3 else None,
        in_stock=dice.random() < 0.3,
    )


def columns_of(things: Iterable[Thing]) -> Columns:
    ordered = sorted(things, key=lambda thing: thing.id)
    return make_columns((each.row() for each in ordered), specs_of(ordered))


def specs_of(things: Iterable[Thing]) -> list[tuple[int, tuple[str, str]]]:
    return [(each.id, pair) for each in sorted(things, key=lambda thing: thing.id) for pair in each.specs.items()]


def fits(thing: Thing, choice: Choice) -> bool:
    """Is this SKU in the list of this choice?"""
    return (
        (not choice.categories or thing.category in choice.categories)
        and (not choice.brands or thing.brand in choice.brands)
        and all(thing.specs.get(name) in values for name, values in choice.specs)
        and (choice.low is None or thing.fen >= choice.low)
        and (choice.high is None or thing.fen <= choice.high)
        and (thing.stocked or not choice.in_stock)
    )


def total(things: Iterable[Thing], choice: Choice, by_family: bool) -> int:
    """How many the list of this choice holds."""
    found = [each for each in things if each.shelved and fits(each, choice)]
    return len({each.spu for each in found}) if by_family else len(found)


def options(things: Iterable[Thing], choice: Choice, by_family: bool) -> dict[str, dict[Any, int]]:
    """For every value of every group: what the list would hold with exactly this value chosen in its group."""
    shelf = [each for each in things if each.shelved]

    def count(kind: Choice) -> int:
        return total(shelf, kind, by_family)

    found: dict[str, dict[Any, int]] = {
        "categories": {each: count(replace(choice, categories=frozenset({each}))) for each in (11, 12, 13)},
        "brands": {each: count(replace(choice, brands=frozenset({each}))) for each in (1, 2, 3)},
    }
    for name, values in NAMES.items():
        others = [pair for pair in choice.specs if pair[0] != name]
        found[name] = {
            value: count(replace(choice, specs=tuple(sorted([*others, (name, frozenset({value}))]))))
            for value in values
        }
    return {name: {value: number for value, number in each.items() if number} for name, each in found.items()}


def ordered(things: Iterable[Thing], choice: Choice, sort: str, by_family: bool) -> list[int]:
    """Ids of the whole list in its order, one a family when families are shown."""
    keys: dict[str, Any] = {
        "new": lambda each: (-each.hours, -each.id),
        "price": lambda each: (each.fen, each.id),
        "price_desc": lambda each: (-each.fen, -each.id),
        "hot": lambda each: (-each.sales, -each.id),
        "rating": lambda each: (-rate(each.points, each.reviews), -each.id),
    }
    found = sorted((each for each in things if each.shelved and fits(each, choice)), key=keys[sort])
    if not by_family:
        return [each.id for each in found]
    first: dict[int, int] = {}
    for each in found:
        first.setdefault(each.spu, each.id)
    return list(first.values())
