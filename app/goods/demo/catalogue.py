"""The CSV files as rows of the tables: explicit ids, written texts, picture stems and dates. No database here."""

import csv
import json
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from app.goods.demo import words
from app.goods.descriptions import clean
from app.goods.drawing.names import VIEWS, picture_stem

HERE = Path(__file__).parent
OPENING = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)  # ten in the morning in Shanghai
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Catalogue:
    """The demo shop's tables. `options` maps SPU → spec → values, `chosen` SKU → spec → value, in their order."""

    categories: Rows
    channel_groups: Rows
    channels: Rows
    brands: Rows
    spus: Rows
    skus: Rows
    options: dict[int, dict[str, list[str]]]
    chosen: dict[int, dict[str, str]]
    pictures: dict[int, list[str]]

    @cached_property
    def size(self) -> int:
        """How many rows of the six main tables there are: the length of a progress bar."""
        tables = (self.categories, self.channel_groups, self.channels, self.brands, self.spus, self.skus)
        return sum(len(rows) for rows in tables)


def read_catalogue(folder: Path = HERE) -> Catalogue:
    """Read the four files."""
    categories = _categories(_read(folder, "categories"))
    brands = _brands(_read(folder, "brands"))
    spu_lines, sku_lines = _read(folder, "spu"), _read(folder, "sku")
    names = {row["id"]: row["name"] for row in categories}
    makers = {row["id"]: row["name"] for row in brands}
    tops = {int(line["id"]): int(line["category1_id"]) for line in spu_lines}
    roots = [row for row in categories if row["level"] == 1]
    stems = {
        int(line["id"]): picture_stem(line["picture_kind"], line["colour_hex"], tops[int(line["spu_id"])])
        for line in sku_lines
    }
    return Catalogue(
        categories=categories,
        channel_groups=[{"id": n, "name": row["name"], "sequence": n} for n, row in enumerate(roots, 1)],
        channels=[{"id": n, "group_id": n, "category_id": row["id"], "sequence": 1} for n, row in enumerate(roots, 1)],
        brands=brands,
        spus=[_spu(line, makers[int(line["brand_id"])], names[int(line["category3_id"])]) for line in spu_lines],
        skus=_skus(sku_lines, {int(line["id"]): int(line["category3_id"]) for line in spu_lines}, stems),
        options={int(line["id"]): json.loads(line["spec_options"]) for line in spu_lines},
        chosen={int(line["id"]): json.loads(line["spec"]) for line in sku_lines},
        pictures={sku_id: [f"{stem}-{view}" for view in VIEWS] for sku_id, stem in stems.items()},
    )


def _read(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"demo_{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _categories(lines: list[dict[str, str]]) -> Rows:
    """Parents come before their children in the file, so a level is one more than the parent's."""
    levels: dict[int, int] = {}
    rows: Rows = []
    for line in lines:
        id_, parent_id = int(line["id"]), int(line["parent_id"]) if line["parent_id"] else None
        levels[id_] = levels[parent_id] + 1 if parent_id else 1
        rows.append({"id": id_, "name": line["name"], "parent_id": parent_id, "level": levels[id_], "sequence": id_})
    return rows


def _brands(lines: list[dict[str, str]]) -> Rows:
    fields = ("name", "name_en", "first_letter")
    return [{"id": int(line["id"]), **{field: line[field] for field in fields}} for line in lines]


def _spu(line: dict[str, str], brand: str, category: str) -> dict[str, Any]:
    facts = words.Facts(
        title=words.title(brand, line["name"]),
        caption=line["caption"],
        brand=brand,
        category=category,
        category1_id=int(line["category1_id"]),
        category2_id=int(line["category2_id"]),
        options=json.loads(line["spec_options"]),
    )
    return {
        "id": int(line["id"]),
        "name": line["name"],
        "caption": line["caption"],
        "brand_id": int(line["brand_id"]),
        **{f"category{level}_id": int(line[f"category{level}_id"]) for level in (1, 2, 3)},
        "desc_detail": clean(words.detail(facts)),
        "desc_pack": clean(words.pack(facts)),
        "desc_service": clean(words.service(facts)),
        "created_at": OPENING - timedelta(minutes=7 * int(line["id"])),
    }


def _skus(lines: list[dict[str, str]], categories: dict[int, int], stems: dict[int, str]) -> Rows:
    """The first SKU of every SPU is the newest, then every second one…: a list shows a mixed shelf, not one family."""
    seen: Counter[int] = Counter()
    rows: Rows = []
    for line in lines:
        id_, spu_id = int(line["id"]), int(line["spu_id"])
        age = timedelta(days=seen[spu_id], minutes=7 * spu_id)
        seen[spu_id] += 1
        rows.append(
            {
                "id": id_,
                "spu_id": spu_id,
                "category_id": categories[spu_id],
                "name": line["name"],
                "caption": line["caption"],
                **{field: Decimal(line[field]) for field in ("price", "cost_price", "market_price")},
                **{field: int(line[field]) for field in ("stock", "sales")},
                "comments": 0,  # nobody has written any yet
                "is_launched": True,
                "default_image": f"{stems[id_]}-{VIEWS[0]}",
                "version": 1,
                "created_at": OPENING - age,
            }
        )
    return rows
