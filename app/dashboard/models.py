"""What Redis forgets: how many browsers did something on a day."""

import datetime

from sqlalchemy import CheckConstraint, Date, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.shared.db import Base, key32, pk


class DayHeads(Base):
    """Distinct browsers that took one step (`looked`, `carted`) on a Shanghai day."""

    __tablename__ = "day_heads"
    __table_args__ = (
        UniqueConstraint("day", "step"),
        CheckConstraint("count >= 0", name="count_not_negative"),
    )
    id: Mapped[pk]
    day: Mapped[datetime.date] = mapped_column(Date())
    step: Mapped[key32]
    count: Mapped[int] = mapped_column(default=0)
