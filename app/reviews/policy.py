"""Numbers of reviewing, and how a writer is named."""

import re

PAGE_SIZE = 10
MOST_PICTURES = 6
SHORTEST, LONGEST = 5, 500  # characters
SCORES = (5, 4, 3, 2, 1)

NUMBER_INSIDE = re.compile(r"1[0-9]{10}")


def shown_name(username: str, is_anonymous: bool) -> str:
    """The name over a review. One that holds a mobile number is masked too, whatever its owner ticked (SEC-22)."""
    if is_anonymous or not username or NUMBER_INSIDE.search(username):
        return f"{username[:1]}***{username[-1:]}"
    return username
