"""What staff decide about words: synonyms, hot words, questions that are not offered to others, and misses seen."""

from sqlalchemy import delete, func, select, update

from app.search import keeping, store
from app.search.analysis.normal import fold
from app.search.models import BlockedWord, HotWord, SearchMiss, Synonyms
from app.shared.db import db
from app.shared.errors import BadValue, NotFound, NotPossible, marked
from app.shared.uow import then, unit_of_work
from app.shared.upsert import upsert

LONGEST_GROUP, LONGEST_WORD = 255, 64
MOST_PINNED = 20


class LonelyWord(BadValue):
    """A group needs two words at least."""

    message = marked("请至少填写两个词，用逗号隔开")


class LongWords(BadValue):
    """More than the table holds."""

    message = marked("内容太长")


class StaleGroup(NotPossible):
    """A colleague has changed the group since it was read."""

    message = marked("这组同义词刚被同事修改过，请看过最新内容再保存")


class ManyPinned(NotPossible):
    """Nobody reads that many hot words."""

    message = marked("置顶的热词最多 %(most)s 个")


@unit_of_work
def save_synonyms(group_id: int | None, words: str, is_active: bool, version: int | None = None) -> int:
    """A new group, or another text for one of that version; counts as soon as the job has run.

    LonelyWord, LongWords, NotFound, StaleGroup.
    """
    parts = list(dict.fromkeys(part.strip() for part in words.replace("，", ",").split(",") if part.strip()))
    if len(parts) < 2:
        raise LonelyWord()
    text = ",".join(parts)
    if len(text) > LONGEST_GROUP:
        raise LongWords()
    row = Synonyms(version=0) if group_id is None else db.session.get(Synonyms, group_id, with_for_update=True)
    if row is None:
        raise NotFound()
    if version is not None and row.version != version:
        raise StaleGroup()
    row.words, row.is_active, row.version = text, is_active, row.version + 1
    db.session.add(row)
    db.session.flush()
    then(keeping.TAKE_SYNONYMS.enqueue)
    return row.id


@unit_of_work
def block_word(word: str) -> int:
    """This question is not offered any more, pinned or not; safe to repeat. Its number. BadValue, LongWords."""
    folded = _fold(word)
    db.session.execute(delete(HotWord).where(HotWord.word == folded))
    upsert(BlockedWord, [{"word": folded}], keys=["word"], change=lambda new: {"word": new["word"]})
    then(store.forget_hot)
    return db.session.scalars(select(BlockedWord.id).where(BlockedWord.word == folded)).one()


@unit_of_work
def unblock_word(word_id: int) -> None:
    """It may be offered again; safe to repeat."""
    db.session.execute(delete(BlockedWord).where(BlockedWord.id == word_id))
    then(store.forget_hot)


@unit_of_work
def free_word(word: str) -> None:
    """The same by the word itself."""
    db.session.execute(delete(BlockedWord).where(BlockedWord.word == fold(word)))
    then(store.forget_hot)


@unit_of_work
def pin_word(word: str) -> None:
    """The last of the hot words that staff chose; what was blocked is so no more. BadValue, LongWords, ManyPinned."""
    folded = _fold(word)
    pinned = _pinned()
    if folded not in pinned and len(pinned) >= MOST_PINNED:
        raise ManyPinned(most=MOST_PINNED)
    db.session.execute(delete(BlockedWord).where(BlockedWord.word == folded))
    last = db.session.scalar(select(func.max(HotWord.place))) or 0
    upsert(HotWord, [{"word": folded, "place": last + 1}], keys=["word"], change=lambda new: {"word": new["word"]})
    then(store.forget_hot)


@unit_of_work
def unpin_word(word: str) -> None:
    """It takes its chances again; safe to repeat."""
    db.session.execute(delete(HotWord).where(HotWord.word == fold(word)))
    then(store.forget_hot)


@unit_of_work
def move_word(word: str, by: int) -> None:
    """A hot word some steps up (below 0) or down; NotFound."""
    order = _pinned()
    if word not in order:
        raise NotFound()
    place = order.index(word)
    order.insert(min(max(place + by, 0), len(order) - 1), order.pop(place))
    for number, each in enumerate(order, 1):
        db.session.execute(update(HotWord).where(HotWord.word == each).values(place=number))
    then(store.forget_hot)


@unit_of_work
def dismiss_miss(miss_id: int, is_dismissed: bool = True) -> None:
    """A question that found nothing need not be looked at again, or must; safe to repeat. NotFound."""
    row = db.session.get(SearchMiss, miss_id, with_for_update=True)
    if row is None:
        raise NotFound()
    row.is_dismissed = is_dismissed


def _pinned() -> list[str]:
    """In order, and nobody moves them meanwhile."""
    return list(db.session.scalars(select(HotWord.word).order_by(HotWord.place, HotWord.id).with_for_update()))


def _fold(word: str) -> str:
    folded = fold(word)
    if not folded:
        raise BadValue()
    if len(folded) > LONGEST_WORD:
        raise LongWords()
    return folded
