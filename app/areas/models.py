"""Areas: provinces, cities and districts by their national code."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.shared.db import BIG, Base, str64


class Area(Base):
    """One division; `id` is its national code (110000), `level` 1 province, 2 city, 3 district.

    A closed one is not offered any more; addresses that name it stay as they are.
    """

    __tablename__ = "areas"
    id: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=False)
    name: Mapped[str64]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id", ondelete="RESTRICT"), index=True)
    level: Mapped[int]
    is_open: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
