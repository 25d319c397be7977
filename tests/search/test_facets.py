"""Counts beside a list are true: on a thousand random catalogues they equal looking at every SKU."""

import itertools
import random

import numpy as np
import pytest

from app.search.columns import SORTS, Columns
from app.search.columns_making import change_columns
from app.search.facets import Choice, Counts, count, price_ranges
from tests.search.shelves import (
    Thing,
    columns_of,
    options,
    ordered,
    random_choice,
    random_thing,
    random_things,
    specs_of,
    total,
)

CATALOGUES = 1000


def counted(columns: Columns, choice: Choice, by_family: bool) -> Counts:
    return count(columns, np.ones(columns.size, dtype=np.bool_), choice, by_family)


def test_facets_equal_brute_force_on_a_thousand_catalogues() -> None:
    dice = random.Random(20261123)
    for turn in range(CATALOGUES):
        things, choice, by_family = random_things(dice), random_choice(dice), dice.random() < 0.5
        found = counted(columns_of(things), choice, by_family)
        told = f"catalogue {turn}: {choice} by_family={by_family}"
        expected = options(things, choice, by_family)
        assert found.total == total(things, choice, by_family), told
        assert found.categories == expected["categories"], told
        assert found.brands == expected["brands"], told
        assert {name: values for name, values in found.specs.items() if values} == {
            name: values for name, values in expected.items() if name not in ("categories", "brands") and values
        }, told
        stocked = Choice(choice.categories, choice.brands, choice.specs, choice.low, choice.high, in_stock=True)
        assert found.in_stock == total(things, stocked, by_family), told
        for low, high, number in found.ranges:
            ranged = Choice(choice.categories, choice.brands, choice.specs, low, high, choice.in_stock)
            assert number == total(things, ranged, by_family), told


@pytest.mark.parametrize("sort", sorted(SORTS))
def test_orders_equal_plain_sorting(sort: str) -> None:
    dice = random.Random(sort)
    for _ in range(100):
        things, choice, by_family = random_things(dice), random_choice(dice), dice.random() < 0.5
        columns = columns_of(things)
        order = columns.order(sort)
        lines = order[counted(columns, choice, by_family).found[order]]
        if by_family:
            lines = columns.first_of_families(lines)
        assert columns.ids[lines].tolist() == ordered(things, choice, sort, by_family)


def test_changed_columns_equal_columns_made_anew() -> None:
    dice = random.Random(77)
    for turn in range(300):
        before = {each.id: each for each in random_things(dice)}
        columns = columns_of(before.values())
        for _ in range(3):
            for sort in SORTS:
                columns.order(sort)
            columns.specs.count(columns.shelved, True)
            changed = change(dice, before)
            fresh = [before[id_] for id_ in changed if id_ in before]
            rows = [each.row() for each in sorted(fresh, key=lambda each: each.id)]
            columns = change_columns(columns, rows, specs_of(fresh), changed)
            agree(columns, list(before.values()), random_choice(dice), f"turn {turn}")


def change(dice: random.Random, things: dict[int, Thing]) -> list[int]:
    """Some SKUs change a little, much, or come new; one is lost now and then."""
    some = dice.sample(sorted(things), min(len(things), 3))
    changed = sorted({*some, *dice.sample(range(1, 260), 1 if dice.random() < 0.3 else 0)})
    for id_ in changed:
        old = things.get(id_)
        if old is not None and dice.random() < 0.6:
            fields = {**old.__dict__, "sales": old.sales + 1, "stocked": not old.stocked, "fen": old.fen + 10}
            things[id_] = Thing(**fields)
        else:
            things[id_] = random_thing(dice, id_)
    if changed and dice.random() < 0.2:
        del things[changed[0]]
    return changed


def agree(columns: Columns, things: list[Thing], choice: Choice, told: str) -> None:
    for by_family in (True, False):
        found = counted(columns, choice, by_family)
        assert found.total == total(things, choice, by_family), told
        assert found.brands == options(things, choice, by_family)["brands"], told
        for sort in SORTS:
            order = columns.order(sort)
            lines = order[found.found[order]]
            lines = columns.first_of_families(lines) if by_family else lines
            assert columns.ids[lines].tolist() == ordered(things, choice, sort, by_family), told


def test_price_ranges_are_round_and_hold_everything() -> None:
    prices = np.array([99_00 + 37 * n for n in range(500)], dtype=np.int64)
    ranges = price_ranges(prices)

    assert 2 <= len(ranges) <= 5
    assert ranges[0][0] is None
    assert ranges[-1][1] is None
    assert all(high == low for (_, high), (low, _) in itertools.pairwise(ranges))
    assert all(bound % 100 == 0 for _, bound in ranges[:-1] if bound is not None)
    assert price_ranges(prices[:7]) == []
    assert price_ranges(np.full(50, 100, dtype=np.int64)) == []
