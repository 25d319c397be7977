"""N realistic SKUs for tests of scale: the same seed gives the same goods; every SKU with its opening ledger line."""

import csv
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select

from app.goods import stock
from app.goods.categories import forget_categories
from app.goods.drawing.names import OWN_KINDS, VIEWS
from app.goods.models import SKU, SPU, Brand, Category, SKUImage, SKUSpec, Spec, SpecOption
from app.shared import clock
from app.shared.db import Base, db
from app.shared.uow import then, unit_of_work

KINDS = Path(__file__).with_suffix(".csv")
BATCH = 2000  # SKUs of one transaction
MOST_OF_SPU = 12
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Kind:
    """A line of the CSV: what the goods of one level-3 category are made of."""

    path: tuple[str, str, str]
    picture: str
    prices: tuple[int, int]
    brands: list[str]
    series: list[str]
    noun: str
    words: list[str]
    captions: list[str]
    specs: dict[str, list[str]]


@dataclass
class Batch:
    """Rows on their way into the tables."""

    spus: Rows = field(default_factory=list)
    specs: Rows = field(default_factory=list)
    options: Rows = field(default_factory=list)
    skus: Rows = field(default_factory=list)
    images: Rows = field(default_factory=list)
    chosen: Rows = field(default_factory=list)


def generate(count: int, seed: int, step: Callable[[int], None]) -> int:
    """Bring in `count` new SKUs in batches of their own transactions; `step` hears of each batch."""
    chance = random.Random(seed)
    done = 0
    while done < count:
        made = _insert_batch(min(BATCH, count - done), chance.getrandbits(32))
        done += made
        step(made)
    return done


@unit_of_work
def _insert_batch(count: int, seed: int) -> int:
    """One transaction; run again by the unit of work it makes the same rows."""
    chance = random.Random(seed)
    places, brands = _categories(), _brands()
    maker = Maker(chance, places, brands, {model: _next_id(model) for model in (SPU, Spec, SpecOption, SKU)})
    batch = maker.batch(count)
    _put(SPU, batch.spus)
    _put(Spec, batch.specs)
    _put(SpecOption, batch.options)
    stock.insert_skus(batch.skus, actor="system")
    _put(SKUImage, batch.images)
    _put(SKUSpec, batch.chosen)
    then(forget_categories)
    return len(batch.skus)


@cache
def kinds() -> list[Kind]:
    """The CSV, read once."""
    with KINDS.open(encoding="utf-8", newline="") as file:
        return [_kind(line) for line in csv.DictReader(file)]


def _kind(line: dict[str, str]) -> Kind:
    specs = [part.split("=") for part in line["specs"].split(";")]
    return Kind(
        path=(line["category1"], line["category2"], line["category3"]),
        picture=line["picture"],
        prices=(int(line["low"]), int(line["high"])),
        brands=_words(line["brands"]),
        series=_words(line["series"]),
        noun=line["noun"],
        words=_words(line["words"]),
        captions=line["captions"].split("|"),
        specs={name: _words(values) for name, values in specs},
    )


def _words(text: str) -> list[str]:
    """Parted by spaces; an underscore stands for a space inside."""
    return [part.replace("_", " ") for part in text.split()]


