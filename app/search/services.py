"""Find goods by plain words. The real engine is a later issue; whoever calls does not see the difference."""

from app.goods.queries import SKUCard, find_skus
from app.shared.errors import NotFound
from app.shared.paging import Page

LONGEST = 64  # characters of a question
MOST_WORDS = 8


def words_of(question: str) -> list[str]:
    """The words of a question, each once, without the room a flood would need."""
    return list(dict.fromkeys(question[:LONGEST].split()))[:MOST_WORDS]


def search(words: list[str], page: int, size: int, sort: str) -> Page[SKUCard]:
    """A page of what is on the shelf and has every word in its name; nothing asked, nothing found."""
    if words:
        return find_skus(words, page, size, sort)
    if page != 1:
        raise NotFound()
    return Page([], 1, size, 0)
