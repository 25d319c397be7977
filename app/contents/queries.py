"""Reads of the slots."""

from sqlalchemy import select

from app.contents.models import Content, ContentCategory
from app.shared.db import db

AdRow = tuple[str, str, str, str, str]  # slot key, title, url, image, text


def ad_rows() -> list[AdRow]:
    """Every shown ad of every slot, in its order, in one statement."""
    query = (
        select(ContentCategory.key, Content.title, Content.url, Content.image, Content.text)
        .join(Content, Content.category_id == ContentCategory.id)
        .where(Content.is_shown)
        .order_by(ContentCategory.id, Content.sequence, Content.id)
    )
    return [(row.key, row.title, row.url, row.image, row.text) for row in db.session.execute(query)]
