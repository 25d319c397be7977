"""How much a member of staff may give back: by their roles, as the owners set it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, Select, and_, select

from app.shared.db import db
from app.shared.errors import BadValue, Forbidden, NotFound
from app.shared.money import MOST, ZERO
from app.shared.uow import unit_of_work
from app.staff import services
from app.staff.errors import ReadyRole
from app.staff.models import RefundLimit, StaffMembership, StaffRole, StaffRolePermission
from app.staff.policy import OWNER, REFUND_LIMIT, REFUND_LIMITS, REFUND_RIGHT
from app.users.models import User


@dataclass(frozen=True)
class Limit:
    """Yuan at once, and on one Shanghai day."""

    per_refund: Decimal
    per_day: Decimal


@dataclass(frozen=True)
class RoleLimit:
    """A role and its numbers; `is_own`: an owner has set them. The owner's role has none."""

    role_id: int
    name: str
    title: str
    may_refund: bool
    limit: Limit | None
    is_own: bool


def role_limits() -> list[RoleLimit]:
    """Every role with what it may give back, in the order they were made; one statement."""
    asked = _with_limits().order_by(StaffRole.id)
    return [
        RoleLimit(
            row.id,
            row.name,
            row.title,
            row.name == OWNER or row.permission is not None,
            None if row.name == OWNER else _limit(row),
            row.per_refund is not None,
        )
        for row in db.session.execute(asked)
    ]


def limit_of(user_id: int) -> Limit | None:
    """The highest numbers of somebody's roles; None for an owner, who is free. Forbidden for who may not refund."""
    asked = _with_limits().join(StaffMembership, StaffMembership.role_id == StaffRole.id)
    asked = asked.join(User, User.id == StaffMembership.user_id)
    rows = db.session.execute(asked.where(User.id == user_id, User.is_staff, User.is_active)).all()
    if any(row.name == OWNER for row in rows):
        return None
    limits = [_limit(row) for row in rows if row.permission is not None]
    if not limits:
        raise Forbidden()
    return Limit(max(each.per_refund for each in limits), max(each.per_day for each in limits))


@unit_of_work
def set_limit(role_id: int, per_refund: Decimal, per_day: Decimal, by: int) -> None:
    """Owners say how much a role may give back. The owner's role is free, whatever is written."""
    services.check_giver(None, by)
    if not ZERO <= per_refund <= per_day <= MOST:
        raise BadValue()
    name = db.session.scalar(select(StaffRole.name).where(StaffRole.id == role_id))
    if name is None:
        raise NotFound()
    if name == OWNER:
        raise ReadyRole()
    found = db.session.get(RefundLimit, role_id)
    if found is None:
        db.session.add(RefundLimit(role_id=role_id, per_refund=per_refund, per_day=per_day))
    else:
        found.per_refund, found.per_day = per_refund, per_day


def _with_limits() -> Select[*tuple[Any, ...]]:
    has_right = and_(StaffRolePermission.role_id == StaffRole.id, StaffRolePermission.permission == REFUND_RIGHT)
    columns = (StaffRole.id, StaffRole.name, StaffRole.title, StaffRolePermission.permission)
    asked = select(*columns, RefundLimit.per_refund, RefundLimit.per_day).outerjoin(StaffRolePermission, has_right)
    return asked.outerjoin(RefundLimit, RefundLimit.role_id == StaffRole.id)


def _limit(row: Row[*tuple[Any, ...]]) -> Limit:
    if row.per_refund is not None:
        return Limit(row.per_refund, row.per_day)
    return Limit(*REFUND_LIMITS.get(row.name, REFUND_LIMIT))
