"""Shipments, invoices, hidden orders.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

from app.shared.db import When

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

COUNTERS = ("shipped", "refunded")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPTIONS = {"mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_unicode_ci", "mysql_engine": "InnoDB"}


def key(length: int) -> sa.String:
    exact = mysql.VARCHAR(charset="utf8mb4", collation="utf8mb4_bin", length=length)
    return sa.String(length=length).with_variant(exact, "mariadb").with_variant(exact, "mysql")


def upgrade() -> None:
    for name in COUNTERS:
        add_counter(name)
    # columns are added one by one: a table rebuilt by batch mode would take its children along on SQLite
    op.add_column("orders", sa.Column("moved_at", When(), nullable=True))
    op.add_column("orders", sa.Column("hidden_at", When(), nullable=True))
    op.create_index("ix_orders_moved", "orders", ["status", "moved_at"], unique=False)
    op.add_column("order_events", sa.Column("kind", key(32), server_default="move", nullable=False))
    op.execute("UPDATE orders SET moved_at = updated_at")
    create_shipments()
    create_shipment_lines()
    create_invoices()


def downgrade() -> None:
    for table in ("invoices", "shipment_lines", "shipments"):
        op.drop_table(table)
    op.drop_column("order_events", "kind")
    op.drop_index("ix_orders_moved", table_name="orders")
    op.drop_column("orders", "hidden_at")
    op.drop_column("orders", "moved_at")
    for name in reversed(COUNTERS):
        drop_counter(name)


def create_shipments() -> None:
    op.create_table(
        "shipments",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("carrier", sa.String(length=64), nullable=False),
        sa.Column("tracking_number", key(64), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("created_at", When(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_shipments_order_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipments")),
        sa.UniqueConstraint("order_id", "tracking_number", name=op.f("uq_shipments_order_id_tracking_number")),
        **OPTIONS,
    )
    op.create_index(op.f("ix_shipments_order_id"), "shipments", ["order_id"], unique=False)


def create_shipment_lines() -> None:
    op.create_table(
        "shipment_lines",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("shipment_id", BIG, nullable=False),
        sa.Column("order_line_id", BIG, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count > 0", name=op.f("ck_shipment_lines_count_positive")),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipments.id"], name=op.f("fk_shipment_lines_shipment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_lines.id"], name=op.f("fk_shipment_lines_order_line_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipment_lines")),
        sa.UniqueConstraint("shipment_id", "order_line_id", name=op.f("uq_shipment_lines_shipment_id_order_line_id")),
        **OPTIONS,
    )
    for name in ("shipment_id", "order_line_id"):
        op.create_index(op.f(f"ix_shipment_lines_{name}"), "shipment_lines", [name], unique=False)


def create_invoices() -> None:
    op.create_table(
        "invoices",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("kind", key(32), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("tax_number", key(32), nullable=False),
        sa.Column("state", key(32), nullable=False),
        sa.Column("number", key(64), nullable=False),
        sa.Column("issued_at", When(), nullable=True),
        sa.Column("created_at", When(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_invoices_order_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoices")),
        sa.UniqueConstraint("order_id", name=op.f("uq_invoices_order_id")),
        **OPTIONS,
    )


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
