"""On the shelf or off it: helpers of the verbs, and what a plan of it means. They join, and never commit.

Of a plan and what somebody does by hand, the later decision counts: whoever puts a SKU on the shelf, takes it off or
removes it, ends its plans. So the sweep finds no plan that a person has overtaken.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Table, or_, select, update
from sqlalchemy.orm.exc import StaleDataError

from app.goods.errors import NoSuchSKU, StaleEdit
from app.goods.models import SKU
from app.goods.signals import tell_changed, tell_restocked
from app.goods.stock import lock_skus
from app.shared.db import db

SWEPT = 500  # SKUs of one unit
_SKUS: Table = SKU.__table__  # type: ignore[assignment]  # declared as the wider FromClause


def set_shelf(sku: SKU, launched: bool, *, removed_at: datetime | None = None) -> bool:
    """By a person's hand, on a locked row: the shelf, and the end of all plans. Did anything change?

    `removed_at` stays as it was where the SKU only leaves the shelf.
    """
    gone = None if launched else sku.removed_at or removed_at
    wanted = (launched, gone, None, None)
    if (sku.is_launched, sku.removed_at, sku.launch_at, sku.withdraw_at) == wanted:
        return False
    sku.is_launched, sku.removed_at, sku.launch_at, sku.withdraw_at = wanted
    return True


def shelve(sku_id: int, launched: bool, *, removed_at: datetime | None = None) -> None:
    """The same by number, with its news."""
    locked = lock_skus([sku_id])
    if not locked:
        raise NoSuchSKU(sku_id=sku_id)
    if set_shelf(locked[0], launched, removed_at=removed_at):
        flush_edit(locked[0])
        tell_changed([sku_id])


def flush_edit(sku: SKU) -> None:
    """Two editors at the same instant: the version column lets one through."""
    sku_id = sku.id  # after a failed flush the row can no longer be read
    try:
        db.session.flush()
    except StaleDataError:
        raise StaleEdit(sku_id=sku_id) from None


def due_ids(now: datetime, most: int = SWEPT) -> list[int]:
    """SKUs whose hour has come, found by the indexes of the two columns."""
    found: set[int] = set()
    for column in (_SKUS.c.launch_at, _SKUS.c.withdraw_at):
        found |= set(db.session.scalars(select(_SKUS.c.id).where(column <= now).order_by(column).limit(most)))
    return sorted(found)[:most]


def keep_plans(sku_ids: list[int], now: datetime) -> int:
    """What was planned happens, once, on rows that are locked while it does. How many SKUs moved.

    Where both hours have passed, the later of the two is how the SKU shall stand.
    """
    rows = db.session.execute(_plans(sku_ids, now)).all()
    for row in rows:
        launch, withdraw = _due(row.launch_at, now), _due(row.withdraw_at, now)
        launched = launch is not None and (withdraw is None or launch > withdraw)
        values: dict[str, Any] = {"is_launched": launched, "version": _SKUS.c.version + 1, "updated_at": now}
        values |= {"launch_at": None} if launch else {}
        values |= {"withdraw_at": None} if withdraw else {}
        db.session.execute(update(_SKUS).where(_SKUS.c.id == row.id).values(values))
        if launched:
            tell_restocked([row.id])
    tell_changed(row.id for row in rows)
    return len(rows)


def _plans(sku_ids: list[int], now: datetime) -> Any:
    columns = (_SKUS.c.id, _SKUS.c.launch_at, _SKUS.c.withdraw_at)
    is_due = or_(_SKUS.c.launch_at <= now, _SKUS.c.withdraw_at <= now)
    return select(*columns).where(_SKUS.c.id.in_(sku_ids), is_due).order_by(_SKUS.c.id).with_for_update()


def _due(at: datetime | None, now: datetime) -> datetime | None:
    return at if at is not None and at <= now else None
