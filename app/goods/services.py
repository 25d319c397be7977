"""Verbs of the catalogue: what editors change, what the demo brings in, and the count of visits."""

import datetime
import secrets
from collections.abc import Callable
from decimal import Decimal

from sqlalchemy import ColumnElement, update
from sqlalchemy.orm.exc import StaleDataError

from app.goods import stock
from app.goods.categories import forget_categories
from app.goods.demo.catalogue import Catalogue
from app.goods.demo.loading import insert_missing
from app.goods.errors import BadStock, NoSuchCategory, NoSuchSKU, StaleEdit
from app.goods.models import SKU, Category, CategoryVisit
from app.goods.signals import tell_changed
from app.shared import clock
from app.shared.db import db
from app.shared.uow import in_unit_of_work, then, unit_of_work
from app.shared.upsert import upsert


@unit_of_work
def count_visit(category_id: int, day: datetime.date) -> None:
    """One more look at the category on this Shanghai day, in one statement: no look is lost, none counts twice."""
    if db.session.get(Category, category_id) is None:
        raise NoSuchCategory(category_id=category_id)
    upsert(
        CategoryVisit,
        [{"category_id": category_id, "date": day, "count": 1}],
        keys=["category_id", "date"],
        change=lambda new: {"count": CategoryVisit.__table__.c["count"] + new["count"]},
    )


@unit_of_work
def edit_sku(
    sku_id: int,
    version: int,
    *,
    name: str | None = None,
    caption: str | None = None,
    price: Decimal | None = None,
    market_price: Decimal | None = None,
) -> int:
    """Change what is given, unless somebody else did since `version` was read (StaleEdit). Returns the new version.

    A sale moves stock without touching the version, so editors and buyers do not get in each other's way.
    """
    sku = db.session.get(SKU, sku_id)
    if sku is None:
        raise NoSuchSKU(sku_id=sku_id)
    if sku.version != version:
        raise StaleEdit(sku_id=sku_id)
    given = {"name": name, "caption": caption, "price": price, "market_price": market_price}
    for field, value in given.items():
        if value is not None:
            setattr(sku, field, value)
    _flush_edit(sku)
    tell_changed([sku_id])
    return sku.version


def change_caption(sku_id: int, version: int, caption: str) -> int:
    """`edit_sku` for the caption alone."""
    return edit_sku(sku_id, version, caption=caption)


@unit_of_work
def launch(sku_id: int) -> None:
    """Put the SKU on the shelf; safe to repeat."""
    _shelve(sku_id, True)


@unit_of_work
def withdraw(sku_id: int) -> None:
    """Take the SKU off the shelf; safe to repeat. Its page stays, without a way to buy."""
    _shelve(sku_id, False)


@unit_of_work
def set_stock(sku_id: int, count: int, *, reason: str, actor: str) -> int:
    """Make the stock `count`, with the difference in the ledger. Returns that difference."""
    if count < 0:
        raise BadStock(sku_id=sku_id)
    locked = stock.lock_skus([sku_id])
    if not locked:
        raise NoSuchSKU(sku_id=sku_id)
    difference = count - locked[0].stock
    if difference:
        flow_key = f"set:{sku_id}:{secrets.token_hex(8)}"
        stock.move(locked[0], difference, 0, reason=reason, flow_key=flow_key, actor=actor)
    return difference


@unit_of_work
def repair_stock(sku_id: int) -> bool:
    """Make stock and sales what the append-only ledger says; False when its sums cannot be a stock."""
    return stock.set_to_ledger(sku_id)


def add_review_count(sku_id: int, score: int) -> None:
    """One more review of so many points: joins the verb that writes it. `version` stays the editors' own."""
    _set_reviews(sku_id, SKU.comments + 1, SKU.score_total + score)


def set_review_count(sku_id: int, count: int, points: int) -> None:
    """What the audit counted; joins its verb."""
    _set_reviews(sku_id, count, points)


@unit_of_work
def load_demo(catalogue: Catalogue, step: Callable[[int], None]) -> int:
    """Bring in what the shop has not got of the demo catalogue, all or nothing; returns how many SKUs are new.

    What is there stays as it is: staff may have edited it, and its stock has moved on. `step` hears of each row.
    """
    then(forget_categories)
    return insert_missing(catalogue, step)


def _set_reviews(sku_id: int, count: int | ColumnElement[int], points: int | ColumnElement[int]) -> None:
    """The time of the edit moves, too: lists sort by points and follow edits by their time."""
    assert in_unit_of_work(), "counters move only inside a unit of work"
    db.session.execute(
        update(SKU)
        .where(SKU.id == sku_id)
        .values(comments=count, score_total=points, updated_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def _shelve(sku_id: int, launched: bool) -> None:
    locked = stock.lock_skus([sku_id])
    if not locked:
        raise NoSuchSKU(sku_id=sku_id)
    if locked[0].is_launched != launched:
        locked[0].is_launched = launched
        _flush_edit(locked[0])
        tell_changed([sku_id])


def _flush_edit(sku: SKU) -> None:
    """Two editors at the same instant: the version column lets one through."""
    sku_id = sku.id  # after a failed flush the row can no longer be read
    try:
        db.session.flush()
    except StaleDataError:
        raise StaleEdit(sku_id=sku_id) from None
