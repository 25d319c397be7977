"""Reads of roles, of names, and of who touched what."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.shared.db import db
from app.shared.staff_log import Touch
from app.shared.totp import Factor
from app.staff.models import AuditEntry, AuditObject, StaffMembership, StaffRole, StaffRolePermission, StaffTotp
from app.staff.policy import ASSIGNABLE, OWNER, RIGHTS, wants_factor
from app.users.models import SignIn, User, fold

MOST_TOUCHES = 200  # entries that are read to say who changed what


@dataclass(frozen=True)
class RoleCard:
    """A role, its rights and who has it: (account, name)."""

    id: int
    name: str
    title: str
    rights: frozenset[str]
    members: tuple[tuple[int, str], ...]


def rights_of(user_id: int) -> frozenset[str]:
    """Every right of a member of staff, as the database says now; one statement."""
    rows = db.session.execute(
        select(StaffRole.name, StaffRolePermission.permission)
        .join(StaffMembership, StaffMembership.role_id == StaffRole.id)
        .join(User, User.id == StaffMembership.user_id)
        .outerjoin(StaffRolePermission, StaffRolePermission.role_id == StaffRole.id)
        .where(StaffMembership.user_id == user_id, User.is_staff, User.is_active)
    ).all()
    if any(row.name == OWNER for row in rows):
        return RIGHTS
    return frozenset(row.permission for row in rows) & ASSIGNABLE


def roles() -> list[RoleCard]:
    """Every role, in the order they were made; three statements."""
    rights: dict[int, set[str]] = {}
    for row in db.session.execute(select(StaffRolePermission.role_id, StaffRolePermission.permission)):
        rights.setdefault(row.role_id, set()).add(row.permission)
    members: dict[int, list[tuple[int, str]]] = {}
    found = select(StaffMembership.role_id, User.id, User.username).join(User, User.id == StaffMembership.user_id)
    for role_id, user_id, username in db.session.execute(found.order_by(User.username)):
        members.setdefault(role_id, []).append((user_id, username))
    return [
        RoleCard(
            role.id,
            role.name,
            role.title,
            RIGHTS if role.name == OWNER else frozenset(rights.get(role.id, set())) & ASSIGNABLE,
            tuple(members.get(role.id, [])),
        )
        for role in db.session.execute(select(StaffRole.id, StaffRole.name, StaffRole.title).order_by(StaffRole.id))
    ]


def roles_of(user_id: int) -> list[str]:
    """Names of the roles somebody has."""
    found = select(StaffRole.name).join(StaffMembership, StaffMembership.role_id == StaffRole.id)
    return list(db.session.scalars(found.where(StaffMembership.user_id == user_id).order_by(StaffRole.id)))


def signed_in_at(sign_in_id: int) -> datetime:
    """When this device signed in."""
    return db.session.scalars(select(SignIn.created_at).where(SignIn.id == sign_in_id)).one()


def sealed_secret(user_id: int) -> str | None:
    """What an authenticator app knows, sealed; None for who has set up none."""
    return db.session.scalar(select(StaffTotp.secret).where(StaffTotp.user_id == user_id))


def factor_of(user_id: int, rights: Collection[str]) -> Factor:
    """What the door wants of them beside the password."""
    if db.session.scalar(select(StaffTotp.user_id).where(StaffTotp.user_id == user_id)) is not None:
        return Factor.CODE
    return Factor.SET_UP if wants_factor(rights) else Factor.NONE


def find_staff(username: str) -> int | None:
    """The staff account of that name."""
    return db.session.scalar(select(User.id).where(User.username_key == fold(username.strip()), User.is_staff))


def staff_names() -> dict[str, str]:
    """`staff:7` → the account's name, of everybody who works here or has."""
    rows = db.session.execute(select(User.id, User.username).where(User.is_staff))
    return {f"staff:{user_id}": username for user_id, username in rows}


def touches(things: Sequence[str]) -> dict[str, list[Touch]]:
    """The newest entries about each of these things, newest first; one statement."""
    found: dict[str, list[Touch]] = {thing: [] for thing in things}
    read: dict[int, tuple[dict[str, Any], dict[str, Any]]] = {}  # an entry may tell of a thousand things
    rows = db.session.execute(
        select(AuditObject.object, AuditEntry.id, AuditEntry.who, AuditEntry.at, AuditEntry.before, AuditEntry.after)
        .join(AuditEntry, AuditEntry.id == AuditObject.entry_id)
        .where(AuditObject.object.in_(things))
        .order_by(AuditEntry.id.desc())
        .limit(MOST_TOUCHES)
    )
    for thing, entry_id, who, at, before, after in rows:
        if entry_id not in read:
            read[entry_id] = json.loads(before), json.loads(after)
        old, new = read[entry_id]
        found[thing].append(Touch(who, at, old.get(thing, {}), new.get(thing, {})))
    return found


def actor_names(actors: Iterable[str]) -> dict[str, str]:
    """`staff:7` -> the account's name of today, for the actors that are staff accounts; one statement."""
    ids = {int(who[6:]) for who in actors if who.startswith("staff:") and who[6:].isdigit()}
    found = db.session.execute(select(User.id, User.username).where(User.id.in_(ids))) if ids else ()
    return {f"staff:{user_id}": username for user_id, username in found}
