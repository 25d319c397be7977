"""A copy of an SPU to begin another with: texts, specs, pictures; its SKUs off the shelf and without stock."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select

from app.goods import stock
from app.goods.checks import check_text
from app.goods.editing import NAME_LONGEST, lock_spu
from app.goods.models import SKU, SPU, SKUImage, SKUSpec, Spec, SpecOption
from app.goods.spec_editing import combination
from app.shared.db import db
from app.shared.uow import unit_of_work

_HEAD = ("caption", "brand_id", "category1_id", "category2_id", "category3_id")
_TEXTS = ("desc_detail", "desc_pack", "desc_service")
_SKU = ("category_id", "caption", "price", "cost_price", "market_price", "default_image")


@unit_of_work
def copy_spu(spu_id: int, name: str, *, actor: str) -> int:
    """The new SPU's id. A SKU whose name begins with the old SPU's name gets the new one in its place."""
    old = lock_spu(spu_id)
    values = {field: getattr(old, field) for field in (*_HEAD, *_TEXTS)}
    new = SPU(name=check_text(name, NAME_LONGEST, "name"), **values)
    db.session.add(new)
    db.session.flush()
    specs, options = _copy_specs(spu_id, new.id)
    _copy_skus(old, new, specs, options, actor)
    return new.id


def _copy_specs(old_id: int, new_id: int) -> tuple[dict[int, int], dict[int, int]]:
    """Old spec -> new spec, old option -> new option."""
    specs: dict[int, int] = {}
    for spec in db.session.scalars(select(Spec).where(Spec.spu_id == old_id).order_by(Spec.sequence, Spec.id)):
        specs[spec.id] = _added(Spec(spu_id=new_id, name=spec.name, sequence=spec.sequence))
    query = select(SpecOption).where(SpecOption.spec_id.in_(list(specs))).order_by(SpecOption.sequence, SpecOption.id)
    options: dict[int, int] = {}
    for option in db.session.scalars(query):
        new = SpecOption(spec_id=specs[option.spec_id], value=option.value, sequence=option.sequence)
        options[option.id] = _added(new)
    return specs, options


def _copy_skus(old: SPU, new: SPU, specs: Mapping[int, int], options: Mapping[int, int], actor: str) -> None:
    """What was removed for good is not copied."""
    query = select(SKU).where(SKU.spu_id == old.id, SKU.removed_at.is_(None)).order_by(SKU.id)
    skus = list(db.session.scalars(query))
    ids = [sku.id for sku in skus]
    held: dict[int, dict[int, int]] = {sku_id: {} for sku_id in ids}
    chosen = select(SKUSpec.sku_id, SKUSpec.spec_id, SKUSpec.option_id).where(SKUSpec.sku_id.in_(ids))
    for sku_id, spec_id, option_id in db.session.execute(chosen):
        held[sku_id][specs[spec_id]] = options[option_id]
    rows = [_row(sku, old, new, held[sku.id]) for sku in skus]
    twins = dict(zip(ids, stock.add_skus(_once(rows), actor=actor), strict=True))
    picks = [
        {"sku_id": twins[sku_id], "spec_id": spec_id, "option_id": option_id}
        for sku_id, choice in held.items()
        for spec_id, option_id in choice.items()
    ]
    images = select(SKUImage.sku_id, SKUImage.image, SKUImage.sequence).where(SKUImage.sku_id.in_(ids))
    hung = [
        {"sku_id": twins[row.sku_id], "image": row.image, "sequence": row.sequence}
        for row in db.session.execute(images)
    ]
    if picks:
        db.session.execute(insert(SKUSpec), picks)
    if hung:
        db.session.execute(insert(SKUImage), hung)


def _row(sku: SKU, old: SPU, new: SPU, chosen: Mapping[int, int]) -> dict[str, Any]:
    name = new.name + sku.name.removeprefix(old.name) if sku.name.startswith(old.name) else sku.name
    values = {field: getattr(sku, field) for field in _SKU}
    state = {"stock": 0, "is_launched": False, "combination": combination(chosen.values())}
    return {"spu_id": new.id, "name": name[:200], **values, **state}


def _once(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Two of the old SKUs may be the same combination (imports claim nothing): the second claims none either."""
    taken: set[str] = set()
    for row in rows:
        if row["combination"] in taken:
            row["combination"] = None
        taken.add(str(row["combination"]))
    return rows


def _added(row: Spec | SpecOption) -> int:
    db.session.add(row)
    db.session.flush()
    return row.id
