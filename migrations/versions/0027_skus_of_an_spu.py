"""How many SKUs of an SPU are on the shelf, without reading their rows.

Revision ID: 0027
Revises: 0026
"""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_skus_family"), "skus", ["spu_id", "is_launched"])


def downgrade() -> None:
    op.drop_index(op.f("ix_skus_family"), "skus")
