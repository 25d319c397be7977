"""Roles of staff and what they may. Accounts that were staff before become operations (ADR 25).

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

from app.shared.db import When

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPTIONS = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_unicode_ci"}

# as they were on the day of this revision; app/staff/policy.py holds today's
OPERATIONS = (
    *(f"goods.{act}" for act in ("view", "create", "edit", "adjust_stock", "export")),
    *(f"imports.{act}" for act in ("view", "create", "export")),
    *(f"orders.{act}" for act in ("view", "edit", "ship", "refund", "export", "see_personal")),
    *(f"aftersales.{act}" for act in ("view", "edit", "refund")),
    *(f"{area}.{act}" for area in ("contents", "search") for act in ("view", "create", "edit")),
    *(f"reviews.{act}" for act in ("view", "edit")),
    "users.view",
)


def _key(length: int) -> sa.String:
    binary = mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin")
    return sa.String(length).with_variant(binary, "mysql", "mariadb")


def upgrade() -> None:
    roles = op.create_table(
        "staff_roles",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("name", _key(32), nullable=False),
        sa.Column("title", sa.String(20), nullable=False),
        sa.Column("created_at", When(), nullable=False),
        sa.Column("updated_at", When(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_roles")),
        sa.UniqueConstraint("name", name=op.f("uq_staff_roles_name")),
        **OPTIONS,
    )
    permissions = op.create_table(
        "staff_role_permissions",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("role_id", BIG, nullable=False),
        sa.Column("permission", _key(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["role_id"], ["staff_roles.id"], name=op.f("fk_staff_role_permissions_role_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_role_permissions")),
        sa.UniqueConstraint("role_id", "permission", name=op.f("uq_staff_role_permissions_role_id_permission")),
        **OPTIONS,
    )
    memberships = op.create_table(
        "staff_memberships",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("role_id", BIG, nullable=False),
        sa.Column("granted_by", BIG, nullable=True),
        sa.Column("created_at", When(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_staff_memberships_user_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["role_id"], ["staff_roles.id"], name=op.f("fk_staff_memberships_role_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_memberships")),
        sa.UniqueConstraint("user_id", "role_id", name=op.f("uq_staff_memberships_user_id_role_id")),
        **OPTIONS,
    )
    op.create_index(op.f("ix_staff_memberships_role_id"), "staff_memberships", ["role_id"])
    _keep_staff_at_work(roles, permissions, memberships)


def _keep_staff_at_work(roles: sa.Table, permissions: sa.Table, memberships: sa.Table) -> None:
    """Who was staff could do everything but give rights: that is operations. A new mall gets its roles later."""
    line = op.get_bind()
    staff = line.execute(sa.text("SELECT id FROM users WHERE is_staff = 1")).scalars().all()
    if not staff:
        return
    now = sa.text("CURRENT_TIMESTAMP")
    line.execute(roles.insert().values(id=1, name="operations", title="运营", created_at=now, updated_at=now))
    line.execute(permissions.insert(), [{"role_id": 1, "permission": word} for word in OPERATIONS])
    for user_id in staff:
        line.execute(memberships.insert().values(user_id=user_id, role_id=1, created_at=now))


def downgrade() -> None:
    op.drop_table("staff_memberships")
    op.drop_table("staff_role_permissions")
    op.drop_table("staff_roles")
