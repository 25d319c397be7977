"""Heads of the day, brought from Redis to the table. Sums of the whole day, so doing it twice changes nothing."""

import datetime
from datetime import timedelta

from sqlalchemy import case

from app.dashboard import queries
from app.dashboard.models import DayHeads
from app.shared import clock, headcount
from app.shared.uow import unit_of_work
from app.shared.upsert import upsert


def keep_heads() -> int:
    """Today's and yesterday's; how many sums moved."""
    today = clock.today()
    return sum(_keep(day) for day in (today - timedelta(days=1), today))


def _keep(day: datetime.date) -> int:
    counted, kept = headcount.counted(day), queries.heads_kept(day, day).get(day, {})
    moved = {step: count for step, count in counted.items() if count > kept.get(step, 0)}
    if moved:
        _write(day, moved)
    return len(moved)


@unit_of_work
def _write(day: datetime.date, sums: dict[str, int]) -> None:
    """The larger sum stays: where Redis has forgotten, and of two sweeps the slower one, takes nothing back."""
    now = DayHeads.__table__.c["count"]
    upsert(
        DayHeads,
        [{"day": day, "step": step, "count": count} for step, count in sorted(sums.items())],
        keys=["day", "step"],
        change=lambda new: {"count": case((new["count"] > now, new["count"]), else_=now)},
    )
