"""Reviews that wait, are hidden and answered; areas that are closed; hot words; versions of what staff write.

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

from app.shared.db import When

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPTIONS = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_unicode_ci"}
LONG = sa.Text().with_variant(mysql.MEDIUMTEXT(charset="utf8mb4", collation="utf8mb4_unicode_ci"), "mysql", "mariadb")
REVIEW_INDEXES = {
    "ix_reviews_state": ["state", "id"],
    "ix_reviews_score": ["score", "id"],
    "ix_reviews_created_at": ["created_at", "id"],
    "ix_reviews_has_pictures": ["has_pictures", "id"],
}
MISS_INDEXES = {
    "ix_search_misses_open": ["is_dismissed", "count", "id"],
    "ix_search_misses_last_at": ["last_at", "id"],
}


def _key(length: int) -> sa.String:
    binary = mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin")
    return sa.String(length).with_variant(binary, "mysql", "mariadb")


def upgrade() -> None:
    _reviews()
    _tables()
    # not in a batch: SQLite would make the table anew, and may not drop one that addresses point at
    op.add_column("areas", sa.Column("is_open", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("areas", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("search_synonyms") as batch:
        batch.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("search_misses") as batch:
        batch.add_column(sa.Column("is_dismissed", sa.Boolean(), nullable=False, server_default=sa.false()))
        for name, columns in MISS_INDEXES.items():
            batch.create_index(op.f(name), columns)


def _reviews() -> None:
    with op.batch_alter_table("reviews") as batch:
        batch.add_column(sa.Column("state", _key(10), nullable=False, server_default="shown"))
        batch.add_column(sa.Column("reason", sa.String(200), nullable=False, server_default=""))
        batch.add_column(sa.Column("answer", sa.String(500), nullable=False, server_default=""))
        batch.add_column(sa.Column("answered_at", When(), nullable=True))
        batch.add_column(sa.Column("has_pictures", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.execute("UPDATE reviews SET state = 'hidden' WHERE is_shown = 0")
    op.execute(
        "UPDATE reviews SET has_pictures = 1 WHERE id IN "
        "(SELECT owner_id FROM pictures WHERE kind = 'review' AND owner_id IS NOT NULL AND dropped_at IS NULL)"
    )
    with op.batch_alter_table("reviews") as batch:
        batch.drop_column("is_shown")
        batch.create_check_constraint(op.f("ck_reviews_state_known"), "state IN ('shown', 'hidden', 'waiting')")
        for name, columns in REVIEW_INDEXES.items():
            batch.create_index(op.f(name), columns)


def _tables() -> None:
    op.create_table(
        "review_words",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("word", _key(64), nullable=False),
        sa.Column("effect", _key(10), nullable=False),
        sa.Column("created_at", When(), nullable=False),
        sa.CheckConstraint("effect IN ('wait', 'mask')", name=op.f("ck_review_words_effect_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_words")),
        sa.UniqueConstraint("word", name=op.f("uq_review_words_word")),
        **OPTIONS,
    )
    op.create_table(
        "search_hot_words",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("word", _key(64), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("created_at", When(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_hot_words")),
        sa.UniqueConstraint("word", name=op.f("uq_search_hot_words_word")),
        **OPTIONS,
    )
    op.create_table(
        "site_versions",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("name", _key(64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", LONG, nullable=False),
        sa.Column("actor", _key(64), nullable=False),
        sa.Column("note", sa.String(100), nullable=False),
        sa.Column("created_at", When(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_versions")),
        sa.UniqueConstraint("name", "version", name=op.f("uq_site_versions_name_version")),
        **OPTIONS,
    )


def downgrade() -> None:
    with op.batch_alter_table("search_misses") as batch:
        for name in MISS_INDEXES:
            batch.drop_index(op.f(name))
        batch.drop_column("is_dismissed")
    with op.batch_alter_table("search_synonyms") as batch:
        batch.drop_column("version")
    op.drop_column("areas", "version")
    op.drop_column("areas", "is_open")
    for table in ("site_versions", "search_hot_words", "review_words"):
        op.drop_table(table)
    with op.batch_alter_table("reviews") as batch:
        batch.add_column(sa.Column("is_shown", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.execute("UPDATE reviews SET is_shown = 0 WHERE state <> 'shown'")
    with op.batch_alter_table("reviews") as batch:
        for name in REVIEW_INDEXES:
            batch.drop_index(op.f(name))
        batch.drop_constraint(op.f("ck_reviews_state_known"), type_="check")
        for column in ("state", "reason", "answer", "answered_at", "has_pictures", "version"):
            batch.drop_column(column)
