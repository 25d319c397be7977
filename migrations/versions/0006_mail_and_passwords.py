"""What confirmation links carry; addresses that were confirmed before become their owner's alone.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def key(length: int) -> sa.String:
    binary = mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin")
    return sa.String(length).with_variant(binary, "mysql", "mariadb")


def upgrade() -> None:
    op.add_column("users", sa.Column("email_nonce", key(32), nullable=True))
    keep_confirmed()


def keep_confirmed() -> None:
    """Of several accounts with one confirmed address the oldest keeps it; the others confirm another one."""
    people = sa.table(
        "users", sa.column("id"), sa.column("email"), sa.column("email_verified"), sa.column("verified_email")
    )
    line = op.get_bind()
    known: set[str] = set()
    query = sa.select(people.c.id, people.c.email).where(people.c.email_verified, people.c.verified_email.is_(None))
    for row in line.execute(query.order_by(people.c.id)).all():
        folded = (row.email or "").casefold()
        is_first = bool(folded) and folded not in known
        known.add(folded)
        values = {"verified_email": folded} if is_first else {"email_verified": sa.false()}
        line.execute(sa.update(people).where(people.c.id == row.id).values(**values))


def downgrade() -> None:
    op.drop_column("users", "email_nonce")
