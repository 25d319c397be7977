"""What a shopper looked at, as cards: the list in Redis holds numbers, one question to the catalogue names them."""

from app.goods import queries as goods
from app.goods.queries import SKUCard
from app.shared.errors import NotFound
from app.shared.paging import Page
from app.users import store
from app.users.policy import HISTORY_PAGE_SIZE, HISTORY_SHOWN


def latest(user_id: int) -> list[SKUCard]:
    """The newest few that still exist, newest first."""
    return _cards(store.visited(user_id, 0, HISTORY_SHOWN))


def page_visited(user_id: int, number: int) -> Page[SKUCard]:
    """A page of everything that is remembered; what no longer exists is left out. NotFound beyond the last page."""
    page: Page[SKUCard] = Page([], number, HISTORY_PAGE_SIZE, store.count_visited(user_id))
    if not 1 <= number <= page.pages:
        raise NotFound()
    ids = store.visited(user_id, (number - 1) * page.size, page.size)
    return Page(_cards(ids), number, page.size, page.total)


def _cards(ids: list[int]) -> list[SKUCard]:
    cards = goods.sku_cards(ids)
    return [cards[sku_id] for sku_id in ids if sku_id in cards]
