"""What lists, facets and detail pages need: the points of reviews beside their number, and edits found by time.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("skus", sa.Column("score_total", sa.Integer(), server_default="0", nullable=False))
    op.execute(
        "UPDATE skus SET score_total = (SELECT SUM(reviews.score) FROM reviews"
        " WHERE reviews.sku_id = skus.id AND reviews.is_shown)"
        " WHERE EXISTS (SELECT 1 FROM reviews WHERE reviews.sku_id = skus.id AND reviews.is_shown)"
    )
    op.create_index("ix_skus_updated_at", "skus", ["updated_at"])
    op.create_index("ix_spus_updated_at", "spus", ["updated_at"])


def downgrade() -> None:
    op.drop_index("ix_spus_updated_at", "spus")
    op.drop_index("ix_skus_updated_at", "skus")
    op.drop_column("skus", "score_total")
