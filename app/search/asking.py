"""What people ask: counted without their names for hot words and the log of misses, and kept for each as their own."""

import re

from app.search import store
from app.search.analysis.normal import fold
from app.search.analysis.reading import LONGEST
from app.shared import clock
from app.shared.redis import AWAY

_PRIVATE = re.compile(r"\d(?:[\s-]?\d){6}|@")  # a telephone number, an address: nobody else's business


def note_query(text: str, total: int, owner: str = "") -> None:
    """Count a question that was searched for; `owner` (user:7, guest:…) keeps it among their own."""
    question = fold(text)[:LONGEST]
    if not re.search(r"\w", question):
        return
    try:
        if owner:
            store.note_recent(owner, text.strip()[:LONGEST])
        if _PRIVATE.search(question):
            return
        if total:
            store.note_asked(question, clock.today())
        else:
            store.note_missed(question, clock.today())
    except AWAY:
        pass


def commonest(most: int) -> list[tuple[str, int]]:
    """(question, how often) of the last days, the commonest first; older days count less. None while Redis is away."""
    try:
        return [(question, round(weight)) for question, weight in store.asked_lately(clock.today(), most)]
    except AWAY:
        return []


def recent(owner: str) -> list[str]:
    """One's own last searches, newest first; none while Redis is away."""
    try:
        return store.recent(owner) if owner else []
    except AWAY:
        return []


def forget_recent(owner: str) -> None:
    """All of them. Redis errors reach the caller: nobody may be told that it is done when it is not."""
    store.forget_recent(owner)
