"""A question as concepts: what must be there, in which words, and what was only said around it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise

from app.search.analysis import hanzi, latin, lattice, phrases, spelling, units
from app.search.analysis.fields import BIT, COLOURS
from app.search.analysis.lexicon import Lexicon
from app.search.analysis.normal import HAN_RUN, fold, localise
from app.search.analysis.phrases import Prices

LONGEST = 64  # characters of a question; the rest is not read
MOST = 12  # concepts
PARTS, SYNONYM = 0.8, 0.97
DOUBT, MUCH_DOUBT = 0.03, 0.2  # how much less each further meaning counts
_COLOUR = re.compile(rf"([{COLOURS}])色?")
_HOW_MANY = re.compile("[一两][个只台部件条双把瓶罐盒袋包本套对支片张块]")  # 一台, 一双: how many, not which
_YEAR = re.compile(r"20[12]\d")


@dataclass(frozen=True, slots=True)
class Way:
    """Words that all must be there, and how well that answers the concept (1: as typed)."""

    words: tuple[str, ...]
    quality: float = 1.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """One concept. No way: nobody knows it. `role`: kind, brand, model, number, measure, colour, word, unknown."""

    text: str
    start: int
    role: str
    ways: tuple[Way, ...] = ()
    shown: str = ""  # what it was taken for, when that is not what was typed
    is_required: bool = True


@dataclass(frozen=True, slots=True)
class Reading:
    """What a question was understood to be."""

    asked: str
    wanted: tuple[Wanted, ...] = ()
    prices: Prices = field(default_factory=Prices)
    dropped: tuple[str, ...] = ()  # unknown words that were left out
    is_corrected: bool = False

    @property
    def text(self) -> str:
        """The question in the words it was taken for."""
        return " ".join(each.shown or each.text for each in self.wanted)


def read(question: str, lexicon: Lexicon) -> Reading:
    """Understand a question; one of signs only has nothing wanted."""
    clean = question[: LONGEST * 2].encode("utf-8", "ignore").decode()  # half a pair of surrogates breaks libraries
    asked = fold(localise(clean))[:LONGEST]
    prices, text = phrases.take_prices(asked)
    wanted: list[Wanted] = []
    text = _take_mixed(text, lexicon, wanted)
    text = _take_measures(text, lexicon, wanted)
    for run in latin.runs(text):
        wanted += _latin(run, lexicon)
    for match in HAN_RUN.finditer(text):
        if not (len(match[0]) == 1 and match[0].isascii()):
            wanted += _hanzi(match[0], match.start(), lexicon)
    wanted.sort(key=lambda each: each.start)
    wanted = _model_numbers(wanted, lexicon)
    kept, dropped = _without_chatter(_once(wanted)[:MOST], lexicon)
    corrected = any(each.shown for each in kept)
    return Reading(asked, tuple(kept), prices, tuple(dropped), corrected)


def _take_mixed(text: str, lexicon: Lexicon, wanted: list[Wanted]) -> str:
    """Brands and synonyms of letters or digits with characters, such as 90分: they would fall apart otherwise."""
    for word in lexicon.mixed:
        place = text.find(word)
        if place >= 0:
            wanted.append(_known(word, place, lexicon))
            text = f"{text[:place]}{' ' * len(word)}{text[place + len(word) :]}"
    return text


def _take_measures(text: str, lexicon: Lexicon, wanted: list[Wanted]) -> str:
    blanked = list(text)
    for each in units.measures(text):
        surface = text[each.start : each.end]
        if _belongs_to_word(text, each, lexicon):
            continue
        if _HOW_MANY.fullmatch(surface):
            blanked[each.start : each.end] = " " * (each.end - each.start)
            continue
        tokens = [token for token in each.tokens if lexicon.bits(token)]
        ways = [Way((token,)) for token in tokens]
        if each.number and lexicon.bits(surface):
            ways.append(Way((surface,), PARTS))
        if surface.endswith(("码", "号")) and lexicon.bits(each.number) & BIT["s"]:
            ways.append(Way((each.number,), 0.9))
        wanted.append(Wanted(surface.replace(" ", ""), each.start, "measure", tuple(ways)))
        blanked[each.start : each.end] = " " * (each.end - each.start)
    return "".join(blanked)


def _belongs_to_word(text: str, measure: units.Measure, lexicon: Lexicon) -> bool:
    """三只 of 三只松鼠, 四件套 where goods are called so: a word, not a measure."""
    if text[measure.start].isascii():
        return False
    first = measure.end if lexicon.strength(text[measure.start : measure.end]) < 3 else measure.end - 1
    ends = range(first + 1, min(len(text), measure.start + lattice.LONGEST) + 1)
    return any(lexicon.strength(text[measure.start : end]) >= 2 for end in ends)


def _latin(run: latin.LatinRun, lexicon: Lexicon) -> list[Wanted]:
    """The longest stretches that the index knows; letters between them are spelled out."""
    found: list[Wanted] = []
    parts, place = run.parts, 0
    letters: list[latin.Part] = []
    while place < len(parts):
        end = _known_stretch(parts, place, lexicon)
        if end == place and parts[place].text.isalpha() and parts[place].text not in phrases.FILLERS:
            letters.append(parts[place])
            place += 1
            continue
        found += _letters(letters, lexicon)
        letters = []
        if end > place:
            found.append(_model(parts[place:end], lexicon))
        elif parts[place].text not in phrases.FILLERS and not _YEAR.fullmatch(parts[place].text):
            found.append(Wanted(parts[place].text, parts[place].start, "unknown"))
        place = max(end, place + 1)
    return found + _letters(letters, lexicon)


def _known_stretch(parts: tuple[latin.Part, ...], start: int, lexicon: Lexicon) -> int:
    """The end of the longest known stretch from `start`; `start` when not even the first part is known."""
    for end in range(min(len(parts), start + latin.LONGEST_JOIN), start, -1):
        token = latin.glue(parts[start:end])
        least = 2 if token.isalpha() else 1
        inside = lexicon.bits(token) & BIT["p"] and (token.isdigit() or len(token) > 2)
        if lexicon.strength(token) >= least or inside:
            if end == start + 1 and token in phrases.FILLERS:
                continue
            return end
    return start


def _model(parts: tuple[latin.Part, ...], lexicon: Lexicon) -> Wanted:
    token = latin.glue(parts)
    known = _known(token, parts[0].start, lexicon)
    ways = list(known.ways)
    if len(parts) > 1:
        ways.append(Way(tuple(part.text for part in parts), PARTS))
    text = " ".join(latin.glue(word) for word in latin.words(parts))
    role = known.role if known.role in {"kind", "brand"} else "model"
    return Wanted(text, parts[0].start, role, tuple(ways))


def _letters(letters: list[latin.Part], lexicon: Lexicon) -> list[Wanted]:
    """Unknown letters: all of them as one text of pinyin first, then word by word."""
    if not letters:
        return []
    whole = spelling.spell(latin.glue(tuple(letters)), lexicon) if len(letters) > 1 else []
    if whole and whole[0].how == "pinyin":
        return [_spelled(each, letters[0].start, lexicon) for each in whole]
    found = []
    for part in letters:
        spelled = spelling.spell(part.text, lexicon)
        if spelled:
            found += [_spelled(each, part.start, lexicon) for each in spelled]
        elif lexicon.strength(part.text):
            found.append(_known(part.text, part.start, lexicon))
        else:
            found.append(Wanted(part.text, part.start, "unknown"))
    return found


def _spelled(spelled: spelling.Spelled, start: int, lexicon: Lexicon) -> Wanted:
    doubt = MUCH_DOUBT if spelled.how == "initials" else DOUBT
    return _meant(spelled.text, start, spelled.meant, spelled.quality, lexicon, doubt)


def _hanzi(run: str, offset: int, lexicon: Lexicon) -> list[Wanted]:
    found = []
    for piece in lattice.cut(run, lexicon):
        if piece.kind in {"word", "inside"}:
            found.append(_known(piece.text, offset, lexicon))
        elif piece.kind == "like":
            found.append(_meant(piece.text, offset, piece.meant, piece.quality, lexicon, DOUBT))
        elif piece.kind == "unknown":
            found.append(Wanted(piece.text, offset, "unknown"))
        offset += len(piece.text)
    return found


def _known(word: str, start: int, lexicon: Lexicon) -> Wanted:
    ways = [Way((word,)), *(Way((other,), SYNONYM) for other in lexicon.synonyms.get(word, ()))]
    colour = _COLOUR.fullmatch(word)
    if colour:
        ways.append(Way((f"色{colour[1]}",), 0.9))
    return Wanted(word, start, _role(word, lexicon), tuple(ways))


def _meant(text: str, start: int, words: Iterable[str], quality: float, lexicon: Lexicon, doubt: float) -> Wanted:
    """Several words may be meant: each its own way, the likelier the better."""
    ways: list[Way] = []
    role = "word"
    chosen = list(words)
    for place, word in enumerate(chosen):
        known = _known(word, start, lexicon)
        ways += [Way(way.words, way.quality * quality * (1 - doubt) ** place) for way in known.ways]
        role = known.role if place == 0 else role
    return Wanted(text, start, role, tuple(ways), shown=chosen[0])


def _role(word: str, lexicon: Lexicon) -> str:
    if lexicon.is_kind(word):
        return "kind"
    if lexicon.is_brand(word):
        return "brand"
    return "colour" if _COLOUR.fullmatch(word) else "word"


def _model_numbers(wanted: list[Wanted], lexicon: Lexicon) -> list[Wanted]:
    """A number right behind a maker or a model names a thing or its size: iPhone 16 is not what has 16GB."""
    found = wanted[:1]
    for before, each in pairwise(wanted):
        is_next = each.start - before.start - len(before.text) <= 1
        if each.text.isdigit() and is_next and before.role in {"brand", "model"}:
            sizes = [token for token in (f"{each.text}寸", f"{each.text}mm") if lexicon.bits(token)]
            named = [each.text] if lexicon.bits(each.text) & (BIT["n"] | BIT["s"] | BIT["m"]) else []
            each = replace(each, role="number", ways=tuple(Way((word,)) for word in [*named, *sizes]))
        found.append(each)
    return found


def _once(wanted: list[Wanted]) -> list[Wanted]:
    """A word said twice is wanted once."""
    return list({each.shown or each.text: each for each in reversed(wanted)}.values())[::-1]


def _without_chatter(wanted: list[Wanted], lexicon: Lexicon) -> tuple[list[Wanted], list[str]]:
    """Leave out unknown Chinese words that only describe: before a known kind, or no noun beside one.

    An unknown noun at the end is what is wanted, and an unknown model number is another thing: they stay,
    and nothing will be found. A word that only captions have is a wish, not a condition.
    """
    kinds = [each.start for each in wanted if each.role == "kind"]
    kept, dropped = [], []
    for each in wanted:
        is_hanzi = each.role == "unknown" and not each.text.isascii()
        if is_hanzi and kinds and (each.start < max(kinds) or not _is_noun(each.text)):
            dropped.append(each.text)
        elif kinds and each.role == "word" and not each.shown and lexicon.strength(each.text) < 2:
            kept.append(replace(each, is_required=False))
        else:
            kept.append(each)
    return kept, dropped


def _is_noun(text: str) -> bool:
    return any(tag.startswith(("n", "x", "l", "j")) for _word, tag in hanzi.tags(text)[-1:])


def plainer(reading: Reading) -> Reading | None:
    """Without the words that describe, where a kind is wanted; None when there is nothing to leave out."""
    kept = tuple(each for each in reading.wanted if each.role != "word")
    if not any(each.role == "kind" for each in kept) or len(kept) == len(reading.wanted):
        return None
    gone = tuple(each.text for each in reading.wanted if each.role == "word")
    return replace(reading, wanted=kept, dropped=(*reading.dropped, *gone))


def essential(reading: Reading) -> Reading:
    """What is left when everything that only describes is taken away: the kind, the brand and the model."""
    kept = tuple(each for each in reading.wanted if each.role in {"kind", "brand", "model"} and each.ways)
    gone = tuple(each.text for each in reading.wanted if each not in kept)
    return replace(reading, wanted=kept, dropped=(*reading.dropped, *gone))
