"""Limits of refunds, comparisons with the provider and what they found; indexes for the lists of money.

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

from app.shared.db import Money, When

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPTIONS = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_unicode_ci"}
# of the ready roles on the day of this revision; app/staff/policy.py holds today's
RIGHTS = {
    "operations": (
        "payments.view",
        "payments.refund",
        "payments.reconcile",
        "payments.export",
        "aftersales.export",
    ),
    "customer_service": ("payments.view",),
    "auditor": ("payments.view",),
}
INDEXES = {
    "after_sales": (("state", "created_at"), ("kind", "created_at"), ("amount",), ("created_at",)),
    "payment_attempts": (("state", "created_at"), ("amount",), ("created_at",)),
    "receipts": (("created_at", "method", "amount"), ("method", "created_at"), ("amount",)),
    "refunds": (("state", "created_at"), ("state", "tries"), ("amount",), ("created_at",), ("done_at",)),
}


def _key(length: int) -> sa.String:
    binary = mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin")
    return sa.String(length).with_variant(binary, "mysql", "mariadb")


def upgrade() -> None:
    op.create_table(
        "refund_limits",
        sa.Column("role_id", BIG, nullable=False),
        sa.Column("per_refund", Money(), nullable=False),
        sa.Column("per_day", Money(), nullable=False),
        sa.Column("updated_at", When(), nullable=False),
        sa.CheckConstraint("per_refund >= 0 AND per_day >= 0", name=op.f("ck_refund_limits_not_negative")),
        sa.ForeignKeyConstraint(
            ["role_id"], ["staff_roles.id"], name=op.f("fk_refund_limits_role_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("role_id", name=op.f("pk_refund_limits")),
        **OPTIONS,
    )
    op.create_table(
        "refund_days",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("staff_id", BIG, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("spent", Money(), nullable=False),
        sa.CheckConstraint("spent >= 0", name=op.f("ck_refund_days_spent_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_days")),
        sa.UniqueConstraint("staff_id", "day", name=op.f("uq_refund_days_staff_id_day")),
        **OPTIONS,
    )
    _create_books()
    for table, indexes in INDEXES.items():
        for columns in indexes:
            op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))
    op.drop_index(op.f("ix_after_sales_state"), "after_sales")
    _give_rights()


def _create_books() -> None:
    op.create_table(
        "reconciliations",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("state", _key(32), nullable=False),
        sa.Column("is_repairing", sa.Boolean(), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("repaired", sa.Integer(), nullable=False),
        sa.Column("created_at", When(), nullable=False),
        sa.Column("began_at", When(), nullable=True),
        sa.Column("done_at", When(), nullable=True),
        sa.CheckConstraint(
            "state IN ('asked', 'running', 'done', 'failed')", name=op.f("ck_reconciliations_state_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliations")),
        **OPTIONS,
    )
    op.create_index(op.f("ix_reconciliations_day"), "reconciliations", ["day"])
    op.create_table(
        "mismatches",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("about", _key(32), nullable=False),
        sa.Column("about_id", BIG, nullable=False),
        sa.Column("kind", _key(32), nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("subject", _key(64), nullable=False),
        sa.Column("here", sa.String(64), nullable=False),
        sa.Column("there", sa.String(64), nullable=False),
        sa.Column("state", _key(32), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("decided_by", sa.String(64), nullable=False),
        sa.Column("decided_at", When(), nullable=True),
        sa.Column("first_seen_at", When(), nullable=False),
        sa.Column("last_seen_at", When(), nullable=False),
        sa.Column("reconciliation_id", BIG, nullable=True),
        sa.CheckConstraint("state IN ('open', 'repaired', 'accepted', 'gone')", name=op.f("ck_mismatches_state_known")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_mismatches_order_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["reconciliation_id"],
            ["reconciliations.id"],
            name=op.f("fk_mismatches_reconciliation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mismatches")),
        sa.UniqueConstraint("about", "about_id", "kind", name=op.f("uq_mismatches_about_about_id_kind")),
        **OPTIONS,
    )
    op.create_index(op.f("ix_mismatches_order_id"), "mismatches", ["order_id"])
    op.create_index(op.f("ix_mismatches_last_seen_at"), "mismatches", ["last_seen_at"])
    op.create_index(op.f("ix_mismatches_reconciliation_id"), "mismatches", ["reconciliation_id"])
    op.create_index(op.f("ix_mismatches_state_last_seen_at"), "mismatches", ["state", "last_seen_at"])
    op.create_index(op.f("ix_mismatches_kind_last_seen_at"), "mismatches", ["kind", "last_seen_at"])


def _give_rights() -> None:
    """The ready roles of a mall that has them already; what an owner has taken away since is not in this area."""
    line = op.get_bind()
    roles = {name: role_id for role_id, name in line.execute(sa.text("SELECT id, name FROM staff_roles"))}
    new = sa.text("INSERT INTO staff_role_permissions (role_id, permission) VALUES (:role_id, :permission)")
    for name, rights in RIGHTS.items():
        if name in roles:
            line.execute(new, [{"role_id": roles[name], "permission": right} for right in rights])


def downgrade() -> None:
    op.execute(
        "DELETE FROM staff_role_permissions WHERE permission LIKE 'payments.%' OR permission = 'aftersales.export'"
    )
    op.create_index(op.f("ix_after_sales_state"), "after_sales", ["state"])
    for table, indexes in INDEXES.items():
        for columns in indexes:
            op.drop_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table)
    for table in ("mismatches", "reconciliations", "refund_days", "refund_limits"):
        op.drop_table(table)
