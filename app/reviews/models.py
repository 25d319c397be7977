"""What buyers say about an order line, and the words that staff look out for."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from app.reviews.policy import State
from app.shared.db import Base, When, created_at, exact64, key, pk, str200, updated_at


class Review(Base):
    """A score and words on one order line, written once by its buyer; `version` is for staff, who may be two."""

    __tablename__ = "reviews"
    __table_args__ = (
        CheckConstraint("score BETWEEN 1 AND 5", name="score_known"),
        CheckConstraint("state IN ('shown', 'hidden', 'waiting')", name="state_known"),
        Index("ix_reviews_state", "state", "id"),
        Index("ix_reviews_score", "score", "id"),
        Index("ix_reviews_score_created_at", "score", "created_at"),  # a score within some days
        Index("ix_reviews_created_at", "created_at", "id"),
        Index("ix_reviews_has_pictures", "has_pictures", "id"),
    )
    id: Mapped[pk]
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_lines.id", ondelete="RESTRICT"), unique=True)
    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id", ondelete="RESTRICT"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"), index=True)
    score: Mapped[int]
    text: Mapped[str] = mapped_column(String(500))
    is_anonymous: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(key(10), default=State.SHOWN)
    reason: Mapped[str200] = mapped_column(default="")  # why staff hid it, or which word it waits for
    answer: Mapped[str] = mapped_column(String(500), default="")  # the shop's
    answered_at: Mapped[datetime | None] = mapped_column(When())
    has_pictures: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[created_at]
    updated_at: Mapped[updated_at]

    @hybrid_property
    def is_shown(self) -> bool:
        """Everybody may read it, and it counts."""
        return self.state == State.SHOWN

    @is_shown.inplace.expression
    @classmethod
    def _is_shown(cls) -> ColumnElement[Any]:
        return cls.state == State.SHOWN.value


class WatchedWord(Base):
    """A word, folded, that makes a new review wait for staff or is masked in it."""

    __tablename__ = "review_words"
    __table_args__ = (CheckConstraint("effect IN ('wait', 'mask')", name="effect_known"),)
    id: Mapped[pk]
    word: Mapped[exact64] = mapped_column(unique=True)
    effect: Mapped[str] = mapped_column(key(10), default="wait")
    created_at: Mapped[created_at]
