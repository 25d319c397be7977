"""The pictures of the ads: who shows what."""

from dataclasses import dataclass

from sqlalchemy import select

from app.contents.models import Content, ContentCategory
from app.shared.db import db


@dataclass(frozen=True)
class AdPicture:
    """One ad of a slot and its picture's stem; `is_shown` is its switch."""

    id: int
    title: str
    image: str
    is_shown: bool


def ads_by_slot() -> dict[str, list[AdPicture]]:
    """Every ad under the name of its slot, in order, in one statement."""
    query = (
        select(ContentCategory.name.label("slot"), Content.id, Content.title, Content.image, Content.is_shown)
        .join(Content, Content.category_id == ContentCategory.id)
        .order_by(ContentCategory.id, Content.sequence, Content.id)
    )
    found: dict[str, list[AdPicture]] = {}
    for row in db.session.execute(query):
        found.setdefault(row.slot, []).append(AdPicture(row.id, row.title, row.image, row.is_shown))
    return found
