"""What the columns of the lists are made of, straight from SQL; and what has changed since they were read."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Select, func, literal, literal_column, select, union_all

from app.goods.errors import NoSuchBrand
from app.goods.models import SKU, SPU, Brand, SKUSpec, Spec, SpecOption, StockMovement
from app.shared.db import MYSQL, db

TOO_MANY = 4000  # changes; beyond them everything is read anew
LATE_IDS = 300  # ledger lines that were numbered before our mark and may have been committed after it
LATE = timedelta(seconds=30)  # the same for times of edits
AT_ONCE = 500
MOST_BY_NAME = 5000
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
Change = tuple[str, int, int, datetime]  # kind, whose, number of the ledger line, its time or that of the edit


@dataclass(frozen=True)
class Mark:
    """How far the database was read: the newest line of the ledger, with its time as proof, and the last edit."""

    line: int = 0
    line_at: datetime | None = None
    edited_at: datetime = NEVER
    floor: datetime = NEVER  # after a crowd of edits at one moment it is not looked for before them

    @property
    def since(self) -> datetime:
        """Edits after this moment are asked for."""
        return max(self.floor, self.edited_at - LATE if self.edited_at > NEVER else NEVER)


@dataclass(frozen=True)
class News:
    """What changed near or after a mark; `is_other` says that this is not the ledger that was read."""

    changes: frozenset[Change]
    is_other: bool

    @property
    def is_crowd(self) -> bool:
        return self.is_other or len(self.changes) >= TOO_MANY


def sku_rows(ids: Collection[int] | None = None) -> Iterator[tuple[Any, ...]]:
    """Every SKU, or these, by id: (id, SPU, category, brand, fen, opened, sales, points, reviews, stocked, shelved)."""
    price: Any = literal_column("skus.price * 100" if db.engine.dialect.name in MYSQL else "skus.price")
    query = select(
        SKU.id,
        SKU.spu_id,
        SKU.category_id,
        SPU.brand_id,
        price,
        SKU.created_at,
        SKU.sales,
        SKU.score_total,
        SKU.comments,
        SKU.stock > 0,
        SKU.is_launched,
    ).join(SPU, SPU.id == SKU.spu_id)
    return _read(query, SKU.id, ids)


def spec_rows(ids: Collection[int] | None = None) -> Iterator[tuple[Any, ...]]:
    """(SKU, option) of every SKU, or of these, by SKU."""
    return _read(select(SKUSpec.sku_id, SKUSpec.option_id), SKUSpec.sku_id, ids)


def option_words(ids: Collection[int] | None = None) -> dict[int, tuple[str, str]]:
    """Option → (name of its spec, its value)."""
    query = select(SpecOption.id, Spec.name, SpecOption.value).join(Spec, Spec.id == SpecOption.spec_id)
    return {row[0]: (row[1], row[2]) for row in _read(query, SpecOption.id, ids)}


def brand_names() -> dict[int, str]:
    """Every brand."""
    return {row.id: row.name for row in db.session.execute(select(Brand.id, Brand.name))}


def brand_name(brand_id: int) -> str:
    """NoSuchBrand."""
    name = db.session.scalar(select(Brand.name).where(Brand.id == brand_id))
    if name is None:
        raise NoSuchBrand(brand_id=brand_id)
    return name


def read_mark() -> Mark:
    """Where the database stands."""
    newest = select(StockMovement.id, StockMovement.created_at).order_by(StockMovement.id.desc()).limit(1)
    line = db.session.execute(newest).first()
    edited = db.session.scalar(select(func.max(SKU.updated_at)))
    return Mark(line.id if line else 0, line.created_at if line else None, edited or NEVER)


def read_news(mark: Mark) -> News:
    """ONE statement by indexes: lines of the ledger, edited SKUs, families and brands, and the mark's own line.

    It looks a little behind the mark, for what was begun before it and committed after it.
    """
    lines = _part("line", StockMovement.sku_id, StockMovement.id, StockMovement.created_at)
    own = _part("mark", StockMovement.sku_id, StockMovement.id, StockMovement.created_at)
    parts = [
        lines.where(StockMovement.id > mark.line - LATE_IDS).limit(TOO_MANY + LATE_IDS),
        own.where(StockMovement.id == mark.line),
        *(
            _part(kind, model.id, literal(0), model.updated_at).where(model.updated_at > mark.since).limit(TOO_MANY)
            for kind, model in (("sku", SKU), ("spu", SPU), ("brand", Brand))
        ),
    ]
    tables = [part.subquery() for part in parts]
    query = union_all(*(select(*each.c) for each in tables))
    rows: list[Change] = [(row[0], row[1], row[2], row[3]) for row in db.session.execute(query)]
    proof = [row[3] for row in rows if row[0] == "mark"]
    return News(frozenset(row for row in rows if row[0] != "mark"), bool(mark.line) and proof != [mark.line_at])


def sku_ids_of(spu_ids: Collection[int]) -> set[int]:
    """The SKUs of these families."""
    return {row[0] for row in _read(select(SKU.id), SKU.spu_id, spu_ids)}


def _part(kind: str, whose: Any, line: Any, at: Any) -> Select[Any]:
    return select(literal(kind).label("kind"), whose.label("whose"), line.label("line"), at.label("at"))


def _read(query: Any, column: Any, ids: Collection[int] | None) -> Iterator[Any]:
    """In the column's order: in one go, or for the given ids some hundreds at a time."""
    if ids is None:
        yield from db.session.execute(query.order_by(column))
        return
    wanted = iter(sorted(ids))
    while some := list(islice(wanted, AT_ONCE)):
        yield from db.session.execute(query.where(column.in_(some)).order_by(column))


def pictures_of(sku_ids: Collection[int]) -> dict[int, str]:
    """Picture stems of those among these SKUs that are on the shelf."""
    query = select(SKU.id, SKU.default_image).where(SKU.id.in_(sorted(sku_ids)), SKU.is_launched)
    return {row.id: row.default_image for row in db.session.execute(query)} if sku_ids else {}


def ids_with(words: Sequence[str]) -> list[int]:
    """SKUs on the shelf with every word in their name, newest first, when no index can be asked."""
    query = select(SKU.id).where(SKU.is_launched, *(SKU.name.contains(word, autoescape=True) for word in words))
    return list(db.session.scalars(query.order_by(SKU.created_at.desc(), SKU.id.desc()).limit(MOST_BY_NAME)))
