"""How the sweeps stand, from their table and the register."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.shared import clock
from app.shared.db import db
from app.shared.sweeps import REGISTER
from app.system.models import SweepRun


@dataclass(frozen=True)
class SweepState:
    """A sweep of the register with what is known of its turns; everything empty before the first."""

    name: str
    every_s: int
    began_at: datetime | None = None
    ended_at: datetime | None = None
    took_ms: int = 0
    finished: int = 0
    worked_at: datetime | None = None
    failed_at: datetime | None = None
    last_error: str = ""

    @property
    def is_failing(self) -> bool:
        """Did the last turn end badly?"""
        return self.failed_at is not None and (self.worked_at is None or self.failed_at > self.worked_at)

    @property
    def is_running(self) -> bool:
        """Has a turn begun that has not ended?"""
        return self.began_at is not None and (self.ended_at is None or self.began_at > self.ended_at)


def sweep_states() -> list[SweepState]:
    """Every sweep of the register, by name."""
    rows = {row.name: row for row in db.session.scalars(select(SweepRun))}
    known = ("began_at", "ended_at", "took_ms", "finished", "worked_at", "failed_at", "last_error")
    return [
        SweepState(name, sweep.every_s, **({each: getattr(rows[name], each) for each in known} if name in rows else {}))
        for name, sweep in sorted(REGISTER.items())
    ]


def scheduler_age_s() -> float | None:
    """Seconds since a sweep last began or ended; None when none ever has."""
    began, ended = db.session.execute(select(func.max(SweepRun.began_at), func.max(SweepRun.ended_at))).one()
    moments = [moment for moment in (began, ended) if moment is not None]
    return (clock.now() - max(moments)).total_seconds() if moments else None
