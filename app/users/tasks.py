"""Jobs of the room."""

from app.users import notices


def tell_restocked(sku_id: int) -> None:
    """A SKU is back: tell who waits for it. Running twice tells nobody twice."""
    notices.tell(sku_id)
