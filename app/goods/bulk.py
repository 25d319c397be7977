"""Drafts of bulk edits: SKUs picked, values filled in, nothing of the SKUs themselves written yet."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, insert, select, update

from app.goods.bulk_models import BulkEdit, BulkEditRow
from app.goods.bulk_queries import lines_of
from app.goods.errors import BulkEditClosed, NoSuchBulkEdit, NoSuchSKU, TooManyRows
from app.goods.models import SKU
from app.goods.repricing import MOST_ROWS, Line, Rule, Wish
from app.shared import clock
from app.shared.db import db
from app.shared.errors import Missing
from app.shared.money import MOST, ZERO
from app.shared.uow import unit_of_work

BATCH = 1000
DRAFTS_LIVE_DAYS = 7
NOTHING = Wish()
Row = dict[str, Any]


@unit_of_work
def begin(sku_ids: Sequence[int], *, source: str, actor: str, wishes: Mapping[int, Wish] | None = None) -> int:
    """A draft over these SKUs as they stand, with the wishes filled in; its number.

    A ticked SKU that is not there is passed over; one that a table wishes something for is named (NoSuchSKU).
    """
    wanted = sorted(set(sku_ids))
    if not wanted:
        raise Missing()
    if len(wanted) > MOST_ROWS:
        raise TooManyRows(most=MOST_ROWS)
    rows = [_row(sku, (wishes or {}).get(sku.id, NOTHING)) for sku in _standing(wanted)]
    if not rows or (wishes and len(rows) < len(wanted)):
        raise NoSuchSKU(sku_id=min(set(wanted) - {row["sku_id"] for row in rows}))
    bulk = BulkEdit(source=source, actor=actor[:64])
    db.session.add(bulk)
    db.session.flush()
    _insert(bulk.id, rows)
    return bulk.id


@unit_of_work
def fill(bulk_id: int, wishes: Mapping[int, Wish]) -> None:
    """What somebody wrote into a page of the grid; rows that are not of this draft are nobody's."""
    _lock_draft(bulk_id)
    for line in lines_of(bulk_id, list(wishes)):
        values = _wished(line, wishes[line.sku_id])
        if any(getattr(line, name) != value for name, value in values.items()):
            db.session.execute(
                update(BulkEditRow)
                .where(BulkEditRow.bulk_id == bulk_id, BulkEditRow.sku_id == line.sku_id)
                .values(**values)
                .execution_options(synchronize_session=False)
            )


@unit_of_work
def set_all(bulk_id: int, rule: Rule) -> None:
    """The rule for every row, on what stands in the grid."""
    _lock_draft(bulk_id)
    rows = [_kept(line) for line in lines_of(bulk_id)]
    _rewrite(bulk_id, [{**row, rule.field: _held(rule.of(row[rule.field]))} for row in rows])


@unit_of_work
def shelve_all(bulk_id: int, launched: bool) -> None:
    """All on the shelf, or all off it."""
    _lock_draft(bulk_id)
    _change_rows(bulk_id, is_launched=launched)


@unit_of_work
def move_all(bulk_id: int, delta: int) -> None:
    """So many pieces more or less of each."""
    _lock_draft(bulk_id)
    _change_rows(bulk_id, stock_delta=delta)


@unit_of_work
def start_over(bulk_id: int) -> None:
    """Every row as its SKU stands, nothing wished."""
    _lock_draft(bulk_id)
    ids = [line.sku_id for line in lines_of(bulk_id)]
    _rewrite(bulk_id, [_row(sku, NOTHING) for sku in _standing(ids)])


@unit_of_work
def refresh(bulk_id: int) -> int:
    """Wishes stay, on top of what others have changed since; how many rows were behind."""
    _lock_draft(bulk_id)
    lines = lines_of(bulk_id)
    behind = sum(line.is_conflict for line in lines)
    if behind:
        _rewrite(bulk_id, [_rebased(line) if line.is_conflict else _kept(line) for line in lines])
    return behind


@unit_of_work
def take_out(bulk_id: int, *, faulty: bool = False, same: bool = False, sku_ids: Sequence[int] = ()) -> int:
    """Rows that shall not be part of it; how many."""
    _lock_draft(bulk_id)
    gone = [
        line.sku_id
        for line in lines_of(bulk_id)
        if line.sku_id in sku_ids or (faulty and line.fault) or (same and not line.is_change)
    ]
    db.session.execute(delete(BulkEditRow).where(BulkEditRow.bulk_id == bulk_id, BulkEditRow.sku_id.in_(gone)))
    return len(gone)


