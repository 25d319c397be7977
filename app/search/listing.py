"""One list for categories, brands and words: what is counted, which page is cut, and how the choice reads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from app.goods.categories import CategoryTree
from app.goods.queries import HotSKU, SKUCard, sku_cards
from app.search import facets, listing_rows
from app.search.address import Address
from app.search.choosing import Chip, Group, Range, chips_of, groups_of, known_choice, ranges_of, with_branches
from app.search.columns import Array, Columns
from app.search.shelf import Stand
from app.shared.paging import Page

COLOUR = "颜色"
MOST_SWATCHES = 5
HOT_LENGTH = 5


@dataclass(frozen=True)
class Place:
    """What a list is of; exactly one of the three is given. `found` is best first."""

    categories: frozenset[int] | None = None
    brand_id: int | None = None
    found: Sequence[int] | None = None


@dataclass(frozen=True)
class Swatch:
    """Another colour of the family on a card."""

    value: str
    sku_id: int
    image: str


@dataclass(frozen=True)
class Card:
    """A card: its SKU, how many kinds of it there are, and its colours."""

    sku: SKUCard
    kinds: int = 1
    swatches: Sequence[Swatch] = ()


@dataclass(frozen=True)
class Listing:
    """Everything a page of a list shows. Without facets it was read by plain SQL."""

    address: Address
    page: Page[Card]
    groups: Sequence[Group] = ()
    ranges: Sequence[Range] = ()
    in_stock: int = 0
    chips: Sequence[Chip] = ()
    hot: Sequence[HotSKU] = ()
    has_facets: bool = True


@dataclass(frozen=True)
class Cut:
    """A page in numbers, before anything is read from the database."""

    address: Address
    counts: facets.Counts
    total: int
    ids: list[int]
    kinds: dict[int, int] = field(default_factory=dict)
    swatches: dict[int, list[tuple[str, int]]] = field(default_factory=dict)
    hot_ids: list[int] = field(default_factory=list)


def cut_page(stand: Stand, tree: CategoryTree, place: Place, address: Address, number: int) -> Cut:
    """Count and cut in memory alone."""
    columns = stand.columns
    address = replace(address, choice=known_choice(address.choice, stand, tree))
    base, ranked = _base(columns, place)
    choice = with_branches(address.choice, tree)
    counts = _remembered(columns, place, base, choice, address.by_family)
    lines = _ordered(columns, counts.found, ranked, address)
    if address.by_family:
        lines = columns.first_of_families(lines)
    shown = lines[(number - 1) * address.size : number * address.size]
    kinds, swatches = _families(columns, shown) if address.by_family else ({}, {})
    return Cut(
        address=address,
        counts=counts,
        total=counts.total,
        ids=columns.ids[shown].tolist(),
        kinds=kinds,
        swatches=swatches,
        hot_ids=_hot(columns, place, base) if ranked is None else [],
    )


def fill_page(cut: Cut, stand: Stand, tree: CategoryTree, number: int) -> Listing:
    """Prices, stock and names as they stand in the database now; what left the shelf meanwhile is left out."""
    cards = sku_cards([*cut.ids, *cut.hot_ids])
    colours = {sku_id for pairs in cut.swatches.values() for _, sku_id in pairs}
    pictures = listing_rows.pictures_of(colours)
    return Listing(
        address=cut.address,
        page=Page(list(_cards(cut, cards, pictures)), number, cut.address.size, cut.total),
        groups=groups_of(cut.counts, cut.address, stand, tree),
        ranges=ranges_of(cut.counts, cut.address),
        in_stock=cut.counts.in_stock,
        chips=chips_of(cut.address, stand, tree),
        hot=[
            HotSKU(c.id, c.name, c.price, c.image, c.sales) for c in map(cards.get, cut.hot_ids) if c and c.is_launched
        ],
    )


def plain_page(page: Page[SKUCard], address: Address, hot: Sequence[HotSKU] = ()) -> Listing:
    """A page that SQL alone has read."""
    cards = Page([Card(sku) for sku in page.items], page.number, page.size, page.total)
    return Listing(address=replace(address, group="sku"), page=cards, hot=hot, has_facets=False)


def popular_cards(stand: Stand) -> list[SKUCard]:
    """The best sellers of the whole mall that can be had, one a family."""
    columns = stand.columns
    order = columns.order("hot")
    lines = columns.first_of_families(order[(columns.shelved & columns.stocked)[order]])[: 2 * HOT_LENGTH]
    ids = columns.ids[lines].tolist()
    cards = sku_cards(ids)
    return [cards[each] for each in ids if each in cards and cards[each].is_launched]


def _base(columns: Columns, place: Place) -> tuple[Array, Array | None]:
    """The mask of the place, and for words the lines in their rank."""
    if place.found is not None:
        ranked = columns.lines_of(np.asarray(place.found, dtype=np.int64))
        mask = np.zeros(columns.size, dtype=np.bool_)
        mask[ranked] = True
        return mask, ranked
    if place.categories is not None:
        return columns.categories.having(place.categories, columns.size), None
    return columns.brands.having(frozenset({place.brand_id}), columns.size), None


def _remembered(columns: Columns, place: Place, base: Array, choice: facets.Choice, by_family: bool) -> facets.Counts:
    """Counts of places that everybody goes to are kept as long as the columns; what words found is not."""
    if place.found is not None:
        return facets.count(columns, base, choice, by_family)
    name = ("counts", place, choice, by_family)
    kept: Any = columns.memory.get(name)
    if kept is None:
        if len(columns.memory) >= facets.REMEMBERED:
            columns.memory.clear()
        kept = columns.memory[name] = facets.count(columns, base, choice, by_family)
    counts: facets.Counts = kept
    return counts


def _ordered(columns: Columns, found: Array, ranked: Array | None, address: Address) -> Array:
    """The lines of the list in its order."""
    order = ranked
    if order is None or address.sort != "default":
        order = columns.order("new" if address.sort == "default" else address.sort)
    lines: Array = order[found[order]]
    return lines


def _hot(columns: Columns, place: Place, base: Array) -> list[int]:
    """The best sellers on the shelf of the place, whatever is chosen; kept as long as the columns."""
    kept: list[int] | None = columns.memory.get(("hot", place))
    if kept is not None:
        return kept
    lines = np.flatnonzero(base & columns.shelved)
    best = lines[np.lexsort((columns.ids[lines], columns.sales[lines]))[::-1][:HOT_LENGTH]]
    ids: list[int] = columns.ids[best].tolist()
    columns.memory["hot", place] = ids
    return ids


def _families(columns: Columns, lines: Array) -> tuple[dict[int, int], dict[int, list[tuple[str, int]]]]:
    """For each SKU that stands for its family: how many are on the shelf, and one SKU of each colour."""
    kinds: dict[int, int] = {}
    swatches: dict[int, list[tuple[str, int]]] = {}
    colour_of = columns.spec_values(COLOUR)
    for line in lines.tolist():
        siblings = columns.siblings(line)
        siblings = np.append(np.array([line], dtype=np.int32), siblings[columns.shelved[siblings]])
        own = int(columns.ids[line])
        kinds[own] = len(siblings) - 1
        colours: dict[int, int] = {}
        for code, sku_id in zip(colour_of[siblings].tolist(), columns.ids[siblings].tolist(), strict=True):
            colours.setdefault(code, sku_id)
        if len(colours) > 1:
            swatches[own] = [(columns.spec_keys[code][1], each) for code, each in colours.items() if code >= 0]
    return kinds, swatches


def _cards(cut: Cut, cards: dict[int, SKUCard], pictures: dict[int, str]) -> Iterable[Card]:
    for sku_id in cut.ids:
        card = cards.get(sku_id)
        if card is not None and card.is_launched:
            colours = [Swatch(v, each, pictures[each]) for v, each in cut.swatches.get(sku_id, []) if each in pictures]
            yield Card(card, cut.kinds.get(sku_id, 1), colours)
