"""Roles, who has them, second factors, and the audit log."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column

from app.shared.db import (
    BIG,
    Base,
    When,
    created_at,
    key,
    key64,
    long_text,
    money,
    pk,
    str20,
    str64,
    str100,
    str255,
    updated_at,
)


class StaffRole(Base):
    """A set of rights under a name. `name` is for machines, `title` for people."""

    __tablename__ = "staff_roles"
    id: Mapped[pk]
    name: Mapped[str] = mapped_column(key(32), unique=True)
    title: Mapped[str20]
    created_at: Mapped[created_at]
    updated_at: Mapped[updated_at]


class StaffRolePermission(Base):
    """One right of a role, a word of policy.RIGHTS. The owner's role needs none: it has them all."""

    __tablename__ = "staff_role_permissions"
    __table_args__ = (UniqueConstraint("role_id", "permission"),)
    id: Mapped[pk]
    role_id: Mapped[int] = mapped_column(ForeignKey("staff_roles.id", ondelete="CASCADE"))
    permission: Mapped[key64]


class StaffMembership(Base):
    """Somebody has a role. `granted_by` is the giver's account, empty for the command line."""

    __tablename__ = "staff_memberships"
    __table_args__ = (UniqueConstraint("user_id", "role_id"),)
    id: Mapped[pk]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    role_id: Mapped[int] = mapped_column(ForeignKey("staff_roles.id", ondelete="CASCADE"), index=True)
    granted_by: Mapped[int | None] = mapped_column(BIG)
    created_at: Mapped[created_at]


class StaffTotp(Base):
    """The second factor of somebody, proved once. `secret` is sealed; `last_step` is the newest step that was used."""

    __tablename__ = "staff_totp"
    user_id: Mapped[int] = mapped_column(
        BIG, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    secret: Mapped[str255]
    last_step: Mapped[int] = mapped_column(BIG)
    created_at: Mapped[created_at]


class RecoveryCode(Base):
    """What opens the door once when the phone is gone; kept as a keyed digest."""

    __tablename__ = "staff_recovery_codes"
    __table_args__ = (UniqueConstraint("user_id", "code_hash"),)
    id: Mapped[pk]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    code_hash: Mapped[key64]
    used_at: Mapped[datetime | None] = mapped_column(When())
    created_at: Mapped[created_at]


class SavedFilter(Base):
    """A list of the admin site as somebody likes to see it: the query of its address under a name of their own."""

    __tablename__ = "saved_filters"
    __table_args__ = (UniqueConstraint("user_id", "page", "title"),)
    id: Mapped[pk]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    page: Mapped[key64]  # the endpoint of the list
    title: Mapped[str] = mapped_column(key(30))
    query: Mapped[str] = mapped_column(String(500))
    created_at: Mapped[created_at]


class RefundLimit(Base):
    """How much whoever has this role may give back at once and on one Shanghai day, in yuan."""

    __tablename__ = "refund_limits"
    __table_args__ = (CheckConstraint("per_refund >= 0 AND per_day >= 0", name="not_negative"),)
    role_id: Mapped[int] = mapped_column(ForeignKey("staff_roles.id", ondelete="CASCADE"), primary_key=True)
    per_refund: Mapped[money]
    per_day: Mapped[money]
    updated_at: Mapped[updated_at]


class AuditEntry(Base):
    """One act of staff. Only ever added; `hash` covers every column and the entry before (ADR 26).

    `who` is `staff:<account>` or `cli:<system user>`; `before` and `after` are JSON by object, `{"skus:5": {…}}`.
    """

    __tablename__ = "audit_log"
    __table_args__ = (Index("ix_audit_log_who", "who", "id"), Index("ix_audit_log_what", "what", "id"))
    id: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(When(), index=True)
    who: Mapped[key64]
    address: Mapped[str64]  # masked, with a keyed hash
    what: Mapped[str] = mapped_column(key(100))
    object: Mapped[str100]
    before: Mapped[str] = mapped_column(long_text())
    after: Mapped[str] = mapped_column(long_text())
    previous: Mapped[key64]
    hash: Mapped[key64]


class AuditObject(Base):
    """Which things an entry is about, `skus:5`, to find it by; all of it stands in the entry too."""

    __tablename__ = "audit_objects"
    __table_args__ = (Index("ix_audit_objects_object", "object", "entry_id"),)
    id: Mapped[pk]
    entry_id: Mapped[int] = mapped_column(ForeignKey("audit_log.id", ondelete="RESTRICT"), index=True)
    object: Mapped[key64]


class AuditHead(Base):
    """The end of the chain, one row: whoever adds an entry holds it."""

    __tablename__ = "audit_head"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BIG)
    hash: Mapped[key64]


def _refuse(_mapper: object, _line: object, _row: object) -> None:
    raise AssertionError("the audit log is only ever added to")


for _name in ("before_update", "before_delete"):
    event.listen(AuditEntry, _name, _refuse)
