"""Telling members that goods are back: one row a member and SKU, one letter a round, or a line on their own pages.

Telling is done by a job after the news, and by the sweep for whoever missed it; both find the same rows, and a row is
told by whoever closes its round first.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from app.goods import queries as goods
from app.goods.errors import NoSuchSKU
from app.goods.models import SKU
from app.goods.queries import SKUCard
from app.outbox.services import promise
from app.shared import clock
from app.shared.db import db
from app.shared.errors import NotFound
from app.shared.jobs import Job
from app.shared.paging import Page
from app.shared.uow import savepoint, unit_of_work, violates
from app.users import letters
from app.users.emails import confirmed_address
from app.users.errors import TooManyNotices
from app.users.letters import Letter
from app.users.models import StockNotice, User
from app.users.policy import MOST_NOTICES, NOTICES_AT_ONCE, NOTICES_PAGE_SIZE

TELL = Job("app.users.tasks.tell_restocked", queue="mail")


@dataclass(frozen=True)
class Notice:
    """A wish to be told; `told_at` says when it was."""

    sku: SKUCard
    told_at: datetime | None
    is_mailed: bool


@dataclass(frozen=True)
class Waiting:
    """Somebody to tell, with the letter if there is a confirmed address."""

    id: int
    round: int
    user_id: int
    email: str
    letter: Letter | None


@unit_of_work
def ask(user_id: int, sku_id: int, language: str) -> None:
    """Tell this member once when the SKU is back; asking twice is asking once. NoSuchSKU, TooManyNotices."""
    may_return = or_(SKU.is_launched, SKU.removed_at.is_(None))
    if db.session.scalar(select(SKU.id).where(SKU.id == sku_id, may_return)) is None:
        raise NoSuchSKU(sku_id=sku_id)
    row = db.session.scalar(_own(user_id, sku_id).with_for_update())
    if row is not None:
        row.language = language
        if row.told_at is not None:
            row.round, row.told_at, row.is_mailed = row.round + 1, None, False
        return
    if (db.session.scalar(select(func.count()).where(StockNotice.user_id == user_id)) or 0) >= MOST_NOTICES:
        raise TooManyNotices(limit=MOST_NOTICES)
    try:
        with savepoint():
            db.session.add(StockNotice(user_id=user_id, sku_id=sku_id, language=language))
    except IntegrityError as problem:
        if not violates(problem, "uq_stock_notices", "stock_notices.user_id"):  # a second click was faster
            raise


@unit_of_work
def forget(user_id: int, sku_id: int) -> None:
    """Do not tell, or let the line go; what is not there is no error."""
    db.session.execute(delete(StockNotice).where(StockNotice.user_id == user_id, StockNotice.sku_id == sku_id))


def is_waiting(user_id: int, sku_id: int) -> bool:
    """Will this member be told?"""
    row = db.session.scalar(_own(user_id, sku_id))
    return row is not None and row.told_at is None


def page_notices(user_id: int, number: int) -> Page[Notice]:
    """What has come first, then what is waited for; NotFound beyond the last page."""
    mine = StockNotice.user_id == user_id
    total = db.session.scalar(select(func.count()).where(mine)) or 0
    page: Page[Notice] = Page([], number, NOTICES_PAGE_SIZE, total)
    if not 1 <= number <= page.pages:
        raise NotFound()
    rows = db.session.scalars(
        select(StockNotice)
        .where(mine)
        .order_by(StockNotice.told_at.is_(None), StockNotice.id.desc())
        .limit(page.size)
        .offset((number - 1) * page.size)
    ).all()
    cards = goods.sku_cards([row.sku_id for row in rows])
    return Page([Notice(cards[row.sku_id], row.told_at, row.is_mailed) for row in rows], number, page.size, total)


def tell(sku_id: int) -> int:
    """Everybody who waits for this SKU, if it can be bought; how many. Being called twice tells nobody twice."""
    told = 0
    while is_back(sku_id) and (waiting := next_waiting(sku_id)):
        done = close_rounds(waiting)
        told += done
        if not done:  # somebody else is at it
            break
    return told


def sweep() -> int:
    """Whom a lost job left waiting; how many were told."""
    back = exists().where(SKU.id == StockNotice.sku_id, SKU.is_launched, SKU.stock > 0)
    query = (
        select(StockNotice.sku_id).where(StockNotice.told_at.is_(None), back).distinct().order_by(StockNotice.sku_id)
    )
    ids = list(db.session.scalars(query))
    db.session.close()
    return sum(tell(sku_id) for sku_id in ids)


def awaited(sku_ids: Iterable[int]) -> list[int]:
    """Of these, what somebody waits for. No transaction stays open behind it."""
    query = select(StockNotice.sku_id).where(StockNotice.sku_id.in_(sku_ids), StockNotice.told_at.is_(None))
    found = sorted(set(db.session.scalars(query)))
    db.session.close()
    return found


def is_back(sku_id: int) -> bool:
    """On the shelf and in stock?"""
    found = db.session.scalar(select(SKU.id).where(SKU.id == sku_id, SKU.is_launched, SKU.stock > 0))
    db.session.close()
    return found is not None


def _own(user_id: int, sku_id: int) -> Any:
    return select(StockNotice).where(StockNotice.user_id == user_id, StockNotice.sku_id == sku_id)


def next_waiting(sku_id: int) -> list[Waiting]:
    """The next few, their letters written before any transaction."""
    columns = (User.username, User.email, User.email_verified, User.verified_email)
    rows = db.session.execute(
        select(StockNotice.id, StockNotice.round, StockNotice.user_id, StockNotice.language, *columns)
        .join(User, User.id == StockNotice.user_id)
        .where(StockNotice.sku_id == sku_id, StockNotice.told_at.is_(None), User.is_active)
        .order_by(StockNotice.id)
        .limit(NOTICES_AT_ONCE)
    ).all()
    card = goods.sku_cards([sku_id]).get(sku_id)
    db.session.close()
    return [Waiting(row.id, row.round, row.user_id, confirmed_address(row), _letter(row, card)) for row in rows if card]


def _letter(row: Any, sku: SKUCard) -> Letter | None:
    if not confirmed_address(row):
        return None
    link = letters.public_link("goods.detail", sku_id=sku.id)
    own = letters.public_link("users.stock_notices")
    facts = {"username": row.username, "sku": sku, "link": link, "own": own}
    return letters.render("restocked", language=row.language, **facts)


@unit_of_work
def close_rounds(waiting: list[Waiting]) -> int:
    """Close each round once; the letter is promised in the same transaction."""
    now, told = clock.now(), 0
    for each in waiting:
        result = db.session.execute(
            update(StockNotice)
            .where(StockNotice.id == each.id, StockNotice.round == each.round, StockNotice.told_at.is_(None))
            .values(told_at=now, is_mailed=each.letter is not None)
            .execution_options(synchronize_session=False)
        )
        if result.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE's result has it
            continue
        told += 1
        if each.letter is not None:
            words = {"subject": each.letter.subject, "text": each.letter.text, "html": each.letter.html}
            key = f"stock-notice:{each.id}:{each.round}"
            promise(unique_key=key, kind="mail", to=each.email, user_id=each.user_id, **words)
    return told
