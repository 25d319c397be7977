"""What the verbs of the catalogue ask of texts and amounts, wherever they come from."""

import dataclasses
import re
from collections.abc import Iterable
from decimal import Decimal

from app.goods.errors import BadName, BadPrice
from app.goods.prices import Amounts
from app.shared import money
from app.shared.errors import marked

_COMMAS = re.compile(r"[,，、;；\n\r\t]+")
_BLANKS = re.compile(r"\s+")
OPTION_LONGEST, NAME_LONGEST = 64, 20


def check_text(value: str, most: int, field: str, least: int = 1) -> str:
    """The text without blanks around it and with single ones inside; BadName."""
    text = _BLANKS.sub(" ", value).strip()
    if not least <= len(text) <= most:
        raise BadName(field=field, most=most)
    return text


def read_amount(text: str, field: str) -> Decimal | None:
    """An amount as somebody typed it; None for nothing. BadPrice."""
    plain = text.strip().replace(",", "")
    if not plain:
        return None
    try:
        amount = money.parse(plain)
    except ValueError:
        raise BadPrice(marked("金额应为数字，最多两位小数"), field=field) from None
    return amount


def check_prices(price: Decimal | None, market: Decimal | None, cost: Decimal | None) -> dict[str, Decimal]:
    """The three as a row holds them: without a market price it is the price, without a cost 0. BadPrice."""
    if price is None:
        raise BadPrice(marked("请填写价格"), field="price")
    amounts = Amounts(price, price if market is None else market, money.ZERO if cost is None else cost)
    fault = amounts.fault()
    if fault is not None:
        raise BadPrice(fault, field="price")
    return dataclasses.asdict(amounts)


def split_options(text: str) -> list[str]:
    """Options as a list typed with commas of any kind, each once, in order; BadName."""
    return unique(check_text(each, OPTION_LONGEST, "options") for each in _COMMAS.split(text) if each.strip())


def unique(values: Iterable[str]) -> list[str]:
    """Each once, in order."""
    return list(dict.fromkeys(values))
