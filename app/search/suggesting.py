"""What people may mean while they type, and what many look for."""

import math
import time
from dataclasses import dataclass, field

from sqlalchemy import func, select

from app.gateways.search import EngineAway, SearchIndex
from app.goods.categories import category_tree
from app.goods.models import SKU
from app.search import queries, store
from app.search.analysis.normal import fold
from app.search.finding import Finder, finder_of
from app.shared import clock
from app.shared.db import db
from app.shared.redis import AWAY

LEAST_ASKED = 3  # a question of fewer people is not offered to others
MOST_ASKED = 500
MOST_GOODS = 4
MOST_CATEGORIES = 3
KEPT_S = 60.0


@dataclass(frozen=True)
class Suggestions:
    """Questions, (category, name) pairs and SKUs that begin so, best first."""

    queries: list[str] = field(default_factory=list)
    categories: list[tuple[int, str]] = field(default_factory=list)
    sku_ids: list[int] = field(default_factory=list)


@dataclass
class _Asked:
    """What others asked lately, read anew once a minute in each process."""

    read_at: float = -math.inf
    questions: tuple[str, ...] = ()


_ASKED = _Asked()


def suggest(text: str, limit: int, index: SearchIndex) -> Suggestions:
    """By characters, pinyin, initials or a mixture; nothing typed: hot words. Without an index: nothing but those."""
    start = fold(text)
    if not start:
        return Suggestions(queries=hot_words(limit))
    try:
        finder = finder_of(index)
        names = _names(finder, start, limit)
        return Suggestions(names, _categories(names), _goods(finder, names, text))
    except EngineAway:
        return Suggestions(queries=[question for question in _popular() if question.startswith(start)][:limit])


def hot_words(limit: int = 8) -> list[str]:
    """What staff pinned, then what many looked for these days; a young shop shows the categories that sell most."""
    pinned, blocked = queries.chosen_words()
    words = dict.fromkeys(word for word in (*pinned, *_popular()) if word not in blocked)
    if len(words) < limit:
        words.update(dict.fromkeys(name for name in _best_sellers(limit) if fold(name) not in blocked))
    return list(words)[:limit]


def _names(finder: Finder, start: str, limit: int) -> list[str]:
    """Questions of others first, then names of the shop; failing both, what the words were taken for."""
    asked = [question for question in _popular() if question.startswith(start)]
    named = finder.completions().complete(start, limit)
    found: dict[str, str] = {}
    for name in (*asked[: limit // 2], *named, *asked[limit // 2 :]):
        found.setdefault(fold(name).replace(" ", ""), name)
    if not found:
        corrected = finder.corrected(start)
        return [corrected] if corrected else []
    return list(found.values())[:limit]


def _categories(names: list[str]) -> list[tuple[int, str]]:
    """Categories among the names; the most special level of those called the same."""
    by_name = {node.name: node for node in sorted(category_tree().nodes.values(), key=lambda node: node.level)}
    return [(by_name[name].id, name) for name in names if name in by_name][:MOST_CATEGORIES]


def _goods(finder: Finder, names: list[str], text: str) -> list[int]:
    """The first goods of the likeliest question."""
    for question in (*names[:1], text):
        ids = finder.find(question).ids
        if ids:
            return list(ids[:MOST_GOODS])
    return []


def _popular() -> tuple[str, ...]:
    """What several people asked and found, without what staff keep back."""
    now = time.monotonic()
    if now - _ASKED.read_at > KEPT_S:
        _ASKED.questions, _ASKED.read_at = _read_popular(), now
    return _ASKED.questions


def _read_popular() -> tuple[str, ...]:
    try:
        asked = store.asked_lately(clock.today(), MOST_ASKED)
    except AWAY:
        return ()
    common = [question for question, count in asked if count >= LEAST_ASKED]
    if not common:
        return ()
    blocked = {fold(word) for word in queries.blocked_words()}
    return tuple(question for question in common if question not in blocked)


def forget_popular() -> None:
    """Read it anew at the next question: staff changed what may be offered."""
    _ASKED.read_at = -math.inf


def _best_sellers(limit: int) -> list[str]:
    sold = func.sum(SKU.sales)
    query = select(SKU.category_id).where(SKU.is_launched).group_by(SKU.category_id).order_by(sold.desc()).limit(limit)
    nodes = category_tree().nodes
    return [nodes[id_].name.split("/")[0] for id_ in db.session.scalars(query) if id_ in nodes]
