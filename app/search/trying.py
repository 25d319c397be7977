"""What a question would find just now, and how it was understood: for staff who teach words."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.gateways.search import EngineAway, SearchIndex
from app.goods.queries import SKUCard, sku_cards
from app.search.analysis.reading import read
from app.search.finding import finder_of
from app.shared.errors import NotPossible, marked

SHOWN = 12


class NoIndex(NotPossible):
    """There is nothing to try it on."""

    message = marked("搜索索引还没有建好，请先运行 flask search rebuild")


@dataclass(frozen=True)
class Understood:
    """One concept of the question: as typed, as what, taken for what, and the words that answer it too."""

    text: str
    role: str
    taken_for: str
    also: Sequence[str]
    is_known: bool


@dataclass(frozen=True)
class Trial:
    """How a question fares; `is_near` when nothing has all of it and the goods only come close."""

    question: str
    concepts: Sequence[Understood]
    dropped: Sequence[str]
    did_you_mean: str
    total: int
    is_near: bool
    goods: Sequence[SKUCard]


def try_out(question: str, index: SearchIndex) -> Trial:
    """Ask as a shopper would, without being counted; NoIndex."""
    try:
        finder = finder_of(index)
        reading, found = read(question, finder.lexicon()), finder.ask(question)
    except EngineAway:
        raise NoIndex() from None
    concepts = [
        Understood(
            wanted.text,
            wanted.role,
            wanted.shown,
            list(dict.fromkeys("".join(way.words) for way in wanted.ways[1:9] if way.quality >= 0.9)),
            bool(wanted.ways),
        )
        for wanted in reading.wanted
    ]
    ids = found.ids or found.near
    cards = sku_cards(ids[:SHOWN])
    goods = [cards[sku_id] for sku_id in ids[:SHOWN] if sku_id in cards]
    is_near = bool(found.near) and not found.ids
    return Trial(question, concepts, found.dropped, found.did_you_mean, len(ids), is_near, goods)
