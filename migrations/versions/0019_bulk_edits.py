"""Prices as they were, changes of many SKUs at once, planned shelf days, and a ledger that can be searched.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

from app.shared.db import Money, When

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPTIONS = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_unicode_ci"}
AMOUNTS = ("price", "market_price", "cost_price")
KIND = {
    "sqlite": "UPDATE stock_movements SET kind = substr(flow_key, 1, instr(flow_key || ':', ':') - 1)",
    "mysql": "UPDATE stock_movements SET kind = SUBSTRING_INDEX(flow_key, ':', 1)",
}


def _key(length: int) -> sa.String:
    binary = mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin")
    return sa.String(length).with_variant(binary, "mysql", "mariadb")


def upgrade() -> None:
    _make_bulk_edits()
    op.create_table(
        "price_changes",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("sku_id", BIG, nullable=False),
        *(sa.Column(f"{when}_{name}", Money(), nullable=False) for name in AMOUNTS for when in ("old", "new")),
        sa.Column("actor", _key(64), nullable=False),
        sa.Column("reason", sa.String(100), nullable=False),
        sa.Column("bulk_id", BIG, nullable=True),
        sa.Column("created_at", When(), nullable=False),
        sa.ForeignKeyConstraint(["sku_id"], ["skus.id"], name=op.f("fk_price_changes_sku_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["bulk_id"], ["bulk_edits.id"], name=op.f("fk_price_changes_bulk_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_changes")),
        **OPTIONS,
    )
    op.create_index(op.f("ix_price_changes_sku_id"), "price_changes", ["sku_id"])
    op.create_index(op.f("ix_price_changes_bulk_id"), "price_changes", ["bulk_id"])
    for column in ("launch_at", "withdraw_at"):
        op.add_column("skus", sa.Column(column, When(), nullable=True))
        op.create_index(f"ix_skus_{column}", "skus", [column])
    op.create_index("ix_skus_price", "skus", ["price"])
    op.create_index("ix_skus_stock", "skus", ["stock"])
    op.create_index("ix_skus_removed_at", "skus", ["removed_at"])
    op.add_column("stock_movements", sa.Column("kind", _key(32), nullable=False, server_default=""))
    op.execute(KIND["sqlite" if op.get_bind().dialect.name == "sqlite" else "mysql"])
    for column in ("kind", "actor", "created_at"):
        op.create_index(op.f(f"ix_stock_movements_{column}"), "stock_movements", [column])
    # who took tables of goods out has seen what they cost: the new right is theirs
    op.execute(
        "INSERT INTO staff_role_permissions (role_id, permission)"
        " SELECT role_id, 'goods.see_cost' FROM staff_role_permissions WHERE permission = 'imports.export'"
    )


def _make_bulk_edits() -> None:
    op.create_table(
        "bulk_edits",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("source", _key(32), nullable=False),
        sa.Column("reason", sa.String(100), nullable=False),
        sa.Column("actor", _key(64), nullable=False),
        sa.Column("state", _key(32), nullable=False),
        sa.Column("created_at", When(), nullable=False),
        sa.Column("updated_at", When(), nullable=False),
        sa.Column("applied_at", When(), nullable=True),
        sa.Column("applied_by", _key(64), nullable=False),
        sa.Column("undone_at", When(), nullable=True),
        sa.Column("undone_by", _key(64), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'applying', 'applied', 'undoing', 'undone')", name=op.f("ck_bulk_edits_state_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_edits")),
        **OPTIONS,
    )
    op.create_index(op.f("ix_bulk_edits_state"), "bulk_edits", ["state"])
    op.create_table(
        "bulk_edit_rows",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("bulk_id", BIG, nullable=False),
        sa.Column("sku_id", BIG, nullable=False),
        sa.Column("seen_version", sa.Integer(), nullable=False),
        sa.Column("old_price", Money(), nullable=False),
        sa.Column("old_market_price", Money(), nullable=False),
        sa.Column("old_launched", sa.Boolean(), nullable=False),
        sa.Column("price", Money(), nullable=False),
        sa.Column("market_price", Money(), nullable=False),
        sa.Column("is_launched", sa.Boolean(), nullable=False),
        sa.Column("stock_delta", sa.Integer(), nullable=False),
        sa.Column("outcome", _key(32), nullable=False),
        sa.Column("why", _key(32), nullable=False),
        sa.Column("version_after", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('open', 'same', 'applied', 'left', 'undone', 'kept')",
            name=op.f("ck_bulk_edit_rows_outcome_known"),
        ),
        sa.ForeignKeyConstraint(
            ["bulk_id"], ["bulk_edits.id"], name=op.f("fk_bulk_edit_rows_bulk_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["sku_id"], ["skus.id"], name=op.f("fk_bulk_edit_rows_sku_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_edit_rows")),
        sa.UniqueConstraint("bulk_id", "sku_id", name=op.f("uq_bulk_edit_rows_bulk_id_sku_id")),
        **OPTIONS,
    )
    op.create_index(op.f("ix_bulk_edit_rows_sku_id"), "bulk_edit_rows", ["sku_id"])


def downgrade() -> None:
    op.execute("DELETE FROM staff_role_permissions WHERE permission = 'goods.see_cost'")
    for column in ("created_at", "actor", "kind"):
        op.drop_index(op.f(f"ix_stock_movements_{column}"), "stock_movements")
    op.drop_column("stock_movements", "kind")
    op.drop_index("ix_skus_removed_at", "skus")
    op.drop_index("ix_skus_stock", "skus")
    op.drop_index("ix_skus_price", "skus")
    for column in ("withdraw_at", "launch_at"):
        op.drop_index(f"ix_skus_{column}", "skus")
        op.drop_column("skus", column)
    op.drop_table("price_changes")
    op.drop_table("bulk_edit_rows")
    op.drop_table("bulk_edits")
