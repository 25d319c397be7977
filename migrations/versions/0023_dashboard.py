"""Figures of days, turns of the sweeps, and messages that a worker has in hand.

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

from app.shared.db import When

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPTIONS = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_unicode_ci"}
INDEXES = (
    ("orders", "ix_orders_of_day", ["created_at", "status", "total_amount", "user_id"]),
    ("sign_ins", "ix_sign_ins_seen", ["last_seen_at", "user_id"]),
    ("category_visits", "ix_category_visits_date", ["date"]),
    ("outbox_messages", "ix_outbox_messages_failed", ["sent_at", "tries", "id"]),
)


def _key(length: int) -> sa.String:
    binary = mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin")
    return sa.String(length).with_variant(binary, "mysql", "mariadb")


def upgrade() -> None:
    op.create_table(
        "day_heads",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("step", _key(32), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count >= 0", name=op.f("ck_day_heads_count_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_heads")),
        sa.UniqueConstraint("day", "step", name=op.f("uq_day_heads_day_step")),
        **OPTIONS,
    )
    op.create_table(
        "sweep_runs",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("name", _key(64), nullable=False),
        sa.Column("began_at", When(), nullable=True),
        sa.Column("ended_at", When(), nullable=True),
        sa.Column("took_ms", sa.Integer(), nullable=False),
        sa.Column("finished", sa.Integer(), nullable=False),
        sa.Column("worked_at", When(), nullable=True),
        sa.Column("failed_at", When(), nullable=True),
        sa.Column("last_error", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sweep_runs")),
        sa.UniqueConstraint("name", name=op.f("uq_sweep_runs_name")),
        **OPTIONS,
    )
    op.add_column("outbox_messages", sa.Column("claimed_at", When(), nullable=True))
    for table, name, columns in INDEXES:
        op.create_index(op.f(name), table, columns)


def downgrade() -> None:
    for table, name, _columns in reversed(INDEXES):
        op.drop_index(op.f(name), table_name=table)
    with op.batch_alter_table("outbox_messages") as table:
        table.drop_column("claimed_at")
    op.drop_table("sweep_runs")
    op.drop_table("day_heads")
