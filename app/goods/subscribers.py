"""The room's own news: kept pages that show a SKU are made anew."""

from app.goods import shown
from app.goods.signals import page_changed


@page_changed.connect
def on_page_changed(_sender: object, sku_ids: tuple[int, ...]) -> None:
    """Of the SKUs and of their siblings, which show them in their pickers; every page when too many to name."""
    shown.drop_pages(sku_ids)
