"""Verbs of reviewing: the order's row is locked first, then the SKU's, so that counters are right to the row."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from app.goods import services as goods
from app.goods.stock import lock_skus
from app.orders import services as orders
from app.pictures import services as pictures
from app.pictures.policy import Kind
from app.reviews import queries
from app.reviews.errors import AlreadyReviewed, NotReceived
from app.reviews.models import Review
from app.reviews.policy import REASON_LONGEST, State
from app.reviews.watching import look_through, watched
from app.shared.db import db
from app.shared.uow import unit_of_work, violates


@dataclass(frozen=True)
class Draft:
    """What a buyer says of one line; `text` is tidied and of the right length (forms.py)."""

    order_number: str
    user_id: int
    sku_id: int
    score: int
    text: str
    is_anonymous: bool
    pictures: Sequence[str] = ()  # stems of pictures that wait for this review


def write_review(draft: Draft) -> int:
    """Keep a review; returns how many lines of the order still wait for theirs. At 0 the order is finished.

    One with a word that staff look out for waits for them: it is not shown and does not count until they say so.
    """
    try:
        return _write(draft)
    except IntegrityError as problem:
        if violates(problem, "uq_reviews_order_line_id", "reviews.order_line_id"):
            raise AlreadyReviewed() from None
        raise


@unit_of_work
def _write(draft: Draft) -> int:
    order = orders.lock_own_order(draft.order_number, draft.user_id)
    line = queries.line_state(order.id, draft.sku_id)
    if line.is_reviewed:
        raise AlreadyReviewed()
    if not line.is_open:
        raise NotReceived()
    # the SKU's row before the review: the foreign key would share-lock it, and two sharers deadlock on the counter
    seen = look_through(draft.text, watched())
    if not seen.waits_for:
        goods.add_review_count(draft.sku_id, draft.score)
    review = Review(
        order_line_id=line.line_id,
        sku_id=draft.sku_id,
        user_id=draft.user_id,
        score=draft.score,
        text=seen.text,
        is_anonymous=draft.is_anonymous,
        state=State.WAITING if seen.waits_for else State.SHOWN,
        reason=" ".join(seen.waits_for)[:REASON_LONGEST],
        has_pictures=bool(draft.pictures),
    )
    db.session.add(review)
    db.session.flush()
    pictures.use(draft.pictures, Kind.REVIEW, review.id, draft.user_id)
    if not line.others_waiting:
        orders.finish_order(order, f"user:{draft.user_id}")
    return line.others_waiting


@unit_of_work
def repair_count(sku_id: int) -> int:
    """Set a SKU's counter to the number of its reviews; whoever writes one meanwhile waits. Returns that number."""
    lock_skus([sku_id])
    rows, points = queries.count_shown(sku_id)
    goods.set_review_count(sku_id, rows, points)
    return rows
