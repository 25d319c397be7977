"""An SPU is made, changed, copied, put on the shelf and deleted; what is in use explains why it stays."""

from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.goods import copying, editing, family_desk, launching, pictures, queries, services, spec_editing
from app.goods.chains import Chain
from app.goods.editing import Facts
from app.goods.errors import BadChain, BadName, FamilyInUse, NoSuchBrand, SKUInUse, StaleDesk
from app.goods.launching import Terms
from app.goods.models import SKU, SPU, SKUImage, StockMovement
from app.goods.signals import sku_changed
from app.shared.db import db
from tests.factories.world import World
from tests.goods.family import all_of, phone, seen
from tests.goods.shelf import change_skus, other_leaf, values_of


def facts(make: World, name: str = "云杉 6", leaf: int = 0) -> Facts:
    top, middle, first = make.categories()
    brand = db.session.scalar(select(SPU.brand_id)) or 0
    return Facts(name, "轻薄", brand, Chain(0 if leaf else top, middle, leaf or first))


def test_a_new_spu_stands_in_its_chain(make: World, ctx: Flask) -> None:
    make.spu()
    spu_id = editing.create_spu(facts(make, "  云杉   6 "))
    desk = family_desk.get_desk(spu_id)
    assert (desk.name, desk.caption, desk.skus, desk.specs) == ("云杉 6", "轻薄", [], [])
    assert (desk.category1_id, desk.category2_id, desk.category3_id) == make.categories()


def test_adm_2_categories_must_be_a_chain(make: World, ctx: Flask) -> None:
    make.spu()
    good = facts(make)
    top, middle, leaf = make.categories()
    for chain in (Chain(0, 0, middle), Chain(middle, middle, leaf), Chain(top, top, leaf), Chain(0, 0, 999)):
        with pytest.raises(BadChain):
            editing.create_spu(Facts(good.name, "", good.brand_id, chain))
    with pytest.raises(NoSuchBrand):
        editing.create_spu(Facts("x", "", 999, good.chain))
    for name in ("", "  ", "长" * 101):
        with pytest.raises(BadName):
            editing.create_spu(Facts(name, "", good.brand_id, good.chain))
    assert db.session.scalar(select(func.count(SPU.id))) == 1


def test_skus_follow_their_spu_to_another_category(make: World, ctx: Flask) -> None:
    sku_id = make.sku()
    spu_id = family_desk.spu_of(sku_id)
    leaf = other_leaf(make)
    heard: list[int] = []

    def hear(_sender: object, sku_ids: tuple[int, ...]) -> None:
        heard.extend(sku_ids)

    with sku_changed.connected_to(hear):
        editing.edit_spu(spu_id, seen(spu_id), facts(make, "搬家", leaf))
    assert values_of(make, sku_id, "category_id") == (leaf,)
    assert heard == [sku_id]


def test_the_second_editor_of_an_spu_is_told(make: World, ctx: Flask) -> None:
    spu_id = make.spu()
    before = seen(spu_id)
    after = editing.edit_spu(spu_id, before, facts(make, "先"))
    with pytest.raises(StaleDesk):
        editing.edit_spu(spu_id, before, facts(make, "后"))
    assert after > before
    assert family_desk.get_desk(spu_id).name == "先"


def test_all_skus_go_on_the_shelf_but_those_removed_for_good(make: World, ctx: Flask) -> None:
    spu_id = make.spu()
    first, second, gone = (make.sku(spu_id=spu_id, is_launched=False) for _ in range(3))
    services.remove_sku(gone)
    assert editing.shelve_spu(spu_id, True) == [first, second]
    assert editing.shelve_spu(spu_id, True) == []
    assert editing.shelve_spu(spu_id, False, [second]) == [second]
    assert [values_of(make, each, "is_launched")[0] for each in (first, second, gone)] == [True, False, False]


def test_adm_5_an_spu_with_skus_stays_and_says_so(make: World, ctx: Flask) -> None:
    spu_id = make.spu()
    sku_id = make.sku(spu_id=spu_id)
    with pytest.raises(FamilyInUse) as told:
        editing.delete_spu(spu_id)
    assert told.value.facts == {"skus": 1}
    with pytest.raises(SKUInUse):
        editing.delete_sku(sku_id)
    assert db.session.scalar(select(func.count(SKU.id))) == 1


def test_a_sku_that_never_was_can_go_and_then_its_spu(make: World, ctx: Flask) -> None:
    spu_id = phone(make, {"颜色": ("黑",)})
    (sku_id,) = launching.create_skus(
        spu_id, all_of(family_desk.get_desk(spu_id)), Terms(Decimal("9.00")), actor="staff:1"
    )
    assert editing.delete_sku(sku_id) == spu_id
    editing.delete_spu(spu_id)
    assert db.session.scalar(select(func.count(StockMovement.id))) == 0
    assert db.session.scalar(select(func.count(SPU.id))) == 0


def test_a_copy_has_everything_but_stock(make: World, ctx: Flask) -> None:
    spu_id = phone(make)
    desk = family_desk.get_desk(spu_id)
    ids = launching.create_skus(spu_id, all_of(desk), Terms(Decimal("9.00"), stock=5), actor="staff:1")
    editing.shelve_spu(spu_id, True)
    editing.edit_texts(spu_id, seen(spu_id), detail="<p>好</p>", pack="", service="")
    make.run(lambda: db.session.add(SKUImage(sku_id=ids[0], image="phone-112233-1", sequence=1)))
    change_skus(make, default_image={ids[0]: "phone-112233-1"})

    new = family_desk.get_desk(copying.copy_spu(spu_id, "云杉 7", actor="staff:1"))

    assert [spec.name for spec in new.specs] == ["颜色", "内存"]
    assert [len(spec.options) for spec in new.specs] == [4, 3]
    assert (len(new.skus), new.on_shelf, sum(sku.stock for sku in new.skus)) == (12, 0, 0)
    assert new.skus[0].name == "云杉 7 黑 128GB"
    assert new.skus[0].image == "phone-112233-1"
    assert queries.get_family(new.id).desc_detail == "<p>好</p>"
    assert pictures.hanging(new.skus[0].id).stems == ["phone-112233-1"]
    assert family_desk.missing(new) == []
    assert queries.stock_drifts() == []
    assert spec_editing.held(new.id).keys().isdisjoint(spec_editing.held(spu_id))


def test_the_desk_costs_four_statements_whatever_there_is(make: World, ctx: Flask, count_queries) -> None:
    small, large = phone(make, {"颜色": ("黑",)}), phone(make)
    for spu_id in (small, large):
        launching.create_skus(spu_id, all_of(family_desk.get_desk(spu_id)), Terms(Decimal("9.00")), actor="staff:1")
    for spu_id in (small, large):
        with count_queries() as counted:
            family_desk.get_desk(spu_id)
        assert len(counted.sql) == 4
