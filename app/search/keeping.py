"""The index kept in step with the shop: built anew, told of single SKUs, and caught up when news were lost."""

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from app.gateways.search import EngineAway, SearchIndex
from app.search import indexing, queries, store
from app.search.analysis.vocabulary import Vocabulary
from app.search.indexing import MARK, NAMES, SYNONYMS, WORDS, IndexedSKU, Writer
from app.search.models import SearchMiss, Synonyms
from app.shared import clock
from app.shared.db import db
from app.shared.jobs import Job
from app.shared.redis import AWAY
from app.shared.uow import unit_of_work
from app.shared.upsert import upsert

log = logging.getLogger(__name__)
SEED = Path(__file__).with_name("synonyms.txt")
LATE = timedelta(seconds=90)  # an edit may be committed this long after its time was taken
BATCH = 2000  # SKUs of one job
REINDEX = Job("app.search.tasks.reindex_changed", timeout_s=120, retries=(2, 5, 15))
TAKE_SYNONYMS = Job("app.search.tasks.take_synonyms")
WAIT_S = 1.0  # changes of this long are one write


@dataclass(frozen=True, slots=True)
class Mark:
    """How far the index follows the shop. `settled`: the newest ledger line one look ago; lines commit in any order."""

    words: str = ""
    movement: int = 0
    settled: int = 0
    looked_at: str = ""
    built_at: str = ""

    @property
    def looked(self) -> datetime:
        return datetime.fromisoformat(self.looked_at) if self.looked_at else clock.now()


@dataclass(frozen=True, slots=True)
class Standing:
    """For `flask search status`."""

    documents: int
    on_shelf: int
    words: int
    size_bytes: int
    built_at: str
    looked_at: str
    behind: int  # SKUs that changed since the last look
    waiting: int | None  # of them, those a job will take; None when Redis is away

    @property
    def age_s(self) -> float:
        """Since the last look."""
        looked = datetime.fromisoformat(self.looked_at) if self.looked_at else clock.now()
        return (clock.now() - looked).total_seconds()

    def as_facts(self) -> dict[str, Any]:
        return {**asdict(self), "age_s": round(self.age_s, 1)}


def rebuild(index: SearchIndex, step: Callable[[int], None]) -> int:
    """A new index beside the live one; what changes meanwhile is caught up after the switch. Returns its size."""
    groups = _groups()
    mark = Mark(movement=queries.last_movement(), looked_at=_text(clock.now()), built_at=_text(clock.now()))
    mark = replace(mark, settled=mark.movement)
    writer = Writer(indexing.brand_words(queries.brand_names(), groups))

    def notes() -> Iterator[tuple[str, bytes]]:
        words = writer.vocabulary.pack()
        synonyms = indexing.pack_groups(groups)
        yield WORDS, words
        yield SYNONYMS, synonyms
        yield NAMES, indexing.pack_names(writer.names)
        yield MARK, _pack(replace(mark, words=indexing.digest(words, synonyms)))

    count = index.rebuild(writer.entries(_told(queries.all_goods(), step)), notes())
    db.session.close()
    return count


def update(index: SearchIndex, sku_ids: Sequence[int], mark: Mark | None = None) -> int:
    """Bring these SKUs up to date, taking out what left the shelf; returns how many entries changed."""
    if not sku_ids and mark is None:
        return 0
    held = read_mark(index)
    writer = Writer(indexing.brand_words(queries.brand_names(), indexing.unpack_groups(index.note(SYNONYMS))))
    seen: set[int] = set()

    def goods() -> Iterator[IndexedSKU]:
        for good in queries.goods_of(sku_ids):
            seen.add(good.facts.id)
            yield good

    def gone() -> Iterator[int]:
        yield from (sku_id for sku_id in sku_ids if sku_id not in seen)

    return index.write(writer.entries(goods()), gone(), _news(index, writer, mark or held, held))


