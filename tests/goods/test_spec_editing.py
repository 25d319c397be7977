"""Specs, options and the SKUs of their combinations: replaced as a set, never twice, nothing in use goes."""

import dataclasses
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.goods import checks, family_desk, launching, queries, spec_editing, spec_templates
from app.goods.categories import CategoryTree, read_rows
from app.goods.errors import (
    BadPrice,
    BadSpecs,
    BadStock,
    CombinationTaken,
    NameTaken,
    OptionInUse,
    StaleDesk,
    StaleEdit,
    TooManySpecs,
)
from app.goods.launching import NewSKU, Terms
from app.goods.models import SKU, SKUSpec, StockMovement
from app.goods.spec_editing import OptionEdit, SpecEdit
from app.goods.spec_templates import Line
from app.shared.db import db
from tests.factories.world import World
from tests.goods.family import PHONE, all_of, edits_of, option, phone, seen
from tests.goods.shelf import values_of

NINE = Terms(Decimal("9.00"))


def test_options_are_typed_as_a_list() -> None:
    assert checks.split_options(" 黑色，白 色、金色 ;黑色,\n8GB+256GB ") == ["黑色", "白 色", "金色", "8GB+256GB"]
    assert checks.split_options("  ") == []


def test_specs_are_added_renamed_and_put_in_order(make: World, ctx: Flask) -> None:
    spu_id = phone(make)
    colour, memory = edits_of(family_desk.get_desk(spu_id))
    black, white, gold, blue = colour.options
    swapped = [dataclasses.replace(black, value="白"), dataclasses.replace(white, value="黑"), gold]
    colour = dataclasses.replace(
        colour, place=2, options=(*swapped, dataclasses.replace(blue, removed=True)), more=("红", "金")
    )
    memory = dataclasses.replace(memory, name="容量", place=1)

    spec_editing.save_specs(spu_id, seen(spu_id), [colour, memory, SpecEdit(0, "版本", 9, more=("标准",))])

    found = {spec.name: [each.value for each in spec.options] for spec in family_desk.get_desk(spu_id).specs}
    assert list(found) == ["容量", "颜色", "版本"]
    assert found["颜色"] == ["白", "黑", "金", "红"]


def test_two_editors_of_specs(make: World, ctx: Flask) -> None:
    spu_id = phone(make)
    before = seen(spu_id)
    spec_editing.save_specs(spu_id, before, [SpecEdit(0, "版本")])
    with pytest.raises(StaleDesk):
        spec_editing.save_specs(spu_id, before, [SpecEdit(0, "套餐")])
    edits = edits_of(family_desk.get_desk(spu_id))
    with pytest.raises(NameTaken):
        spec_editing.save_specs(spu_id, seen(spu_id), [dataclasses.replace(edits[0], name="内存")])
    assert [spec.name for spec in family_desk.get_desk(spu_id).specs] == ["颜色", "内存", "版本"]


def test_specs_of_another_spu_are_not_touched(make: World, ctx: Flask) -> None:
    mine, other = phone(make), phone(make)
    foreign = edits_of(family_desk.get_desk(other))
    own = edits_of(family_desk.get_desk(mine))
    for edits in ([foreign[0]], [dataclasses.replace(own[0], options=foreign[0].options)]):
        with pytest.raises(BadSpecs):
            spec_editing.save_specs(mine, seen(mine), edits)
    stolen = dataclasses.replace(own[0], options=(OptionEdit(foreign[0].options[0].id, "", removed=True),))
    spec_editing.save_specs(mine, seen(mine), [stolen])
    assert len(family_desk.get_desk(other).specs[0].options) == 4


def test_too_many_specs_are_refused(make: World, ctx: Flask) -> None:
    spu_id = phone(make)
    for more in ([SpecEdit(0, f"规格 {n}") for n in range(9)], [SpecEdit(0, "版", more=[str(n) for n in range(99)])]):
        with pytest.raises(TooManySpecs):
            spec_editing.save_specs(spu_id, seen(spu_id), more)
    assert len(family_desk.get_desk(spu_id).specs) == 2


def test_four_colours_by_three_memories(make: World, ctx: Flask) -> None:
    spu_id = phone(make)
    desk = family_desk.get_desk(spu_id)
    wanted = all_of(desk)
    dear = [NewSKU(wanted[0].option_ids, Terms(Decimal("12.00"), stock=3)), *wanted[1:]]

    ids = launching.create_skus(
        spu_id, dear, Terms(Decimal("9.00"), Decimal("20.00"), Decimal("5.00"), 7), actor="staff:4"
    )

    desk = family_desk.get_desk(spu_id)
    assert len(ids) == len(desk.skus) == 12
    assert [sku.name for sku in desk.skus][:4] == [
        "云杉 5 黑 128GB",
        "云杉 5 黑 256GB",
        "云杉 5 黑 512GB",
        "云杉 5 白 128GB",
    ]
    first, second = desk.skus[:2]
    assert (first.price, first.stock, second.price, second.stock) == (Decimal("12.00"), 3, Decimal("9.00"), 7)
    assert (second.market_price, second.cost_price, desk.on_shelf) == (Decimal("20.00"), Decimal("5.00"), 0)
    assert queries.stock_drifts() == []
    assert db.session.scalar(select(func.count(StockMovement.id)).where(StockMovement.actor == "staff:4")) == 12
    assert launching.create_skus(spu_id, wanted, NINE, actor="staff:4") == []
    assert family_desk.missing(desk) == []


