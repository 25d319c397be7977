"""A bulk edit applied, and taken back: some hundred rows a transaction, so that nobody waits long for a row.

Each row is written only if its SKU is still as it was seen; the others are left and named. Killed between two
transactions it goes on where it was: a row's outcome is written with the SKU it tells of.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, case, null, select, update

from app.goods import prices, stock
from app.goods.bulk import lock_bulk
from app.goods.bulk_models import BulkEdit, BulkEditRow
from app.goods.bulk_queries import lines_of, tally
from app.goods.errors import BulkEditFaulty
from app.goods.models import SKU
from app.goods.prices import Amounts, amounts_of
from app.goods.signals import tell_changed, tell_restocked
from app.shared import acting, clock
from app.shared.db import db
from app.shared.errors import Missing
from app.shared.uow import unit_of_work

CHUNK = 500  # rows of one transaction
LEFT_BEHIND_MIN = 2  # a process that has not moved on for so long has gone
REASON, UNDO_REASON = "批量修改", "撤销批量修改"
_SKUS: Table = SKU.__table__  # type: ignore[assignment]  # declared as the wider FromClause
_ROWS: Table = BulkEditRow.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Way:
    """Forth or back: which rows, which of their values, and what is said of them."""

    busy: str
    done: str
    rows: str  # outcome of the rows to be taken
    taken: str
    passed: str
    flow: str
    sign: int
    reason: str


FORTH = Way("applying", "applied", "open", "applied", "left", "bulk", 1, REASON)
BACK = Way("undoing", "undone", "applied", "undone", "kept", "unbulk", -1, UNDO_REASON)


def apply(bulk_id: int, *, actor: str, reason: str = "") -> None:
    """Write the draft, once. BulkEditFaulty while a row is faulty, BulkEditClosed where it was applied before."""
    _claim(bulk_id, actor, reason.strip()[:100])
    _walk(bulk_id, FORTH)


def undo(bulk_id: int, *, actor: str) -> None:
    """Take it back, once: rows that are still as it left them. BulkEditClosed where there is nothing to take back."""
    _claim_back(bulk_id, actor)
    _walk(bulk_id, BACK)


def finish_left_behind() -> int:
    """The sweep: go on with what a killed process began."""
    before = clock.now() - timedelta(minutes=LEFT_BEHIND_MIN)
    asked = select(BulkEdit.id, BulkEdit.state, BulkEdit.applied_by, BulkEdit.undone_by).where(
        BulkEdit.state.in_((FORTH.busy, BACK.busy)), BulkEdit.updated_at < before
    )
    found = db.session.execute(asked.order_by(BulkEdit.id).limit(20)).all()
    db.session.close()
    for row in found:
        way, who = (FORTH, row.applied_by) if row.state == FORTH.busy else (BACK, row.undone_by)
        with acting.acting(acting.Act(who, "goods.bulk")):
            _walk(row.id, way)
    return len(found)


@unit_of_work
def _claim(bulk_id: int, actor: str, reason: str) -> None:
    bulk = lock_bulk(bulk_id, "draft")
    found = tally(lines_of(bulk_id))
    if found.faults:
        raise BulkEditFaulty(count=found.faults)
    if not found.changes:
        raise Missing()
    bulk.state, bulk.applied_by, bulk.applied_at, bulk.reason = FORTH.busy, actor[:64], clock.now(), reason
    _set_rows(bulk_id, [line.sku_id for line in lines_of(bulk_id) if not line.is_change], outcome="same")


@unit_of_work
def _claim_back(bulk_id: int, actor: str) -> None:
    bulk = lock_bulk(bulk_id, FORTH.done)
    bulk.state, bulk.undone_by, bulk.undone_at = BACK.busy, actor[:64], clock.now()


def _walk(bulk_id: int, way: Way) -> None:
    while _take_some(bulk_id, way):
        pass


@unit_of_work
def _take_some(bulk_id: int, way: Way) -> bool:
    """The next rows; False when there are none left, and with them the edit is at its end."""
    bulk = lock_bulk(bulk_id, way.busy, way.done)
    if bulk.state == way.done:
        return False  # another process brought it to its end
    rows = db.session.execute(_next_rows(bulk_id, way)).all()
    standing = _lock_standing([row.sku_id for row in rows])
    refused = {row.sku_id: why for row in rows if (why := _refusal(row, standing.get(row.sku_id), way))}
    taken = [row for row in rows if row.sku_id not in refused]
    actor = bulk.applied_by if way is FORTH else bulk.undone_by
    _write(bulk, taken, standing, way, actor)
    for why in sorted(set(refused.values())):
        _set_rows(bulk_id, [sku_id for sku_id, each in refused.items() if each == why], outcome=way.passed, why=why)
    bulk.updated_at = clock.now()
    if len(rows) < CHUNK:
        bulk.state = way.done
    return len(rows) == CHUNK


def _next_rows(bulk_id: int, way: Way) -> Any:
    asked = select(_ROWS).where(_ROWS.c.bulk_id == bulk_id, _ROWS.c.outcome == way.rows)
    return asked.order_by(_ROWS.c.sku_id).limit(CHUNK)


def _lock_standing(sku_ids: Sequence[int]) -> dict[int, Any]:
    """The SKUs as they stand, locked in the order of the house."""
    names = ("id", "version", "price", "market_price", "cost_price", "stock", "is_launched", "removed_at")
    asked = select(*(_SKUS.c[name] for name in names)).where(_SKUS.c.id.in_(sku_ids)).order_by(_SKUS.c.id)
    return {row.id: row for row in db.session.execute(asked.with_for_update())}


def _refusal(row: Any, sku: Any, way: Way) -> str:
    """Why this row cannot be taken, or nothing."""
    seen = row.seen_version if way is FORTH else row.version_after
    if sku is None:
        return "gone"
    if sku.version != seen:
        return "changed"
    return "stock" if sku.stock + way.sign * row.stock_delta < 0 else ""


def _write(bulk: BulkEdit, rows: Sequence[Any], standing: dict[int, Any], way: Way, actor: str) -> None:
    """Set by set: the SKUs, their history, the ledger, the rows themselves, and one piece of news."""
    edits, now = [row for row in rows if _is_edit(row)], clock.now()
    if edits:
        _write_skus([row.id for row in edits], way, now)
        changes = [(row.sku_id, amounts_of(standing[row.sku_id]), _amounts_after(row, standing, way)) for row in edits]
        prices.record(changes, actor=actor, reason=bulk.reason or way.reason, bulk_id=bulk.id)
        tell_changed(row.sku_id for row in edits)
        tell_restocked(
            row.sku_id for row in edits if _launched_after(row, way) and not standing[row.sku_id].is_launched
        )
    moves = {row.sku_id: way.sign * row.stock_delta for row in rows if row.stock_delta}
    empty = [sku_id for sku_id in moves if standing[sku_id].stock <= 0]
    stock.move_many(moves, empty, reason=bulk.reason or way.reason, flow=f"{way.flow}:{bulk.id}", actor=actor)
    for version_kept, some in ((True, rows), (False, edits)):
        values: dict[str, Any] = {"outcome": way.taken, "why": ""}
        if way is FORTH:
            values["version_after"] = _ROWS.c.seen_version + (0 if version_kept else 1)
        _set_rows(bulk.id, [row.sku_id for row in some], **values)


def _write_skus(row_ids: Sequence[int], way: Way, now: datetime) -> None:
    """ONE statement over both tables, whatever each row's values are. A hand on the shelf ends what was planned."""
    price, market, launched = (
        (_ROWS.c.price, _ROWS.c.market_price, _ROWS.c.is_launched)
        if way is FORTH
        else (_ROWS.c.old_price, _ROWS.c.old_market_price, _ROWS.c.old_launched)
    )
    moved = _ROWS.c.is_launched != _ROWS.c.old_launched
    db.session.execute(
        update(_SKUS)
        .where(_SKUS.c.id == _ROWS.c.sku_id, _ROWS.c.id.in_(row_ids))
        .values(
            price=price,
            market_price=market,
            is_launched=launched,
            removed_at=case((moved & launched, null()), else_=_SKUS.c.removed_at),
            launch_at=case((moved, null()), else_=_SKUS.c.launch_at),
            withdraw_at=case((moved, null()), else_=_SKUS.c.withdraw_at),
            version=_SKUS.c.version + 1,
            updated_at=now,
        )
    )


def _is_edit(row: Any) -> bool:
    """Does it move what editors own, and so the version?"""
    return (row.price, row.market_price, row.is_launched) != (row.old_price, row.old_market_price, row.old_launched)


def _launched_after(row: Any, way: Way) -> bool:
    return bool(row.is_launched if way is FORTH else row.old_launched)


def _amounts_after(row: Any, standing: dict[int, Any], way: Way) -> Amounts:
    price, market = (row.price, row.market_price) if way is FORTH else (row.old_price, row.old_market_price)
    return replace(amounts_of(standing[row.sku_id]), price=price, market_price=market)


def _set_rows(bulk_id: int, sku_ids: Iterable[int], **values: Any) -> None:
    wanted = list(sku_ids)
    for start in range(0, len(wanted), 1000):
        some = wanted[start : start + 1000]
        db.session.execute(update(_ROWS).where(_ROWS.c.bulk_id == bulk_id, _ROWS.c.sku_id.in_(some)).values(**values))
