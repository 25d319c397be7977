"""More rows for the tests of the catalogue: specs, a second branch, sales and dates."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from app.goods.models import SKU, Category, SKUSpec, Spec, SpecOption
from app.shared import clock
from app.shared.db import db
from tests.factories.world import World


def give_specs(
    make: World, spu_id: int, options: Mapping[str, Sequence[str]], chosen: Mapping[int, Mapping[str, str]]
) -> None:
    """The SPU's specs with their options, and which of them each SKU has."""

    def write() -> None:
        ids: dict[tuple[str, str], tuple[int, int]] = {}
        for place, (name, values) in enumerate(options.items(), 1):
            spec = Spec(spu_id=spu_id, name=name, sequence=place)
            db.session.add(spec)
            db.session.flush()
            for at, value in enumerate(values, 1):
                option = SpecOption(spec_id=spec.id, value=value, sequence=at)
                db.session.add(option)
                db.session.flush()
                ids[name, value] = (spec.id, option.id)
        for sku_id, holding in chosen.items():
            for pair in holding.items():
                spec_id, option_id = ids[pair]
                db.session.add(SKUSpec(sku_id=sku_id, spec_id=spec_id, option_id=option_id))

    make.run(write)


def change_skus(make: World, **by_field: Mapping[int, Any]) -> None:
    """`change_skus(make, sales={1: 5})`; `age` is in hours."""

    def write() -> None:
        for field, values in by_field.items():
            for sku_id, value in values.items():
                change = {"created_at": clock.now() - timedelta(hours=value)} if field == "age" else {field: value}
                db.session.execute(update(SKU).where(SKU.id == sku_id).values(**change))

    make.run(write)


def other_leaf(make: World, name: str = "老人机") -> int:
    """A second level-3 category beside the first."""
    middle = make.categories()[1]

    def write() -> int:
        row = Category(name=name, parent_id=middle, level=3)
        db.session.add(row)
        db.session.flush()
        return row.id

    return int(make.run(write))


def values_of(make: World, sku_id: int, *fields: str) -> tuple[Any, ...]:
    """Fresh values of a SKU."""
    with make.app.app_context():
        row = db.session.execute(select(*(getattr(SKU, field) for field in fields)).where(SKU.id == sku_id)).one()
        return tuple(row)
