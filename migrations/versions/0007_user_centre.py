"""Favourites; whose a message is; and who has left, to be found at once.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

from app.shared.db import When

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPTIONS = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_unicode_ci"}


def upgrade() -> None:
    op.create_table(
        "favourites",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("sku_id", BIG, nullable=False),
        sa.Column("created_at", When(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_favourites_user_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["sku_id"], ["skus.id"], name=op.f("fk_favourites_sku_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_favourites")),
        sa.UniqueConstraint("user_id", "sku_id", name=op.f("uq_favourites_user_id_sku_id")),
        **OPTIONS,
    )
    op.create_index(op.f("ix_favourites_sku_id"), "favourites", ["sku_id"], unique=False)
    op.add_column("outbox_messages", sa.Column("user_id", BIG, nullable=True))
    op.create_index(op.f("ix_outbox_messages_user_id"), "outbox_messages", ["user_id"], unique=False)
    op.create_index(op.f("ix_users_deleted_at"), "users", ["deleted_at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_users_deleted_at"), table_name="users")
    op.drop_index(op.f("ix_outbox_messages_user_id"), table_name="outbox_messages")
    op.drop_column("outbox_messages", "user_id")
    op.drop_table("favourites")