def test_only_what_is_ticked_is_made(make: World, ctx: Flask) -> None:
    spu_id = phone(make)
    desk = family_desk.get_desk(spu_id)
    white = option(desk, "白")
    some = family_desk.missing(desk, [white])
    assert [each.values for each in some] == [["白", "128GB"], ["白", "256GB"], ["白", "512GB"]]
    launching.create_skus(spu_id, [NewSKU(each.option_ids) for each in some], NINE, actor="staff:4")
    assert len(family_desk.missing(family_desk.get_desk(spu_id))) == 9


@pytest.mark.parametrize(
    ("terms", "error"),
    [
        (Terms(), BadPrice),
        (Terms(Decimal("0.00")), BadPrice),
        (Terms(Decimal("9.00"), Decimal("8.99")), BadPrice),
        (Terms(Decimal("9.00"), cost_price=Decimal("-1.00")), BadPrice),
        (Terms(Decimal("9.00"), stock=-1), BadStock),
        (Terms(Decimal("100000000.00")), BadPrice),
    ],
)
def test_adm_6_terms_that_cannot_be(make: World, ctx: Flask, terms: Terms, error: type[Exception]) -> None:
    spu_id = phone(make)
    with pytest.raises(error):
        launching.create_skus(spu_id, all_of(family_desk.get_desk(spu_id)), terms, actor="staff:4")
    assert db.session.scalar(select(func.count(SKU.id))) == 0


def test_half_a_combination_is_none(make: World, ctx: Flask) -> None:
    spu_id, other = phone(make), phone(make)
    desk, foreign = family_desk.get_desk(spu_id), family_desk.get_desk(other)
    black, small = option(desk, "黑"), option(desk, "128GB")
    for ids in ({black}, {black, option(desk, "白")}, {black, option(foreign, "128GB")}, {black, small, 999}):
        with pytest.raises(BadSpecs):
            launching.create_skus(spu_id, [NewSKU(frozenset(ids))], NINE, actor="staff:4")


def test_adm_2_the_specs_of_a_sku_are_replaced_as_a_set(make: World, ctx: Flask) -> None:
    spu_id = phone(make)
    desk = family_desk.get_desk(spu_id)
    black, white, small, large = (option(desk, each) for each in ("黑", "白", "128GB", "256GB"))
    first, second = launching.create_skus(
        spu_id, [NewSKU(frozenset({black, small})), NewSKU(frozenset({white, small}))], NINE, actor="staff:4"
    )

    assert spec_editing.set_sku_specs(first, 1, [black, large]) == 2

    assert spec_editing.held(spu_id) == {first: {black, large}, second: {white, small}}
    assert db.session.scalar(select(func.count(SKUSpec.id))) == 4
    with pytest.raises(CombinationTaken):
        spec_editing.set_sku_specs(second, 1, [black, large])
    with pytest.raises(BadSpecs):
        spec_editing.set_sku_specs(second, 1, [black, white])
    with pytest.raises(BadSpecs):
        spec_editing.set_sku_specs(second, 1, [option(family_desk.get_desk(phone(make)), "黑"), small])
    with pytest.raises(StaleEdit):
        spec_editing.set_sku_specs(first, 1, [black, small])
    assert spec_editing.held(spu_id) == {first: {black, large}, second: {white, small}}


def test_adm_5_an_option_in_use_names_its_skus(make: World, ctx: Flask) -> None:
    spu_id = phone(make)
    desk = family_desk.get_desk(spu_id)
    launching.create_skus(spu_id, all_of(desk)[:1], NINE, actor="staff:4")
    colour, memory = edits_of(desk)
    gone = dataclasses.replace(colour.options[0], removed=True)
    for edits in ([dataclasses.replace(colour, options=(gone,))], [dataclasses.replace(memory, removed=True)]):
        with pytest.raises(OptionInUse) as told:
            spec_editing.save_specs(spu_id, seen(spu_id), edits)
        assert told.value.facts["skus"] == "云杉 5 黑 128GB"
    free = dataclasses.replace(colour.options[3], removed=True)
    spec_editing.save_specs(spu_id, seen(spu_id), [dataclasses.replace(colour, options=(free,)), memory])
    assert [len(spec.options) for spec in family_desk.get_desk(spu_id).specs] == [3, 3]


def in_turn(app: Flask, verb: Callable[[int], object], number: int = 8) -> list[object]:
    """The verb from as many threads at the same moment: what it returned or raised."""
    together = threading.Barrier(number)

    def run(at: int) -> object:
        with app.app_context():
            together.wait(30)
            try:
                return verb(at)
            except Exception as problem:
                return type(problem)

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))


