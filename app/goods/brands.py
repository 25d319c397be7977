"""Brands: verbs and reads. A letter is suggested by how the name sounds; one in use is merged, not deleted."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pypinyin import Style, lazy_pinyin
from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from app.goods.checks import check_text
from app.goods.errors import BadName, BrandInUse, NameTaken, NoSuchBrand, StaleDesk
from app.goods.models import SKU, SPU, Brand
from app.goods.touching import touch_skus
from app.shared import clock
from app.shared.db import db
from app.shared.errors import BadValue
from app.shared.uow import unit_of_work

NAME_LONGEST = 64
LOOKED_UP = 12
COUNTED = 1000  # SPUs of a brand beyond this are "1,000+"


@dataclass(frozen=True)
class BrandFacts:
    """What is known of a brand; an empty letter follows from the name."""

    name: str
    name_en: str = ""
    first_letter: str = ""


@dataclass(frozen=True)
class BrandRow:
    """A brand as its page shows it; `updated_at` is what an edit refers to."""

    id: int
    name: str
    name_en: str
    first_letter: str
    logo: str
    updated_at: datetime


def letter_of(name: str) -> str:
    """The letter a name is found under: its own, or that of the first character's sound; # for a number."""
    sounds = lazy_pinyin(name.strip()[:4], style=Style.FIRST_LETTER)  # more than one: 重庆 is not 重量
    sound = "".join(sounds).upper()[:1]
    return sound if sound.isascii() and sound.isalpha() else "#"


@unit_of_work
def create_brand(facts: BrandFacts) -> int:
    """A new brand; NameTaken. Its id."""
    brand = Brand()
    _write(brand, facts)
    return brand.id


@unit_of_work
def edit_brand(brand_id: int, seen: datetime, facts: BrandFacts) -> None:
    """Change a brand unless somebody else did since it was `seen` (StaleDesk)."""
    brand = _lock(brand_id)
    if brand.updated_at != seen:
        raise StaleDesk()
    _write(brand, facts)
    touch_skus(_of(brand_id))


@unit_of_work
def merge_brand(brand_id: int, into_id: int) -> int:
    """All SPUs of the first become the second's, and the first is gone. How many SPUs."""
    if brand_id == into_id:
        raise BadValue()
    for each in sorted((brand_id, into_id)):
        _lock(each)
    touch_skus(_of(brand_id))  # before they are another's
    moved = update(SPU).where(SPU.brand_id == brand_id).values(brand_id=into_id, updated_at=clock.now())
    result: Any = db.session.execute(moved.execution_options(synchronize_session=False))
    db.session.execute(delete(Brand).where(Brand.id == brand_id))
    return int(result.rowcount)


@unit_of_work
def delete_brand(brand_id: int) -> None:
    """BrandInUse says how many SPUs it has."""
    _lock(brand_id)
    count = count_spus(brand_id)
    if count:
        raise BrandInUse(spus=count)
    try:
        db.session.execute(delete(Brand).where(Brand.id == brand_id))
    except IntegrityError:  # an SPU came at this moment
        raise BrandInUse(spus=1) from None


def count_spus(brand_id: int) -> int:
    """How many SPUs a brand has, up to COUNTED + 1."""
    some = select(SPU.id).where(SPU.brand_id == brand_id).limit(COUNTED + 1).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def get_brand(brand_id: int) -> BrandRow:
    """One brand; NoSuchBrand."""
    row = db.session.execute(select(*_ROW).where(Brand.id == brand_id)).first()
    if row is None:
        raise NoSuchBrand(brand_id=brand_id)
    return BrandRow(**row._mapping)


def look_up(words: str, most: int = LOOKED_UP) -> list[tuple[int, str]]:
    """(id, name) of brands whose names have these words; those that begin with them come first."""
    text = words.strip()[:NAME_LONGEST]
    query = select(Brand.id, Brand.name).order_by(
        Brand.name.startswith(text, autoescape=True).desc(), func.length(Brand.name), Brand.name, Brand.id
    )
    for word in text.split():
        named = Brand.name.contains(word, autoescape=True) | Brand.name_en.contains(word, autoescape=True)
        query = query.where(named)
    return [(row.id, row.name) for row in db.session.execute(query.limit(most))]


def find_named(name: str) -> int | None:
    """The brand that is called exactly this, in either of its names."""
    text = name.strip()
    query = select(Brand.id).where(or_(Brand.name == text, Brand.name_en == text)).order_by(Brand.name != text)
    return db.session.scalar(query.limit(1)) if text else None


_ROW = (Brand.id, Brand.name, Brand.name_en, Brand.first_letter, Brand.logo, Brand.updated_at)


def _of(brand_id: int) -> Any:
    return SKU.spu_id.in_(select(SPU.id).where(SPU.brand_id == brand_id))


def _lock(brand_id: int) -> Brand:
    query = select(Brand).where(Brand.id == brand_id).with_for_update()
    brand = db.session.scalar(query.execution_options(populate_existing=True))
    if brand is None:
        raise NoSuchBrand(brand_id=brand_id)
    return brand


def _write(brand: Brand, facts: BrandFacts) -> None:
    brand.name = check_text(facts.name, NAME_LONGEST, "name")
    brand.name_en = check_text(facts.name_en, NAME_LONGEST, "name_en", 0)
    letter = facts.first_letter.strip().upper() or letter_of(brand.name)
    if len(letter) != 1 or not (letter == "#" or (letter.isascii() and letter.isalpha())):
        raise BadName(field="first_letter", most=1)
    brand.first_letter = letter
    brand.updated_at = clock.now()
    db.session.add(brand)
    try:
        db.session.flush()
    except IntegrityError:
        raise NameTaken(name=facts.name) from None
