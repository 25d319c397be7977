"""Reads for the desk of reviews: one of them with everything around it, the next that waits, and versions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.goods.models import SKU
from app.orders.models import Order, OrderLine
from app.pictures.policy import Kind
from app.pictures.queries import hanging
from app.reviews.models import Review
from app.reviews.policy import State
from app.shared.db import db
from app.shared.errors import NotFound
from app.users.models import User, fold

MOST_COUNTED = 1000


@dataclass(frozen=True)
class ReviewCard:
    """One review as staff see it."""

    id: int
    version: int
    state: str
    reason: str
    score: int
    text: str
    is_anonymous: bool
    answer: str
    answered_at: datetime | None
    created_at: datetime
    sku_id: int
    sku_name: str
    image: str
    spec_text: str
    order_number: str
    username: str
    comments: int  # what the SKU's counter says
    pictures: Sequence[str] = ()


def get_card(review_id: int) -> ReviewCard:
    """In two statements; NotFound."""
    own = (Review.id, Review.version, Review.state, Review.reason, Review.score, Review.text, Review.is_anonymous)
    said = (Review.answer, Review.answered_at, Review.created_at, Review.sku_id)
    line = (SKU.name, OrderLine.image, OrderLine.spec_text, Order.number, User.username, SKU.comments)
    row = db.session.execute(
        select(*own, *said, *line)
        .join(OrderLine, OrderLine.id == Review.order_line_id)
        .join(Order, Order.id == OrderLine.order_id)
        .join(SKU, SKU.id == Review.sku_id)
        .join(User, User.id == Review.user_id)
        .where(Review.id == review_id)
    ).first()
    if row is None:
        raise NotFound()
    values = [*row, hanging(Kind.REVIEW, [review_id]).get(review_id, ())]
    return ReviewCard(*values)


def next_waiting(beside: int) -> int | None:
    """The oldest review that waits for staff, another than this one."""
    query = select(Review.id).where(Review.state == State.WAITING.value, Review.id != beside)
    return db.session.scalar(query.order_by(Review.id).limit(1))


def count_waiting() -> int:
    """How many wait; no further than MOST_COUNTED."""
    some = select(Review.id).where(Review.state == State.WAITING.value).limit(MOST_COUNTED).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def versions(review_ids: Iterable[int]) -> dict[int, int]:
    """The version of each as it is now."""
    query = select(Review.id, Review.version).where(Review.id.in_(list(review_ids)))
    return {row.id: row.version for row in db.session.execute(query)}


def lines_of_order(number: str) -> list[int]:
    """The lines of an order by its number; empty for one that there is not."""
    query = select(OrderLine.id).join(Order, Order.id == OrderLine.order_id).where(Order.number == number)
    return list(db.session.scalars(query))


def find_buyer(username: str) -> int | None:
    """An account by its whole name."""
    return db.session.scalar(select(User.id).where(User.username_key == fold(username.strip())))
