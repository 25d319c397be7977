"""Reads of the shop for the index: SKUs on the shelf as search sees them, and what changed since."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, literal, or_, select, union_all

from app.goods.models import SKU, SPU, Brand, Category, SKUSpec, Spec, SpecOption, StockMovement
from app.search import ranking
from app.search.analysis.fields import Facts
from app.search.indexing import IndexedSKU
from app.search.models import BlockedWord, HotWord, Synonyms
from app.shared import clock
from app.shared.db import db
from app.shared.errors import NotFound

CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Shelf:
    """What all SKUs share: category paths by level-3 id."""

    paths: dict[int, tuple[str, ...]]


def all_goods() -> Iterator[IndexedSKU]:
    """Every SKU on the shelf, by id, a chunk of statements at a time."""
    shelf, last = _shelf(), 0
    while True:
        query = _goods_query().where(SKU.id > last, SKU.is_launched).order_by(SKU.id).limit(CHUNK)
        rows = db.session.execute(query).all()
        if not rows:
            return
        yield from _goods(rows, shelf)
        last = rows[-1].id
        db.session.close()  # no snapshot is held for the length of a rebuild


def goods_of(sku_ids: Sequence[int]) -> Iterator[IndexedSKU]:
    """Those of the ids that are on the shelf."""
    shelf = _shelf()
    for start in range(0, len(sku_ids), CHUNK):
        query = _goods_query().where(SKU.id.in_(sku_ids[start : start + CHUNK]), SKU.is_launched)
        yield from _goods(db.session.execute(query).all(), shelf)
        db.session.close()


def count_on_shelf() -> int:
    """SKUs that search may find."""
    return db.session.scalar(select(func.count()).select_from(SKU).where(SKU.is_launched)) or 0


def last_movement() -> int:
    """The newest line of the stock ledger."""
    return db.session.scalar(select(func.max(StockMovement.id))) or 0


def changed_since(movement_id: int, edited_at: datetime) -> list[int]:
    """SKUs whose stock moved after this line, or that were edited since, themselves or what they belong to."""
    found = set(db.session.scalars(select(StockMovement.sku_id).where(StockMovement.id > movement_id).distinct()))
    found.update(db.session.scalars(select(SKU.id).where(SKU.updated_at > edited_at)))
    brands = select(Brand.id).where(Brand.updated_at > edited_at)
    families = select(SPU.id).where(or_(SPU.updated_at > edited_at, SPU.brand_id.in_(brands)))
    found.update(db.session.scalars(select(SKU.id).where(SKU.spu_id.in_(families))))
    moved = list(db.session.scalars(select(Category.id).where(Category.updated_at > edited_at)))
    if moved:
        in_them = or_(SPU.category1_id.in_(moved), SPU.category2_id.in_(moved), SPU.category3_id.in_(moved))
        found.update(db.session.scalars(select(SKU.id).join(SPU, SPU.id == SKU.spu_id).where(in_them)))
    db.session.close()
    return sorted(found)


def synonym_groups() -> list[list[str]]:
    """The groups in force."""
    rows = db.session.scalars(select(Synonyms.words).where(Synonyms.is_active).order_by(Synonyms.id))
    return [[word.strip() for word in words.replace("，", ",").split(",") if word.strip()] for words in rows]


@dataclass(frozen=True, slots=True)
class Group:
    """A group of synonyms as staff edit it."""

    id: int
    words: str
    is_active: bool
    version: int


def get_synonyms(group_id: int) -> Group:
    """One group; NotFound."""
    columns = (Synonyms.id, Synonyms.words, Synonyms.is_active, Synonyms.version)
    row = db.session.execute(select(*columns).where(Synonyms.id == group_id)).first()
    if row is None:
        raise NotFound()
    return Group(*row)


def brand_names() -> list[str]:
    """In every writing."""
    rows = db.session.execute(select(Brand.name, Brand.name_en))
    return [name for row in rows for name in row if name]


def chosen_words() -> tuple[list[str], set[str]]:
    """Hot words that staff pinned, in order, and questions they keep back; in one statement."""
    pinned = select(HotWord.word, HotWord.place, HotWord.id)
    blocked = select(BlockedWord.word, literal(-1), BlockedWord.id)
    rows = db.session.execute(union_all(pinned, blocked).order_by("place", "id")).all()
    return [row.word for row in rows if row.place >= 0], {row.word for row in rows if row.place < 0}


def blocked_words() -> frozenset[str]:
    """Questions that staff keep back."""
    return frozenset(db.session.scalars(select(BlockedWord.word)))


COLUMNS: tuple[Any, ...] = (
    *(SKU.id, SKU.name, SKU.caption, SKU.category_id, SKU.stock, SKU.sales, SKU.created_at),
    *(Brand.name.label("brand"), Brand.name_en),
)


def _goods_query() -> Select[Any]:
    return select(*COLUMNS).join(SPU, SPU.id == SKU.spu_id).join(Brand, Brand.id == SPU.brand_id)


def _goods(rows: Sequence[Any], shelf: Shelf) -> Iterator[IndexedSKU]:
    specs = _specs([row.id for row in rows])
    now = clock.now()
    for row in rows:
        facts = Facts(
            id=row.id,
            name=row.name,
            brands=[name for name in (row.brand, row.name_en) if name],
            categories=shelf.paths.get(row.category_id, ()),
            caption=row.caption,
            specs=specs.get(row.id, ()),
        )
        yield IndexedSKU(facts, ranking.weight_of(row.stock, row.sales, row.created_at, now))


def _specs(sku_ids: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    query = (
        select(SKUSpec.sku_id, Spec.name, SpecOption.value)
        .join(Spec, Spec.id == SKUSpec.spec_id)
        .join(SpecOption, SpecOption.id == SKUSpec.option_id)
        .where(SKUSpec.sku_id.in_(sku_ids))
        .order_by(SKUSpec.sku_id, Spec.sequence, Spec.id)
    )
    found: dict[int, list[tuple[str, str]]] = {}
    for sku_id, name, value in db.session.execute(query):
        found.setdefault(sku_id, []).append((name, value))
    return found


def _shelf() -> Shelf:
    rows = {row.id: row for row in db.session.execute(select(Category.id, Category.name, Category.parent_id))}
    paths: dict[int, tuple[str, ...]] = {}
    for id_ in rows:
        path: list[str] = []
        place: int | None = id_
        while place is not None and len(path) < 4:
            path.append(rows[place].name)
            place = rows[place].parent_id
        paths[id_] = tuple(reversed(path))
    return Shelf(paths)
