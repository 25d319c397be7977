"""Reads of the slots."""

from sqlalchemy import select

from app.contents.models import Content, ContentCategory
from app.contents.slots import AdRow
from app.shared.db import db


def ad_rows() -> list[AdRow]:
    """Every ad of every slot that is switched on, whenever it hangs, in its order, in one statement."""
    query = (
        select(
            ContentCategory.key,
            Content.title,
            Content.url,
            Content.image,
            Content.text,
            Content.starts_at,
            Content.ends_at,
        )
        .join(Content, Content.category_id == ContentCategory.id)
        .where(Content.is_shown)
        .order_by(ContentCategory.id, Content.sequence, Content.id)
    )
    return [AdRow(*row) for row in db.session.execute(query)]
