"""Pictures that people brought, and whose face is whose.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

from app.shared.db import When

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPTIONS = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_unicode_ci"}


def key(length: int) -> sa.String:
    binary = mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin")
    return sa.String(length).with_variant(binary, "mysql", "mariadb")


def upgrade() -> None:
    op.create_table(
        "pictures",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("stem", key(100), nullable=False),
        sa.Column("kind", key(32), nullable=False),
        sa.Column("user_id", BIG, nullable=True),
        sa.Column("owner_id", BIG, nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("colour", key(32), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("used_at", When(), nullable=True),
        sa.Column("dropped_at", When(), nullable=True),
        sa.Column("created_at", When(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('goods', 'brand', 'ad', 'review', 'return', 'avatar')", name=op.f("ck_pictures_kind_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pictures")),
        sa.UniqueConstraint("stem", name=op.f("uq_pictures_stem")),
        **OPTIONS,
    )
    op.create_index("ix_pictures_user_id", "pictures", ["user_id"])
    op.create_index("ix_pictures_dropped_at", "pictures", ["dropped_at"])
    op.create_index("ix_pictures_owner", "pictures", ["kind", "owner_id", "sequence"])
    op.create_index("ix_pictures_waiting", "pictures", ["used_at", "created_at"])
    op.add_column("users", sa.Column("avatar", sa.String(200), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("users", "avatar")
    op.drop_table("pictures")
