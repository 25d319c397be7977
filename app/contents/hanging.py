"""Verbs of the slots: save what hangs in one, swap it, take the last change back. Each change is a version."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from app.contents import ads as lists
from app.contents import store, versions
from app.contents.ads import Ad
from app.contents.errors import NothingToUndo, StaleText
from app.contents.models import Content, ContentCategory
from app.contents.places import place_of
from app.pictures import services as pictures
from app.shared import clock
from app.shared.db import db
from app.shared.errors import NotFound
from app.shared.uow import then, unit_of_work

SAVED, SWAPPED, UNDONE, BEFORE = "saved", "swapped", "undone", "before"


@dataclass(frozen=True)
class Slot:
    """A slot and its ads in order; `version` is what an editor has seen."""

    id: int
    key: str
    name: str
    version: int
    ads: Sequence[Ad]


def get_slot(slot_id: int) -> Slot:
    """As it is now; NotFound."""
    row = db.session.execute(select(ContentCategory.key, ContentCategory.name).where(ContentCategory.id == slot_id))
    found = row.first()
    if found is None:
        raise NotFound()
    newest = versions.newest(name_of(found.key))
    return Slot(slot_id, found.key, found.name, newest.number if newest else 0, _ads(slot_id))


def name_of(key: str) -> str:
    """The name of a slot's versions."""
    return f"slot:{key}"


@unit_of_work
def save(slot_id: int, seen: int, ads: Sequence[Ad], actor: str) -> int:
    """These ads hang there now, in this order; what is not among them is gone. Returns the new version.

    NotFound, StaleText, and what `ads.check` raises. The home page is made anew.
    """
    return _save(_lock(slot_id, seen), ads, actor, SAVED)


@unit_of_work
def swap(slot_id: int, seen: int, new: Sequence[Ad], actor: str, at: datetime | None = None) -> int:
    """Other ads for all that hang, at once or at a moment; the old ones stay, switched off or ended. As `save`."""
    slot = _lock(slot_id, seen)
    return _save(slot, lists.swapped(slot.ads, new, clock.now(), at), actor, SWAPPED)


@unit_of_work
def undo(slot_id: int, seen: int, actor: str) -> int:
    """Take the change that was `seen` back; once more brings it again. NotFound, StaleText, NothingToUndo."""
    slot = _lock(slot_id, seen)
    if seen < 2:
        raise NothingToUndo()
    before = lists.read(versions.get(name_of(slot.key), seen - 1).content)
    return _save(slot, before, actor, UNDONE, is_known=True)


@unit_of_work
def set_picture(ad_id: int, stem: str, actor: str) -> None:
    """Another picture for one ad, or none; NotFound."""
    slot_id = db.session.scalar(select(Content.category_id).where(Content.id == ad_id))
    if slot_id is None:
        raise NotFound()
    slot = _lock(slot_id, None)
    ads = [Ad(**{**vars(ad), "image": stem}) if ad.id == ad_id else ad for ad in slot.ads]
    _save(slot, ads, actor, SAVED, is_known=True)


def _lock(slot_id: int, seen: int | None) -> Slot:
    """The slot's row first: who changes it waits. StaleText when it was changed since it was seen."""
    found = db.session.scalar(select(ContentCategory.id).where(ContentCategory.id == slot_id).with_for_update())
    if found is None:
        raise NotFound()
    slot = get_slot(slot_id)
    if seen is not None and slot.version != seen:
        raise StaleText()
    return slot


def _save(slot: Slot, ads: Sequence[Ad], actor: str, note: str, *, is_known: bool = False) -> int:
    """Write the rows between two versions: what was, where no version holds it yet, and what is."""
    wanted = list(ads) if is_known else lists.check(ads, place_of(slot.key))
    before, name = lists.as_content(slot.ads), name_of(slot.key)
    newest, number = versions.newest(name), slot.version
    if newest is None or newest.content != before:
        number = versions.add(name, number, before, "", BEFORE)
    _use_pictures(slot, wanted)
    saved = _write(slot, wanted)
    then(store.forget_home)
    then(store.FOLLOW.enqueue)
    return versions.add(name, number, lists.as_content(saved), actor, note)


def _use_pictures(slot: Slot, wanted: Iterable[Ad]) -> None:
    """Pictures that this slot has never shown must be the shop's own."""
    known = {""} | {ad.image for ad in slot.ads}
    fresh = {ad.image for ad in wanted} - known
    if fresh:
        known |= {row["image"] for version in versions.history(name_of(slot.key)) for row in version.content}
    pictures.use_in_shop(fresh - known)


def _write(slot: Slot, wanted: Sequence[Ad]) -> list[Ad]:
    """Rows by id: changed, brought back or new; the rest deleted. The list with its ids."""
    here = {ad.id for ad in slot.ads}
    kept = {ad.id for ad in wanted} & here
    db.session.execute(delete(Content).where(Content.category_id == slot.id, Content.id.not_in(kept)))
    saved = []
    for sequence, ad in enumerate(wanted, 1):
        values = {**vars(ad), "sequence": sequence, "category_id": slot.id}
        ad_id = values.pop("id")
        if ad_id in here:
            changed = update(Content).where(Content.id == ad_id).values(values)
            db.session.execute(changed.execution_options(synchronize_session=False))
        else:
            if ad_id is not None and not _is_free(ad_id):
                ad_id = None
            row = Content(id=ad_id, **values)
            db.session.add(row)
            db.session.flush()
            ad_id = row.id
        saved.append(Ad(**{**vars(ad), "id": ad_id}))
    return saved


def _is_free(ad_id: int) -> bool:
    return db.session.scalar(select(Content.id).where(Content.id == ad_id)) is None


def _ads(slot_id: int) -> list[Ad]:
    columns = (Content.id, Content.title, Content.url, Content.image, Content.text)
    query = select(*columns, Content.is_shown, Content.starts_at, Content.ends_at).where(Content.category_id == slot_id)
    return [Ad(*row) for row in db.session.execute(query.order_by(Content.sequence, Content.id))]
