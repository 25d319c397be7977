"""What a match is worth: scores by field for every way to meet a concept, and the gentle weight of a SKU."""

import math
from datetime import datetime

from app.gateways.search import Clause, Option, Question, Term
from app.search.analysis import hanzi
from app.search.analysis.fields import BIT
from app.search.analysis.lexicon import Lexicon
from app.search.analysis.normal import is_hanzi
from app.search.analysis.reading import Reading, Wanted, Way

# the thing itself first, then its name, its maker, its specs, and what is only said about it
SCORES = {
    "m": 11.0, "c": 10.0, "h": 9.0, "b": 9.0, "ca": 8.5, "ch": 7.5, "n": 6.5, "s": 6.0,
    "cw": 5.0, "p": 3.5, "f": 3.0, "k": 2.0,
}  # fmt: skip
KIND_AND_NAME = 11.0  # the category says so and the name ends in it
INSIDE, INSIDE_CATEGORY, ALL_ANYWHERE, INSIDE_CAPTION = 4.0, 3.2, 4.5, 1.0
LOOSE = ("cw", "f", "k")  # not for a word that says what kind of thing is wanted
WISH = 0.2  # of a word that need not match
LOOSE_NUMBER = ("p", "k")  # not for a number that names a model
IN_STOCK, SALES, FRESH = 0.03, 0.02, 0.01
MOST_SALES, OLD_DAYS = 100_000, 365


def question_of(reading: Reading, lexicon: Lexicon) -> Question:
    """Each concept must be met; goods that are no accessories come first where the kind was not said."""
    clauses = [_clause(wanted, lexicon) for wanted in reading.wanted]
    return Question(tuple(clauses))


def _clause(wanted: Wanted, lexicon: Lexicon) -> Clause:
    best: dict[tuple[Term, ...], float] = {}
    for way in wanted.ways:
        for option in _options(way, lexicon, LOOSE_NUMBER if wanted.role == "number" else LOOSE):
            score = option.score if wanted.is_required else option.score * WISH
            best[option.terms] = max(best.get(option.terms, 0.0), score)
    return Clause(tuple(Option(terms, score) for terms, score in best.items()), wanted.is_required)


def _options(way: Way, lexicon: Lexicon, loose: tuple[str, ...]) -> list[Option]:
    if len(way.words) > 1:
        return _all_of(way, lexicon)
    (word,) = way.words
    bits = lexicon.bits(word)
    is_strict = lexicon.is_kind(word) or loose is LOOSE_NUMBER
    options = [
        Option((Term(field, word),), score * way.quality)
        for field, score in SCORES.items()
        if bits & BIT[field] and not (is_strict and field in loose)
    ]
    if bits & BIT["c"] and bits & BIT["h"]:
        options.append(Option((Term("c", word), Term("h", word)), KIND_AND_NAME * way.quality))
    if is_strict and options and len(word) > 1:
        return options  # a stretch of characters inside another word would only be another thing
    return options + _inside(word, way.quality, bool(options), lexicon)


def _inside(word: str, quality: float, is_word: bool, lexicon: Lexicon) -> list[Option]:
    """As a stretch of characters inside a name; inside a caption only when it is nowhere else."""
    if not is_hanzi(word):
        return []
    grams = [word] if len(word) == 1 else hanzi.bigrams(word)
    options = []
    for field, score in (("g", INSIDE), ("cg", INSIDE_CATEGORY), ("kg", INSIDE_CAPTION)):
        if (is_word and field != "g") or not all(lexicon.bits(gram) & BIT[field] for gram in grams):
            continue
        options.append(Option(tuple(Term(field, gram) for gram in grams), score * quality))
    return options


def _all_of(way: Way, lexicon: Lexicon) -> list[Option]:
    """Several words, each anywhere in name, brand, category or specs."""
    terms = tuple(Term("a", word) for word in way.words)
    return [Option(terms, ALL_ANYWHERE * len(terms) ** 0.5 * way.quality)]


def weight_of(stock: int, sales: int, created_at: datetime, now: datetime) -> float:
    """From 1 to 1.06: in stock, much sold, new. Text decides; this orders what is equal or nearly so."""
    sold = min(1.0, math.log1p(sales) / math.log1p(MOST_SALES))
    age_days = max(0.0, (now - created_at).total_seconds() / 86_400)
    return 1.0 + IN_STOCK * (stock > 0) + SALES * sold + FRESH * max(0.0, 1.0 - age_days / OLD_DAYS)
