"""What staff read of one account: facts, devices, earlier sign-ins, events. Hashes and digests are not among it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.shared.db import db
from app.shared.errors import NotFound
from app.users.device_list import Event
from app.users.models import Address, SecurityEvent, SignIn, User

SHOWN = 20  # of the newest events and sign-ins


@dataclass(frozen=True)
class PersonCard:
    """An account with its full number and address; pages mask them unless their reader may see people."""

    id: int
    username: str
    nickname: str
    mobile: str
    email: str | None
    email_verified: bool
    has_password: bool
    is_active: bool
    is_staff: bool
    created_at: datetime
    password_changed_at: datetime | None
    disabled_at: datetime | None
    disabled_reason: str
    deleted_at: datetime | None
    addresses: int


@dataclass(frozen=True)
class PastSignIn:
    """A device that was signed in once, and why it no longer is."""

    label: str
    address: str
    began_at: datetime
    ended_at: datetime | None
    ended_reason: str


def get_person(user_id: int) -> PersonCard:
    """One statement; NotFound for a number that nobody has."""
    kept = select(func.count()).select_from(Address).where(Address.user_id == User.id, Address.is_deleted.is_(False))
    shown = (
        User.id,
        User.username,
        User.nickname,
        User.mobile,
        User.email,
        User.email_verified,
        User.has_password,
        User.is_active,
        User.is_staff,
        User.created_at,
        User.password_changed_at,
        User.disabled_at,
        User.disabled_reason,
        User.deleted_at,
    )
    asked = select(*shown, kept.correlate(User).scalar_subquery().label("addresses"))
    row = db.session.execute(asked.where(User.id == user_id)).first()
    if row is None:
        raise NotFound()
    return PersonCard(**row._mapping)


def past_sign_ins(user_id: int) -> list[PastSignIn]:
    """The newest that are over, ended or out of time."""
    rows = db.session.execute(
        select(SignIn.label, SignIn.address, SignIn.created_at.label("began_at"), SignIn.ended_at, SignIn.ended_reason)
        .where(SignIn.user_id == user_id, SignIn.ended_at.is_not(None))
        .order_by(SignIn.id.desc())
        .limit(SHOWN)
    )
    return [PastSignIn(**row._mapping) for row in rows]


def newest_events(user_id: int) -> list[Event]:
    """The account's own lines of the security log, newest first."""
    rows = db.session.execute(
        select(SecurityEvent.kind, SecurityEvent.address, SecurityEvent.device, SecurityEvent.created_at.label("at"))
        .where(SecurityEvent.user_id == user_id)
        .order_by(SecurityEvent.created_at.desc(), SecurityEvent.id.desc())
        .limit(SHOWN)
    )
    return [Event(**row._mapping) for row in rows]
