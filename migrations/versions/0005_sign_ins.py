"""Devices, the security log, and columns of accounts.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

from app.shared.db import When

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPTIONS = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_unicode_ci"}


def key(length: int) -> sa.String:
    binary = mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin")
    return sa.String(length).with_variant(binary, "mysql", "mariadb")


def upgrade() -> None:
    """Columns one by one: a table rebuilt by batch mode would take its children along on SQLite."""
    op.add_column("users", sa.Column("nickname", sa.String(20), server_default="", nullable=False))
    op.add_column("users", sa.Column("has_password", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("users", sa.Column("password_changed_at", When(), nullable=True))
    op.add_column("users", sa.Column("verified_email", key(254), nullable=True))
    op.add_column("users", sa.Column("deleted_at", When(), nullable=True))
    op.create_index("uq_users_verified_email", "users", ["verified_email"], unique=True)
    op.add_column("sign_ins", sa.Column("label", sa.String(64), server_default="", nullable=False))
    op.add_column("sign_ins", sa.Column("browser", key(64), server_default="", nullable=False))
    op.add_column("sign_ins", sa.Column("last_seen_at", When(), nullable=True))
    op.add_column("sign_ins", sa.Column("ended_reason", key(32), server_default="", nullable=False))
    op.create_index("ix_sign_ins_browser", "sign_ins", ["user_id", "browser"], unique=False)
    create_events()


def create_events() -> None:
    op.create_table(
        "security_events",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("user_id", BIG, nullable=True),
        sa.Column("kind", key(32), nullable=False),
        sa.Column("account_key", key(64), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("device", sa.String(255), nullable=False),
        sa.Column("created_at", When(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_security_events_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_security_events")),
        **OPTIONS,
    )
    op.create_index("ix_security_events_user", "security_events", ["user_id", "created_at"], unique=False)
    op.create_index("ix_security_events_account", "security_events", ["account_key", "created_at"], unique=False)
    op.create_index("ix_security_events_created_at", "security_events", ["created_at"], unique=False)


def downgrade() -> None:
    op.drop_table("security_events")
    op.drop_index("ix_sign_ins_browser", table_name="sign_ins")
    for name in ("ended_reason", "last_seen_at", "browser", "label"):
        op.drop_column("sign_ins", name)
    op.drop_index("uq_users_verified_email", table_name="users")
    for name in ("deleted_at", "verified_email", "password_changed_at", "has_password", "nickname"):
        op.drop_column("users", name)
