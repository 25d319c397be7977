"""Numbers and words of the catalogue."""

HOT_LENGTH = 5
SIMILAR_LENGTH = 6
SIMILAR_LOOKED_AT = 40  # on either side of the price
PAGE_LIFE_S = 60  # of a kept page: the goods beside may be shown so old, the SKU itself never
MOST_PICTURES = 6
VISITS_A_MINUTE = 10  # of one session to one category
VISITS_PER_ADDRESS_A_MINUTE = 600

# what a page says of the stock
IN, LOW, OUT = "in", "low", "out"
# a sale is decided on what was read a moment ago: so many pieces may have gone to others since
ROOM_FOR_OTHERS = 25


def stock_state(stock: int, low: int) -> str:
    """有货, 仅剩 N 件 (from 1 to `low`) or 无货."""
    return OUT if stock <= 0 else LOW if stock <= low else IN


def moves_shown_state(left: int, low: int) -> bool:
    """May a sale that leaves so many have changed what the page says?"""
    return left <= low + ROOM_FOR_OTHERS


# an SPU at its desk
MOST_SPECS = 6
MOST_OPTIONS = 60  # of a spec
MOST_AT_ONCE = 300  # combinations on one page, SKUs made in one go
