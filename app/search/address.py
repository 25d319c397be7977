"""The address of a list: read from any query without complaint, written in one form that can be shared and kept."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from urllib.parse import quote, urlencode

from app.search.facets import Choice
from app.shared.money import MOST, from_fen, parse, to_fen

LISTS = ("default", "price", "price_desc", "hot", "rating")
SEARCHES = ("default", "new", "price", "price_desc", "hot", "rating")
SIZES = (20, 40)
GROUPS = ("spu", "sku")
MOST_CHOSEN = 60  # values in one address; the rest is ignored
LONGEST_VALUE = 64
NOTHING = Choice()
Pairs = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Address:
    """Where we are: `path` gives the path of a page, or "" where the page stands in the query; `fixed` is kept."""

    path: Callable[[int], str] = field(compare=False)
    page_in_query: bool = False
    fixed: tuple[tuple[str, str], ...] = ()
    sorts: tuple[str, ...] = LISTS
    usual_size: int = SIZES[0]
    choice: Choice = NOTHING
    sort: str = "default"
    size: int = SIZES[0]
    group: str = GROUPS[0]
    reads_prices: bool = False  # words may name a price
    any_price: bool = False  # the shopper took back a price that was read from the words

    @property
    def by_family(self) -> bool:
        return self.group == "spu"

    def read(self, given: Pairs, group: str) -> "Address":
        """With what the query says; unknown names and values that make no sense are left aside."""
        pairs = [(name, value.strip()) for name, value in given][: 4 * MOST_CHOSEN]
        first = dict(reversed(pairs))
        sort, size = first.get("sort", ""), first.get("size", "")
        return replace(
            self,
            choice=_choice(pairs),
            sort=sort if sort in self.sorts else "default",
            size=int(size) if size in map(str, SIZES) else self.usual_size,
            group=first["group"] if first.get("group") in GROUPS else group,
            any_price=first.get("price") == "any",
        )

    def pairs(self) -> list[tuple[str, str]]:
        """The query in its one order, without what goes without saying and without the page."""
        choice = self.choice
        found = [*self.fixed]
        found += [("cat", str(each)) for each in sorted(choice.categories)]
        found += [("brand", str(each)) for each in sorted(choice.brands)]
        found += [(f"s.{name}", value) for name, values in choice.specs for value in sorted(values)]
        if choice.low is not None or choice.high is not None:
            found.append(("price", f"{_plain(choice.low)}-{_plain(choice.high)}"))
        elif self.any_price:
            found.append(("price", "any"))
        found += [("stock", "1")] if choice.in_stock else []
        found += [("sort", self.sort)] if self.sort != "default" else []
        found += [("size", str(self.size))] if self.size != self.usual_size else []
        found += [("group", self.group)] if self.group != GROUPS[0] else []
        return sorted(found)

    def url(self, page: int = 1) -> str:
        """The address of a page of this list, always the same for the same list."""
        pairs = self.pairs()
        if self.page_in_query and page > 1:
            pairs = sorted([*pairs, ("page", str(page))])
        query = urlencode(pairs, quote_via=quote)
        return self.path(page) + (f"?{query}" if query else "")

    # -- neighbours: every one of them begins at page 1 --

    def sorted_by(self, sort: str) -> str:
        return replace(self, sort=sort).url()

    def sized(self, size: int) -> str:
        return replace(self, size=size).url()

    def grouped(self, group: str) -> str:
        return replace(self, group=group).url()

    def cleared(self) -> str:
        return replace(self, choice=NOTHING).url()

    def with_choice(self, choice: Choice) -> str:
        return replace(self, choice=choice).url()

    def without_price(self, choice: Choice) -> str:
        """Also where the words themselves name a price."""
        return replace(self, choice=choice, any_price=self.reads_prices).url()

    def hidden(self) -> list[tuple[str, str]]:
        """What a form of facets must send along: everything but the facets."""
        return replace(self, choice=NOTHING).pairs()


def _choice(pairs: Sequence[tuple[str, str]]) -> Choice:
    specs: dict[str, set[str]] = {}
    kept = [(name, value) for name, value in pairs if value and len(value) <= LONGEST_VALUE][:MOST_CHOSEN]
    for name, value in kept:
        if name.startswith("s.") and len(name) > 2:
            specs.setdefault(name[2:], set()).add(value)
    low, high = _prices(dict(reversed(kept)))
    return Choice(
        categories=_numbers(kept, "cat"),
        brands=_numbers(kept, "brand"),
        specs=tuple(sorted((name, frozenset(values)) for name, values in specs.items())),
        low=low,
        high=high,
        in_stock=("stock", "1") in kept,
    )


def _numbers(pairs: Sequence[tuple[str, str]], name: str) -> frozenset[int]:
    found = (value for each, value in pairs if each == name)
    return frozenset(int(value) for value in found if value.isascii() and value.isdigit() and len(value) <= 18)


def _prices(first: dict[str, str]) -> tuple[int | None, int | None]:
    """`price=100-500`, or `min` and `max` as the little form sends them, which count more; ends in disorder change
    places, and a lower end of nothing is none."""
    low, _, high = first.get("price", "").partition("-")
    ends = [_fen(first.get("min", low)), _fen(first.get("max", high))]
    if None not in ends:
        ends.sort(key=lambda end: end or 0)
    return ends[0] or None, ends[1]


def _fen(text: str) -> int | None:
    try:
        amount = parse(text)
    except ValueError:
        return None
    return to_fen(amount) if amount <= MOST else None


def _plain(fen: int | None) -> str:
    """`100` for 100.00, `99.50`, or nothing."""
    if fen is None:
        return ""
    amount: Decimal = from_fen(fen)
    return str(fen // 100) if fen % 100 == 0 else str(amount)
