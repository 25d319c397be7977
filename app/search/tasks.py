"""Jobs of the room; each may run twice, early or never."""

from app.gateways.doors import gateways
from app.search import keeping, store


def reindex_changed() -> None:
    """Some SKUs changed a moment ago. What is left after a batch is the next job's."""
    sku_ids = store.take_dirty(keeping.BATCH)
    try:
        keeping.update(gateways().search, sku_ids)
    except Exception:
        if sku_ids:
            store.mark_dirty(sku_ids)
        raise
    if store.count_dirty() and store.mark_dirty([]):
        keeping.REINDEX.enqueue()


def take_synonyms() -> None:
    """Staff changed a group of synonyms."""
    keeping.take_synonyms(gateways().search)
