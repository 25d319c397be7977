"""Words that ask instead of naming: fillers, and prices such as 2000元以下."""

import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from app.search.analysis.units import numeral

_LINES = Path(__file__).with_name("fillers.txt").read_text(encoding="utf-8").splitlines()
FILLERS = frozenset(word for line in _LINES if not line.startswith("#") for word in line.split())

_AMOUNT = r"(\d+(?:\.\d+)?|[一二两三四五六七八九十]{1,3})\s*(千|百|万|k)?"
_YUAN = r"\s*(?:元|块钱|块|圆|人民币|rmb|¥)"
_RANGE = re.compile(rf"(?<![a-z0-9.]){_AMOUNT}(?:{_YUAN})?\s*(?:-|~|至|到)\s*{_AMOUNT}{_YUAN}(?:之间|左右|的)?")
_BELOW = re.compile(
    rf"(?:不超过|低于|少于|小于)\s*{_AMOUNT}(?:{_YUAN})?|(?<![a-z0-9.]){_AMOUNT}{_YUAN}?\s*(?:以下|以内|之内)"
)
_ABOVE = re.compile(rf"(?:高于|大于|超过)\s*{_AMOUNT}{_YUAN}|(?<![a-z0-9.]){_AMOUNT}{_YUAN}?\s*(?:以上|起步)")
_ABOUT = re.compile(rf"(?<![a-z0-9.]){_AMOUNT}{_YUAN}\s*(?:左右|上下)|(?<![a-z0-9.]){_AMOUNT}\s*(?:元|块)?左右")
_SIZES = {"百": 100, "千": 1000, "万": 10_000, "k": 1000}
_LEAST_BARE = 20  # 3以下 is hardly a price


@dataclass(frozen=True, slots=True)
class Prices:
    """Yuan; None: no bound."""

    lowest: Decimal | None = None
    highest: Decimal | None = None


def take_prices(text: str) -> tuple[Prices, str]:
    """The price that a folded text asks for, and the text without it."""
    for pattern, bounds in ((_RANGE, _both), (_BELOW, _upper), (_ABOVE, _lower), (_ABOUT, _around)):
        match = pattern.search(text)
        if match is None:
            continue
        amounts = [_amount(number, size) for number, size in _pairs(match)]
        if amounts and None not in amounts and (max(map(int, filter(None, amounts))) >= _LEAST_BARE):
            return bounds([amount for amount in amounts if amount]), f"{text[: match.start()]} {text[match.end() :]}"
    return Prices(), text


def _pairs(match: "re.Match[str]") -> list[tuple[str, str]]:
    groups = match.groups()
    return [(groups[at], groups[at + 1] or "") for at in range(0, len(groups), 2) if groups[at]]


def _amount(number: str, size: str) -> Decimal | None:
    value = Decimal(number) if number[0].isdigit() else Decimal(numeral(number) or 0)
    return value * _SIZES.get(size, 1) or None


def _both(amounts: list[Decimal]) -> Prices:
    low, high = amounts[0], amounts[-1]
    if low < high and high >= 1000 > low and low < 10:  # 1-2千: the size belongs to both
        low *= 1000
    return Prices(min(low, high), max(low, high))


def _upper(amounts: list[Decimal]) -> Prices:
    return Prices(None, amounts[0])


def _lower(amounts: list[Decimal]) -> Prices:
    return Prices(amounts[0], None)


def _around(amounts: list[Decimal]) -> Prices:
    return Prices(amounts[0] * Decimal("0.8"), amounts[0] * Decimal("1.2"))
