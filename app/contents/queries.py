"""Reads of the slots."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.contents.models import Content, ContentCategory
from app.contents.slots import AdRow, next_change
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


@dataclass(frozen=True)
class SlotCard:
    """A slot in the list of staff: how many ads it holds, how many hang now, and when that changes next."""

    id: int
    key: str
    name: str
    ads: int
    hanging: int
    changes_at: datetime | None
    images: Sequence[str]


def slot_cards(now: datetime) -> list[SlotCard]:
    """Every slot, in two statements."""
    slots = db.session.execute(
        select(ContentCategory.id, ContentCategory.key, ContentCategory.name).order_by(ContentCategory.id)
    ).all()
    columns = (Content.category_id, Content.title, Content.url, Content.image, Content.text)
    query = select(*columns, Content.starts_at, Content.ends_at, Content.is_shown)
    held: dict[int, list[tuple[AdRow, bool]]] = {}
    for slot_id, title, url, image, text, starts, ends, is_shown in db.session.execute(
        query.order_by(Content.sequence, Content.id)
    ):
        held.setdefault(slot_id, []).append((AdRow("", title, url, image, text, starts, ends), is_shown))
    return [_card(row.id, row.key, row.name, held.get(row.id, []), now) for row in slots]


def _card(slot_id: int, key: str, name: str, ads: list[tuple[AdRow, bool]], now: datetime) -> SlotCard:
    shown = [ad for ad, is_shown in ads if is_shown]
    hanging = [ad for ad in shown if ad.hangs_at(now)]
    images = [ad.image for ad in hanging if ad.image][:4]
    return SlotCard(slot_id, key, name, len(ads), len(hanging), next_change(shown, now), images)
