"""The row locks of the catalogue's verbs: the second waits for the first, and then sees what the first has done.

Each would go wrong without its lock although keys and foreign keys stand behind: what they do not see is made here.
"""

import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.goods import brands, catalogue, editing, family_desk, launching, spec_editing, stock
from app.goods.brands import BrandFacts
from app.goods.chains import Chain
from app.goods.editing import Facts
from app.goods.errors import NameTaken, NoSuchBrand
from app.goods.launching import Terms
from app.goods.models import SPU, Brand, Category
from app.shared.db import db
from app.shared.uow import unit_of_work
from tests.factories.world import World
from tests.goods.family import all_of, phone

pytestmark = pytest.mark.race
A_MOMENT_S = 1.0  # how long the first stays open, unless the second has looked already


class Overlap:
    """A first unit that stays open while a second verb runs."""

    def __init__(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        self.app, self.patch = app, monkeypatch

    def run(self, hold: Callable[[], object], second: Callable[[], object], looks: tuple[Any, str]) -> object:
        """What the second returned or raised. `looks` is where it reads what the first is about to change."""
        holding, looked = threading.Event(), threading.Event()
        where, name = looks
        real = getattr(where, name)

        def noted(*args: Any) -> Any:
            found = real(*args)
            if threading.current_thread() is not first:
                looked.set()
            return found

        @unit_of_work
        def open_for_a_moment() -> None:
            hold()
            db.session.flush()
            holding.set()
            looked.wait(A_MOMENT_S)

        def begin() -> None:
            with self.app.app_context():
                open_for_a_moment()

        first = threading.Thread(target=begin)
        self.patch.setattr(where, name, noted)
        first.start()
        assert holding.wait(20)
        try:
            with self.app.app_context():
                return second()
        except Exception as problem:
            return type(problem)
        finally:
            first.join(30)


@pytest.fixture
def overlap(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Overlap:
    """Two at once, in a known order."""
    return Overlap(app, monkeypatch)


def test_new_skus_wait_for_one_that_comes_without_a_claim(make: World, app: Flask, overlap: Overlap) -> None:
    with app.app_context():
        spu_id = phone(make)
        desk = family_desk.get_desk(spu_id)
        wanted = all_of(desk)

    def import_one() -> None:
        spu = editing.lock_spu(spu_id)
        row = {"spu_id": spu.id, "category_id": spu.category3_id, "name": "导入的", "stock": 0}
        amounts = dict.fromkeys(("price", "market_price", "cost_price"), Decimal("9.00"))
        (sku_id,) = stock.add_skus([{**row, **amounts}], actor="system")
        picks = {spec.id: spec.options[0].id for spec in desk.specs}
        spec_editing.hold(sku_id, picks)

    made = overlap.run(
        import_one,
        lambda: launching.create_skus(spu_id, wanted, Terms(Decimal("9.00")), actor="staff:1"),
        (launching, "held"),
    )
    assert isinstance(made, list)
    assert len(made) == 11
    with app.app_context():
        assert len(set(spec_editing.held(spu_id).values())) == len(spec_editing.held(spu_id)) == 12


def test_a_name_of_the_top_level_waits(make: World, app: Flask, overlap: Overlap) -> None:
    make.categories()

    def add() -> None:
        beside = catalogue._children(None)
        db.session.add(Category(name="图书", level=1, sequence=len(beside) + 1))

    said = overlap.run(add, lambda: catalogue.add_category(None, "图书"), (catalogue, "_children"))
    assert said is NameTaken
    with app.app_context():
        assert db.session.scalar(select(func.count(Category.id)).where(Category.name == "图书")) == 1


def test_a_new_spu_waits_for_a_category_that_moves(make: World, app: Flask, overlap: Overlap) -> None:
    make.spu()
    _top, middle, leaf = make.categories()
    with app.app_context():
        root = catalogue.add_category(None, "办公")
        brand = db.session.scalar(select(Brand.id)) or 0

    def move() -> None:
        row = catalogue._held(middle)
        row.parent_id = root

    made = overlap.run(
        move, lambda: editing.create_spu(Facts("新", "", brand, Chain(0, 0, leaf))), (editing, "lock_chain")
    )
    with app.app_context():
        assert db.session.scalar(select(SPU.category1_id).where(SPU.id == made)) == root


def test_a_new_spu_waits_for_a_brand_that_goes(make: World, app: Flask, overlap: Overlap) -> None:
    leaf = make.categories()[2]
    with app.app_context():
        brand = brands.create_brand(BrandFacts("走了"))

    def go() -> None:
        db.session.delete(brands._lock(brand))

    said = overlap.run(
        go, lambda: editing.create_spu(Facts("新", "", brand, Chain(0, 0, leaf))), (editing, "lock_chain")
    )
    assert said is NoSuchBrand
