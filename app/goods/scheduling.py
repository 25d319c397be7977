"""Shelf days planned ahead: on at a certain hour, off at another."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.goods import shelving
from app.goods.errors import BadPlan, NoSuchSKU, StaleEdit
from app.goods.signals import tell_changed
from app.goods.stock import lock_skus
from app.shared import acting, clock
from app.shared.db import db
from app.shared.errors import marked
from app.shared.uow import unit_of_work

FURTHEST = timedelta(days=731)


@unit_of_work
def plan_shelf(
    sku_ids: Sequence[int], launch_at: datetime | None, withdraw_at: datetime | None, *, version: int | None = None
) -> int:
    """Both hours as given, None for none; how many SKUs. With a `version`: unless somebody was faster (StaleEdit).

    SKUs that were removed have no shelf to go to and are passed over; one alone is refused (BadPlan).
    """
    _check(launch_at, withdraw_at)
    locked = lock_skus(sorted(set(sku_ids)))
    if not locked:
        raise NoSuchSKU(sku_id=min(sku_ids, default=0))
    if version is not None and locked[0].version != version:
        raise StaleEdit(sku_id=locked[0].id)
    free = [sku for sku in locked if sku.removed_at is None]
    if not free:
        raise BadPlan(marked("商品已停止销售，请先上架"))
    for sku in free:
        sku.launch_at, sku.withdraw_at = launch_at, withdraw_at
    db.session.flush()
    tell_changed(sku.id for sku in free)
    return len(free)


def keep_plans() -> int:
    """The sweep: whatever was planned for now or before happens, each once; how many SKUs."""
    due = shelving.due_ids(clock.now())
    db.session.close()
    if not due:
        return 0
    with acting.acting(acting.Act("system", "goods.shelf")):
        return _keep(due)


@unit_of_work
def _keep(due: list[int]) -> int:
    return shelving.keep_plans(due, clock.now())


def read_hour(text: str) -> datetime | None:
    """`2026-12-01T08:00` on the shop's wall clock, as a moment; None where nothing was written; BadPlan."""
    if not text.strip():
        return None
    try:
        hour = datetime.fromisoformat(text.strip())
    except ValueError:
        raise BadPlan(marked("时间应写成 2026-12-01 08:00")) from None
    if hour.tzinfo is not None or not 2000 <= hour.year <= 2200:
        raise BadPlan()
    return hour.replace(tzinfo=clock.SHANGHAI)


def _check(*hours: datetime | None) -> None:
    now = clock.now()
    if any(hour is not None and not now < hour <= now + FURTHEST for hour in hours):
        raise BadPlan()
    if hours[0] is not None and hours[0] == hours[1]:
        raise BadPlan(marked("上架和下架不能在同一时间"))
