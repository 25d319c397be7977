"""Reads of bindings."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.oauth.models import OAuthUser
from app.shared.db import db
from app.users.models import User


@dataclass(frozen=True)
class Bound:
    """The account behind an open id."""

    user_id: int
    is_active: bool


@dataclass(frozen=True)
class Link:
    """One account from elsewhere, as its owner sees it."""

    provider: str
    since: datetime


def find_bound(provider: str, open_id: str) -> Bound | None:
    """Whose open id is it?"""
    row = db.session.execute(
        select(User.id, User.is_active)
        .join(OAuthUser, OAuthUser.user_id == User.id)
        .where(OAuthUser.provider == provider, OAuthUser.open_id == open_id)
    ).first()
    return None if row is None else Bound(row.id, row.is_active)


def links(user_id: int) -> list[Link]:
    """An account's bindings, oldest first."""
    rows = db.session.execute(
        select(OAuthUser.provider, OAuthUser.created_at).where(OAuthUser.user_id == user_id).order_by(OAuthUser.id)
    )
    return [Link(row.provider, row.created_at) for row in rows]


def has_password(user_id: int) -> bool:
    """Can the account be entered without a provider?"""
    return bool(db.session.scalar(select(User.has_password).where(User.id == user_id)))
