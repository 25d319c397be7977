"""When an ad hangs.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

from app.shared.db import When

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contents", sa.Column("starts_at", When(), nullable=True))
    op.add_column("contents", sa.Column("ends_at", When(), nullable=True))


def downgrade() -> None:
    op.drop_column("contents", "ends_at")
    op.drop_column("contents", "starts_at")
