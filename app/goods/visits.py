"""Looks at categories by Shanghai day: one step in Redis each, and a sweep that brings the day's sums to the table.

The sums are of the whole day, so bringing them over twice, or dying in between, changes nothing.
"""

import datetime
from datetime import timedelta

from sqlalchemy import case, select

from app.goods import store
from app.goods.categories import category_tree
from app.goods.models import Category, CategoryVisit
from app.shared import clock
from app.shared.db import db
from app.shared.uow import unit_of_work
from app.shared.upsert import upsert


def count(category_id: int, day: datetime.date) -> None:
    """One more look; NoSuchCategory. No table is asked while the tree is kept."""
    category_tree().get(category_id)
    store.add_visits(day, {category_id: 1})


def keep() -> int:
    """Bring the sums of today and yesterday to the table; how many moved."""
    today = clock.today()
    return sum(keep_day(day) for day in (today - timedelta(days=1), today))


def keep_day(day: datetime.date) -> int:
    """The sums of one day. Where Redis has forgotten, the table's sum counts on."""
    counted, kept = store.visits_of(day), visits_kept(day)
    forgotten = {each: kept[each] for each in counted if kept.get(each, 0) > counted[each]}
    if forgotten:
        store.add_visits(day, forgotten)
        counted = store.visits_of(day)
    moved = {each: count for each, count in counted.items() if count > kept.get(each, 0)}
    if moved:
        _write(day, moved)
    return len(moved)


def visits_kept(day: datetime.date) -> dict[int, int]:
    """Category -> looks, as the table has them. No transaction stays open behind it."""
    query = select(CategoryVisit.category_id, CategoryVisit.count).where(CategoryVisit.date == day)
    kept = {category_id: looks for category_id, looks in db.session.execute(query)}
    db.session.close()
    return kept


@unit_of_work
def _write(day: datetime.date, sums: dict[int, int]) -> None:
    """The larger sum stays: of two sweeps the slower one takes nothing back."""
    known = set(db.session.scalars(select(Category.id).where(Category.id.in_(sums))))
    now = CategoryVisit.__table__.c["count"]
    upsert(
        CategoryVisit,
        [{"category_id": each, "date": day, "count": sums[each]} for each in sorted(known)],
        keys=["category_id", "date"],
        change=lambda new: {"count": case((new["count"] > now, new["count"]), else_=now)},
    )
