"""Jobs of the room; each may run twice, early or never."""

from app.gateways.doors import gateways
from app.gateways.search import WriterBusy
from app.search import keeping, store

BUSY_S = 3


def reindex_changed() -> None:
    """Some SKUs changed a moment ago. What is left after a batch is the next job's."""
    sku_ids = store.take_dirty(keeping.BATCH)
    try:
        keeping.update(gateways().search, sku_ids)
    except WriterBusy:  # a rebuild or the sweep writes: look again in a moment
        if store.mark_dirty(sku_ids):
            keeping.REINDEX.enqueue_in(BUSY_S)
        return
    except Exception:
        if sku_ids:
            store.mark_dirty(sku_ids)
        raise
    if store.count_dirty() and store.mark_dirty([]):
        keeping.REINDEX.enqueue()


def take_synonyms() -> None:
    """Staff changed a group of synonyms."""
    try:
        keeping.take_synonyms(gateways().search)
    except WriterBusy:
        keeping.TAKE_SYNONYMS.enqueue_in(BUSY_S)
