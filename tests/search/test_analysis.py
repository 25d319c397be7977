"""What a text is made of: the small rules, one by one."""

import pytest

from app.search.analysis import hanzi, latin, phrases, shapes, sounds, units
from app.search.analysis.fields import Facts, analyse
from app.search.analysis.lexicon import one_edit_apart
from app.search.analysis.normal import fold, localise


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Ｍａｔｅ６０Ｐｒｏ", "mate60pro"),
        ("行動電源", "行动电源"),
        ("Café  CRÈME", "cafe creme"),
        ("Ｔ 恤", "t恤"),
        ("250ml×12", "250ml * 12"),
    ],
)
def test_one_form(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_words_of_taiwan_only_in_traditional_texts() -> None:
    assert localise("筆記型電腦") == "笔记本电脑"
    assert localise("手机") == "手机"


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("128GB", {"128gb"}),
        ("128g", {"128g", "128gb"}),
        ("5g", {"5g"}),
        ("500克", {"500g"}),
        ("0.5kg", {"500g"}),
        ("1斤", {"500g"}),
        ("6.1寸", {"6.1寸"}),
        ("6.1 英寸", {"6.1寸"}),
        ("1.5l", {"1500ml"}),
        ("三段", {"3段"}),
        ("3 段", {"3段"}),
        ("十二支", {"12支"}),
        ("1.5p", {"1.5p", "1.5匹"}),
        ("p50", set()),
        ("wh1000xm5", set()),
    ],
)
def test_measures(text: str, tokens: set[str]) -> None:
    assert {token for each in units.measures(fold(text)) for token in each.tokens} == tokens


def test_models_are_parted_and_joined() -> None:
    (run,) = latin.runs("wh-1000xm5")
    assert [part.text for part in run.parts] == ["wh", "1000", "xm", "5"]
    joined = latin.joins(run.parts)
    assert {"wh1000xm5", "1000xm5", "xm5", "wh"} <= set(joined)
    assert "xm" not in joined, "it is inside a word"
    assert latin.ends(latin.runs("iphone 15 pro")[0].parts) == ["iphone15pro", "15pro", "pro"]


def test_tails_name_the_thing() -> None:
    assert "牛仔裤" in hanzi.tails("修身牛仔裤男")
    assert "手机" not in hanzi.tails("液态硅胶手机壳")


def test_what_a_thing_is_made_for_is_not_what_it_is() -> None:
    case = Facts(
        1, "倍思 华为 Mate 60 Pro 手机壳", ["倍思"], ["数码", "手机配件", "手机壳"], "", [("适用机型", "Mate 60 Pro")]
    )
    fields = analyse(case, frozenset({"华为", "倍思"})).fields
    assert "mate60pro" in fields["f"] - fields["n"]
    assert "手机" not in fields["n"] | fields["h"]
    assert "手机壳" in fields["h"]


def test_sounds_and_shapes() -> None:
    assert sounds.spellings("乐高") == ["legao", "yuegao"]
    assert "sjk" in sounds.initials("手机壳")
    assert set(sounds.homophone_keys("小咪")) & set(sounds.homophone_keys("小米"))
    assert sounds.blurred("zhangsheng") == sounds.blurred("zansen")
    assert "末" in shapes.alike("未")


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("huawie", "huawei", True),
        ("ipone", "iphone", True),
        ("logitec", "logitech", True),
        ("sony", "sona", True),
        ("sony", "sony", False),
        ("sony", "soap", False),
        ("abcd", "abdce", False),
    ],
)
def test_one_slip(one: str, other: str, near: bool) -> None:
    assert one_edit_apart(one, other) is near
    assert one_edit_apart(other, one) is near


@pytest.mark.parametrize(
    ("text", "lowest", "highest", "rest"),
    [
        ("2000元以下手机", None, 2000, "手机"),
        ("1000-2000元的手机", 1000, 2000, "手机"),
        ("手机 三千以内", None, 3000, "手机"),
        ("5千以上 电视", 5000, None, "电视"),
        ("500元左右耳机", 400, 600, "耳机"),
        ("3以下", None, None, "3以下"),
        ("iphone 15", None, None, "iphone 15"),
    ],
)
def test_prices(text: str, lowest: int | None, highest: int | None, rest: str) -> None:
    prices, left = phrases.take_prices(text)
    assert (prices.lowest, prices.highest, left.strip()) == (lowest, highest, rest)
