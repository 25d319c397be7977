"""What a list holds: by the columns of this process, or by plain SQL while they cannot be had."""

import logging
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from app.gateways.search import EngineAway, SearchIndex
from app.goods import queries
from app.goods.categories import CategoryTree, category_tree
from app.goods.errors import NoSuchPage
from app.goods.queries import SKUCard
from app.search import finding
from app.search.address import Address
from app.search.finding import Found
from app.search.listing import Listing, Place, cut_page, fill_page, plain_page, popular_cards
from app.search.listing_rows import brand_name, ids_with
from app.search.shelf import Shelf
from app.shared.errors import NotFound
from app.shared.money import to_fen
from app.shared.paging import Page

log = logging.getLogger(__name__)

LONGEST = 64  # characters of a question
MOST_WORDS = 8
PLAIN_SORTS = {"new": "default", "rating": "default"}  # what plain SQL cannot sort by


def words_of(question: str) -> list[str]:
    """The words of a question, each once, without the room a flood would need."""
    return list(dict.fromkeys(question[:LONGEST].split()))[:MOST_WORDS]


def list_category(shelf: Shelf, tree: CategoryTree, category_id: int, address: Address, number: int) -> Listing:
    """A page of a category and everything below it; NoSuchCategory, NoSuchPage."""
    place = Place(categories=frozenset(tree.with_descendants(category_id)))

    def plain(sort: str) -> Listing:
        page = queries.page_skus(category_id, number, address.size, sort)
        return plain_page(page, address, queries.hot_skus(category_id))

    return _show(shelf, place, address, number, plain, tree)


def list_brand(shelf: Shelf, brand_id: int, address: Address, number: int) -> tuple[str, Listing]:
    """The brand's name and a page of its goods; NoSuchBrand, NoSuchPage."""
    name = brand_name(brand_id)

    def plain(sort: str) -> Listing:
        return plain_page(queries.brand_skus(brand_id, number, address.size, sort), address)

    return name, _show(shelf, Place(brand_id=brand_id), address, number, plain)


def search(shelf: Shelf, index: SearchIndex, text: str, address: Address, number: int) -> tuple[Found, Listing]:
    """What words found, or came close; a page of it. A price among the words is taken as chosen. NoSuchPage."""
    if not text:
        if number != 1:
            raise NotFound()
        return Found(()), plain_page(Page([], 1, address.size, 0), address)
    found = find(text, index)
    ends = found.price_from, found.price_to
    choice = address.choice
    if ends != (None, None) and not address.any_price and (choice.low, choice.high) == (None, None):
        choice = replace(choice, low=_fen(ends[0]), high=_fen(ends[1]))
    address = replace(address, choice=choice, reads_prices=ends != (None, None))

    def plain(sort: str) -> Listing:
        return plain_page(queries.find_skus(words_of(text), number, address.size, sort), address)

    return found, _show(shelf, Place(found=found.ids or found.near), address, number, plain)


def find(text: str, index: SearchIndex) -> Found:
    """By the index, or by the names alone while there is none."""
    try:
        return finding.find(text, index)
    except EngineAway:
        log.warning("search without an index: names alone are asked")
        words = words_of(text)
        return Found(ids=ids_with(words), words=words)


def popular(shelf: Shelf) -> list[SKUCard]:
    """Best sellers of the whole mall, for those who found nothing; none while there are no columns."""
    try:
        return popular_cards(shelf.now())
    except Exception:
        log.exception("no popular goods")
        return []


def _show(
    shelf: Shelf,
    place: Place,
    address: Address,
    number: int,
    plain: Callable[[str], Listing],
    tree: CategoryTree | None = None,
) -> Listing:
    """Whatever is wrong with the columns, a list is shown: without facets, and the log says why."""
    tree = tree or category_tree()
    try:
        stand = shelf.now()
        cut = cut_page(stand, tree, place, address, number)
    except Exception:
        log.exception("lists without facets: the columns cannot be had")
        return plain(PLAIN_SORTS.get(address.sort, address.sort))
    pages = max(1, -(-cut.total // cut.address.size))
    if not 1 <= number <= pages:
        raise NoSuchPage(page=number, pages=pages)
    return fill_page(cut, stand, tree, number)


def _fen(amount: Decimal | None) -> int | None:
    return None if amount is None else to_fen(amount)
