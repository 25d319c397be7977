"""Find goods by words: `find(text, index)`, best first. Reads the index alone, never the database."""

import json
import threading
from array import array
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from app.gateways.search import EngineAway, Match, SearchIndex
from app.search import indexing, ranking
from app.search.analysis.lexicon import Lexicon
from app.search.analysis.normal import is_hanzi
from app.search.analysis.reading import Reading, essential, plainer, read
from app.search.analysis.vocabulary import Vocabulary
from app.search.completing import Completions

KEPT = 64  # answers kept a process, for the next page of the same search
MOST_RELATED = 8
LARGE = 20_000  # tokens: a vocabulary of this size is read again beside the searches


@dataclass(frozen=True, slots=True)
class Found:
    """What was found. `ids`: SKUs on the shelf, best first; when there are none, `near` has what comes close."""

    ids: Sequence[int] = ()
    words: list[str] = field(default_factory=list)  # to highlight, as they stand in names but for case
    did_you_mean: str = ""  # the corrected question that was searched for instead
    related: list[str] = field(default_factory=list)  # other questions, for the page without results
    near: Sequence[int] = ()
    dropped: list[str] = field(default_factory=list)  # words that were left out because no goods have them
    price_from: Decimal | None = None
    price_to: Decimal | None = None


class Finder:
    """One per index and process: the lexicon of its words, and the last answers."""

    def __init__(self, index: SearchIndex) -> None:
        self.index = index
        self._guard = threading.Lock()
        self._lexicon: tuple[str, Lexicon] | None = None
        self._completions: tuple[Lexicon, Completions] | None = None
        self._answers: OrderedDict[tuple[str, str], Found] = OrderedDict()

    def lexicon(self) -> Lexicon:
        """Made anew only when words or synonyms changed, not when stock did."""
        mark = json.loads(self.index.note(indexing.MARK) or b"{}").get("words", "")
        held = self._lexicon
        if held and held[0] == mark:
            return held[1]
        if held and len(held[1].vocabulary.bits) > LARGE:
            if self._guard.acquire(blocking=False):  # new words may wait a moment; those who search may not
                threading.Thread(target=self._renew_aside, args=(mark,), name="lexicon", daemon=True).start()
            return held[1]
        with self._guard:
            held = self._lexicon
            return held[1] if held and held[0] == mark else self._renew(mark)

    def _renew(self, mark: str) -> Lexicon:
        vocabulary = Vocabulary.unpack(self.index.note(indexing.WORDS))
        groups = indexing.unpack_groups(self.index.note(indexing.SYNONYMS))
        lexicon = Lexicon(vocabulary, groups)
        lexicon.warm()
        self._lexicon = mark, lexicon
        self._answers.clear()
        return lexicon

    def _renew_aside(self, mark: str) -> None:
        try:
            self._renew(mark)
        except EngineAway:
            pass  # the next search tries again
        finally:
            self._guard.release()

    def completions(self) -> Completions:
        """Names that a beginning may become; as old as the lexicon."""
        lexicon, held = self.lexicon(), self._completions
        if held is None or held[0] is not lexicon:
            names = indexing.unpack_names(self.index.note(indexing.NAMES))
            held = self._completions = lexicon, Completions(names)
        return held[1]

    def corrected(self, text: str) -> str:
        """What a question was taken for; empty when as typed, or when part of it is unknown."""
        reading = read(text, self.lexicon())
        known = reading.is_corrected and all(wanted.ways for wanted in reading.wanted)
        return reading.text if known else ""

    def warm(self) -> None:
        """Do now what the first question would wait for."""
        read("shouji 小咪", self.lexicon())
        self.completions()

    def ask(self, text: str) -> Found:
        """Without looking among the kept answers."""
        return self._find(text, self.lexicon())

    def find(self, text: str) -> Found:
        """EngineAway when there is no index. An answer is kept until the index changes."""
        key = (self.index.version(), text)
        found = self._answers.get(key)
        if found is None:
            found = self._answers[key] = self._find(text, self.lexicon())
            while len(self._answers) > KEPT:
                self._answers.popitem(last=False)
        return found

    def _find(self, text: str, lexicon: Lexicon) -> Found:
        reading = read(text, lexicon)
        if not reading.wanted:
            return Found(array("q"))
        match = self._ask(reading, lexicon)
        looser = None if match.ids else plainer(reading)
        if looser:
            match, reading = self._ask(looser, lexicon), looser
        found = Found(
            match.ids,
            words=_highlights(reading),
            did_you_mean=reading.text if reading.is_corrected else "",
            dropped=list(reading.dropped),
            price_from=reading.prices.lowest,
            price_to=reading.prices.highest,
        )
        return found if match.ids else self._nearly(reading, found, lexicon)

    def _ask(self, reading: Reading, lexicon: Lexicon) -> Match:
        if not all(wanted.ways for wanted in reading.wanted):
            return Match(array("q"), array("d"))
        return self.index.find(ranking.question_of(reading, lexicon))

    def _nearly(self, reading: Reading, found: Found, lexicon: Lexicon) -> Found:
        """No goods have all of it: those of the wanted kind, brand and model, then of each of these alone."""
        core = essential(reading)
        related = [wanted.shown or wanted.text for wanted in core.wanted]
        tries = [core.wanted, *[(wanted,) for wanted in core.wanted]] if core.wanted else []
        for wanted in tries:
            match = self._ask(replace(core, wanted=tuple(wanted)), lexicon)
            if match.ids:
                return replace(found, did_you_mean="", near=match.ids, related=related[:MOST_RELATED])
        return replace(found, did_you_mean="", related=related[:MOST_RELATED])


_FINDERS: dict[int, Finder] = {}


def finder_of(index: SearchIndex) -> Finder:
    """The process's finder for this door."""
    finder = _FINDERS.get(id(index))
    if finder is None or finder.index is not index:
        finder = _FINDERS[id(index)] = Finder(index)
    return finder


def find(text: str, index: SearchIndex) -> Found:
    """All SKUs on the shelf that answer the question, best first; EngineAway."""
    return finder_of(index).find(text)


def _highlights(reading: Reading) -> list[str]:
    """The words that may stand in a name: as typed, as taken for, and their synonyms; the longest first."""
    words: dict[str, None] = {}
    for wanted in reading.wanted:
        for typed in (wanted.text, wanted.shown):
            words.update(dict.fromkeys([typed, *typed.split()] if typed else []))
        for way in wanted.ways[:6]:
            words.update((word, None) for word in way.words if is_hanzi(word) and not word.startswith("色"))
    return sorted((word for word in words if word), key=len, reverse=True)
