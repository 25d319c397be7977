"""Reads of bulk edits."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from app.goods.bulk_models import BulkEdit, BulkEditRow
from app.goods.errors import NoSuchBulkEdit
from app.goods.models import SKU
from app.goods.prices import amounts_of
from app.goods.repricing import Line, Wish
from app.shared.db import db

PAGE = 100  # rows of the grid on one page
RECENT = 30


@dataclass(frozen=True)
class Tally:
    """What an edit would do, or has done."""

    rows: int
    changes: int
    faults: int
    warnings: int
    conflicts: int
    outcomes: Counter[str]

    @property
    def ready(self) -> int:
        """Rows that would be written."""
        return self.changes - self.conflicts


def get_bulk(bulk_id: int) -> BulkEdit:
    """NoSuchBulkEdit."""
    found = db.session.get(BulkEdit, bulk_id, populate_existing=True)
    if found is None:
        raise NoSuchBulkEdit()
    return found


def recent() -> Sequence[BulkEdit]:
    """The newest first."""
    return list(db.session.scalars(select(BulkEdit).order_by(BulkEdit.id.desc()).limit(RECENT)))


def lines_of(bulk_id: int, sku_ids: Sequence[int] | None = None) -> list[Line]:
    """Every row beside its SKU as it stands, by number; one statement."""
    asked = _lines().where(BulkEditRow.bulk_id == bulk_id).order_by(BulkEditRow.sku_id)
    if sku_ids is not None:
        asked = asked.where(BulkEditRow.sku_id.in_(sku_ids))
    return [_line(row) for row in db.session.execute(asked)]


def _lines() -> Select[*tuple[Any, ...]]:
    row = BulkEditRow
    return select(
        row.sku_id,
        row.seen_version,
        row.old_price,
        row.old_market_price,
        row.old_launched,
        row.price.label("new_price"),
        row.market_price.label("new_market_price"),
        row.is_launched.label("new_launched"),
        row.stock_delta,
        row.outcome,
        row.why,
        SKU.name,
        SKU.version,
        SKU.price,
        SKU.market_price,
        SKU.cost_price,
        SKU.stock,
        SKU.is_launched,
    ).join(SKU, SKU.id == row.sku_id)


def _line(row: Any) -> Line:
    return Line(
        sku_id=row.sku_id,
        name=row.name,
        seen_version=row.seen_version,
        version=row.version,
        old_price=row.old_price,
        old_market_price=row.old_market_price,
        old_launched=row.old_launched,
        price=row.new_price,
        market_price=row.new_market_price,
        is_launched=row.new_launched,
        stock_delta=row.stock_delta,
        now=amounts_of(row),
        stock=row.stock,
        now_launched=row.is_launched,
        outcome=row.outcome,
        why=row.why,
    )


def lines_of_wishes(wishes: Mapping[int, Wish]) -> list[Line]:
    """What an edit of these would be, without one: for a dry run. SKUs that are not there are missing."""
    found: list[Line] = []
    ids = sorted(wishes)
    names = ("id", "name", "version", "price", "market_price", "cost_price", "stock", "is_launched")
    for start in range(0, len(ids), 1000):
        asked = select(*(getattr(SKU, name) for name in names)).where(SKU.id.in_(ids[start : start + 1000]))
        found += [_wished(row, wishes[row.id]) for row in db.session.execute(asked.order_by(SKU.id))]
    return found


def _wished(row: Any, wish: Wish) -> Line:
    return Line(
        sku_id=row.id,
        name=row.name,
        seen_version=row.version,
        version=row.version,
        old_price=row.price,
        old_market_price=row.market_price,
        old_launched=row.is_launched,
        price=row.price if wish.price is None else wish.price,
        market_price=row.market_price if wish.market_price is None else wish.market_price,
        is_launched=row.is_launched if wish.is_launched is None else wish.is_launched,
        stock_delta=wish.stock_delta,
        now=amounts_of(row),
        stock=row.stock,
        now_launched=row.is_launched,
        outcome="open",
        why="",
    )


def tally(lines: Sequence[Line]) -> Tally:
    """Counted over all rows."""
    changes = [line for line in lines if line.is_change]
    return Tally(
        rows=len(lines),
        changes=len(changes),
        faults=sum(line.fault is not None for line in changes),
        warnings=sum(line.warning is not None for line in changes),
        conflicts=sum(line.is_conflict for line in changes),
        outcomes=Counter(line.outcome for line in lines),
    )
