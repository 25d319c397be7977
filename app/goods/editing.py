"""Verbs of an SPU: new, changed, copied, on and off the shelf as a whole, deleted while nothing hangs on it."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from app.goods import stock
from app.goods.chains import Chain, lock_chain
from app.goods.checks import check_text
from app.goods.descriptions import clean
from app.goods.errors import FamilyInUse, NoSuchBrand, NoSuchSKU, NoSuchSPU, PictureGone, SKUInUse, StaleDesk, StaleEdit
from app.goods.models import SKU, SPU, Brand
from app.goods.shelving import set_shelf
from app.goods.signals import tell_changed, tell_restocked
from app.goods.touching import touch_skus
from app.pictures import services as pictures
from app.shared import clock
from app.shared.db import db
from app.shared.errors import NotFound
from app.shared.pictures import STEM
from app.shared.uow import in_unit_of_work, savepoint, unit_of_work

_STEM = re.compile(STEM)
NAME_LONGEST, CAPTION_LONGEST = 100, 200


@dataclass(frozen=True)
class Facts:
    """What stands at the head of an SPU."""

    name: str
    caption: str
    brand_id: int
    chain: Chain


@unit_of_work
def create_spu(facts: Facts) -> int:
    """A new SPU, without specs and SKUs. Its id."""
    spu = SPU()
    _write_facts(spu, facts)
    db.session.add(spu)
    db.session.flush()
    return spu.id


@unit_of_work
def edit_spu(spu_id: int, seen: datetime, facts: Facts) -> datetime:
    """Change the head of an SPU unless somebody else did since it was `seen`; its SKUs follow to another category.

    Returns the moment of the change.
    """
    spu = lock_spu(spu_id, seen)
    before = spu.category3_id
    _write_facts(spu, facts)
    if spu.category3_id != before:
        moved = update(SKU).where(SKU.spu_id == spu_id).values(category_id=spu.category3_id, updated_at=clock.now())
        db.session.execute(moved.execution_options(synchronize_session=False))
    return touch(spu)


@unit_of_work
def edit_texts(spu_id: int, seen: datetime, *, detail: str, pack: str, service: str) -> datetime:
    """Write an SPU's descriptions, cleaned, unless somebody else changed it since it was `seen` (StaleEdit).

    Pictures that are new in them stay from now on; PictureGone for one that was swept. Returns the moment.
    """
    spu = lock_spu(spu_id)
    if spu.updated_at != seen:
        raise StaleEdit(spu_id=spu_id)
    hung = _stems(spu)
    spu.desc_detail, spu.desc_pack, spu.desc_service = clean(detail), clean(pack), clean(service)
    try:
        pictures.use_in_shop(_stems(spu) - hung)
    except NotFound:
        raise PictureGone(spu_id=spu_id) from None
    return touch(spu)


@unit_of_work
def shelve_spu(spu_id: int, launched: bool, only: Collection[int] | None = None) -> list[int]:
    """All its SKUs (or `only` these) on the shelf or off; what was removed for good stays away. Who changed."""
    if db.session.scalar(select(SPU.id).where(SPU.id == spu_id)) is None:
        raise NoSuchSPU(spu_id=spu_id)
    asked = select(SKU.id).where(SKU.spu_id == spu_id, SKU.removed_at.is_(None))
    wanted = [sku_id for sku_id in db.session.scalars(asked) if only is None or sku_id in only]
    locked = [sku for sku in stock.lock_skus(wanted) if sku.removed_at is None]
    ids = [sku.id for sku in locked if set_shelf(sku, launched)]
    db.session.flush()
    tell_changed(ids)
    if launched:
        tell_restocked(ids)
    return ids


@unit_of_work
def delete_spu(spu_id: int) -> None:
    """Delete an SPU that has no SKU, its specs with it; FamilyInUse says how many there are."""
    spu = lock_spu(spu_id)
    count = db.session.scalar(select(func.count(SKU.id)).where(SKU.spu_id == spu_id)) or 0
    if count:
        raise FamilyInUse(skus=count)
    db.session.execute(delete(SPU).where(SPU.id == spu.id))


@unit_of_work
def delete_sku(sku_id: int) -> int:
    """Delete a SKU that never had a piece in stock and that nothing points at (SKUInUse). The id of its SPU."""
    spu_id = db.session.scalar(select(SKU.spu_id).where(SKU.id == sku_id))
    if spu_id is None:
        raise NoSuchSKU(sku_id=sku_id)
    spu = lock_spu(spu_id)
    stock.lock_skus([sku_id])
    try:
        with savepoint():
            stock.forget_unused(sku_id)
            db.session.execute(delete(SKU).where(SKU.id == sku_id))
    except IntegrityError:  # an order, a review, a document
        raise SKUInUse(sku_id=sku_id) from None
    tell_changed([sku_id])
    touch(spu)
    return spu_id


def lock_spu(spu_id: int, seen: datetime | None = None) -> SPU:
    """The row, held until the commit, unless it was changed since it was `seen` (StaleDesk). Joins."""
    assert in_unit_of_work(), "a lock belongs to a unit of work"
    query = select(SPU).where(SPU.id == spu_id).with_for_update()
    spu = db.session.scalar(query.execution_options(populate_existing=True))
    if spu is None:
        raise NoSuchSPU(spu_id=spu_id)
    if seen is not None and spu.updated_at != seen:
        raise StaleDesk(spu_id=spu_id)
    return spu


def touch(spu: SPU) -> datetime:
    """It was changed just now: the next editor sees by it, and everything that shows its SKUs is told. Joins."""
    spu.updated_at = clock.now()
    db.session.flush()
    touch_skus(SKU.spu_id == spu.id)
    return spu.updated_at


def _write_facts(spu: SPU, facts: Facts) -> None:
    spu.name = check_text(facts.name, NAME_LONGEST, "name")
    spu.caption = check_text(facts.caption, CAPTION_LONGEST, "caption", 0)
    held = select(Brand.id).where(Brand.id == facts.brand_id).with_for_update(read=True)  # nobody merges it meanwhile
    if db.session.scalar(held) is None:
        raise NoSuchBrand(brand_id=facts.brand_id)
    spu.brand_id = facts.brand_id
    chain = lock_chain(facts.chain)
    spu.category1_id, spu.category2_id, spu.category3_id = chain.category1_id, chain.category2_id, chain.category3_id


def _stems(spu: SPU) -> set[str]:
    return {found for text in (spu.desc_detail, spu.desc_pack, spu.desc_service) for found in _STEM.findall(text or "")}
