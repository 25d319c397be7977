"""How questions are understood: the mechanisms, each with goods that show it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.gateways.search.embedded import EmbeddedIndex
from app.search import judging
from app.search.analysis.fields import Facts
from app.search.finding import Finder, Found

PHONE = ("手机数码", "手机通讯", "手机")
CASE = ("手机数码", "手机配件", "手机壳")
GOODS = [
    Facts(1, "Apple iPhone 15 黑色 128GB 5G 手机", ("Apple",), PHONE, "灵动岛", [("颜色", "黑色"), ("内存", "128GB")]),
    Facts(2, "Apple iPhone 15 Pro 白色 256GB 5G 手机", ("Apple",), PHONE, "", [("颜色", "白色"), ("内存", "256GB")]),
    Facts(3, "小米 14 雪山粉 256GB 5G 手机", ("小米", "Xiaomi"), PHONE, "", [("颜色", "雪山粉"), ("内存", "256GB")]),
    Facts(4, "倍思 苹果 iPhone 15 液态硅胶手机壳 透明", ("倍思",), CASE, "全包镜头", [("适用机型", "iPhone 15")]),
    Facts(5, "罗马仕 20000 毫安移动电源 白色", ("罗马仕",), ("手机数码", "手机配件", "移动电源"), "双向快充"),
    Facts(6, "李宁 超轻 20 男子跑鞋 42", ("李宁",), ("鞋靴", "运动鞋", "跑步鞋"), "轻量", [("尺码", "42")]),
    Facts(7, "李宁 超轻 20 男子跑鞋 43", ("李宁",), ("鞋靴", "运动鞋", "跑步鞋"), "轻量", [("尺码", "43")]),
    Facts(8, "索尼 WH-1000XM5 头戴式降噪耳机", ("索尼", "SONY"), ("手机数码", "影音", "耳机/耳麦"), ""),
    Facts(9, "农业发展史 精装", ("中华书局",), ("图书", "历史", "经济史"), "", [("版本", "精装")]),
]


@pytest.fixture(scope="module")
def finder(tmp_path_factory: pytest.TempPathFactory) -> Finder:
    index = EmbeddedIndex(Path(tmp_path_factory.mktemp("search")))
    judging.build(index, GOODS)
    return Finder(index)


@pytest.fixture
def ask(finder: Finder) -> Callable[[str], Found]:
    return finder.find


@pytest.mark.parametrize(
    ("question", "ids"),
    [
        ("手机", {1, 2, 3}),
        ("手机壳", {4}),
        ("iphone 15", [1, 2, 4]),
        ("iphone15pro", [2]),
        ("充电宝", [5]),
        ("shouji", {1, 2, 3}),
        ("xm", [3]),
        ("xiaomi手机", [3]),
        ("小咪手机", [3]),
        ("载式降噪", []),
        ("索厄耳机", [8]),
        ("sonny 耳机", [8]),
        ("wh1000xm5", [8]),
        ("ＷＨ－１０００ＸＭ５", [8]),
        ("行動電源", [5]),
        ("42码 跑鞋", [6]),
        ("跑鞋 李宁 43", [7]),
        ("256g 手机", {2, 3}),
        ("有没有白色的手机", [2]),
        ("农业发展", [9]),
        ("发展史", [9]),
        ("头戴", [8]),
    ],
)
def test_what_is_found(ask: Callable[[str], Found], question: str, ids: list[int] | set[int]) -> None:
    got = list(ask(question).ids)
    assert (set(got) if isinstance(ids, set) else got) == ids


@pytest.mark.parametrize(
    "question", ["pros", "phonetic", "xm5000", "iphone 16", "挖掘机", "华为", "...", "😀", "AND OR (", '"']
)
def test_what_is_not_there_is_not_found(ask: Callable[[str], Found], question: str) -> None:
    assert list(ask(question).ids) == []


def test_a_correction_is_told(ask: Callable[[str], Found]) -> None:
    assert ask("小咪手机").did_you_mean == "小米 手机"
    assert ask("小米手机").did_you_mean == ""


def test_prices_are_taken_out_of_the_words(ask: Callable[[str], Found]) -> None:
    found = ask("2000-3000元的手机")
    assert (found.price_from, found.price_to, set(found.ids)) == (2000, 3000, {1, 2, 3})
    assert ask("三千以内手机").price_to == 3000
    assert ask("手机 5000元以上").price_from == 5000


def test_describing_words_that_nobody_has_are_left_out_and_named(ask: Callable[[str], Found]) -> None:
    found = ask("送女朋友的手机壳")
    assert (list(found.ids), found.dropped) == ([4], ["女朋友"])


def test_what_comes_close_is_kept_apart_from_what_was_found(ask: Callable[[str], Found]) -> None:
    found = ask("小米 耳机")
    assert list(found.ids) == []
    assert found.near
    assert "耳机" in found.related


def test_words_to_mark_stand_in_the_names(ask: Callable[[str], Found]) -> None:
    assert "移动电源" in ask("充电宝").words
    assert {"iphone", "15"} <= set(ask("iphone 15").words)


def test_a_long_question_is_cut_and_breaks_nothing(ask: Callable[[str], Found]) -> None:
    assert set(ask("手机" + "的" * 10_000).ids) == {1, 2, 3}
    assert list(ask("a1" * 5_000).ids) == []
    assert list(ask("\x00\ud83d手").ids) == list(ask("手").ids)
