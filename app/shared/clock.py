"""The only place that asks the time: UTC inside, Asia/Shanghai at the edges."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The shop's calendar day (Asia/Shanghai)."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """An aware moment as the shop's wall clock shows it."""
    return moment.astimezone(SHANGHAI)


def day_start(day: date) -> datetime:
    """Midnight of a Shanghai day, in UTC: the boundary of daily statistics."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI).astimezone(UTC)


def in_minutes(minutes: float) -> datetime:
    """The moment that lies this many minutes ahead, in UTC."""
    return now() + timedelta(minutes=minutes)
