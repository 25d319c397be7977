"""What staff filter and sort orders by, the last four digits of a mobile, and invoices by their state.

Two indexes go: others begin with the same column.

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

TAIL = sa.String(4).with_variant(mysql.VARCHAR(4, charset="utf8mb4", collation="utf8mb4_bin"), "mysql", "mariadb")
ORDERS = {
    "ix_orders_created": ["created_at", "id"],
    "ix_orders_state": ["status", "created_at", "id"],
    "ix_orders_paid_by": ["pay_method", "created_at", "id"],
    "ix_orders_amount": ["total_amount", "id"],
    "ix_orders_tail": ["mobile_tail", "created_at", "id"],
    "ix_orders_receiver": ["receiver", "created_at", "id"],
}


def upgrade() -> None:
    op.add_column("orders", sa.Column("mobile_tail", TAIL, sa.Computed("substr(mobile, -4)", persisted=False)))
    for name, columns in ORDERS.items():
        op.create_index(name, "orders", columns)
    op.create_index("ix_order_lines_sold", "order_lines", ["sku_id", "order_id"])
    op.create_index("ix_invoices_state", "invoices", ["state", "id"])
    op.drop_index("ix_orders_user_id", table_name="orders")
    op.drop_index("ix_order_lines_sku_id", table_name="order_lines")
    op.drop_index("ix_order_lines_order_id", table_name="order_lines")


def downgrade() -> None:
    op.create_index("ix_order_lines_order_id", "order_lines", ["order_id"])
    op.create_index("ix_order_lines_sku_id", "order_lines", ["sku_id"])
    op.create_index("ix_orders_user_id", "orders", ["user_id"])
    op.drop_index("ix_invoices_state", table_name="invoices")
    op.drop_index("ix_order_lines_sold", table_name="order_lines")
    for name in reversed(ORDERS):
        op.drop_index(name, table_name="orders")
    op.drop_column("orders", "mobile_tail")
