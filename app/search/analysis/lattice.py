"""A Chinese run cut into words that the index knows: the cheapest way through all the ways it could be cut.

Words of the index cost least, then its synonyms, then stretches that occur inside names, then what sounds or looks
like a word of the index, and most what nobody knows. So 小咪手机 is read as 小米 手机, while 挖掘机 stays unknown.
"""

from dataclasses import dataclass

from app.search.analysis import hanzi, phrases, shapes, sounds
from app.search.analysis.fields import BIT
from app.search.analysis.lexicon import Lexicon

LONGEST = 8
KNOWN, PLAIN, CAPTION = 1.0, 1.1, 1.4
INSIDE, INSIDE_CAPTION = 1.7, 2.6
LIKE_STRONG, LIKE_PLAIN = 1.55, 2.35
CHAR, CHAR_INSIDE, CHAR_UNKNOWN = 1.45, 1.95, 2.2
UNKNOWN = 3.0
FILLER, FILLER_CHAR = 0.85, 0.5
SOUNDS, LOOKS, NEARLY = 0.82, 0.78, 0.74  # how well such a word matches
MOST_MEANT = 4
ALWAYS_FILLERS = "的了吗呢吧啊呀"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the run: what it means, best first; nothing meant and no filler: unknown."""

    text: str
    cost: float
    kind: str  # word, inside, like, filler, unknown
    meant: tuple[str, ...] = ()
    quality: float = 1.0


def cut(run: str, lexicon: Lexicon) -> list[Piece]:
    """The cheapest cut; of two as cheap the one with the longer last word."""
    best: list[tuple[float, Piece | None]] = [(0.0, None)]
    usual = _spans(run)
    for end in range(1, len(run) + 1):
        ways = []
        for start in range(max(0, end - LONGEST), end):
            piece = _piece(run[start:end], lexicon, (start, end) in usual)
            if piece:
                ways.append((best[start][0] + piece.cost, piece))
        best.append(min(ways, key=lambda way: way[0]))
    pieces: list[Piece] = []
    place = len(run)
    while place:
        piece = best[place][1]
        assert piece is not None
        pieces.append(piece)
        place -= len(piece.text)
    return _together(pieces[::-1])


def _spans(run: str) -> set[tuple[int, int]]:
    """Where a reader without our index would part the run."""
    spans, start = set(), 0
    for word in hanzi.cut(run):
        spans.add((start, start + len(word)))
        start += len(word)
    return spans


def _piece(text: str, lexicon: Lexicon, is_usual: bool) -> Piece | None:
    if len(text) == 1:
        return _char(text, lexicon, is_usual)
    strength = lexicon.strength(text)
    if strength >= 2:
        return Piece(text, (KNOWN if strength == 3 else PLAIN) - 0.01 * len(text), "word", (text,))
    if text in phrases.FILLERS:
        return Piece(text, FILLER, "filler")
    if strength == 1:
        return Piece(text, CAPTION, "word", (text,))
    grams = hanzi.bigrams(text)
    if all(lexicon.bits(gram) & (BIT["g"] | BIT["cg"]) for gram in grams):
        return Piece(text, INSIDE, "inside", (text,))
    return _alike(text, lexicon) or _inside_caption(text, grams, lexicon) or _unknown(text, is_usual)


def _char(text: str, lexicon: Lexicon, is_usual: bool) -> Piece:
    if text in phrases.FILLERS and (is_usual or text in ALWAYS_FILLERS):  # the 为 of 华为 is none
        return Piece(text, FILLER_CHAR, "filler")
    if lexicon.knows(text) or lexicon.bits(text) & (BIT["h"] | BIT["ch"]):
        return Piece(text, CHAR, "word", (text,))
    if lexicon.bits(text) & (BIT["g"] | BIT["cg"]):
        return Piece(text, CHAR_INSIDE, "inside", (text,))
    return Piece(text, CHAR_UNKNOWN, "unknown")


def _inside_caption(text: str, grams: list[str], lexicon: Lexicon) -> Piece | None:
    if all(lexicon.bits(gram) & BIT["kg"] for gram in grams):
        return Piece(text, INSIDE_CAPTION, "inside", (text,))
    return None


def _unknown(text: str, is_usual: bool) -> Piece | None:
    return Piece(text, UNKNOWN, "unknown") if is_usual or hanzi.is_word(text) else None


def _alike(text: str, lexicon: Lexicon) -> Piece | None:
    """A word of the index that sounds or looks the same; a word of the language is only taken for a strong one."""
    plain_allowed = not hanzi.is_word(text)
    for find, quality in ((_homophones, SOUNDS), (_lookalikes, LOOKS), (_nearly_homophones, NEARLY)):
        words = find(text, lexicon)
        strong = [word for word in words if lexicon.strength(word) == 3]
        if strong:
            return Piece(text, LIKE_STRONG, "like", tuple(strong[:MOST_MEANT]), quality)
        if words and plain_allowed:
            return Piece(text, LIKE_PLAIN, "like", tuple(words[:MOST_MEANT]), quality)
    return None


def _homophones(text: str, lexicon: Lexicon) -> list[str]:
    if len(text) > 6:
        return []
    found: dict[str, None] = {}
    for key in sounds.homophone_keys(text)[:3]:
        for word in lexicon.by_homophone.get(key, ()):
            if len(word) == len(text) and lexicon.strength(word) >= 2:
                found[word] = None
    return list(found)


def _nearly_homophones(text: str, lexicon: Lexicon) -> list[str]:
    """As many speakers say it (三 for 山); and longer names of makers with any one character wrong."""
    if not 2 < len(text) <= 6:
        return []
    keys = [sounds.blurred(key) for key in sounds.homophone_keys(text)[:1]]
    found = [word for key in keys for word in lexicon.by_blurred_homophone.get(key, ()) if len(word) == len(text)]
    if not hanzi.is_word(text):
        for place in range(len(text)):
            found += lexicon.with_a_gap.get(f"{text[:place]}?{text[place + 1 :]}", ())
    return [word for word in dict.fromkeys(found) if lexicon.strength(word) == 3]


def _lookalikes(text: str, lexicon: Lexicon) -> list[str]:
    """One character replaced by one that looks like it, or two neighbours swapped."""
    found: dict[str, None] = {}
    for place, char in enumerate(text):
        for other in shapes.alike(char):
            word = text[:place] + other + text[place + 1 :]
            if lexicon.strength(word) >= 2:
                found[word] = None
    if len(text) > 2:
        for place in range(len(text) - 1):
            word = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
            if lexicon.strength(word) >= 2:
                found[word] = None
    return list(found)


def _together(pieces: list[Piece]) -> list[Piece]:
    """Unknown neighbours are one unknown."""
    joined: list[Piece] = []
    for piece in pieces:
        if joined and piece.kind == joined[-1].kind == "unknown":
            joined[-1] = Piece(joined[-1].text + piece.text, joined[-1].cost + piece.cost, "unknown")
        else:
            joined.append(piece)
    return joined
