"""News of the room, for the floors above."""

from collections.abc import Iterable

from blinker import Namespace, Signal

from app.shared.uow import then_together

_news = Namespace()
# Something that lists and search show of these SKUs has changed: texts, price, shelf, stock or sales. Sent after the
# commit, outside of any unit; whoever misses it finds the change by `skus.updated_at` and the stock ledger.
# Facts: sku_ids, a tuple; empty when too many to name.
sku_changed = _news.signal("sku-changed")
# The same for what a SKU's own page shows: a sale is news only where it moves 有货, 仅剩 N 件 or 无货.
page_changed = _news.signal("page-changed")
# There was nothing to buy of these, and now there may be. Whoever misses it finds stock above 0.
restocked = _news.signal("restocked")
MOST_NAMED = 1000


def tell_changed(sku_ids: Iterable[int], *, on_page: Iterable[int] | None = None) -> None:
    """Promise the news for after the commit; `on_page` are those whose own page changes, all unless said otherwise."""
    named = tuple(sku_ids)
    then_together(_tell_lists, named)
    then_together(_tell_pages, named if on_page is None else tuple(on_page))


def tell_restocked(sku_ids: Iterable[int]) -> None:
    """Promise the good news for after the commit."""
    then_together(_tell_restocked, tuple(sku_ids))


def _tell_lists(sku_ids: tuple[int, ...]) -> None:
    _send(sku_changed, sku_ids)


def _tell_pages(sku_ids: tuple[int, ...]) -> None:
    _send(page_changed, sku_ids)


def _tell_restocked(sku_ids: tuple[int, ...]) -> None:
    _send(restocked, sku_ids)


def _send(news: Signal, sku_ids: tuple[int, ...]) -> None:
    news.send(None, sku_ids=sku_ids if len(sku_ids) <= MOST_NAMED else ())
