"""Judged questions put to the mall's own index, or to one made for a catalogue in a folder of its own."""

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from app.gateways.search import SearchIndex
from app.search import evaluation, indexing, keeping, queries
from app.search.analysis.fields import Facts
from app.search.evaluation import Judged, Score
from app.search.finding import Finder
from app.search.indexing import IndexedSKU, Writer
from app.shared.db import db


def judge_mall(index: SearchIndex, judged: Sequence[Judged]) -> list[Score]:
    """Over everything on the shelf; EngineAway."""
    goods = [good.facts for good in queries.all_goods()]
    db.session.close()
    return _judge(Finder(index), goods, judged)


def judge_goods(
    goods: Sequence[Facts], judged: Sequence[Judged], make_index: Callable[[Path], SearchIndex]
) -> list[Score]:
    """Over goods from a file, with the synonyms that come with the mall; the shop's tables are not touched."""
    with tempfile.TemporaryDirectory(prefix="meiduo-search-") as folder:
        index = make_index(Path(folder))
        build(index, goods)
        return _judge(Finder(index), goods, judged)


def build(index: SearchIndex, goods: Sequence[Facts]) -> int:
    """Fill an empty index with goods that are in no table."""
    groups = keeping.seed_groups()
    writer = Writer(indexing.brand_words((brand for facts in goods for brand in facts.brands), groups))

    def notes() -> Iterator[tuple[str, bytes]]:
        words = writer.vocabulary.pack()
        yield indexing.WORDS, words
        yield indexing.SYNONYMS, indexing.pack_groups(groups)
        yield indexing.MARK, json.dumps({"words": indexing.digest(words)}).encode()

    return index.rebuild(writer.entries(IndexedSKU(facts) for facts in goods), notes())


def _judge(finder: Finder, goods: Sequence[Facts], judged: Sequence[Judged]) -> list[Score]:
    finder.warm()
    return evaluation.evaluate(judged, goods, lambda text: finder.ask(text).ids)
