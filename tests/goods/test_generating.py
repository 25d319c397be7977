"""Goods for tests of scale: as many as asked, the same for the same seed, and sound books."""

from flask import Flask
from sqlalchemy import func, select

from app.goods import generating, queries
from app.goods.models import SKU, SKUSpec, SpecOption
from app.shared.db import db


def shown() -> list[tuple[str, str, int]]:
    rows = db.session.execute(select(SKU.name, SKU.price, SKU.stock).order_by(SKU.id))
    return [(name, str(price), stock) for name, price, stock in rows]


def test_as_many_as_asked_and_the_ledger_agrees(ctx: Flask) -> None:
    steps: list[int] = []
    assert generating.generate(2150, 1, steps.append) == 2150
    assert (queries.count_skus(), sum(steps)) == (2150, 2150)
    assert queries.stock_drifts() == []


def test_each_sku_of_a_family_has_its_own_options(ctx: Flask) -> None:
    generating.generate(300, 1, lambda _done: None)
    held = select(SKU.spu_id, SKU.id, func.group_concat(SpecOption.value)).join(SKUSpec, SKUSpec.sku_id == SKU.id)
    held = held.join(SpecOption, SpecOption.id == SKUSpec.option_id).group_by(SKU.spu_id, SKU.id)
    seen = [(spu_id, ",".join(sorted(text.split(",")))) for spu_id, _sku_id, text in db.session.execute(held)]
    assert len(seen) == 300
    assert len(set(seen)) == 300


def test_the_same_seed_makes_the_same_goods(ctx: Flask) -> None:
    generating.generate(40, 7, lambda _done: None)
    generating.generate(40, 7, lambda _done: None)
    first, second = shown()[:40], shown()[40:]
    assert first == second
