"""Numbers of uploaded pictures, and what they are for."""

from datetime import timedelta
from enum import StrEnum

MOST_BYTES = 10 * 1024 * 1024  # of one file
MOST_PIXELS = 40_000_000  # a phone's 12 to 24 million, with room; a decoded pixel is 3 or 4 bytes
LEAST_SIDE = 16  # pixels
LONGEST_SHAPE = 6  # times as long as wide, either way
FORMS = 60 * 1024 * 1024 + 512 * 1024  # bytes of a form with six pictures and its fields
UNUSED_FOR = timedelta(days=1)
PER_PERSON_PER_HOUR = 60
PER_STAFF_PER_HOUR = 2000


class Kind(StrEnum):
    """What a picture is for; the stems of private kinds have no public address."""

    GOODS = "goods"
    BRAND = "brand"
    AD = "ad"
    REVIEW = "review"
    RETURN = "return"
    AVATAR = "avatar"


SHOP = frozenset({Kind.GOODS, Kind.BRAND, Kind.AD})  # the shop's own, brought in by staff
PRIVATE_KINDS = frozenset({Kind.RETURN})
