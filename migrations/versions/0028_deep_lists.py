"""Sorts of stock moves and scores of reviews are looked for within days.

Revision ID: 0028
Revises: 0027
"""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

KIND = "ix_stock_movements_kind"


def upgrade() -> None:
    op.drop_index(KIND, "stock_movements")
    op.create_index(KIND, "stock_movements", ["kind", "created_at"])
    op.create_index("ix_reviews_score_created_at", "reviews", ["score", "created_at"])


def downgrade() -> None:
    op.drop_index("ix_reviews_score_created_at", "reviews")
    op.drop_index(KIND, "stock_movements")
    op.create_index(KIND, "stock_movements", ["kind"])
