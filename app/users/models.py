"""Who is shopping: accounts, their sign-ins and their addresses."""

import unicodedata
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, sql
from sqlalchemy.orm import Mapped, mapped_column

from app.shared.db import (
    Base,
    When,
    created_at,
    key,
    key32,
    key64,
    pk,
    str20,
    str64,
    str100,
    str200,
    str255,
    updated_at,
)


def fold(name: str) -> str:
    """The form under which names are unique: NFKC, case folded; the same on both engines."""
    return unicodedata.normalize("NFKC", name).casefold()


class User(Base):
    """An account. `username` is as typed, `username_key` as compared; Flask-Login's face is in users/auth.py."""

    __tablename__ = "users"
    __table_args__ = (
        Index("uq_users_verified_email", "verified_email", unique=True),
        Index("ix_users_created_at", "created_at"),
        Index("ix_users_is_active", "is_active", "created_at"),
        Index("ix_users_is_staff", "is_staff", "created_at"),
    )
    id: Mapped[pk]
    username: Mapped[str] = mapped_column(String(40))
    username_key: Mapped[str] = mapped_column(key(80), unique=True)
    nickname: Mapped[str20] = mapped_column(default="", server_default="")
    avatar: Mapped[str200] = mapped_column(default="", server_default="")  # a picture's stem
    mobile: Mapped[str] = mapped_column(key(11), unique=True)
    password_hash: Mapped[str255]
    # an account that came by another provider may have none: its hash fits no password
    has_password: Mapped[bool] = mapped_column(default=True, server_default=sql.true())
    password_changed_at: Mapped[datetime | None] = mapped_column(When())
    # as typed, perhaps still waiting to be confirmed; `verified_email` is the confirmed one, folded, one account's only
    email: Mapped[str | None] = mapped_column(String(254))
    verified_email: Mapped[str | None] = mapped_column(key(254))
    email_verified: Mapped[bool] = mapped_column(default=False)
    # what a confirmation link of `email` must carry: new with every address, gone once it was used
    email_nonce: Mapped[str | None] = mapped_column(key(32))
    is_active: Mapped[bool] = mapped_column(default=True)
    is_staff: Mapped[bool] = mapped_column(default=False)
    disabled_at: Mapped[datetime | None] = mapped_column(When())
    disabled_reason: Mapped[str200] = mapped_column(default="", server_default="")
    # use_alter: users and addresses point at each other
    default_address_id: Mapped[int | None] = mapped_column(
        ForeignKey("addresses.id", ondelete="SET NULL", use_alter=True), index=True
    )
    created_at: Mapped[created_at]
    updated_at: Mapped[updated_at]
    deleted_at: Mapped[datetime | None] = mapped_column(When(), index=True)


class SignIn(Base):
    """One device that signed in; ending the row ends the device. `device` is what the browser says of itself."""

    __tablename__ = "sign_ins"
    __table_args__ = (
        Index("ix_sign_ins_live", "user_id", "ended_at"),
        Index("ix_sign_ins_browser", "user_id", "browser"),
        Index("ix_sign_ins_seen", "last_seen_at", "user_id"),
    )
    id: Mapped[pk]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    address: Mapped[str64] = mapped_column(default="")
    device: Mapped[str255] = mapped_column(default="")
    label: Mapped[str64] = mapped_column(default="", server_default="")  # the readable name of the device
    browser: Mapped[key64] = mapped_column(default="", server_default="")  # digest of the browser's own cookie
    remembered: Mapped[bool] = mapped_column(default=False)
    expires_at: Mapped[datetime] = mapped_column(When())
    last_seen_at: Mapped[datetime | None] = mapped_column(When())
    ended_at: Mapped[datetime | None] = mapped_column(When())
    ended_reason: Mapped[key32] = mapped_column(default="", server_default="")
    created_at: Mapped[created_at]


class SecurityEvent(Base):
    """A line of the security log. `account_key` is a keyed digest of the name that was typed, never the name."""

    __tablename__ = "security_events"
    __table_args__ = (
        Index("ix_security_events_user", "user_id", "created_at"),
        Index("ix_security_events_account", "account_key", "created_at"),
        Index("ix_security_events_created_at", "created_at"),
    )
    id: Mapped[pk]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    kind: Mapped[key32]
    account_key: Mapped[key64] = mapped_column(default="")
    address: Mapped[str64] = mapped_column(default="")
    device: Mapped[str255] = mapped_column(default="")
    created_at: Mapped[created_at]


class Address(Base):
    """Where goods go; deleting hides the row, orders keep their own copy. `district_id` is empty where none exist."""

    __tablename__ = "addresses"
    id: Mapped[pk]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    title: Mapped[str20]
    receiver: Mapped[str20]
    province_id: Mapped[int] = mapped_column(ForeignKey("areas.id", ondelete="RESTRICT"), index=True)
    city_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id", ondelete="RESTRICT"), index=True)
    district_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id", ondelete="RESTRICT"), index=True)
    place: Mapped[str100]
    mobile: Mapped[str] = mapped_column(key(11))
    tel: Mapped[str20] = mapped_column(default="")
    email: Mapped[str100] = mapped_column(default="")
    is_deleted: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[created_at]
    updated_at: Mapped[updated_at]


class Favourite(Base):
    """A SKU that a shopper has marked, once."""

    __tablename__ = "favourites"
    __table_args__ = (UniqueConstraint("user_id", "sku_id"),)
    id: Mapped[pk]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[created_at]


class StockNotice(Base):
    """Who wants to be told when a SKU is back. Each telling ends a round; asking again begins the next."""

    __tablename__ = "stock_notices"
    __table_args__ = (
        UniqueConstraint("user_id", "sku_id"),
        Index("ix_stock_notices_waiting", "sku_id", "told_at"),
        Index("ix_stock_notices_told_at", "told_at"),
    )
    id: Mapped[pk]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id", ondelete="CASCADE"))
    language: Mapped[str20]  # in which the letter is written
    round: Mapped[int] = mapped_column(default=1)
    told_at: Mapped[datetime | None] = mapped_column(When())
    is_mailed: Mapped[bool] = mapped_column(default=False)  # else told on the member's own pages only
    created_at: Mapped[created_at]
