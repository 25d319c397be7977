"""What a question's words are looked up in: the vocabulary of the index, the synonyms, and both by their sound."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

from app.search.analysis import sounds
from app.search.analysis.fields import BIT
from app.search.analysis.normal import HAN_RUN, fold, is_hanzi
from app.search.analysis.vocabulary import PHRASE, Vocabulary

NAMED = BIT["b"] | BIT["c"] | BIT["ca"]
KIND = BIT["c"] | BIT["ca"] | BIT["ch"]
SHORTEST_TYPO = 4  # letters


def synonym_key(word: str) -> str:
    """Synonyms are compared folded and without spaces."""
    return fold(word).replace(" ", "")


class Lexicon:
    """Built once for a vocabulary and a table of synonyms; its indexes are made when first asked for."""

    def __init__(self, vocabulary: Vocabulary, groups: Iterable[Sequence[str]]) -> None:
        self.vocabulary = vocabulary
        self.synonyms: dict[str, list[str]] = {}
        for group in groups:
            keys = list(dict.fromkeys(synonym_key(word) for word in group if word.strip()))
            if any(self._is_in_index(key) for key in keys):
                for key in keys:
                    others = self.synonyms.setdefault(key, [])
                    others += [other for other in keys if other != key and other not in others]

    def bits(self, word: str) -> int:
        return self.vocabulary.bits.get(word, 0)

    def knows(self, word: str) -> bool:
        """A word of the index, or a synonym of one."""
        return self.vocabulary.is_word(word) or word in self.synonyms

    def strength(self, word: str) -> int:
        """3 brand, category or what a thing is called; 2 in a name or spec; 1 in a caption only; 0 unknown."""
        own = self._own_strength(word)
        if word in self.synonyms:
            own = max(own, *(self._own_strength(other) for other in self.synonyms[word]), 1)
        return own

    def is_kind(self, word: str) -> bool:
        """Does it say what sort of thing is wanted: a category, or what names end in?"""
        return any(self._is_kind(each) for each in (word, *self.synonyms.get(word, ())))

    def is_brand(self, word: str) -> bool:
        return any(self.bits(each) & BIT["b"] for each in (word, *self.synonyms.get(word, ())))

    @cached_property
    def by_spelling(self) -> Mapping[str, list[str]]:
        return self._by(lambda reading: reading.replace("'", ""))

    @cached_property
    def by_blurred(self) -> Mapping[str, list[str]]:
        return self._by(lambda reading: sounds.blurred(reading.replace("'", "")))

    @cached_property
    def by_initials(self) -> Mapping[str, list[str]]:
        return self._by(lambda reading: "".join(syllable[0] for syllable in reading.split("'")))

    @cached_property
    def by_homophone(self) -> Mapping[str, list[str]]:
        return self._by(str)

    @cached_property
    def by_blurred_homophone(self) -> Mapping[str, list[str]]:
        return self._by(sounds.blurred)

    @cached_property
    def with_a_gap(self) -> Mapping[str, list[str]]:
        """Makers of three characters or more with one character left open: other words differ by one and mean it."""
        found: dict[str, list[str]] = {}
        for word in {*self.vocabulary.sounds, *self.synonyms}:
            if 2 < len(word) < 9 and self.bits(word) & BIT["b"]:
                for place in range(len(word)):
                    found.setdefault(f"{word[:place]}?{word[place + 1 :]}", []).append(word)
        return found

    @cached_property
    def latin(self) -> Mapping[str, list[str]]:
        """Latin words by themselves and by what is left without one letter: the ways to meet at one edit."""
        return _by_deletion(
            word
            for word in {*self.vocabulary.bits, *self.synonyms}
            if len(word) >= SHORTEST_TYPO and word.isascii() and word.isalpha() and self.knows(word)
        )

    @cached_property
    def mistyped_spellings(self) -> Mapping[str, list[str]]:
        """Full pinyin of words of weight, by deletion."""
        return _by_deletion(
            spelling
            for spelling, words in self.by_spelling.items()
            if len(spelling) > SHORTEST_TYPO and self.strength(words[0]) == 3
        )

    @cached_property
    def mixed(self) -> list[str]:
        """Brands and synonyms of letters or digits together with characters; the longest first."""
        names = {word for word, bits in self.vocabulary.bits.items() if bits & BIT["b"]} | set(self.synonyms)
        mixed = (word for word in names if re.search("[a-z0-9]", word) and HAN_RUN.sub("", word) and is_hanzi(word))
        return sorted(mixed, key=len, reverse=True)

    @cached_property
    def longest_spelling(self) -> int:
        return max(map(len, self.by_spelling), default=0)

    def warm(self) -> None:
        """Make every index now."""
        for index in (self.by_spelling, self.by_blurred, self.by_initials, self.by_homophone, self.latin):
            len(index)
        for later in (self.by_blurred_homophone, self.with_a_gap, self.mistyped_spellings, self.mixed):
            len(later)

    def best_first(self, words: Iterable[str]) -> list[str]:
        """By strength, categories and makers before other names, then by how many goods have the word."""
        return sorted(words, key=self._rank)

    def _rank(self, word: str) -> tuple[int, int, int, str]:
        bits = self.bits(word)
        named = 0 if bits & BIT["c"] else 1 if bits & BIT["b"] else 2 if bits & BIT["ca"] else 3
        return -self.strength(word), named, -self.vocabulary.counts.get(word, 0), word

    def _is_in_index(self, word: str) -> bool:
        return bool(self.vocabulary.bits.get(word, 0)) or (len(word) > 2 and is_hanzi(word) and self._has_grams(word))

    def _has_grams(self, word: str) -> bool:
        return all(self.bits(word[place : place + 2]) & BIT["g"] for place in range(len(word) - 1))

    def _is_kind(self, word: str) -> bool:
        bits = self.bits(word)
        return bool(bits & KIND) or bool(bits & PHRASE and bits & BIT["h"] and not bits & (BIT["s"] | BIT["b"]))

    def _own_strength(self, word: str) -> int:
        bits = self.bits(word)
        if bits & NAMED or self._is_kind(word):
            return 3
        if self.vocabulary.is_word(word):
            return 2
        return 1 if bits & (BIT["k"] | BIT["f"]) else 0

    def _by(self, key_of: Callable[[str], str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        spoken: dict[str, list[str]] = dict(self.vocabulary.sounds)
        for word in self.synonyms:
            if word not in spoken and is_hanzi(word):
                spoken[word] = ["'".join(syllables) for syllables in sounds.readings(word)]
        for word, readings in spoken.items():
            for key in dict.fromkeys(map(key_of, filter(None, readings))):
                found.setdefault(key, []).append(word)
        return {key: self.best_first(words) for key, words in found.items()}


def _by_deletion(words: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for word in words:
        for key in {word, *deletions(word)}:
            found.setdefault(key, []).append(word)
    return found


def deletions(word: str) -> list[str]:
    """The word without one of its letters, each way."""
    return [word[:place] + word[place + 1 :] for place in range(len(word))]


def one_edit_apart(one: str, other: str) -> bool:
    """Exactly one letter more, less, other, or two neighbours swapped."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    if len(one) > len(other):
        one, other = other, one
    place = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    if len(one) < len(other):
        return one[place:] == other[place + 1 :]
    swapped = one[:place] + one[place + 1 : place + 2] + one[place : place + 1] + one[place + 2 :]
    return one[place + 1 :] == other[place + 1 :] or swapped == other
