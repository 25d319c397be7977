"""Numbers and words of the catalogue."""

HOT_LENGTH = 5

SORTS = ("default", "price", "price_desc", "hot")
DEFAULT_SORT = "default"  # newest first


def known_sort(asked: str | None) -> str:
    """The sort word asked for, or the default for one we do not know."""
    return asked if asked in SORTS else DEFAULT_SORT
