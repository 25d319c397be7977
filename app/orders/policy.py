"""Numbers of ordering. Freight and the reservation time are settings, read in one place each."""

from decimal import Decimal

PAGE_SIZE = 5
MOST_LINES = 120
NUMBER_TRIES = 5


def freight_of(goods_amount: Decimal, flat: Decimal) -> Decimal:
    """The one place that knows what delivery costs: flat per order."""
    return flat
