"""Reads of reviews: what a SKU's buyers say, what an order still waits for, and whether the counters are right."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import Row, case, func, select

from app.goods.errors import NoSuchSKU
from app.goods.models import SKU
from app.orders.models import Order, OrderLine, OrderStatus
from app.pictures.policy import Kind
from app.pictures.queries import hanging
from app.reviews.models import Review
from app.reviews.policy import PAGE_SIZE, SCORES, State, shown_name
from app.shared.db import db
from app.shared.errors import NotFound
from app.shared.paging import Page
from app.users.models import User

# the nickname, or the username; nothing of somebody who has left
_AUTHOR = case((User.deleted_at.is_not(None), ""), (User.nickname != "", User.nickname), else_=User.username).label(
    "author"
)


@dataclass(frozen=True)
class ReviewView:
    """One review as everybody sees it; `username` is masked where it must be."""

    username: str
    comment: str
    score: int
    created_at: datetime
    avatar: str = ""  # none over a masked name
    pictures: Sequence[str] = ()
    answer: str = ""  # the shop's, under it


@dataclass(frozen=True)
class OwnReview:
    """One of a shopper's own, with the goods as they were sold."""

    sku_id: int
    name: str
    spec_text: str
    image: str
    order_id: str
    score: int
    comment: str
    is_anonymous: bool
    is_shown: bool
    state: str
    answer: str
    created_at: datetime
    pictures: Sequence[str] = ()


@dataclass(frozen=True)
class Summary:
    """How many, the average to one decimal (None without reviews), and how many of each score, best first."""

    total: int
    average: Decimal | None
    spread: dict[int, int]


@dataclass(frozen=True)
class WaitingLine:
    """A line of an own order without a review."""

    sku_id: int
    name: str
    spec_text: str
    image: str
    price: Decimal


@dataclass(frozen=True)
class LineState:
    """A line about to be reviewed, seen under the lock of its order."""

    line_id: int
    is_reviewed: bool
    is_open: bool  # the order waits for reviews
    others_waiting: int  # lines, without this one, that still need theirs


@dataclass(frozen=True)
class CountDrift:
    """A SKU whose counters are not what its shown reviews add up to."""

    sku_id: int
    name: str
    counted: int
    rows: int
    points_counted: int
    points: int


def summarise(sku_id: int) -> Summary:
    """One statement; one more for a SKU without reviews, to tell it from none at all (NoSuchSKU)."""
    shown = select(Review.score, func.count()).where(Review.sku_id == sku_id, Review.is_shown).group_by(Review.score)
    counts: dict[int, int] = {score: count for score, count in db.session.execute(shown)}
    if not counts and db.session.scalar(select(SKU.id).where(SKU.id == sku_id)) is None:
        raise NoSuchSKU(sku_id=sku_id)
    total = sum(counts.values())
    points = Decimal(sum(score * count for score, count in counts.items()))
    average = (points / total).quantize(Decimal("0.1"), ROUND_HALF_UP) if total else None
    return Summary(total, average, {score: counts.get(score, 0) for score in SCORES})


def page_reviews(sku_id: int, number: int, total: int) -> Page[ReviewView]:
    """Newest first, in two statements; NotFound beyond the last page of `total` reviews."""
    empty: Page[ReviewView] = Page([], number, PAGE_SIZE, total)
    if not 1 <= number <= empty.pages:
        raise NotFound()
    if not total:
        return empty
    said = (Review.text, Review.score, Review.is_anonymous, Review.created_at, Review.answer)
    rows = db.session.execute(
        select(Review.id, *said, User.avatar, _AUTHOR)
        .join(User, User.id == Review.user_id)
        .where(Review.sku_id == sku_id, Review.is_shown)
        .order_by(Review.id.desc())
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    ).all()
    pictures = hanging(Kind.REVIEW, [row.id for row in rows])
    return Page([_view(row, pictures.get(row.id, ())) for row in rows], number, PAGE_SIZE, total)


def _view(row: Row[*tuple[Any, ...]], pictures: Sequence[str]) -> ReviewView:
    name = shown_name(row.author, row.is_anonymous)
    avatar = row.avatar if name == row.author else ""
    return ReviewView(name, row.text, row.score, row.created_at, avatar, pictures, row.answer)


