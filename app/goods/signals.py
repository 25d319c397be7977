"""News of the room, for the floors above."""

from collections.abc import Iterable

from blinker import Namespace

from app.shared.uow import then

# Something that lists and search show of these SKUs has changed: texts, price, shelf, stock or sales. Sent after the
# commit, outside of any unit; whoever misses it finds the change by `skus.updated_at` and the stock ledger.
# Facts: sku_ids, a tuple; empty when too many to name.
sku_changed = Namespace().signal("sku-changed")
MOST_NAMED = 1000


def tell_changed(sku_ids: Iterable[int]) -> None:
    """Promise the news for after the commit."""
    named = tuple(sku_ids)
    then(_send, named if len(named) <= MOST_NAMED else ())


def _send(sku_ids: tuple[int, ...]) -> None:
    sku_changed.send(None, sku_ids=sku_ids)
