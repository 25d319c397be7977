"""News from below: SKUs changed."""

from app.goods.signals import sku_changed
from app.search import keeping, store
from app.shared.redis import AWAY


@sku_changed.connect
def on_sku_changed(_sender: object, sku_ids: tuple[int, ...]) -> None:
    """Remember which, and have one job look at all of them in a moment. Too many to name are the sweep's."""
    try:
        if sku_ids and store.mark_dirty(sku_ids):
            keeping.REINDEX.enqueue_in(keeping.WAIT_S)
    except AWAY:
        pass  # the sweep finds them by the ledger and the time of the edit
