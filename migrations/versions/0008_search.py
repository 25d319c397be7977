"""Synonyms, questions that are not offered, questions that found nothing.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

from app.shared.db import BIG, When, key

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OPTIONS = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_unicode_ci"}


def upgrade() -> None:
    op.create_table(
        "search_synonyms",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("words", sa.String(255), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", When(), nullable=False),
        sa.Column("updated_at", When(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_search_synonyms"),
        **OPTIONS,
    )
    op.create_table(
        "search_blocked_words",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("word", key(64), nullable=False),
        sa.Column("created_at", When(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_search_blocked_words"),
        sa.UniqueConstraint("word", name="uq_search_blocked_words_word"),
        **OPTIONS,
    )
    op.create_table(
        "search_misses",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("question", key(64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", When(), nullable=False),
        sa.Column("created_at", When(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_search_misses"),
        sa.UniqueConstraint("question", name="uq_search_misses_question"),
        **OPTIONS,
    )
    op.create_index("ix_search_misses_count", "search_misses", ["count", "id"])


def downgrade() -> None:
    op.drop_table("search_misses")
    op.drop_table("search_blocked_words")
    op.drop_table("search_synonyms")
