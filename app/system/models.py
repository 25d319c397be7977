"""How the sweeps went: one row each, written over at every turn."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from app.shared.db import Base, When, key64, pk, str200


class SweepRun(Base):
    """The last turn of a sweep. `began_at` after `ended_at` means that it runs, or that its process was killed."""

    __tablename__ = "sweep_runs"
    id: Mapped[pk]
    name: Mapped[key64] = mapped_column(unique=True)
    began_at: Mapped[datetime | None] = mapped_column(When())
    ended_at: Mapped[datetime | None] = mapped_column(When())
    took_ms: Mapped[int] = mapped_column(default=0)
    finished: Mapped[int] = mapped_column(default=0)  # things, in the last turn that went well
    worked_at: Mapped[datetime | None] = mapped_column(When())  # the last turn that went well
    failed_at: Mapped[datetime | None] = mapped_column(When())
    last_error: Mapped[str200] = mapped_column(default="")
