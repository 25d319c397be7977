"""Shipments, invoices, hidden orders.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

COUNTERS = ("shipped", "refunded")


def upgrade() -> None:
    for name in COUNTERS:
        add_counter(name)


def downgrade() -> None:
    for name in reversed(COUNTERS):
        drop_counter(name)


def is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def add_counter(name: str) -> None:
    """On SQLite by ADD COLUMN, never by a rebuilt table: dropping the old one would take its children along."""
    rule = f"{name} BETWEEN 0 AND count"
    if is_sqlite():
        check = f"\nCONSTRAINT ck_order_lines_{name}_within_count CHECK ({rule})\n"
        op.execute(f"ALTER TABLE order_lines ADD COLUMN {name} INTEGER DEFAULT '0' NOT NULL {check}")
        return
    op.add_column("order_lines", sa.Column(name, sa.Integer(), server_default="0", nullable=False))
    op.create_check_constraint(op.f(f"ck_order_lines_{name}_within_count"), "order_lines", rule)


def drop_counter(name: str) -> None:
    """SQLite drops a column's own CHECK with it."""
    if not is_sqlite():
        op.drop_constraint(op.f(f"ck_order_lines_{name}_within_count"), "order_lines", type_="check")
    op.drop_column("order_lines", name)
