"""Numbers with their units in one form: 128G, 128 GB and 128gb; 6.1寸 and 6.1 英寸; 2斤 and 1kg; 三段 and 3段."""

import re
from dataclasses import dataclass
from decimal import Decimal

# alias → (canonical unit, factor); the longest alias wins
_MEASURES: dict[str, tuple[str, str]] = {
    "gb": ("gb", "1"), "tb": ("tb", "1"), "t": ("tb", "1"), "mb": ("mb", "1"),
    "g": ("g", "1"), "克": ("g", "1"), "kg": ("g", "1000"), "公斤": ("g", "1000"), "千克": ("g", "1000"),
    "斤": ("g", "500"), "mg": ("mg", "1"), "毫克": ("mg", "1"),
    "ml": ("ml", "1"), "毫升": ("ml", "1"), "l": ("ml", "1000"), "升": ("ml", "1000"),
    "mm": ("mm", "1"), "毫米": ("mm", "1"), "cm": ("mm", "10"), "厘米": ("mm", "10"), "公分": ("mm", "10"),
    "m": ("mm", "1000"), "米": ("mm", "1000"),
    "寸": ("寸", "1"), "英寸": ("寸", "1"), "吋": ("寸", "1"), "inch": ("寸", "1"), '"': ("寸", "1"),
    "w": ("w", "1"), "瓦": ("w", "1"), "kw": ("w", "1000"), "千瓦": ("w", "1000"),
    "mah": ("mah", "1"), "毫安时": ("mah", "1"), "毫安": ("mah", "1"),
    "hz": ("hz", "1"), "赫兹": ("hz", "1"), "v": ("v", "1"), "伏": ("v", "1"), "db": ("db", "1"), "分贝": ("db", "1"),
    "匹": ("匹", "1"), "p": ("p", "1"), "码": ("码", "1"), "号": ("号", "1"), "k": ("k", "1"),
}  # fmt: skip
_COUNTS = (
    *("件套", "小时", "分钟"),
    *"段级代门人度岁孔速芯层座口件片抽支只个瓶罐盒袋听包条双对把台本册卷块粒颗枚张页",
    *"版季天倍档轴核挡周月折提箱桶杯套副根尺",
)
_ALIASES = sorted([*_MEASURES, *_COUNTS], key=len, reverse=True)
_PATTERN = re.compile(
    r"(?<![a-z0-9.])(\d+(?:\.\d+)?)\s*(" + "|".join(map(re.escape, _ALIASES)) + r")(?![a-z0-9])(装)?", re.ASCII
)
_DIGITS = dict(zip("零一二三四五六七八九", range(10), strict=True)) | {"两": 2}
_NUMBERED = (*_COUNTS, "匹", "斤", "公斤", "升", "寸", "英寸", "码", "号", "米")
_NUMERAL = re.compile(r"([零一二三四五六七八九十两]{1,3})(" + "|".join(_NUMBERED) + ")")
NETWORKS = frozenset({"2", "3", "4", "5", "6"})  # 5G is a network, not a size
_SMALL = Decimal(6)


@dataclass(frozen=True, slots=True)
class Measure:
    """A number with a unit at [start, end) of the text; `tokens` are its forms, any of which may match."""

    start: int
    end: int
    tokens: tuple[str, ...]
    number: str
    is_counted: bool  # by a measure word, so that its characters are also words


def measures(text: str) -> list[Measure]:
    """Every number with a unit in a folded text, from left to right."""
    found = [_measure(match) for match in _PATTERN.finditer(text)]
    taken = {place for each in found for place in range(each.start, each.end)}
    for match in _NUMERAL.finditer(text):
        number = numeral(match[1])
        if number is not None and match.start() not in taken:
            tokens = _forms(str(number), match[2])
            found.append(Measure(match.start(), match.end(), tokens, str(number), True))
    return sorted(found, key=lambda each: each.start)


def numeral(text: str) -> int | None:
    """三 3, 十二 12, 二十 20; None for what is no number under a hundred."""
    if "十" in text:
        tens, _, ones = text.partition("十")
        if len(tens) > 1 or len(ones) > 1:
            return None
        return _DIGITS.get(tens, 0 if tens else 1) * 10 + _DIGITS.get(ones, 0)
    return _DIGITS.get(text)


def _measure(match: "re.Match[str]") -> Measure:
    end = match.end()
    return Measure(match.start(), end, _forms(match[1], match[2]), plain(Decimal(match[1])), match[2] in _COUNTS)


def _forms(number: str, alias: str) -> tuple[str, ...]:
    """The canonical token; a bare g or p may be two things."""
    if alias in _COUNTS and alias not in _MEASURES:
        return (f"{plain(Decimal(number))}{alias}",)
    unit, factor = _MEASURES[alias]
    token = f"{plain(Decimal(number) * Decimal(factor))}{unit}"
    if alias == "g" and number not in NETWORKS:
        return token, f"{number}gb"
    if alias == "p" and Decimal(number) < _SMALL:
        return token, f"{plain(Decimal(number))}匹"
    return (token,)


def plain(number: Decimal) -> str:
    """1.50 is 1.5, 2.0 is 2, 1000 stays."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