@unit_of_work
def discard(bulk_id: int) -> None:
    """The draft is thrown away; safe to repeat."""
    try:
        bulk = _lock_draft(bulk_id)
    except NoSuchBulkEdit:
        return
    _forget([bulk.id])


@unit_of_work
def forget_old_drafts() -> int:
    """The sweep of drafts that nobody came back to."""
    before = clock.now() - timedelta(days=DRAFTS_LIVE_DAYS)
    asked = select(BulkEdit.id).where(BulkEdit.state == "draft", BulkEdit.updated_at < before).limit(50)
    old = list(db.session.scalars(asked.with_for_update()))
    _forget(old)
    return len(old)


def lock_bulk(bulk_id: int, *states: str) -> BulkEdit:
    """The row, locked and in one of these states; BulkEditClosed, NoSuchBulkEdit."""
    asked = select(BulkEdit).where(BulkEdit.id == bulk_id).with_for_update()
    bulk = db.session.scalars(asked.execution_options(populate_existing=True)).first()
    if bulk is None:
        raise NoSuchBulkEdit()
    if bulk.state not in states:
        raise BulkEditClosed()
    return bulk


def _lock_draft(bulk_id: int) -> BulkEdit:
    bulk = lock_bulk(bulk_id, "draft")
    bulk.updated_at = clock.now()
    return bulk


def _forget(ids: Sequence[int]) -> None:
    db.session.execute(delete(BulkEditRow).where(BulkEditRow.bulk_id.in_(ids)))
    db.session.execute(delete(BulkEdit).where(BulkEdit.id.in_(ids)))


def _standing(sku_ids: Sequence[int]) -> list[Any]:
    found: list[Any] = []
    for start in range(0, len(sku_ids), BATCH):
        asked = select(SKU.id, SKU.version, SKU.price, SKU.market_price, SKU.is_launched)
        found += db.session.execute(asked.where(SKU.id.in_(sku_ids[start : start + BATCH])).order_by(SKU.id)).all()
    return found


def _row(sku: Any, wish: Wish) -> Row:
    """Of a SKU as it stands."""
    old = {"old_price": sku.price, "old_market_price": sku.market_price, "old_launched": sku.is_launched}
    return {
        "sku_id": sku.id,
        "seen_version": sku.version,
        **old,
        "price": sku.price if wish.price is None else wish.price,
        "market_price": sku.market_price if wish.market_price is None else wish.market_price,
        "is_launched": sku.is_launched if wish.is_launched is None else wish.is_launched,
        "stock_delta": wish.stock_delta,
    }


def _kept(line: Line) -> Row:
    names = ("sku_id", "seen_version", "old_price", "old_market_price", "old_launched")
    return {name: getattr(line, name) for name in (*names, "price", "market_price", "is_launched", "stock_delta")}


def _rebased(line: Line) -> Row:
    """What was wished is wished still; what was not follows the SKU."""
    now = {"price": line.now.price, "market_price": line.now.market_price, "is_launched": line.now_launched}
    old = {"price": line.old_price, "market_price": line.old_market_price, "is_launched": line.old_launched}
    wished = {name: getattr(line, name) if getattr(line, name) != old[name] else now[name] for name in now}
    seen = {"old_price": now["price"], "old_market_price": now["market_price"], "old_launched": now["is_launched"]}
    return {**_kept(line), **seen, **wished, "seen_version": line.version}


def _wished(line: Line, wish: Wish) -> dict[str, Any]:
    given = {"price": wish.price, "market_price": wish.market_price, "is_launched": wish.is_launched}
    return {**{name: value for name, value in given.items() if value is not None}, "stock_delta": wish.stock_delta}


def _held(price: Decimal) -> Decimal:
    """What the column can hold: the preview names a price of 0 or of eight nines."""
    return max(min(price, MOST), ZERO)


def _change_rows(bulk_id: int, **values: Any) -> None:
    db.session.execute(
        update(BulkEditRow)
        .where(BulkEditRow.bulk_id == bulk_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _rewrite(bulk_id: int, rows: Sequence[Row]) -> None:
    """All rows anew: two statements instead of one a row."""
    db.session.execute(delete(BulkEditRow).where(BulkEditRow.bulk_id == bulk_id))
    _insert(bulk_id, rows)


def _insert(bulk_id: int, rows: Sequence[Row]) -> None:
    for start in range(0, len(rows), BATCH):
        db.session.execute(insert(BulkEditRow), [{"bulk_id": bulk_id, **row} for row in rows[start : start + BATCH]])
