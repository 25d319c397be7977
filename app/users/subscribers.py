"""News from below: goods are back."""

from app.goods.signals import restocked
from app.shared.redis import AWAY
from app.users import notices


@restocked.connect
def on_restocked(_sender: object, sku_ids: tuple[int, ...]) -> None:
    """One job for each that somebody waits for. Too many to name, or Redis away: the sweep finds them."""
    try:
        for sku_id in notices.awaited(sku_ids):
            notices.TELL.enqueue(sku_id)
    except AWAY:
        pass
