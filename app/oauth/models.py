"""Which account from elsewhere belongs to which shopper."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.shared.db import Base, created_at, key32, key64, pk, updated_at


class OAuthUser(Base):
    """A binding: one open id belongs to one shopper, and a shopper has one per provider."""

    __tablename__ = "oauth_users"
    __table_args__ = (UniqueConstraint("provider", "open_id"), UniqueConstraint("user_id", "provider"))
    id: Mapped[pk]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    provider: Mapped[key32]
    open_id: Mapped[key64]
    created_at: Mapped[created_at]
    updated_at: Mapped[updated_at]
