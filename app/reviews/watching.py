"""Words that staff look out for, found however they are written: width, case, traditional characters, signs between.

A word of Latin letters is found only as a whole word; of Chinese ones anywhere, even with signs or spaces inside.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.reviews.models import WatchedWord
from app.reviews.policy import Effect
from app.search.analysis.normal import fold
from app.shared.db import db

MASK = "*"
_LATIN = re.compile(r"[a-z0-9]+(?: [a-z0-9]+)*")


@dataclass(frozen=True)
class Seen:
    """A text as it may be kept, and the words it has to wait for."""

    text: str
    waits_for: Sequence[str] = ()


def key_of(word: str) -> str:
    """A word as the list keeps it: folded, without signs; words of Latin letters keep one space between them."""
    folded = " ".join("".join(sign if sign.isalnum() else " " for sign in fold(word)).split())
    return folded if _LATIN.fullmatch(folded) else folded.replace(" ", "")


def look_through(text: str, words: Iterable[tuple[str, str]]) -> Seen:
    """Mask what is to be masked, and name what it must wait for. `words` are (key, effect)."""
    plain, places = _spread(text)
    signs, waits = list(text), []
    for word, effect in words:
        spans = list(_found(plain, places, word))
        if spans and effect == Effect.WAIT:
            waits.append(word)
        for start, end in spans if effect == Effect.MASK else ():
            signs[start:end] = [MASK if not sign.isspace() else sign for sign in signs[start:end]]
    return Seen("".join(signs), waits)


def watched() -> list[tuple[str, str]]:
    """The list, in one statement."""
    return [(row.word, row.effect) for row in db.session.execute(select(WatchedWord.word, WatchedWord.effect))]


def _spread(text: str) -> tuple[str, list[int]]:
    """The folded text with a space for each sign, and for each of its characters the place it comes from."""
    folded, places = [], []
    for place, sign in enumerate(text):
        for each in fold(sign) or " ":
            folded.append(each if each.isalnum() else " ")
            places.append(place)
    return "".join(folded), places


def _found(plain: str, places: list[int], word: str) -> Iterable[tuple[int, int]]:
    """(first, behind the last) place in the text of everything that reads as the word."""
    if _LATIN.fullmatch(word):
        pattern = r"(?<![a-z0-9])" + r"\s+".join(map(re.escape, word.split())) + r"(?![a-z0-9])"
    else:
        pattern = r"\s*".join(map(re.escape, word))
    for match in re.finditer(pattern, plain):
        yield places[match.start()], places[match.end() - 1] + 1
