"""Verbs of the pictures of goods: what hangs on a SKU and in which order, and a brand's mark."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, or_, select

from app.goods.errors import NoSuchBrand, NoSuchSKU, StaleEdit
from app.goods.models import SKU, Brand, SKUImage, SKUSpec
from app.goods.signals import tell_changed
from app.goods.stock import lock_skus
from app.pictures import services as pictures
from app.shared import clock
from app.shared.db import db
from app.shared.uow import unit_of_work

MOST = 12


@dataclass(frozen=True)
class Hanging:
    """The pictures of a SKU in order; `default` is the one on cards."""

    sku_id: int
    name: str
    stems: list[str]
    default: str


def hanging(sku_id: int) -> Hanging:
    """What hangs on a SKU now; NoSuchSKU."""
    row = db.session.execute(select(SKU.name, SKU.default_image).where(SKU.id == sku_id)).first()
    if row is None:
        raise NoSuchSKU(sku_id=sku_id)
    return Hanging(sku_id, row.name, _stems(sku_id), row.default_image)


@unit_of_work
def arrange(sku_id: int, seen: Sequence[str], stems: Sequence[str]) -> None:
    """Hang these, in this order, unless somebody changed what was `seen` (StaleEdit). The first is the one on cards;
    a new one is a picture of the shop that waits."""
    locked = lock_skus([sku_id])
    if not locked:
        raise NoSuchSKU(sku_id=sku_id)
    before, sku = _stems(sku_id), locked[0]
    if before != list(seen):
        raise StaleEdit(sku_id=sku_id)
    wanted = list(dict.fromkeys(stems))
    pictures.use_in_shop(set(wanted) - set(before))
    _hang(sku, wanted)
    tell_changed([sku_id])


@unit_of_work
def hang_on_family(spu_id: int, option_id: int | None, stems: Sequence[str]) -> list[int]:
    """The same new pictures on every SKU of an SPU, or on those with an option, behind what hangs there.

    What is more than MOST of one SKU is left out. The SKUs that got any.
    """
    query = select(SKU.id).where(SKU.spu_id == spu_id, SKU.removed_at.is_(None))
    if option_id is not None:
        query = query.where(SKU.id.in_(select(SKUSpec.sku_id).where(SKUSpec.option_id == option_id)))
    pictures.use_in_shop(stems)
    touched = []
    for sku in lock_skus(list(db.session.scalars(query))):
        before = _stems(sku.id)
        wanted = list(dict.fromkeys([*before, *stems]))[:MOST]
        if wanted != before:
            _hang(sku, wanted)
            touched.append(sku.id)
    tell_changed(touched)
    return touched


@unit_of_work
def set_logo(brand_id: int, stem: str) -> None:
    """A brand's mark, or none; NoSuchBrand."""
    brand = db.session.get(Brand, brand_id)
    if brand is None:
        raise NoSuchBrand(brand_id=brand_id)
    if stem:
        pictures.use_in_shop([stem])
    brand.logo = stem
    db.session.flush()


def find_skus(words: str, most: int) -> list[tuple[int, str, str]]:
    """(id, name, picture) of the newest SKUs with these words in their name, or of this number."""
    query = select(SKU.id, SKU.name, SKU.default_image).order_by(SKU.id.desc()).limit(most)
    for word in words.split():
        named = SKU.name.contains(word, autoescape=True)
        query = query.where(or_(named, SKU.id == int(word)) if word.isdecimal() and len(word) < 10 else named)
    return [(row.id, row.name, row.default_image) for row in db.session.execute(query)]


def find_brands(words: str, most: int) -> list[tuple[int, str, str]]:
    """(id, name, mark) of brands with these words in one of their names."""
    query = select(Brand.id, Brand.name, Brand.logo).order_by(Brand.first_letter, Brand.name).limit(most)
    for word in words.split():
        query = query.where(
            or_(Brand.name.contains(word, autoescape=True), Brand.name_en.contains(word, autoescape=True))
        )
    return [(row.id, row.name, row.logo) for row in db.session.execute(query)]


def _hang(sku: SKU, wanted: Sequence[str]) -> None:
    db.session.execute(delete(SKUImage).where(SKUImage.sku_id == sku.id))
    db.session.add_all(SKUImage(sku_id=sku.id, image=stem, sequence=place) for place, stem in enumerate(wanted, 1))
    sku.default_image = next(iter(wanted), "")
    sku.updated_at = clock.now()  # lists follow edits by their time
    db.session.flush()


def _stems(sku_id: int) -> list[str]:
    query = select(SKUImage.image).where(SKUImage.sku_id == sku_id).order_by(SKUImage.sequence)
    return list(db.session.scalars(query))
