"""What is known of the pictures that people brought."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.shared.db import BIG, Base, When, created_at, key, key32, pk


class Picture(Base):
    """One picture in all its files. Written before they are: no file is without a row.

    `used_at` empty: it waits, and is swept after a day. `dropped_at`: its files go, then the row.
    `user_id` brought it; `owner_id` is what it hangs on (a review, an after-sales document, a user), by `kind`.
    """

    __tablename__ = "pictures"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('goods', 'brand', 'ad', 'review', 'return', 'avatar')",
            name="kind_known",
        ),
        Index("ix_pictures_owner", "kind", "owner_id", "sequence"),
        Index("ix_pictures_waiting", "used_at", "created_at"),
    )
    id: Mapped[pk]
    stem: Mapped[str] = mapped_column(key(100), unique=True)
    kind: Mapped[key32]
    user_id: Mapped[int | None] = mapped_column(BIG, index=True)
    owner_id: Mapped[int | None] = mapped_column(BIG)
    sequence: Mapped[int] = mapped_column(default=0)
    width: Mapped[int]  # of the largest file, in pixels
    height: Mapped[int]
    colour: Mapped[key32]  # #rrggbb
    bytes: Mapped[int]  # of all files
    used_at: Mapped[datetime | None] = mapped_column(When())
    dropped_at: Mapped[datetime | None] = mapped_column(When(), index=True)
    created_at: Mapped[created_at]
