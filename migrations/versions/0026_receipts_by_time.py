"""The list of receipts reads along an index of its own order; the one of days' sums has amounts in between.

Revision ID: 0026
Revises: 0025
"""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_receipts_created_at"), "receipts", ["created_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_receipts_created_at"), "receipts")
