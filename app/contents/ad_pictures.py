"""The picture of an ad: who shows what, and hanging another."""

from dataclasses import dataclass

from sqlalchemy import select

from app.contents import store
from app.contents.models import Content, ContentCategory
from app.pictures import services as pictures
from app.shared.db import db
from app.shared.errors import NotFound
from app.shared.uow import then, unit_of_work


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


@unit_of_work
def set_picture(ad_id: int, stem: str) -> None:
    """Another picture, or none; NotFound. The home page is made anew."""
    ad = db.session.get(Content, ad_id)
    if ad is None:
        raise NotFound()
    if stem:
        pictures.use_in_shop([stem])
    ad.image = stem
    db.session.flush()
    then(store.forget_home)
