"""The demo catalogue into the tables, in bulk. Joins the verb's transaction."""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import insert, select

from app.goods import stock
from app.goods.demo.catalogue import Catalogue, Rows
from app.goods.models import SKU, SPU, Brand, Category, Channel, ChannelGroup, SKUImage, SKUSpec, Spec, SpecOption
from app.shared.db import Base, db

Step = Callable[[int], None]


def insert_missing(catalogue: Catalogue, step: Step) -> int:
    """Insert the rows whose id is not taken, with what hangs on them; returns how many SKUs are new."""
    for model, rows in (
        (Category, catalogue.categories),
        (ChannelGroup, catalogue.channel_groups),
        (Channel, catalogue.channels),
        (Brand, catalogue.brands),
    ):
        _insert(model, _missing(model, rows))
        step(len(rows))
    spus = _missing(SPU, catalogue.spus)
    _insert(SPU, spus)
    _insert_specs(catalogue, [row["id"] for row in spus])
    step(len(catalogue.spus))
    skus = _missing(SKU, catalogue.skus)
    stock.insert_skus(skus, actor="system")
    _insert_details(catalogue, skus)
    step(len(catalogue.skus))
    return len(skus)


def _missing(model: type[Base], rows: Rows) -> Rows:
    key: Any = model.__table__.c["id"]
    taken = set(db.session.scalars(select(key).where(key.in_([row["id"] for row in rows]))))
    return [row for row in rows if row["id"] not in taken]


def _insert(model: type[Base], rows: Rows) -> None:
    if rows:
        db.session.execute(insert(model), rows)


def _insert_specs(catalogue: Catalogue, spu_ids: list[int]) -> None:
    """Specs, then their options: the database numbers them, so the numbers are read back between the two."""
    specs: Rows = [
        {"spu_id": spu_id, "name": name, "sequence": place}
        for spu_id in spu_ids
        for place, name in enumerate(catalogue.options[spu_id], 1)
    ]
    _insert(Spec, specs)
    ids = _spec_ids(spu_ids)
    options: Rows = [
        {"spec_id": ids[spu_id, name], "value": value, "sequence": place}
        for spu_id in spu_ids
        for name, values in catalogue.options[spu_id].items()
        for place, value in enumerate(values, 1)
    ]
    _insert(SpecOption, options)


def _insert_details(catalogue: Catalogue, skus: Rows) -> None:
    """The new SKUs' pictures and specs."""
    images: Rows = [
        {"sku_id": row["id"], "image": stem, "sequence": place}
        for row in skus
        for place, stem in enumerate(catalogue.pictures[row["id"]], 1)
    ]
    _insert(SKUImage, images)
    spec_ids = _spec_ids({row["spu_id"] for row in skus})
    option_ids = _option_ids(spec_ids.values())
    chosen: Rows = []
    for row in skus:
        for name, value in catalogue.chosen[row["id"]].items():
            spec_id = spec_ids[row["spu_id"], name]
            chosen.append({"sku_id": row["id"], "spec_id": spec_id, "option_id": option_ids[spec_id, value]})
    _insert(SKUSpec, chosen)


def _spec_ids(spu_ids: Iterable[int]) -> dict[tuple[int, str], int]:
    query = select(Spec.spu_id, Spec.name, Spec.id).where(Spec.spu_id.in_(list(spu_ids)))
    return {(spu_id, name): id_ for spu_id, name, id_ in db.session.execute(query)}


def _option_ids(spec_ids: Iterable[int]) -> dict[tuple[int, str], int]:
    query = select(SpecOption.spec_id, SpecOption.value, SpecOption.id).where(SpecOption.spec_id.in_(list(spec_ids)))
    return {(spec_id, value): id_ for spec_id, value, id_ in db.session.execute(query)}
