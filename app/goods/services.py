"""Verbs of the catalogue: what editors change, and what the demo brings in."""

import secrets
from collections.abc import Callable
from decimal import Decimal

from sqlalchemy import ColumnElement, update

from app.goods import prices, stock
from app.goods.categories import forget_categories
from app.goods.demo.catalogue import Catalogue
from app.goods.demo.loading import insert_missing
from app.goods.errors import BadStock, BadText, NoSuchSKU, StaleEdit
from app.goods.models import SKU
from app.goods.shelving import flush_edit, set_shelf, shelve
from app.goods.signals import tell_changed, tell_restocked
from app.shared import clock
from app.shared.db import db
from app.shared.uow import in_unit_of_work, then, unit_of_work


@unit_of_work
def edit_sku(
    sku_id: int,
    version: int,
    *,
    name: str | None = None,
    caption: str | None = None,
    price: Decimal | None = None,
    market_price: Decimal | None = None,
    cost_price: Decimal | None = None,
    is_launched: bool | None = None,
) -> int:
    """Change what is given, unless somebody else did since `version` was read (StaleEdit). Returns the new version.

    A sale moves stock without touching the version, so editors and buyers do not get in each other's way.
    """
    sku = db.session.get(SKU, sku_id)
    if sku is None:
        raise NoSuchSKU(sku_id=sku_id)
    if sku.version != version:
        raise StaleEdit(sku_id=sku_id)
    sku.name = sku.name if name is None else check_text(name, 1)
    sku.caption = sku.caption if caption is None else check_text(caption, 0)
    if is_launched is not None and set_shelf(sku, is_launched) and is_launched:
        tell_restocked([sku_id])
    given = {"price": price, "market_price": market_price, "cost_price": cost_price}
    prices.set_amounts(sku, {field: value for field, value in given.items() if value is not None})
    flush_edit(sku)
    tell_changed([sku_id])
    return sku.version


def check_text(text: str, least: int) -> str:
    """A name or a caption as it is kept; BadText."""
    text = text.strip()
    if not least <= len(text) <= 200 or not text.isprintable():
        raise BadText()
    return text


def change_caption(sku_id: int, version: int, caption: str) -> int:
    """`edit_sku` for the caption alone."""
    return edit_sku(sku_id, version, caption=caption)


@unit_of_work
def launch(sku_id: int) -> None:
    """Put the SKU on the shelf, be it one that was removed; safe to repeat."""
    shelve(sku_id, True)
    tell_restocked([sku_id])


@unit_of_work
def withdraw(sku_id: int) -> None:
    """Take the SKU off the shelf; safe to repeat. Its page stays, without a way to buy."""
    shelve(sku_id, False)


@unit_of_work
def remove_sku(sku_id: int) -> None:
    """The SKU is gone for good: off the shelf, and its page says so with 410. Orders keep their lines. Safe to repeat.

    The row stays, for the ledger and the orders that point at it.
    """
    shelve(sku_id, False, removed_at=clock.now())


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


def take_review_count(sku_id: int, score: int) -> None:
    """One review of so many points fewer, for it is hidden: joins the verb that hides it."""
    _set_reviews(sku_id, SKU.comments - 1, SKU.score_total - score)


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
    tell_changed((), on_page=[sku_id])
    db.session.execute(
        update(SKU)
        .where(SKU.id == sku_id)
        .values(comments=count, score_total=points, updated_at=clock.now())
        .execution_options(synchronize_session=False)
    )
