"""After-sales documents and what money needs of them.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

from app.shared.db import Money, When

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPTIONS = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_unicode_ci"}
STATES = "'asked', 'approved', 'refused', 'cancelled', 'goods_back', 'paying', 'paid'"


def key(length: int) -> sa.String:
    binary = mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin")
    return sa.String(length).with_variant(binary, "mysql", "mariadb")


def long_text() -> sa.Text:
    wide = mysql.MEDIUMTEXT(charset="utf8mb4", collation="utf8mb4_unicode_ci")
    return sa.Text().with_variant(wide, "mysql", "mariadb")


def fk(table: str, column: str, target: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete)


def ck(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)


def upgrade() -> None:
    create_documents()
    create_lines()
    create_events()
    create_notices()
    extend_refunds()


def create_documents() -> None:
    op.create_table(
        "after_sales",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("number", key(32), nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("submit_token", key(64), nullable=False),
        sa.Column("kind", key(32), nullable=False),
        sa.Column("state", key(32), nullable=False),
        sa.Column("is_unsent", sa.Boolean(), nullable=False),
        sa.Column("reason", key(32), nullable=False),
        sa.Column("words", sa.String(200), nullable=False),
        sa.Column("goods_amount", Money(), nullable=False),
        sa.Column("freight", Money(), nullable=False),
        sa.Column("amount", Money(), nullable=False),
        sa.Column("created_at", When(), nullable=False),
        sa.Column("updated_at", When(), nullable=False),
        ck("after_sales", "kind_known", "kind IN ('refund', 'return')"),
        ck("after_sales", "state_known", f"state IN ({STATES})"),
        ck("after_sales", "amount_positive", "amount > 0"),
        ck("after_sales", "freight_not_negative", "freight >= 0"),
        fk("after_sales", "order_id", "orders.id", "RESTRICT"),
        fk("after_sales", "user_id", "users.id", "RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_after_sales")),
        sa.UniqueConstraint("number", name=op.f("uq_after_sales_number")),
        sa.UniqueConstraint("order_id", "submit_token", name=op.f("uq_after_sales_order_id_submit_token")),
        **OPTIONS,
    )
    index("after_sales", "order_id", "user_id", "state")


def create_lines() -> None:
    op.create_table(
        "after_sale_lines",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("after_sale_id", BIG, nullable=False),
        sa.Column("order_line_id", BIG, nullable=False),
        sa.Column("sku_id", BIG, nullable=False),
        sa.Column("price", Money(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        ck("after_sale_lines", "count_positive", "count > 0"),
        ck("after_sale_lines", "price_positive", "price > 0"),
        fk("after_sale_lines", "after_sale_id", "after_sales.id", "CASCADE"),
        fk("after_sale_lines", "order_line_id", "order_lines.id", "RESTRICT"),
        fk("after_sale_lines", "sku_id", "skus.id", "RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_after_sale_lines")),
        sa.UniqueConstraint(
            "after_sale_id", "order_line_id", name=op.f("uq_after_sale_lines_after_sale_id_order_line_id")
        ),
        **OPTIONS,
    )
    index("after_sale_lines", "after_sale_id", "order_line_id", "sku_id")


def create_events() -> None:
    op.create_table(
        "after_sale_events",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("after_sale_id", BIG, nullable=False),
        sa.Column("old_state", key(32), nullable=True),
        sa.Column("new_state", key(32), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("created_at", When(), nullable=False),
        fk("after_sale_events", "after_sale_id", "after_sales.id", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_after_sale_events")),
        **OPTIONS,
    )
    index("after_sale_events", "after_sale_id")


def create_notices() -> None:
    op.create_table(
        "refund_notices",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("notice_id", key(64), nullable=False),
        sa.Column("trade_id", key(64), nullable=False),
        sa.Column("request_no", key(64), nullable=False),
        sa.Column("refunded", Money(), nullable=False),
        sa.Column("raw", long_text(), nullable=False),
        sa.Column("created_at", When(), nullable=False),
        fk("refund_notices", "order_id", "orders.id", "RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_notices")),
        sa.UniqueConstraint("notice_id", name=op.f("uq_refund_notices_notice_id")),
        **OPTIONS,
    )
    index("refund_notices", "order_id")


def extend_refunds() -> None:
    """In batch: nothing refers to refunds, so the table that SQLite rebuilds takes no children along."""
    with op.batch_alter_table("refunds") as batch:
        batch.add_column(sa.Column("after_sale_id", BIG, nullable=True))
        batch.add_column(sa.Column("tries", sa.Integer(), server_default="0", nullable=False))
        batch.add_column(sa.Column("reference", sa.String(64), server_default="", nullable=False))
        batch.create_check_constraint(op.f("ck_refunds_tries_not_negative"), "tries >= 0")
        batch.create_index(op.f("ix_refunds_after_sale_id"), ["after_sale_id"], unique=False)
        name = op.f("fk_refunds_after_sale_id")
        batch.create_foreign_key(name, "after_sales", ["after_sale_id"], ["id"], ondelete="RESTRICT")


def downgrade() -> None:
    with op.batch_alter_table("refunds") as batch:
        batch.drop_constraint(op.f("fk_refunds_after_sale_id"), type_="foreignkey")
        batch.drop_index(op.f("ix_refunds_after_sale_id"))
        batch.drop_constraint(op.f("ck_refunds_tries_not_negative"), type_="check")
        for name in ("after_sale_id", "tries", "reference"):
            batch.drop_column(name)
    for table in ("refund_notices", "after_sale_events", "after_sale_lines", "after_sales"):
        op.drop_table(table)
