"""Tables of what was counted on the shelf, read and held against the stock."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.goods.adjusting import Count, difference_of
from app.goods.errors import BadPlan
from app.goods.models import SKU
from app.goods.repricing import MOST_ROWS, Fault
from app.goods.scheduling import read_hour
from app.shared.db import db
from app.shared.errors import marked

COLUMNS = {
    "sku": "sku_id",
    "sku_id": "sku_id",
    "SKU编号": "sku_id",
    "counted": "counted",
    "盘点数": "counted",
    "seen": "seen",
    "账面数": "seen",
    "counted_at": "at",
    "盘点时间": "at",
}


@dataclass(frozen=True)
class Counts:
    """What a table says."""

    counts: Sequence[Count]
    lines: Mapping[int, int]  # SKU → its line
    faults: Sequence[Fault]


@dataclass(frozen=True)
class Compared:
    """A count beside the stock."""

    count: Count
    name: str
    stock: int
    difference: int


def read_counts(text: str) -> Counts:
    """`sku,counted[,seen]`, or with a header these and counted_at in any order."""
    rows = [(number, cells) for number, cells in enumerate(csv.reader(text.lstrip("\ufeff").splitlines()), 1)]
    first = [COLUMNS.get(cell.strip(), "") for cell in rows[0][1]] if rows else []
    names = first if "sku_id" in first else ["sku_id", "counted", "seen"]
    found: dict[int, Count] = {}
    lines: dict[int, int] = {}
    faults: list[Fault] = []
    for number, cells in rows[1:] if names is first else rows:
        given = {name: cell.strip() for name, cell in zip(names, cells, strict=False) if cell.strip()}
        if not given:
            continue
        count = _read(given)
        if count is None:
            faults.append(Fault(number, marked("应为不小于 0 的整数"), ",".join(cells)[:40]))
        elif count.sku_id in found:
            faults.append(Fault(number, marked("与前面的行重复"), str(count.sku_id)))
        else:
            found[count.sku_id], lines[count.sku_id] = count, number
    if len(found) > MOST_ROWS:
        faults.append(Fault(MOST_ROWS, marked("行数太多"), str(len(found))))
    return Counts(list(found.values()), lines, faults)


def _read(given: Mapping[str, str]) -> Count | None:
    try:
        at: datetime | None = read_hour(given.get("at", ""))
        seen = _whole(given["seen"]) if "seen" in given else None
        return Count(_whole(given["sku_id"]), _whole(given["counted"]), seen, at)
    except (KeyError, ValueError, BadPlan):
        return None


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 15:
        raise ValueError(text)
    return int(text)


def unknown(table: Counts) -> list[Fault]:
    """Lines of SKUs that the shop has not got."""
    known = {row.id for row in _standing(table)}
    gone = [count.sku_id for count in table.counts if count.sku_id not in known]
    return [Fault(table.lines[sku_id], marked("没有这个 SKU"), str(sku_id)) for sku_id in gone]


def compare(table: Counts) -> list[Compared]:
    """What each line would move, as the stock is now; the verb asks again under the lock."""
    standing = {row.id: row for row in _standing(table)}
    return [
        Compared(count, row.name, row.stock, difference_of(count, row.stock))
        for count in table.counts
        if (row := standing.get(count.sku_id)) is not None
    ]


def _standing(table: Counts) -> list[Any]:
    ids = [count.sku_id for count in table.counts]
    found: list[Any] = []
    for start in range(0, len(ids), 1000):
        found += db.session.execute(select(SKU.id, SKU.name, SKU.stock).where(SKU.id.in_(ids[start : start + 1000])))
    return found