@pytest.mark.race
def test_eight_at_once_make_twelve_skus_and_not_one_twice(make: World, app: Flask) -> None:
    with app.app_context():
        spu_id = phone(make)
        wanted = all_of(family_desk.get_desk(spu_id))

    made = in_turn(app, lambda _at: len(launching.create_skus(spu_id, wanted, NINE, actor="staff:4")))

    assert sorted(made, key=str) == [0] * 7 + [12]
    with app.app_context():
        assert len(set(spec_editing.held(spu_id).values())) == len(spec_editing.held(spu_id)) == 12


@pytest.mark.race
def test_two_skus_never_become_the_same(make: World, app: Flask) -> None:
    with app.app_context():
        spu_id = phone(make)
        desk = family_desk.get_desk(spu_id)
        ids = launching.create_skus(spu_id, all_of(desk)[:8], NINE, actor="staff:4")
        target = [option(desk, "蓝"), option(desk, "512GB")]

    done = in_turn(app, lambda at: spec_editing.set_sku_specs(ids[at], 1, target))

    assert sorted(done, key=str) == [2] + [CombinationTaken] * 7
    with app.app_context():
        assert len(set(spec_editing.held(spu_id).values())) == 8


@pytest.mark.race
def test_the_key_holds_where_nobody_holds_the_row(make: World, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the lock and the look, the unique key alone refuses the second."""
    with app.app_context():
        spu_id = phone(make)
        wanted = all_of(family_desk.get_desk(spu_id))
        launching.create_skus(spu_id, wanted, NINE, actor="staff:4")
        monkeypatch.setattr(launching, "held", lambda _spu_id: {})
        with pytest.raises(CombinationTaken):
            launching.create_skus(spu_id, wanted, NINE, actor="staff:4")
        assert db.session.scalar(select(func.count(SKU.id))) == 12


def test_an_option_cannot_go_from_under_a_new_sku(make: World, app: Flask) -> None:
    """One makes the SKU, the other takes the option away: whoever is second is told."""
    with app.app_context():
        spu_id = phone(make, {"颜色": ("黑",)})
        desk = family_desk.get_desk(spu_id)
        edit = edits_of(desk)[0]
        gone = dataclasses.replace(edit, options=(dataclasses.replace(edit.options[0], removed=True),))

    def one(at: int) -> object:
        if at % 2:
            return spec_editing.save_specs(spu_id, desk.updated_at, [gone])
        return launching.create_skus(spu_id, all_of(desk), NINE, actor="staff:4")

    done = in_turn(app, one, 2)

    with app.app_context():
        there = family_desk.get_desk(spu_id)
        assert len(there.skus) == len(there.specs[0].options)
    assert done[0] is BadSpecs or done[1] in (OptionInUse, StaleDesk)


def test_a_template_brings_specs_and_keeps_what_is_there(make: World, ctx: Flask) -> None:
    _, _, leaf = make.categories()
    spu_id = phone(make, {"颜色": ("黑",)})
    lines = [Line(name, "、".join(values)) for name, values in PHONE.items()]
    template_id = spec_templates.save_template(0, None, "手机", leaf, lines)
    spec_templates.save_template(0, None, "通用", None, [Line("版本", "标准")])

    (mine, everywhere) = spec_templates.templates_for(leaf, CategoryTree(read_rows()))
    spec_editing.add_specs(spu_id, seen(spu_id), mine.specs())

    assert (mine.id, everywhere.name) == (template_id, "通用")
    found = {spec.name: [each.value for each in spec.options] for spec in family_desk.get_desk(spu_id).specs}
    assert found == {name: list(values) for name, values in PHONE.items()}


def test_two_editors_of_a_template(make: World, ctx: Flask) -> None:
    template_id = spec_templates.save_template(0, None, "手机", None, [Line("颜色", "黑,白")])
    before = spec_templates.get_template(template_id)
    spec_templates.save_template(template_id, before.updated_at, "手机 2", None, [Line("颜色", "红")])
    with pytest.raises(StaleDesk):
        spec_templates.save_template(template_id, before.updated_at, "手机 3", None, [])
    with pytest.raises(NameTaken):
        spec_templates.save_template(0, None, "手机 2", None, [])
    assert spec_templates.get_template(template_id).specs() == [("颜色", ["红"])]
    spec_templates.delete_template(template_id)
    assert spec_templates.all_templates() == []


def test_adm_6_the_version_moves_with_the_specs(make: World, ctx: Flask) -> None:
    spu_id = phone(make, {"颜色": ("黑", "白")})
    desk = family_desk.get_desk(spu_id)
    (sku_id,) = launching.create_skus(spu_id, all_of(desk)[:1], NINE, actor="staff:4")
    assert spec_editing.set_sku_specs(sku_id, 1, []) == 2
    assert values_of(make, sku_id, "combination", "version") == ("", 2)
