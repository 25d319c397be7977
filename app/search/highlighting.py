"""The words of a question marked in a name."""

import re
from collections.abc import Callable, Sequence

from markupsafe import Markup, escape


def highlighter(words: Sequence[str]) -> Callable[[str], Markup]:
    """A function that escapes a text and marks the words in it; longer words first, any case."""
    known = sorted({word for word in words if word.strip()}, key=lambda word: (-len(word), word))
    if not known:
        return lambda text: escape(text)
    pattern = re.compile("|".join(_as_written(word) for word in known), re.IGNORECASE)

    def mark(text: str) -> Markup:
        marked, end = Markup(""), 0
        for hit in pattern.finditer(text):
            marked += escape(text[end : hit.start()]) + Markup("<mark>{}</mark>").format(hit[0])
            end = hit.end()
        return marked + escape(text[end:])

    return mark


def _as_written(word: str) -> str:
    """A Latin word is not marked inside another one."""
    plain = re.escape(word)
    return rf"(?<![A-Za-z0-9]){plain}" if word[0].isascii() and word[0].isalnum() else plain
