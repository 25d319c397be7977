"""Categories, channels and brands: names once, order by number and by step, what is used stays and says by whom."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.goods import brands, catalogue, channels, editing, family_desk, spec_templates
from app.goods.brands import BrandFacts
from app.goods.categories import category_tree
from app.goods.errors import (
    BadChain,
    BadName,
    BrandInUse,
    CategoryInUse,
    GroupInUse,
    NameTaken,
    NoSuchBrand,
    NoSuchCategory,
    NoSuchChannel,
    StaleDesk,
)
from app.goods.models import SKU, SPU, Brand, Category, Channel, ChannelGroup
from app.goods.signals import sku_changed
from app.shared import kept_pages
from app.shared.db import db
from app.shared.errors import BadValue
from tests.factories.world import World
from tests.goods.shelf import other_leaf, values_of


def when(model: type, row_id: int):
    return db.session.scalar(select(model.updated_at).where(model.id == row_id))


def names(parent_id: int | None) -> list[str]:
    below = category_tree().below.get(parent_id, [])
    return [node.name for node in below]


def heard_of(change) -> list[tuple[int, ...]]:
    heard: list[tuple[int, ...]] = []

    def hear(_sender: object, sku_ids: tuple[int, ...]) -> None:
        heard.append(sku_ids)

    with sku_changed.connected_to(hear):
        change()
    return heard


def test_categories_come_at_the_end_and_the_menu_is_read_anew(make: World, ctx: Flask) -> None:
    top, middle, leaf = make.categories()
    assert names(middle) == ["手机"]
    new = catalogue.add_category(middle, " 老人机 ")
    assert names(middle) == ["手机", "老人机"]
    assert category_tree().get(new).level == 3
    root = catalogue.add_category(None, "图书")
    assert category_tree().get(root).level == 1
    with pytest.raises(BadChain):
        catalogue.add_category(leaf, "太深")
    with pytest.raises(NoSuchCategory):
        catalogue.add_category(999, "没有")
    for parent, name in ((middle, "手机"), (None, "图书"), (top, "手机通讯")):
        with pytest.raises(NameTaken):
            catalogue.add_category(parent, name)
    with pytest.raises(BadName):
        catalogue.add_category(middle, "长" * 21)


def test_a_rename_reaches_menu_lists_and_search_and_never_over_a_colleague(make: World, ctx: Flask) -> None:
    sku_id = make.sku()
    _, middle, _leaf = make.categories()
    before = when(Category, middle)
    assert heard_of(lambda: catalogue.rename_category(middle, before, "通讯")) == [(sku_id,)]
    assert category_tree().get(middle).name == "通讯"
    with pytest.raises(StaleDesk):
        catalogue.rename_category(middle, before, "电话")
    other = other_leaf(make)
    with pytest.raises(NameTaken):
        catalogue.rename_category(other, when(Category, other), "手机")


def test_order_by_steps_and_by_number(make: World, ctx: Flask) -> None:
    middle = make.categories()[1]
    first = make.categories()[2]
    second, third = (catalogue.add_category(middle, name) for name in ("对讲机", "座机"))
    assert catalogue.step_category(third, up=True)
    assert names(middle) == ["手机", "座机", "对讲机"]
    assert not catalogue.step_category(first, up=True)
    catalogue.order_categories(middle, [first, third, second], [second, first, third])
    assert names(middle) == ["对讲机", "手机", "座机"]
    for seen, wanted in (([first, third, second], [first]), ([second, first, third], [second, first, 999])):
        with pytest.raises(StaleDesk):
            catalogue.order_categories(middle, seen, wanted)
    assert names(middle) == ["对讲机", "手机", "座机"]


def test_a_category_moves_with_its_spus(make: World, ctx: Flask) -> None:
    sku_id = make.sku()
    top, middle, leaf = make.categories()
    root = catalogue.add_category(None, "办公")
    branch = catalogue.add_category(root, "通信设备")
    assert heard_of(lambda: catalogue.move_category(leaf, when(Category, leaf), branch)) == [(sku_id,)]
    desk = family_desk.get_desk(family_desk.spu_of(sku_id))
    assert (desk.category1_id, desk.category2_id, desk.category3_id) == (root, branch, leaf)
    catalogue.move_category(branch, when(Category, branch), top)
    assert family_desk.get_desk(desk.id).category1_id == top
    for parent in (root, leaf, branch):
        with pytest.raises(BadChain):
            catalogue.move_category(leaf, when(Category, leaf), parent if parent != branch else root)
    with pytest.raises(StaleDesk):
        catalogue.move_category(middle, when(Category, top), root)


def test_adm_5_a_category_in_use_says_by_what(make: World, ctx: Flask) -> None:
    make.spu()
    top, middle, leaf = make.categories()
    group = channels.add_group("数码")
    channels.add_channel(group, top)
    spec_templates.save_template(0, None, "手机", leaf, [])
    told = {}
    for category_id in (top, middle, leaf):
        with pytest.raises(CategoryInUse) as problem:
            catalogue.delete_category(category_id)
        told[category_id] = problem.value.facts
    assert told[top] == {"spus": 1, "children": 1, "channels": 1, "templates": 0}
    assert told[leaf] == {"spus": 1, "children": 0, "channels": 0, "templates": 1}
    free = catalogue.add_category(middle, "空的")
    catalogue.delete_category(free)
    assert names(middle) == ["手机"]


@pytest.mark.race
def test_eight_never_add_one_name_twice(make: World, app: Flask) -> None:
    make.categories()
    together = threading.Barrier(8)

    def add(at: int) -> bool:
        with app.app_context():
            together.wait(30)
            try:
                catalogue.add_category(None, "图书")
            except NameTaken:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(add, range(8))) == 1


@pytest.mark.race
def test_a_category_does_not_move_from_under_a_new_spu(make: World, app: Flask) -> None:
    """Whoever is first, the SPU stands in the whole chain afterwards."""
    make.spu()
    _top, middle, leaf = make.categories()
    with app.app_context():
        root = catalogue.add_category(None, "办公")
        brand = db.session.scalar(select(Brand.id)) or 0
        seen = when(Category, middle)
    together = threading.Barrier(2)

    def create() -> None:
        with app.app_context():
            together.wait(30)
            facts = editing.Facts("新", "", brand, editing.Chain(0, 0, leaf))
            editing.create_spu(facts)

    def move() -> None:
        with app.app_context():
            together.wait(30)
            catalogue.move_category(middle, seen, root)

    with ThreadPoolExecutor(2) as pool:
        for each in [pool.submit(create), pool.submit(move)]:
            each.result(60)
    with app.app_context():
        assert list(db.session.scalars(select(SPU.category1_id))) == [root, root]


def test_channels_in_their_groups(make: World, ctx: Flask) -> None:
    top = make.categories()[0]
    first, second = channels.add_group("数码"), channels.add_group("生活")
    books, tools = (catalogue.add_category(None, name) for name in ("图书", "工具"))
    phones = channels.add_channel(first, top)
    reading = channels.add_channel(first, books)
    assert [entry["category"]["name"] for entry in category_tree().menu()] == ["手机数码", "图书"]
    channels.step_channel(reading, up=True)
    assert [entry["category"]["name"] for entry in category_tree().menu()] == ["图书", "手机数码"]
    channels.order_channels(first, [reading, phones], [phones, reading])
    channels.add_channel(second, tools)
    channels.step_group(second, up=True)
    assert [entry["category"]["name"] for entry in category_tree().menu()] == ["工具", "手机数码", "图书"]
    channels.order_groups([second, first], [first, second])
    channels.move_channel(phones, second)
    assert [entry["category"]["name"] for entry in category_tree().menu()] == ["图书", "工具", "手机数码"]
    with pytest.raises(StaleDesk):
        channels.order_channels(first, [phones, reading], [reading, phones])
    with pytest.raises(NameTaken):
        channels.add_channel(first, top)
    with pytest.raises(BadChain):
        channels.add_channel(first, make.categories()[2])
    with pytest.raises(NameTaken):
        channels.add_group("数码")
    with pytest.raises(GroupInUse):
        channels.delete_group(first)
    channels.delete_channel(reading)
    channels.delete_group(first)
    with pytest.raises(NoSuchChannel):
        channels.step_group(first, up=True)
    seen = when(ChannelGroup, second)
    channels.rename_group(second, seen, "日用")
    with pytest.raises(StaleDesk):
        channels.rename_group(second, seen, "家居")
    assert db.session.scalar(select(func.count(Channel.id))) == 2


@pytest.mark.parametrize(
    ("name", "letter"), [("华为", "H"), ("重庆啤酒", "C"), ("Apple", "A"), ("3M", "#"), ("小米", "X"), ("é", "#")]
)
def test_the_letter_follows_the_sound(name: str, letter: str) -> None:
    assert brands.letter_of(name) == letter


def test_brands_are_made_changed_and_found(make: World, ctx: Flask) -> None:
    sku_id = make.sku()
    huawei = brands.create_brand(BrandFacts("华为", "HUAWEI"))
    assert brands.get_brand(huawei).first_letter == "H"
    with pytest.raises(NameTaken):
        brands.create_brand(BrandFacts("华为"))
    with pytest.raises(BadName):
        brands.create_brand(BrandFacts("荣耀", first_letter="1"))
    seen = brands.get_brand(huawei).updated_at
    brands.edit_brand(huawei, seen, BrandFacts("华为终端", "Huawei", "W"))
    with pytest.raises(StaleDesk):
        brands.edit_brand(huawei, seen, BrandFacts("华为"))
    assert brands.look_up("hua") == brands.look_up("华为") == [(huawei, "华为终端")]
    assert (brands.find_named("Huawei"), brands.find_named("华"), brands.find_named("")) == (huawei, None, None)
    trial = db.session.scalar(select(Brand.id).where(Brand.name == "试验牌")) or 0
    renamed = heard_of(lambda: brands.edit_brand(trial, brands.get_brand(trial).updated_at, BrandFacts("试用牌")))
    assert renamed == [(sku_id,)]


def test_adm_5_a_brand_in_use_is_merged_not_deleted(make: World, ctx: Flask) -> None:
    sku_id = make.sku()
    trial = db.session.scalar(select(Brand.id)) or 0
    before = values_of(make, sku_id, "updated_at")
    with pytest.raises(BrandInUse) as told:
        brands.delete_brand(trial)
    assert told.value.facts == {"spus": 1}
    other = brands.create_brand(BrandFacts("正牌"))
    with pytest.raises(BadValue):
        brands.merge_brand(trial, trial)
    with pytest.raises(NoSuchBrand):
        brands.merge_brand(trial, 999)
    assert heard_of(lambda: brands.merge_brand(trial, other)) == [(sku_id,)]
    assert values_of(make, sku_id, "updated_at") > before
    assert db.session.scalar(select(SPU.brand_id)) == other
    brands.delete_brand(brands.create_brand(BrandFacts("没用过")))
    assert list(db.session.scalars(select(Brand.id))) == [other]


def test_too_many_to_name_are_found_by_the_time_of_the_edit(make: World, ctx: Flask, monkeypatch) -> None:
    monkeypatch.setattr("app.goods.signals.MOST_NAMED", 1)
    monkeypatch.setattr("app.goods.touching.MOST_NAMED", 1)
    make.sku(), make.sku()
    before = db.session.scalar(select(func.max(SKU.updated_at)))
    trial = db.session.scalar(select(Brand.id)) or 0
    assert heard_of(lambda: brands.edit_brand(trial, when(Brand, trial), BrandFacts("新名"))) == [()]
    assert all(each > before for each in db.session.scalars(select(SKU.updated_at)))


@pytest.mark.race
def test_an_spu_never_comes_to_a_brand_that_is_merged_away(make: World, app: Flask) -> None:
    make.spu()
    leaf = make.categories()[2]
    with app.app_context():
        trial = db.session.scalar(select(Brand.id)) or 0
        other = brands.create_brand(BrandFacts("正牌"))
    together = threading.Barrier(5)

    def create(at: int) -> str:
        with app.app_context():
            together.wait(30)
            try:
                editing.create_spu(editing.Facts(f"新 {at}", "", trial, editing.Chain(0, 0, leaf)))
            except NoSuchBrand:
                return "told"
            return "made"

    def merge() -> str:
        with app.app_context():
            together.wait(30)
            brands.merge_brand(trial, other)
            return "merged"

    with ThreadPoolExecutor(5) as pool:
        done = [pool.submit(create, at) for at in range(4)] + [pool.submit(merge)]
        said = [each.result(60) for each in done]
    with app.app_context():
        assert set(db.session.scalars(select(SPU.brand_id))) == {other}
        assert db.session.scalar(select(func.count(SPU.id))) == 1 + said.count("made")


def test_kept_pages_with_the_menu_are_made_anew(make: World, ctx: Flask, monkeypatch) -> None:
    dropped: list[str] = []
    monkeypatch.setattr(kept_pages, "drop", lambda *tags: dropped.extend(tags))
    catalogue.add_category(None, "图书")
    assert "goods.categories" in dropped