def catch_up(index: SearchIndex) -> int:
    """The sweep: everything that changed since the last look, whatever became of the news. Builds a missing index."""
    _book_misses()
    try:
        mark = read_mark(index)
    except EngineAway:
        return rebuild(index, lambda _done: None)
    if not mark.built_at:
        return rebuild(index, lambda _done: None)
    now, newest = clock.now(), queries.last_movement()
    changed = queries.changed_since(mark.settled, mark.looked - LATE)
    if not changed and newest == mark.movement == mark.settled:
        return 0
    following = replace(mark, movement=newest, settled=mark.movement, looked_at=_text(now))
    return update(index, changed, following)


def take_synonyms(index: SearchIndex) -> None:
    """Staff changed a group: the words beside the index follow; goods need not be written again."""
    mark, groups = read_mark(index), indexing.pack_groups(_groups())
    words = index.note(WORDS) or b""
    index.write([], [], [(SYNONYMS, groups), (MARK, _pack(replace(mark, words=indexing.digest(words, groups))))])


def read_mark(index: SearchIndex) -> Mark:
    """An empty one where none was kept; EngineAway."""
    return Mark(**json.loads(index.note(MARK) or b"{}"))


def standing(index: SearchIndex) -> Standing:
    """How the index stands to the shop; EngineAway."""
    state, mark = index.state(), read_mark(index)
    vocabulary = Vocabulary.unpack(index.note(WORDS))
    return Standing(
        documents=state.documents,
        on_shelf=queries.count_on_shelf(),
        words=len(vocabulary.sounds),
        size_bytes=state.size_bytes,
        built_at=mark.built_at,
        looked_at=mark.looked_at,
        behind=len(queries.changed_since(mark.movement, mark.looked)),
        waiting=_count_waiting(),
    )


def _count_waiting() -> int | None:
    try:
        return store.count_dirty()
    except AWAY:
        return None


def seed_groups() -> list[list[str]]:
    """The synonyms that come with the mall."""
    lines = SEED.read_text(encoding="utf-8").splitlines()
    return [line.split(",") for line in lines if line and not line.startswith("#")]


def _groups() -> list[list[str]]:
    """The table's; the seed goes into an empty table first."""
    groups = queries.synonym_groups()
    db.session.close()
    if not groups:
        seed_synonyms()
        groups = queries.synonym_groups()
        db.session.close()
    return groups


@unit_of_work
def seed_synonyms() -> None:
    """Into an empty table."""
    if not queries.synonym_groups():
        db.session.add_all([Synonyms(words=",".join(group)) for group in seed_groups()])


def _book_misses() -> None:
    try:
        missed = store.take_missed()
    except AWAY:
        return
    if missed:
        book_misses(missed)


@unit_of_work
def book_misses(missed: dict[str, int]) -> None:
    """Add what was asked in vain to the log."""
    now = clock.now()
    rows = [{"question": text, "count": count, "last_at": now, "created_at": now} for text, count in missed.items()]
    upsert(
        SearchMiss,
        rows,
        keys=["question"],
        change=lambda new: {"count": SearchMiss.__table__.c["count"] + new["count"], "last_at": new["last_at"]},
    )


def _news(index: SearchIndex, fresh: Writer, mark: Mark, held: Mark) -> Iterator[tuple[str, bytes]]:
    """The notes of a write, made after its entries: words nobody knew before, and the mark when it moves."""
    vocabulary = Vocabulary.unpack(index.note(WORDS))
    if fresh.vocabulary.bits and vocabulary.learn(fresh.vocabulary):
        words = vocabulary.pack()
        yield WORDS, words
        yield NAMES, indexing.pack_names({**fresh.names, **indexing.unpack_names(index.note(NAMES))})
        mark = replace(mark, words=indexing.digest(words, index.note(SYNONYMS) or b""))
    if mark != held:
        yield MARK, _pack(mark)


def _told(goods: Iterable[IndexedSKU], step: Callable[[int], None]) -> Iterator[IndexedSKU]:
    for place, good in enumerate(goods, 1):
        yield good
        if place % 100 == 0:
            step(100)


def _pack(mark: Mark) -> bytes:
    return json.dumps(asdict(mark)).encode()


def _text(moment: datetime) -> str:
    return moment.isoformat()
