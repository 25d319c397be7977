"""Spec templates; the combination of options that a SKU is sold as, once an SPU.

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

from app.shared.db import When

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPTIONS = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_unicode_ci"}


def _key(length: int) -> sa.String:
    binary = mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin")
    return sa.String(length).with_variant(binary, "mysql", "mariadb")


def upgrade() -> None:
    op.add_column("skus", sa.Column("combination", _key(100), nullable=True))
    op.create_index(op.f("ix_skus_combination"), "skus", ["spu_id", "combination"], unique=True)
    op.create_table(
        "spec_templates",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("name", _key(20), nullable=False),
        sa.Column("category_id", BIG, nullable=True),
        sa.Column("created_at", When(), nullable=False),
        sa.Column("updated_at", When(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("fk_spec_templates_category_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spec_templates")),
        sa.UniqueConstraint("name", name=op.f("uq_spec_templates_name")),
        **OPTIONS,
    )
    op.create_index(op.f("ix_spec_templates_category_id"), "spec_templates", ["category_id"])
    op.create_table(
        "spec_template_lines",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("template_id", BIG, nullable=False),
        sa.Column("name", _key(20), nullable=False),
        sa.Column("options", sa.String(1000), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["template_id"], ["spec_templates.id"], name=op.f("fk_spec_template_lines_template_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spec_template_lines")),
        sa.UniqueConstraint("template_id", "name", name=op.f("uq_spec_template_lines_template_id_name")),
        **OPTIONS,
    )
    op.create_index(op.f("ix_spec_template_lines_template_id"), "spec_template_lines", ["template_id"])


def downgrade() -> None:
    op.drop_table("spec_template_lines")
    op.drop_table("spec_templates")
    op.drop_index(op.f("ix_skus_combination"), "skus")
    op.drop_column("skus", "combination")
