"""Reads of colleagues: who works here, with which roles, and whether their second factor is set up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.shared.db import db
from app.shared.errors import NotFound
from app.staff import queries
from app.staff.models import StaffTotp
from app.staff.policy import wants_factor
from app.users.models import SignIn, User

MOST = 500


@dataclass(frozen=True)
class Colleague:
    """A staff account as the page of colleagues shows it. `roles`: (name, title)."""

    id: int
    username: str
    mobile: str
    is_active: bool
    has_password: bool
    created_at: datetime
    disabled_at: datetime | None
    disabled_reason: str
    roles: tuple[tuple[str, str], ...]
    factor_since: datetime | None
    wants_factor: bool
    seen_at: datetime | None


def colleagues() -> list[Colleague]:
    """Everybody who works here, by name; five statements however many they are."""
    return _read([])


def get_colleague(user_id: int) -> Colleague:
    """One of them; NotFound for a shopper."""
    found = _read([User.id == user_id])
    if not found:
        raise NotFound()
    return found[0]


def _read(which: Sequence[object]) -> list[Colleague]:
    columns = (User.id, User.username, User.mobile, User.is_active, User.has_password, User.created_at)
    asked = select(*columns, User.disabled_at, User.disabled_reason).where(User.is_staff, User.deleted_at.is_(None))
    rows = db.session.execute(asked.where(*which).order_by(User.username_key).limit(MOST)).all()  # type: ignore[arg-type]  # clauses
    ids = [row.id for row in rows]
    seen = select(SignIn.user_id, func.max(SignIn.last_seen_at)).where(SignIn.user_id.in_(ids)).group_by(SignIn.user_id)
    seen_at = {user_id: moment for user_id, moment in db.session.execute(seen)}
    factors = select(StaffTotp.user_id, StaffTotp.created_at).where(StaffTotp.user_id.in_(ids))
    since = {user_id: moment for user_id, moment in db.session.execute(factors)}
    cards = queries.roles()
    held = {user_id: [role for role in cards if user_id in dict(role.members)] for user_id in ids}
    return [
        Colleague(
            **row._mapping,
            roles=tuple((role.name, role.title) for role in held[row.id]),
            factor_since=since.get(row.id),
            wants_factor=any(wants_factor(role.rights) for role in held[row.id]),
            seen_at=seen_at.get(row.id),
        )
        for row in rows
    ]
