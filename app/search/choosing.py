"""The choice in words: groups of facets with their options, price ranges, and chips that take one thing back."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from app.goods.categories import CategoryTree
from app.search.address import Address
from app.search.facets import Choice, Counts
from app.search.shelf import Stand
from app.shared.money import from_fen

MOST_SPECS = 8  # groups of specs beside one list
AT_FIRST = 8  # options that are shown before "more"
MOST_OPTIONS = 60
SIZES = {
    name: place for place, name in enumerate(("XXS", "XS", "S", "M", "L", "XL", "XXL", "XXXL", "3XL", "4XL", "5XL"))
}


@dataclass(frozen=True)
class Option:
    """A tick box: what it sends, what it says, how much the list would hold."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Group:
    """Tick boxes of one name; `title` is "" for those the template names (cat, brand)."""

    param: str
    title: str
    options: Sequence[Option]

    @property
    def first(self) -> Sequence[Option]:
        return self.options[:AT_FIRST]

    @property
    def rest(self) -> Sequence[Option]:
        return self.options[AT_FIRST:]


@dataclass(frozen=True)
class Range:
    """A range of prices; an open end is None."""

    low: Decimal | None
    high: Decimal | None
    count: int
    chosen: bool
    url: str


@dataclass(frozen=True)
class Chip:
    """Something chosen and the way to take it back; `low` and `high` are given for prices."""

    kind: str
    label: str
    url: str
    low: Decimal | None = None
    high: Decimal | None = None


def known_choice(choice: Choice, stand: Stand, tree: CategoryTree) -> Choice:
    """Without categories, brands and specs that do not exist."""
    known = stand.columns.known_specs
    kept = ((name, frozenset(value for value in values if (name, value) in known)) for name, values in choice.specs)
    return replace(
        choice,
        categories=frozenset(each for each in choice.categories if each in tree.nodes),
        brands=frozenset(each for each in choice.brands if each in stand.brands),
        specs=tuple((name, values) for name, values in kept if values),
    )


def with_branches(choice: Choice, tree: CategoryTree) -> Choice:
    """A category stands for everything below it, too."""
    if not choice.categories:
        return choice
    return replace(
        choice, categories=frozenset(below for each in choice.categories for below in tree.with_descendants(each))
    )


def groups_of(counts: Counts, address: Address, stand: Stand, tree: CategoryTree) -> list[Group]:
    """Categories, brands, then the specs that most of the goods have; only groups that leave a choice."""
    choice = address.choice
    names = {each: tree.nodes[each].name for each in {*counts.categories, *choice.categories} if each in tree.nodes}
    groups = [
        _group("cat", "", counts.categories, choice.categories, names),
        _group("brand", "", counts.brands, choice.brands, stand.brands),
    ]
    chosen = dict(choice.specs)
    by_reach = sorted(counts.specs, key=lambda name: (name not in chosen, -sum(counts.specs[name].values()), name))
    for name in sorted(by_reach[:MOST_SPECS], key=lambda name: -sum(counts.specs[name].values())):
        values = counts.specs[name]
        labels = {value: value for value in {*values, *chosen.get(name, ())}}
        groups.append(_group(f"s.{name}", name, values, chosen.get(name, frozenset()), labels, by_name=True))
    return [group for group in groups if len(group.options) > 1 or any(option.chosen for option in group.options)]


def ranges_of(counts: Counts, address: Address) -> list[Range]:
    """Ranges that hold something, each with its address."""
    choice, found = address.choice, []
    for low, high, number in counts.ranges:
        is_chosen = (choice.low, choice.high) == (low, high)
        if number or is_chosen:
            other = replace(choice, low=None, high=None) if is_chosen else replace(choice, low=low, high=high)
            found.append(Range(_yuan(low), _yuan(high), number, is_chosen, address.with_choice(other)))
    return found


def chips_of(address: Address, stand: Stand, tree: CategoryTree) -> list[Chip]:
    """One for each thing chosen."""
    choice = address.choice

    def chip(kind: str, label: str, without: Choice, **more: Any) -> Chip:
        return Chip(kind, label, address.with_choice(without), **more)

    chips = [
        chip("cat", tree.nodes[each].name, replace(choice, categories=choice.categories - {each}))
        for each in sorted(choice.categories)
    ]
    chips += [
        chip("brand", stand.brands[each], replace(choice, brands=choice.brands - {each}))
        for each in sorted(choice.brands)
    ]
    for name, values in choice.specs:
        chips += [chip("spec", f"{name}：{value}", _without(choice, name, value)) for value in sorted(values)]
    if choice.low is not None or choice.high is not None:
        free = replace(choice, low=None, high=None)
        chips.append(Chip("price", "", address.without_price(free), _yuan(choice.low), _yuan(choice.high)))
    if choice.in_stock:
        chips.append(chip("stock", "", replace(choice, in_stock=False)))
    return chips


def _without(choice: Choice, name: str, value: str) -> Choice:
    left = ((each, values - {value} if each == name else values) for each, values in choice.specs)
    return replace(choice, specs=tuple((each, values) for each, values in left if values))


def _group(
    param: str,
    title: str,
    counts: Mapping[Any, int],
    chosen: frozenset[Any],
    labels: Mapping[Any, str],
    by_name: bool = False,
) -> Group:
    """What is chosen is always among the options, even where nothing is left of it."""
    values = [value for value in {*counts, *chosen} if value in labels]
    values.sort(key=lambda value: (value not in chosen, -counts.get(value, 0), labels[value]))
    values = [value for place, value in enumerate(values) if place < MOST_OPTIONS or value in chosen]
    if by_name and any(_natural(labels[value]) < _OTHERS for value in values):
        values.sort(key=lambda value: _natural(labels[value]))
    options = [Option(str(value), labels[value], counts.get(value, 0), value in chosen) for value in values]
    return Group(param, title, options)


_OTHERS = (2, 0, "")


def _natural(text: str) -> tuple[int, int, str]:
    """Letters of sizes, then values that begin with a number by that number, then the rest."""
    if text.upper() in SIZES:
        return 0, SIZES[text.upper()], text
    number = re.match(r"\d+", text)
    if number:
        return 1, int(number[0]) * (1024 if "TB" in text.upper() else 1), text
    return (*_OTHERS[:2], text)


def _yuan(fen: int | None) -> Decimal | None:
    return None if fen is None else from_fen(fen)
