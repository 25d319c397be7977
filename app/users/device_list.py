"""What an account's owner reads about its devices and its history of sign-ins."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.shared import clock
from app.shared.db import db
from app.shared.paging import Page
from app.users.models import SecurityEvent, SignIn


@dataclass(frozen=True)
class Device:
    """A signed-in device as its owner sees it."""

    id: int
    label: str
    address: str
    remembered: bool
    signed_in_at: datetime
    seen_at: datetime


@dataclass(frozen=True)
class Event:
    """A line of the account's history of sign-ins; `device` is what the browser said of itself."""

    kind: str
    address: str
    device: str
    at: datetime


def devices(user_id: int) -> list[Device]:
    """Where an account is signed in now, lately seen first."""
    seen_at = func.coalesce(SignIn.last_seen_at, SignIn.created_at)
    rows = db.session.execute(
        select(
            SignIn.id,
            SignIn.label,
            SignIn.address,
            SignIn.remembered,
            SignIn.created_at.label("signed_in_at"),
            seen_at.label("seen_at"),
        )
        .where(SignIn.user_id == user_id, SignIn.ended_at.is_(None), SignIn.expires_at > clock.now())
        .order_by(seen_at.desc(), SignIn.id.desc())
    )
    return [Device(**row._mapping) for row in rows]


def page_events(user_id: int, number: int, size: int) -> Page[Event]:
    """The account's history of sign-ins, newest first."""
    total = db.session.scalar(select(func.count()).where(SecurityEvent.user_id == user_id)) or 0
    rows = db.session.execute(
        select(SecurityEvent.kind, SecurityEvent.address, SecurityEvent.device, SecurityEvent.created_at.label("at"))
        .where(SecurityEvent.user_id == user_id)
        .order_by(SecurityEvent.created_at.desc(), SecurityEvent.id.desc())
        .limit(size)
        .offset((number - 1) * size)
    )
    return Page([Event(**row._mapping) for row in rows], number, size, total)
