"""What a Latin word that the index does not know may mean: pinyin, initials, or one slip of the finger."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.search.analysis import sounds
from app.search.analysis.lexicon import SHORTEST_TYPO, Lexicon, deletions, one_edit_apart

PINYIN, BLURRED, INITIALS, TYPO, PINYIN_TYPO = 0.92, 0.84, 0.85, 0.8, 0.76
MOST_MEANT = 6
LONGEST_INITIALS = 8
LONGEST_SPELLING = 48


@dataclass(frozen=True, slots=True)
class Spelled:
    """A stretch of letters: the words it may mean, best first."""

    text: str
    meant: tuple[str, ...]
    quality: float
    how: str


def spell(text: str, lexicon: Lexicon) -> list[Spelled]:
    """The likeliest reading of letters, word by word; nothing when there is none."""
    if len(text) > LONGEST_SPELLING or not text.isalpha():
        return []
    tries: Sequence[Callable[[str, Lexicon], list[Spelled]]] = (_pinyin, _initials, _typo, _blurred, _pinyin_typo)
    for attempt in tries:
        found = attempt(text, lexicon)
        if found:
            return found
    return []


def _pinyin(text: str, lexicon: Lexicon) -> list[Spelled]:
    return _segment(text, lexicon.by_spelling, lexicon, PINYIN, "pinyin")


def _blurred(text: str, lexicon: Lexicon) -> list[Spelled]:
    return _segment(sounds.blurred(text), lexicon.by_blurred, lexicon, BLURRED, "pinyin")


def _segment(text: str, words_of: Mapping[str, list[str]], lexicon: Lexicon, quality: float, how: str) -> list[Spelled]:
    """The fewest words whose spellings make up the text; strong words before plain ones, single characters last."""
    best: list[tuple[float, list[Spelled]] | None] = [(0.0, [])]
    for end in range(1, len(text) + 1):
        choice: tuple[float, list[Spelled]] | None = None
        for start in range(max(0, end - lexicon.longest_spelling), end):
            before = best[start]
            words = words_of.get(text[start:end])
            if before is None or not words:
                continue
            cost = before[0] + _cost(words[0], lexicon)
            if choice is None or cost < choice[0]:
                meant = _meant(words, lexicon)
                choice = cost, [*before[1], Spelled(text[start:end], meant, quality, how)]
        best.append(choice)
    return best[-1][1] if best[-1] else []


def _cost(word: str, lexicon: Lexicon) -> float:
    return 1.0 + 0.15 * (3 - lexicon.strength(word)) + (0.8 if len(word) == 1 else 0.0)


def _meant(words: Sequence[str], lexicon: Lexicon) -> tuple[str, ...]:
    """The strongest of them; weaker ones only when nothing is strong."""
    most = lexicon.strength(words[0])
    return tuple(word for word in words if lexicon.strength(word) >= min(most, 2))[:MOST_MEANT]


def _initials(text: str, lexicon: Lexicon) -> list[Spelled]:
    """The whole text as the initials of one word, or of two strong ones: hwsj is 华为 手机."""
    if not 2 <= len(text) <= LONGEST_INITIALS:
        return []
    words = [word for word in lexicon.by_initials.get(text, ()) if len(word) == len(text)]
    strong = [word for word in words if lexicon.strength(word) == 3]
    if strong or (words and len(text) > 2 and lexicon.strength(words[0]) == 2):
        return [Spelled(text, tuple((strong or words)[:MOST_MEANT]), INITIALS, "initials")]
    for place in range(2, len(text) - 1):
        halves = [_strong_initials(half, lexicon) for half in (text[:place], text[place:])]
        if all(halves):
            return [
                Spelled(text[:place], halves[0], INITIALS, "initials"),
                Spelled(text[place:], halves[1], INITIALS, "initials"),
            ]
    return []


def _strong_initials(text: str, lexicon: Lexicon) -> tuple[str, ...]:
    words = lexicon.by_initials.get(text, ())
    return tuple(word for word in words if len(word) == len(text) and lexicon.strength(word) == 3)[:MOST_MEANT]


def _typo(text: str, lexicon: Lexicon) -> list[Spelled]:
    words = _one_edit(text, lexicon.latin)
    return [Spelled(text, tuple(lexicon.best_first(words)[:MOST_MEANT]), TYPO, "typo")] if words else []


def _pinyin_typo(text: str, lexicon: Lexicon) -> list[Spelled]:
    spellings = _one_edit(text, lexicon.mistyped_spellings) if len(text) > SHORTEST_TYPO else []
    words = [word for spelling in spellings for word in lexicon.by_spelling[spelling]]
    meant = lexicon.best_first(dict.fromkeys(words))[:MOST_MEANT]
    return [Spelled(text, tuple(meant), PINYIN_TYPO, "typo")] if meant else []


def _one_edit(text: str, index: Mapping[str, list[str]]) -> list[str]:
    """The first letter is seldom the wrong one, and hair is not air."""
    if len(text) < SHORTEST_TYPO:
        return []
    near = {word for key in (text, *deletions(text)) for word in index.get(key, ())}
    return [word for word in sorted(near) if word[0] == text[0] and one_edit_apart(text, word)]
