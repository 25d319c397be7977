"""The log of everything staff changed.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

from app.shared.db import When

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPTIONS = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_unicode_ci"}
LONG = sa.Text().with_variant(mysql.MEDIUMTEXT(charset="utf8mb4", collation="utf8mb4_unicode_ci"), "mysql", "mariadb")


def _key(length: int) -> sa.String:
    binary = mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin")
    return sa.String(length).with_variant(binary, "mysql", "mariadb")


def upgrade() -> None:
    op.create_table(
        "audit_log",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("at", When(), nullable=False),
        sa.Column("who", _key(64), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("what", _key(100), nullable=False),
        sa.Column("object", sa.String(100), nullable=False),
        sa.Column("before", LONG, nullable=False),
        sa.Column("after", LONG, nullable=False),
        sa.Column("previous", _key(64), nullable=False),
        sa.Column("hash", _key(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_log")),
        **OPTIONS,
    )
    op.create_index(op.f("ix_audit_log_at"), "audit_log", ["at"])
    op.create_index(op.f("ix_audit_log_who"), "audit_log", ["who", "id"])
    op.create_index(op.f("ix_audit_log_what"), "audit_log", ["what", "id"])
    op.create_table(
        "audit_objects",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("entry_id", BIG, nullable=False),
        sa.Column("object", _key(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["audit_log.id"], name=op.f("fk_audit_objects_entry_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_objects")),
        **OPTIONS,
    )
    op.create_index(op.f("ix_audit_objects_entry_id"), "audit_objects", ["entry_id"])
    op.create_index(op.f("ix_audit_objects_object"), "audit_objects", ["object", "entry_id"])
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("hash", _key(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
        **OPTIONS,
    )


def downgrade() -> None:
    op.drop_table("audit_head")
    op.drop_table("audit_objects")
    op.drop_table("audit_log")
