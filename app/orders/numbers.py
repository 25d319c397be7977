"""Order numbers: sortable by day, not guessable, no user in them."""

import secrets

from app.shared import clock

DIGITS = 12


def new_number() -> str:
    """Shanghai day and twelve random digits: `20261122` + `483920175562`."""
    return f"{clock.today():%Y%m%d}{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
