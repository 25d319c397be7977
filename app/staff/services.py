"""Verbs of roles. Every change holds the owner's role first, so that two of them cannot leave the mall without one."""

from collections.abc import Collection

from sqlalchemy import delete, func, insert, select

from app.shared.db import db
from app.shared.errors import BadValue, Forbidden, NotFound
from app.shared.uow import unit_of_work
from app.staff import queries, second_factor
from app.staff.errors import LastOwner, NoStaff, OwnRights, ReadyRole, RoleTaken
from app.staff.models import StaffMembership, StaffRole, StaffRolePermission
from app.staff.policy import ASSIGNABLE, NAME, OWNER, READY, TITLE_LONGEST
from app.users import security_log, sign_ins
from app.users.guessing import Caller
from app.users.models import User


@unit_of_work
def make_ready_roles() -> int:
    """Write the ready roles that are missing; how many. A role that somebody has edited stays as it is."""
    known = set(db.session.scalars(select(StaffRole.name)))
    missing = [name for name in READY if name not in known]
    for name in missing:
        title, rights = READY[name]
        role = StaffRole(name=name, title=title)
        db.session.add(role)
        db.session.flush()
        _write_rights(role.id, rights & ASSIGNABLE if name != OWNER else ())
    return len(missing)


@unit_of_work
def grant(user_id: int, role_name: str, by: int | None) -> bool:
    """Give a role; was it new? `by` is the giver's account, None for the command line."""
    check_giver(user_id, by)
    if db.session.scalar(select(User.id).where(User.id == user_id, User.is_staff, User.is_active)) is None:
        raise NoStaff()
    role_id = role_id_of(role_name)
    has = select(StaffMembership.id).where(StaffMembership.user_id == user_id, StaffMembership.role_id == role_id)
    if db.session.scalar(has) is not None:
        return False
    db.session.add(StaffMembership(user_id=user_id, role_id=role_id, granted_by=by))
    return True


@unit_of_work
def revoke(user_id: int, role_name: str, by: int | None) -> bool:
    """Take a role away; had they it? LastOwner when nobody would be left who can give rights."""
    check_giver(user_id, by)
    role_id = role_id_of(role_name)
    if role_name == OWNER and not _other_owners(user_id, role_id):
        raise LastOwner()
    which = (StaffMembership.user_id == user_id, StaffMembership.role_id == role_id)
    gone = db.session.execute(delete(StaffMembership).where(*which).execution_options(synchronize_session=False))
    return bool(gone.rowcount)  # type: ignore[attr-defined]  # a DELETE's result has it


@unit_of_work
def reset_factor(user_id: int, by: int | None, caller: Caller) -> bool:
    """Forget a colleague's second factor and end the sign-ins that it opened; had they one?"""
    check_giver(user_id, by)
    had = second_factor.drop(user_id)
    sign_ins.end_sign_ins(user_id, reason=sign_ins.FACTOR_RESET)
    security_log.note(security_log.FACTOR_RESET, user_id, caller)
    return had


@unit_of_work
def set_rights(role_id: int, rights: Collection[str], by: int) -> None:
    """Exactly these rights from now on. The owner's role is not a list that could be shortened."""
    check_giver(None, by)
    name = db.session.scalar(select(StaffRole.name).where(StaffRole.id == role_id))
    if name is None:
        raise NotFound()
    if name == OWNER:
        raise ReadyRole()
    if not set(rights) <= ASSIGNABLE:
        raise BadValue()
    has = set(db.session.scalars(select(StaffRolePermission.permission).where(StaffRolePermission.role_id == role_id)))
    gone = StaffRolePermission.permission.in_(has - set(rights))
    db.session.execute(
        delete(StaffRolePermission)
        .where(StaffRolePermission.role_id == role_id, gone)
        .execution_options(synchronize_session=False)
    )
    _write_rights(role_id, set(rights) - has)


@unit_of_work
def make_role(name: str, title: str, by: int) -> int:
    """A role of the mall's own, without any right yet; its id."""
    check_giver(None, by)
    if not NAME.fullmatch(name) or not 0 < len(title.strip()) <= TITLE_LONGEST:
        raise BadValue()
    if db.session.scalar(select(StaffRole.id).where(StaffRole.name == name)) is not None:
        raise RoleTaken()
    role = StaffRole(name=name, title=title.strip())
    db.session.add(role)
    db.session.flush()
    return role.id


@unit_of_work
def drop_role(role_id: int, by: int) -> None:
    """Forget a role of the mall's own that nobody has."""
    check_giver(None, by)
    role = db.session.get(StaffRole, role_id)
    if role is None:
        raise NotFound()
    is_held = db.session.scalar(select(StaffMembership.id).where(StaffMembership.role_id == role_id).limit(1))
    if role.name in READY or is_held is not None:
        raise ReadyRole()
    db.session.delete(role)


def check_giver(user_id: int | None, by: int | None) -> None:
    """Hold the owner's role; whoever gives must be an owner at this moment, and somebody else."""
    db.session.execute(select(StaffRole.id).where(StaffRole.name == OWNER).with_for_update())
    if by is None:
        return
    if by == user_id:
        raise OwnRights()
    if "roles.manage_roles" not in queries.rights_of(by):
        raise Forbidden()


def check_other_owner(user_id: int) -> None:
    """LastOwner when nobody else could give rights. The giver check before it holds the owner's row."""
    if OWNER in queries.roles_of(user_id) and not _other_owners(user_id, role_id_of(OWNER)):
        raise LastOwner()


def role_id_of(name: str) -> int:
    """Of a role by its name; NotFound."""
    found = db.session.scalar(select(StaffRole.id).where(StaffRole.name == name))
    if found is None:
        raise NotFound()
    return found


def _other_owners(user_id: int, role_id: int) -> int:
    owners = select(func.count()).select_from(StaffMembership).join(User, User.id == StaffMembership.user_id)
    others = (StaffMembership.role_id == role_id, User.is_staff, User.is_active, User.id != user_id)
    return db.session.scalar(owners.where(*others)) or 0


def _write_rights(role_id: int, rights: Collection[str]) -> None:
    if rights:
        rows = [{"role_id": role_id, "permission": word} for word in sorted(rights)]
        db.session.execute(insert(StaffRolePermission), rows)