def page_own(user_id: int, number: int) -> Page[OwnReview]:
    """What a shopper has written, newest first, in three statements; NotFound beyond the last page."""
    total = db.session.scalar(select(func.count()).where(Review.user_id == user_id)) or 0
    empty: Page[OwnReview] = Page([], number, PAGE_SIZE, total)
    if not 1 <= number <= empty.pages:
        raise NotFound()
    rows = db.session.execute(
        select(
            Review.id,
            OrderLine.sku_id,
            OrderLine.name,
            OrderLine.spec_text,
            OrderLine.image,
            Order.number.label("order_id"),
            Review.score,
            Review.text.label("comment"),
            Review.is_anonymous,
            Review.is_shown.label("is_shown"),
            Review.state,
            Review.answer,
            Review.created_at,
        )
        .join(OrderLine, OrderLine.id == Review.order_line_id)
        .join(Order, Order.id == OrderLine.order_id)
        .where(Review.user_id == user_id)
        .order_by(Review.id.desc())
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    ).all()
    pictures = hanging(Kind.REVIEW, [row.id for row in rows])
    values: list[list[Any]] = [[*row[1:], pictures.get(row.id, ())] for row in rows]
    return Page([OwnReview(*own) for own in values], number, PAGE_SIZE, total)


def waiting_lines(user_id: int, number: str) -> Sequence[WaitingLine]:
    """What an own order that has arrived still waits for; NotFound for any other order."""
    order_id = db.session.scalar(
        select(Order.id).where(
            Order.number == number,
            Order.user_id == user_id,
            Order.status.in_((OrderStatus.UNREVIEWED, OrderStatus.FINISHED)),
        )
    )
    if order_id is None:
        raise NotFound()
    rows = db.session.execute(
        select(OrderLine.sku_id, OrderLine.name, OrderLine.spec_text, OrderLine.image, OrderLine.price)
        .join(Order, Order.id == OrderLine.order_id)
        .outerjoin(Review, Review.order_line_id == OrderLine.id)
        .where(OrderLine.order_id == order_id, Review.id.is_(None), Order.status == OrderStatus.UNREVIEWED)
        .order_by(OrderLine.id)
    )
    return [WaitingLine(*row) for row in rows]


def line_state(order_id: int, sku_id: int) -> LineState:
    """The line of this SKU and what else the order waits for; NotFound for a SKU that it does not hold.

    Goods that were sent back whole need no review.
    """
    rows = db.session.execute(
        select(
            OrderLine.id, OrderLine.sku_id, OrderLine.count, OrderLine.refunded, Order.status, Review.id.label("review")
        )
        .join(Order, Order.id == OrderLine.order_id)
        .outerjoin(Review, Review.order_line_id == OrderLine.id)
        .where(OrderLine.order_id == order_id)
    ).all()
    mine = next((row for row in rows if row.sku_id == sku_id), None)
    if mine is None:
        raise NotFound()
    waiting = [row for row in rows if row.review is None and row.refunded < row.count and row.id != mine.id]
    return LineState(mine.id, mine.review is not None, mine.status == OrderStatus.UNREVIEWED, len(waiting))


def is_waiting(number: str, sku_id: int) -> bool:
    """Must the review of this line wait for staff?"""
    query = (
        select(Review.state)
        .join(OrderLine, OrderLine.id == Review.order_line_id)
        .join(Order, Order.id == OrderLine.order_id)
        .where(Order.number == number, OrderLine.sku_id == sku_id)
    )
    return db.session.scalar(query) == State.WAITING


def count_shown(sku_id: int) -> tuple[int, int]:
    """How many reviews of a SKU are shown, and how many points they give together."""
    query = select(func.count(), func.coalesce(func.sum(Review.score), 0))
    rows, points = db.session.execute(query.where(Review.sku_id == sku_id, Review.is_shown)).one()
    return int(rows), int(points)


def count_drifts() -> list[CountDrift]:
    """Every SKU whose counters are not what its shown reviews add up to: a sound shop has none."""
    sums = (func.count().label("held"), func.sum(Review.score).label("points"))
    held = select(Review.sku_id, *sums).where(Review.is_shown).group_by(Review.sku_id).subquery()
    rows, points = func.coalesce(held.c.held, 0), func.coalesce(held.c.points, 0)
    query = (
        select(SKU.id, SKU.name, SKU.comments, rows, SKU.score_total, points)
        .outerjoin(held, held.c.sku_id == SKU.id)
        .where((SKU.comments != rows) | (SKU.score_total != points))
        .order_by(SKU.id)
    )
    return [CountDrift(id_, name, *map(int, numbers)) for id_, name, *numbers in db.session.execute(query)]
