"""Who wants to be told when a SKU is back, and SKUs that are gone for good.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

from app.shared.db import When

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPTIONS = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_unicode_ci"}


def upgrade() -> None:
    op.add_column("skus", sa.Column("removed_at", When(), nullable=True))
    op.create_table(
        "stock_notices",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("sku_id", BIG, nullable=False),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("told_at", When(), nullable=True),
        sa.Column("is_mailed", sa.Boolean(), nullable=False),
        sa.Column("created_at", When(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_stock_notices_user_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["sku_id"], ["skus.id"], name=op.f("fk_stock_notices_sku_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_notices")),
        sa.UniqueConstraint("user_id", "sku_id", name=op.f("uq_stock_notices_user_id_sku_id")),
        **OPTIONS,
    )
    op.create_index("ix_stock_notices_waiting", "stock_notices", ["sku_id", "told_at"])
    op.create_index("ix_stock_notices_told_at", "stock_notices", ["told_at"])


def downgrade() -> None:
    op.drop_table("stock_notices")
    op.drop_column("skus", "removed_at")
