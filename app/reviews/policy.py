"""Numbers of reviewing, the states of a review, and how a writer is named."""

import re
from enum import StrEnum

from app.shared.errors import marked

PAGE_SIZE = 10
MOST_PICTURES = 6
SHORTEST, LONGEST = 5, 500  # characters
SCORES = (5, 4, 3, 2, 1)
ANSWER_LONGEST = 500
REASON_LONGEST = 200
WORD_LONGEST = 32
MOST_WORDS = 2000


class State(StrEnum):
    """Only what is shown counts."""

    SHOWN = "shown"
    HIDDEN = "hidden"
    WAITING = "waiting"


STATES = {State.SHOWN: marked("展示中"), State.WAITING: marked("待审核"), State.HIDDEN: marked("已隐藏")}


class Effect(StrEnum):
    """What a watched word does to a new review."""

    WAIT = "wait"
    MASK = "mask"


EFFECTS = {Effect.WAIT: marked("转人工审核"), Effect.MASK: marked("用星号遮住")}

NUMBER_INSIDE = re.compile(r"1[0-9]{10}")


def shown_name(username: str, is_anonymous: bool) -> str:
    """The name over a review. One that holds a mobile number is masked too, whatever its owner ticked (SEC-22)."""
    if is_anonymous or not username or NUMBER_INSIDE.search(username):
        return f"{username[:1]}***{username[-1:]}"
    return username
