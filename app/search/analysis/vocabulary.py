"""The words of the index: where each occurs, in how many goods, how the Chinese ones sound. Kept beside it."""

import json
from collections.abc import Iterable

from app.search.analysis import sounds
from app.search.analysis.fields import BIT, Tokens
from app.search.analysis.normal import is_hanzi

PHRASE = 1 << 24  # a run or a name as a whole, not only a word of the dictionary
WORDY = BIT["n"] | BIT["b"] | BIT["c"] | BIT["ca"] | BIT["cw"] | BIT["s"] | PHRASE
FORMAT = 1
LONGEST_SOUND = 8


class Vocabulary:
    """Token → (bits of its fields, number of goods). Grows with every write; a rebuild starts anew."""

    def __init__(self) -> None:
        self.goods = 0
        self.bits: dict[str, int] = {}
        self.counts: dict[str, int] = {}
        self.sounds: dict[str, list[str]] = {}

    def take(self, tokens: Tokens) -> None:
        """Learn the words of one SKU."""
        self.goods += 1
        known, counts = self.bits, self.counts
        for field, found in tokens.fields.items():
            bit = BIT[field]
            for token in found:
                known[token] = known.get(token, 0) | bit
        for phrase, bits in tokens.phrases.items():
            known[phrase] = known.get(phrase, 0) | bits | PHRASE
        for token in tokens.fields["a"].union(tokens.fields["h"], tokens.phrases):
            counts[token] = counts.get(token, 0) + 1

    def learn(self, other: "Vocabulary") -> bool:
        """Take in what another one knows; True when there was something new in it."""
        news = False
        for token, bits in other.bits.items():
            own = self.bits.get(token, 0)
            if own | bits != own:
                self.bits[token] = own | bits
                self.counts.setdefault(token, other.counts.get(token, 1))
                news = True
        return news

    def is_word(self, token: str) -> bool:
        """A word of a name, brand, category or spec, rather than a stretch of characters or a word of a caption."""
        return bool(self.bits.get(token, 0) & WORDY)

    def pack(self) -> bytes:
        """For the note beside the index."""
        self._sound()
        words = {token: [bits, self.counts.get(token, 1)] for token, bits in self.bits.items()}
        content = {"format": FORMAT, "goods": self.goods, "words": words, "sounds": self.sounds}
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def unpack(cls, note: bytes | None) -> "Vocabulary":
        """An empty one for a note that is not there or of another form."""
        made = cls()
        content = json.loads(note) if note else {}
        if content.get("format") == FORMAT:
            made.goods = content["goods"]
            made.sounds = content["sounds"]
            for token, (bits, count) in content["words"].items():
                made.bits[token], made.counts[token] = bits, count
        return made

    def _sound(self) -> None:
        """Work out the readings of words that have none yet: the slow part, done by the writer."""
        for token in self._spoken():
            if token not in self.sounds:
                self.sounds[token] = ["'".join(syllables) for syllables in sounds.readings(token)]

    def _spoken(self) -> Iterable[str]:
        for token in list(self.bits):
            if len(token) <= LONGEST_SOUND and is_hanzi(token) and self.is_word(token):
                yield token
