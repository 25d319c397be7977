"""Verbs of staff on reviews: show, hide, answer; and their list of words.

The SKU's row is locked before the review's, as by buyers, so that counters are right to the row.
"""

from collections.abc import Sequence

from sqlalchemy import delete, func, select, update

from app.goods import services as goods
from app.goods.signals import tell_changed
from app.goods.stock import lock_skus
from app.reviews.errors import LongText, ManyWords, NoReason, NoWord, StaleReview
from app.reviews.models import Review, WatchedWord
from app.reviews.policy import ANSWER_LONGEST, MOST_WORDS, REASON_LONGEST, WORD_LONGEST, Effect, State
from app.reviews.watching import key_of
from app.shared import clock
from app.shared.db import db
from app.shared.errors import BadValue, NotFound
from app.shared.uow import unit_of_work
from app.shared.upsert import upsert


@unit_of_work
def moderate(review_id: int, version: int, state: State, reason: str = "") -> int:
    """Show a review, hide it with a reason, or make it wait again; the SKU's counters follow. Returns its version.

    NotFound; StaleReview when a colleague was faster; NoReason, LongText. The same state again changes its reason.
    """
    reason = _tidy(reason, REASON_LONGEST)
    if state is State.HIDDEN and not reason:
        raise NoReason()
    review = _lock(review_id, version)
    if (review.state == State.SHOWN) != (state is State.SHOWN):
        move = goods.add_review_count if state is State.SHOWN else goods.take_review_count
        move(review.sku_id, review.score)
    return _write(review, state=state.value, reason="" if state is State.SHOWN else reason)


@unit_of_work
def answer(review_id: int, version: int, text: str) -> int:
    """The shop's word under a review, or none any more; NotFound, StaleReview, LongText. Returns its version."""
    said = _tidy(text, ANSWER_LONGEST)
    review = _lock(review_id, version)
    tell_changed((), on_page=[review.sku_id])
    return _write(review, answer=said, answered_at=clock.now() if said else None)


@unit_of_work
def watch_word(word: str, effect: str) -> None:
    """Look out for a word from now on, or change what it does; safe to repeat. NoWord, LongText, ManyWords."""
    if effect not in set(Effect):
        raise BadValue()
    found = key_of(word)
    if not found:
        raise NoWord()
    if len(found) > WORD_LONGEST:
        raise LongText(most=WORD_LONGEST)
    if (db.session.scalar(select(func.count()).select_from(WatchedWord)) or 0) >= MOST_WORDS:
        raise ManyWords(most=MOST_WORDS)
    row = {"word": found, "effect": effect, "created_at": clock.now()}
    upsert(WatchedWord, [row], keys=["word"], change=lambda new: {"effect": new["effect"]})


@unit_of_work
def drop_words(word_ids: Sequence[int]) -> dict[str, list[str]]:
    """Look out for these no longer; reviews that wait for them go on waiting. The words by what they did."""
    found: dict[str, list[str]] = {}
    chosen = WatchedWord.id.in_(word_ids)
    for row in db.session.execute(select(WatchedWord.word, WatchedWord.effect).where(chosen)):
        found.setdefault(row.effect, []).append(row.word)
    db.session.execute(delete(WatchedWord).where(chosen))
    return found


def _lock(review_id: int, version: int) -> Review:
    """The review as it is now, its SKU's row locked before it."""
    sku_id = db.session.scalar(select(Review.sku_id).where(Review.id == review_id))
    if sku_id is None:
        raise NotFound()
    lock_skus([sku_id])
    query = select(Review).where(Review.id == review_id).with_for_update().execution_options(populate_existing=True)
    review = db.session.scalars(query).one()
    if review.version != version:
        raise StaleReview()
    return review


def _write(review: Review, **values: object) -> int:
    number = review.version + 1
    query = update(Review).where(Review.id == review.id).values(version=number, **values)
    db.session.execute(query.execution_options(synchronize_session=False))
    return number


def _tidy(text: str, longest: int) -> str:
    """Plain text: line ends of one kind, no control characters, nothing that is no character."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    tidy = "".join(sign for sign in lines if sign == "\n" or (sign.isprintable() and not 0xD800 <= ord(sign) <= 0xDFFF))
    if len(tidy) > longest:
        raise LongText(most=longest)
    return tidy
