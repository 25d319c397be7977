"""What buyers say about an order line."""

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.shared.db import Base, created_at, pk, updated_at


class Review(Base):
    """A score and words on one order line, written once by its buyer."""

    __tablename__ = "reviews"
    __table_args__ = (CheckConstraint("score BETWEEN 1 AND 5", name="score_known"),)
    id: Mapped[pk]
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_lines.id", ondelete="RESTRICT"), unique=True)
    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id", ondelete="RESTRICT"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"), index=True)
    score: Mapped[int]
    text: Mapped[str] = mapped_column(String(500))
    is_anonymous: Mapped[bool] = mapped_column(default=False)
    is_shown: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[created_at]
    updated_at: Mapped[updated_at]
