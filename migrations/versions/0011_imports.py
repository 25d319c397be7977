"""Tables of goods on their way in, and the lines that could not be taken.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

from app.shared.db import When

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPTIONS = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_unicode_ci"}
COUNTS = ("lines", "line_done", "created", "changed", "same", "faulty")


def key(length: int) -> sa.String:
    binary = mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin")
    return sa.String(length).with_variant(binary, "mysql", "mariadb")


def upgrade() -> None:
    op.create_table(
        "goods_imports",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("path", sa.String(500), nullable=False),
        sa.Column("digest", key(64), nullable=False),
        sa.Column("creates", sa.Boolean(), nullable=False),
        sa.Column("actor", key(64), nullable=False),
        sa.Column("state", key(32), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.Column("created_at", When(), nullable=False),
        sa.Column("updated_at", When(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'stopped')", name=op.f("ck_goods_imports_state_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goods_imports")),
        **OPTIONS,
    )
    op.create_index(op.f("ix_goods_imports_digest"), "goods_imports", ["digest"], unique=False)
    op.create_index(op.f("ix_goods_imports_state"), "goods_imports", ["state"], unique=False)
    op.create_table(
        "goods_import_faults",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("import_id", BIG, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("field", key(32), nullable=False),
        sa.Column("text", sa.String(200), nullable=False),
        sa.Column("fact", sa.String(100), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["goods_imports.id"], name=op.f("fk_goods_import_faults_import_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goods_import_faults")),
        **OPTIONS,
    )
    op.create_index(op.f("ix_goods_import_faults_import_id"), "goods_import_faults", ["import_id"], unique=False)


def downgrade() -> None:
    op.drop_table("goods_import_faults")
    op.drop_table("goods_imports")
