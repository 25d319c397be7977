"""What staff decide about words: groups of synonyms, and questions that are not offered to others."""

from sqlalchemy import delete

from app.search import keeping
from app.search.analysis.normal import fold
from app.search.models import BlockedWord, Synonyms
from app.shared.db import db
from app.shared.errors import BadValue, NotFound, marked
from app.shared.uow import then, unit_of_work
from app.shared.upsert import upsert

LONGEST_GROUP, LONGEST_WORD = 255, 64


class LonelyWord(BadValue):
    """A group needs two words at least."""

    message = marked("请至少填写两个词，用逗号隔开")


class LongWords(BadValue):
    """More than the table holds."""

    message = marked("内容太长")


@unit_of_work
def save_synonyms(group_id: int | None, words: str, is_active: bool) -> int:
    """A new group, or another text for one; counts as soon as the job has run. LonelyWord, LongWords, NotFound."""
    parts = list(dict.fromkeys(part.strip() for part in words.replace("，", ",").split(",") if part.strip()))
    if len(parts) < 2:
        raise LonelyWord()
    text = ",".join(parts)
    if len(text) > LONGEST_GROUP:
        raise LongWords()
    row = Synonyms() if group_id is None else db.session.get(Synonyms, group_id)
    if row is None:
        raise NotFound()
    row.words, row.is_active = text, is_active
    db.session.add(row)
    db.session.flush()
    then(keeping.TAKE_SYNONYMS.enqueue)
    return row.id


@unit_of_work
def block_word(word: str) -> None:
    """This question is not offered any more, within a minute; safe to repeat. BadValue, LongWords."""
    folded = fold(word)
    if not folded:
        raise BadValue()
    if len(folded) > LONGEST_WORD:
        raise LongWords()
    upsert(BlockedWord, [{"word": folded}], keys=["word"], change=lambda new: {"word": new["word"]})


@unit_of_work
def unblock_word(word_id: int) -> None:
    """It may be offered again; safe to repeat."""
    db.session.execute(delete(BlockedWord).where(BlockedWord.id == word_id))
