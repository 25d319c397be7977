"""Why and since when an account is disabled; indexes for the lists of accounts that staff filter.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

from app.shared.db import When

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

LISTS = {
    "ix_users_created_at": ["created_at"],
    "ix_users_is_active": ["is_active", "created_at"],
    "ix_users_is_staff": ["is_staff", "created_at"],
}


def upgrade() -> None:
    op.add_column("users", sa.Column("disabled_at", When(), nullable=True))
    op.add_column("users", sa.Column("disabled_reason", sa.String(200), server_default="", nullable=False))
    for name, columns in LISTS.items():
        op.create_index(op.f(name), "users", columns)


def downgrade() -> None:
    for name in LISTS:
        op.drop_index(op.f(name), table_name="users")
    op.drop_column("users", "disabled_reason")
    op.drop_column("users", "disabled_at")
