"""Turns of the sweeps, written down."""

from sqlalchemy import select, update

from app.shared import clock
from app.shared.db import db
from app.shared.uow import unit_of_work
from app.system.models import SweepRun


@unit_of_work
def note_began(name: str) -> None:
    """A turn begins: this is the scheduler's pulse as well."""
    _write(name, {"began_at": clock.now()})


@unit_of_work
def note_ended(name: str, took_ms: int, finished: int, problem: str) -> None:
    """A turn is over. A problem is kept until the next one, with its moment; a good turn is kept beside it."""
    now = clock.now()
    values: dict[str, object] = {"ended_at": now, "took_ms": took_ms}
    values |= {"failed_at": now, "last_error": problem[:200]} if problem else {"worked_at": now, "finished": finished}
    _write(name, values)


def _write(name: str, values: dict[str, object]) -> None:
    done = db.session.execute(
        update(SweepRun).where(SweepRun.name == name).values(**values).execution_options(synchronize_session=False)
    )
    if not done.rowcount and not db.session.scalar(select(SweepRun.id).where(SweepRun.name == name)):  # type: ignore[attr-defined]  # an UPDATE's result has it
        db.session.add(SweepRun(name=name, **values))
