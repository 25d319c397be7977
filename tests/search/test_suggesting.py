"""While somebody types: names by their beginnings, questions of others, and what staff keep back."""

import time
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import insert

from app.gateways.doors import gateways
from app.search import asking, suggesting
from app.search.completing import Completions, keys_of, names_of
from app.search.models import BlockedWord
from app.search.suggesting import Suggestions
from app.shared.db import db
from app.shared.uow import unit_of_work
from tests.factories.world import World
from tests.search.test_finding import GOODS

NAMES = {"手机": 50, "手机壳": 20, "华为手机": 12, "华为": 30, "Apple iPhone 15": 9, "洗衣机": 5, "90分 行李箱": 2}


def suggest(text: str) -> Suggestions:
    return suggesting.suggest(text, 10, gateways().search)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("手", ["手机", "手机壳"]),
        ("手机", ["手机", "手机壳"]),
        ("shou", ["手机", "手机壳"]),
        ("sj", ["手机", "手机壳"]),
        ("SJK", ["手机壳"]),
        ("hw", ["华为", "华为手机"]),
        ("huawei手", ["华为手机"]),
        ("华为sh", ["华为手机"]),
        ("iph", ["Apple iPhone 15"]),
        ("apple ip", ["Apple iPhone 15"]),
        ("行李", ["90分 行李箱"]),
        ("zzz", []),
        ("", []),
        ("%", []),
    ],
)
def test_names_by_their_beginnings(typed: str, offered: list[str]) -> None:
    assert list(Completions(NAMES).complete(typed, 10)) == offered


def test_the_names_of_a_sku() -> None:
    assert set(names_of(GOODS[2])) == {"小米", "手机通讯", "手机", "小米手机"}
    assert {"Apple iPhone 15 Pro", "Apple 手机"} <= set(names_of(GOODS[1]))
    assert "索尼 WH-1000XM5" in names_of(GOODS[7])


def test_every_reading_is_a_key() -> None:
    assert {"小米手机", "xiaomishouji", "xmsj"} <= set(keys_of("小米手机"))


def test_twenty_thousand_names_are_quick() -> None:
    names = {f"{brand}{number}号{thing}": number for brand in ("华为", "小米") for thing in ("手机", "电视")
             for number in range(5000)}  # fmt: skip
    completions = Completions(names)
    begun = time.perf_counter()
    for typed in ("h", "hw", "hua", "华", "xiaomi", "xm1", "小米12", "sj"):
        completions.complete(typed, 10)
    assert (time.perf_counter() - begun) / 8 < 0.02


@pytest.fixture
def shop(ctx: Flask, make: World, reindex: Callable[[], int]) -> list[int]:
    """Two phones on the shelf, indexed; nobody has asked for anything."""
    ids = [make.sku(name="试验牌 星辰 手机"), make.sku(name="试验牌 月光 手机")]
    reindex()
    suggesting.forget_popular()
    return ids


def test_queries_categories_and_goods(shop: list[int], make: World) -> None:
    leaf = make.categories()[2]
    found = suggest("sho")
    assert found.queries[0] == "手机"
    assert (leaf, "手机") in found.categories
    assert set(found.sku_ids) == set(shop)


def test_a_slip_is_corrected(shop: list[int]) -> None:
    assert suggest("手鸡").queries == ["手机"]


def test_what_several_asked_is_offered_and_what_staff_block_is_not(shop: list[int]) -> None:
    for _ in range(3):
        asking.note_query("星辰手机", 1)
        asking.note_query("手机 违禁", 1)
    asking.note_query("星辰大海", 1)
    suggesting.forget_popular()
    assert suggest("星").queries == ["星辰手机"], "one person's question is not shown to others"
    assert suggesting.hot_words(2) == ["手机 违禁", "星辰手机"]

    @unit_of_work
    def block() -> None:
        db.session.execute(insert(BlockedWord), [{"word": "手机 违禁"}])

    block()
    suggesting.forget_popular()
    assert suggesting.hot_words(1) == ["星辰手机"]


def test_a_young_shop_shows_what_sells(shop: list[int]) -> None:
    assert suggesting.hot_words(5) == ["手机"]


def test_without_an_index_there_are_fewer_suggestions_but_no_error(ctx: Flask, make: World) -> None:
    make.sku()
    suggesting.forget_popular()
    assert suggest("手") == Suggestions()
    assert suggest("").queries == ["手机"]