@dataclass
class Maker:
    """Makes rows with ids of their own from a source of chance."""

    chance: random.Random
    places: Mapping[tuple[str, str, str], tuple[int, int, int]]
    brands: Mapping[str, int]
    next_id: dict[type[Base], int]

    def batch(self, count: int) -> Batch:
        """Whole families until there are `count` SKUs; the last one is cut."""
        batch = Batch()
        while len(batch.skus) < count:
            self._family(batch, count - len(batch.skus))
        return batch

    def _id(self, model: type[Base]) -> int:
        self.next_id[model] += 1
        return self.next_id[model] - 1

    def _family(self, batch: Batch, room: int) -> None:
        kind = self.chance.choice(kinds())
        brand = self.chance.choice(kind.brands)
        spu = self._spu(kind, brand)
        batch.spus.append(spu)
        option_ids = self._specs(batch, spu["id"], kind)
        combinations = list(product(*kind.specs.values()))
        self.chance.shuffle(combinations)
        price = Decimal(self.chance.randint(*kind.prices))
        rise = max(Decimal(1), price // 20)
        for number, values in enumerate(combinations[: min(room, MOST_OF_SPU)]):
            own = dict(zip(kind.specs, values, strict=True))
            sku = self._sku(spu, f"{brand} {spu['name']} {' '.join(values)}", price + number * rise)
            sku["default_image"] = f"{kind.picture}-{OWN_KINDS[kind.picture][1:]}-{VIEWS[0]}"
            batch.skus.append(sku)
            batch.images.append({"sku_id": sku["id"], "image": sku["default_image"], "sequence": 1})
            batch.chosen += [
                {"sku_id": sku["id"], "spec_id": option_ids[name, value][0], "option_id": option_ids[name, value][1]}
                for name, value in own.items()
            ]

    def _spu(self, kind: Kind, brand: str) -> dict[str, Any]:
        model = f"{self.chance.choice(LETTERS)}{self.chance.randint(1, 999)}"
        name = f"{self.chance.choice(kind.series)} {model} {self.chance.choice(kind.words)}{kind.noun}"
        caption = self.chance.choice(kind.captions)
        places = dict(zip(("category1_id", "category2_id", "category3_id"), self.places[kind.path], strict=True))
        text = f"<p>{brand} {name}。{caption}。</p>"
        return {
            "id": self._id(SPU),
            "name": name,
            "caption": caption,
            "brand_id": self.brands[brand],
            **places,
            "desc_detail": text,
            "desc_pack": f"<p>{name}</p>",
            "desc_service": "<p>签收之日起七天内可申请无理由退货。</p>",
        }

    def _specs(self, batch: Batch, spu_id: int, kind: Kind) -> dict[tuple[str, str], tuple[int, int]]:
        ids: dict[tuple[str, str], tuple[int, int]] = {}
        for place, (name, values) in enumerate(kind.specs.items(), 1):
            spec_id = self._id(Spec)
            batch.specs.append({"id": spec_id, "spu_id": spu_id, "name": name, "sequence": place})
            for number, value in enumerate(values, 1):
                option_id = self._id(SpecOption)
                batch.options.append({"id": option_id, "spec_id": spec_id, "value": value, "sequence": number})
                ids[name, value] = spec_id, option_id
        return ids

    def _sku(self, spu: dict[str, Any], name: str, price: Decimal) -> dict[str, Any]:
        sold_out = self.chance.random() < 0.08
        return {
            "id": self._id(SKU),
            "spu_id": spu["id"],
            "category_id": spu["category3_id"],
            "name": name[:200],
            "caption": spu["caption"],
            "price": price.quantize(Decimal("0.01")),
            "cost_price": (price * Decimal("0.7")).quantize(Decimal("0.01")),
            "market_price": (price * Decimal("1.15")).quantize(Decimal("0.01")),
            "stock": 0 if sold_out else self.chance.randint(1, 2000),
            "sales": int(self.chance.paretovariate(1.2) * 10) % 100_000,
            "comments": 0,
            "is_launched": self.chance.random() >= 0.02,
            "version": 1,
            "created_at": clock.now() - timedelta(minutes=self.chance.randint(0, 700 * 24 * 60)),
        }


def _categories() -> dict[tuple[str, str, str], tuple[int, int, int]]:
    """The ids of every kind's path; a category that is not there yet is made."""
    known = {(row.parent_id, row.name): row.id for row in db.session.scalars(select(Category))}
    places: dict[tuple[str, str, str], tuple[int, int, int]] = {}
    for kind in kinds():
        ids: list[int] = []
        for level, name in enumerate(kind.path, 1):
            key = (ids[-1] if ids else None, name)
            if key not in known:
                row = Category(name=name, parent_id=key[0], level=level)
                db.session.add(row)
                db.session.flush()
                known[key] = row.id
            ids.append(known[key])
        places[kind.path] = ids[0], ids[1], ids[2]
    return places


def _brands() -> dict[str, int]:
    """The ids of every kind's brands; missing ones are made."""
    known: dict[str, int] = {name: id_ for id_, name in db.session.execute(select(Brand.id, Brand.name))}
    missing = sorted({brand for kind in kinds() for brand in kind.brands} - set(known))
    for name in missing:
        row = Brand(name=name, name_en=name if name.isascii() else "", first_letter=_letter(name))
        db.session.add(row)
        db.session.flush()
        known[name] = row.id
    return known


def _letter(name: str) -> str:
    return name[0].upper() if name[0].isascii() else "#"


def _next_id(model: type[Base]) -> int:
    key: Any = model.__table__.c["id"]
    return (db.session.scalar(select(func.max(key))) or 0) + 1


def _put(model: type[Base], rows: Rows) -> None:
    for start in range(0, len(rows), BATCH):
        db.session.execute(insert(model), rows[start : start + BATCH])
