"""Messages that belong to a transaction: written with it, sent after it, swept when a job is lost."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.shared.db import BIG, Base, When, created_at, key32, key64, long_text, pk, str200


class Message(Base):
    """One promised message; `unique_key` makes promising twice one message, `sent_at` tells that it left."""

    __tablename__ = "outbox_messages"
    __table_args__ = (
        CheckConstraint("tries >= 0", name="tries_not_negative"),
        Index("ix_outbox_messages_waiting", "sent_at", "due_at"),
        Index("ix_outbox_messages_failed", "sent_at", "tries", "id"),
    )
    id: Mapped[pk]
    unique_key: Mapped[key64] = mapped_column(unique=True)
    user_id: Mapped[int | None] = mapped_column(BIG, index=True)  # whom it is about, to be forgotten with them
    kind: Mapped[key32]  # mail | sms
    to: Mapped[str] = mapped_column(String(255))
    subject: Mapped[str200] = mapped_column(default="")
    text: Mapped[str] = mapped_column(long_text())
    html: Mapped[str | None] = mapped_column(long_text())
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(When())
    claimed_at: Mapped[datetime | None] = mapped_column(When())  # while a worker has it in hand
    sent_at: Mapped[datetime | None] = mapped_column(When())
    last_error: Mapped[str200] = mapped_column(default="")
    created_at: Mapped[created_at]
