"""Arithmetic of a bulk edit: rules for all rows, what a row may be, and the tables that people paste. No SQL."""

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, Decimal, InvalidOperation
from typing import Any

from app.goods.prices import Amounts
from app.shared.errors import BadValue, marked
from app.shared.money import MOST, ZERO, parse, quantize

MOST_ROWS = 5000
MOST_STOCK = 1_000_000  # pieces that one line moves
HUNDRED = Decimal(100)
FIELDS = ("price", "market_price")
HOWS = ("percent", "amount", "exact", "keep")
ENDINGS: Mapping[str, tuple[Decimal, Decimal]] = {  # what prices end in: (the end, of how much)
    "": (ZERO, ZERO),
    "00": (ZERO, Decimal(1)),
    "90": (Decimal("0.90"), Decimal(1)),
    "99": (Decimal("0.99"), Decimal(1)),
    "9": (Decimal(9), Decimal(10)),
}
YES, NO = {"1", "是", "上架", "on", "yes"}, {"0", "否", "下架", "off", "no"}
COLUMNS = {
    "sku": "sku_id",
    "sku_id": "sku_id",
    "SKU": "sku_id",
    "SKU编号": "sku_id",
    "编号": "sku_id",
    "price": "price",
    "价格": "price",
    "单价": "price",
    "market_price": "market_price",
    "市场价": "market_price",
    "stock_delta": "stock_delta",
    "stock": "stock_delta",
    "库存增减": "stock_delta",
    "is_launched": "is_launched",
    "是否上架": "is_launched",
}
IN_ORDER = ("sku_id", "price", "stock_delta")  # where the table has no header


@dataclass(frozen=True)
class Wish:
    """What shall become of one SKU; None stays as it is."""

    price: Decimal | None = None
    market_price: Decimal | None = None
    stock_delta: int = 0
    is_launched: bool | None = None


@dataclass(frozen=True)
class Line:
    """A row of the grid: as it was seen, as it shall be, and how the SKU stands now."""

    sku_id: int
    name: str
    seen_version: int
    version: int
    old_price: Decimal
    old_market_price: Decimal
    old_launched: bool
    price: Decimal
    market_price: Decimal
    is_launched: bool
    stock_delta: int
    now: Amounts
    stock: int
    now_launched: bool
    outcome: str
    why: str

    @property
    def is_change(self) -> bool:
        return bool(self.stock_delta) or self.is_edit

    @property
    def is_edit(self) -> bool:
        """Of what editors own, so that the version moves."""
        return (self.price, self.market_price, self.is_launched) != (
            self.old_price,
            self.old_market_price,
            self.old_launched,
        )

    @property
    def is_conflict(self) -> bool:
        """Has somebody changed it since?"""
        return self.outcome == "open" and self.version != self.seen_version

    @property
    def new(self) -> Amounts:
        """The amounts as they would be."""
        return replace(self.now, price=self.price, market_price=self.market_price)

    @property
    def fault(self) -> str | None:
        """Why it cannot be, as a message id."""
        if (self.price, self.market_price) != (self.old_price, self.old_market_price) and (why := self.new.fault()):
            return why
        return marked("库存不足以减少这么多") if self.stock + self.stock_delta < 0 else None

    @property
    def warning(self) -> str | None:
        """What may be and looks wrong."""
        return self.new.warning() if self.price != self.old_price else None


@dataclass(frozen=True)
class Rule:
    """One thing done to a price of every row, on top of what stands in the grid."""

    field: str
    how: str
    amount: Decimal = ZERO
    ending: str = ""

    def of(self, price: Decimal) -> Decimal:
        """The price it makes of this one; what cannot be is named in the preview."""
        made = {
            "percent": price * (HUNDRED + self.amount) / HUNDRED,
            "amount": price + self.amount,
            "exact": self.amount,
            "keep": price,
        }[self.how]
        return _end(made, *ENDINGS[self.ending])


def _end(price: Decimal, end: Decimal, step: Decimal) -> Decimal:
    """The nearest price that ends so; of two as near the dearer."""
    if not step:
        return quantize(price)
    below = ((price - end) / step).to_integral_value(ROUND_FLOOR) * step + end
    above = below + step
    return quantize(above if below <= 0 or above - price <= price - below else below)


def read_rule(field: str, how: str, amount: str, ending: str) -> Rule:
    """From a form; BadValue."""
    if field not in FIELDS or how not in HOWS or ending not in ENDINGS:
        raise BadValue()
    return Rule(field, how, ZERO if how == "keep" else _signed(amount), ending)


def _signed(text: str) -> Decimal:
    """`-5`, `+3.50`, `12`."""
    text = text.strip().removesuffix("%").replace("－", "-")
    try:
        amount = Decimal(text) if len(text) <= 12 else Decimal("NaN")
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or abs(amount) > MOST or amount != quantize(amount):
        raise BadValue(marked("请填写最多两位小数的数字"))
    return amount


@dataclass(frozen=True)
class Fault:
    """A line of a table that could not be read."""

    line: int
    text: str
    value: str


@dataclass(frozen=True)
class Table:
    """What a pasted or uploaded table wants."""

    wishes: Mapping[int, Wish]
    lines: Mapping[int, int]  # SKU → its line
    faults: list[Fault]


def read_table(text: str) -> Table:
    """`sku,price,stock_delta` by commas, tabs or semicolons; with a header any of our columns, in any order."""
    rows = [row for row in csv.reader(text.lstrip("\ufeff").splitlines(), delimiter=_delimiter(text))]
    first = [COLUMNS.get(cell.strip(), cell.strip()) for cell in rows[0]] if rows else []
    has_header = "sku_id" in first
    names = first if has_header else list(IN_ORDER)
    wishes: dict[int, Wish] = {}
    lines: dict[int, int] = {}
    faults: list[Fault] = []
    for number, cells in enumerate(rows, 1):
        if (has_header and number == 1) or not any(cell.strip() for cell in cells):
            continue
        try:
            sku_id, wish = _read_cells({name: cell.strip() for name, cell in zip(names, cells, strict=False)})
        except _Unreadable as problem:
            faults.append(Fault(number, problem.text, problem.value))
            continue
        if sku_id in wishes:
            faults.append(Fault(number, marked("与前面的行重复"), str(sku_id)))
            continue
        wishes[sku_id], lines[sku_id] = wish, number
    return Table(wishes, lines, faults)


class _Unreadable(Exception):
    """A cell that says nothing we know."""

    def __init__(self, text: str, value: str) -> None:
        super().__init__(text)
        self.text, self.value = text, value[:40]


def _read_cells(cells: Mapping[str, str]) -> tuple[int, Wish]:
    sku = cells.get("sku_id", "")
    if not (sku.isascii() and sku.isdigit() and len(sku) <= 18):
        raise _Unreadable(marked("没有这个 SKU"), sku)
    wish = Wish(
        price=_cell(cells, "price", read_amount, marked("应为最多两位小数的金额")),
        market_price=_cell(cells, "market_price", read_amount, marked("应为最多两位小数的金额")),
        stock_delta=_cell(cells, "stock_delta", read_delta, marked("库存增减应为整数")) or 0,
        is_launched=_cell(cells, "is_launched", read_flag, marked("应为 1 或 0")),
    )
    return int(sku), wish


def _cell(cells: Mapping[str, str], name: str, read: Callable[[str], Any], text: str) -> Any:
    given = cells.get(name, "")
    try:
        return read(given) if given else None
    except ValueError:
        raise _Unreadable(text, given) from None


def read_amount(text: str) -> Decimal:
    """An amount as people write it; ValueError."""
    return parse(text.strip().replace(",", "").lstrip("¥￥"))


def read_delta(text: str) -> int:
    """`+5`, `-3`, `0`; ValueError."""
    plain = text.strip().replace("－", "-").replace("＋", "+")
    digits = plain[1:] if plain.startswith(("+", "-")) else plain
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 8 or int(digits) > MOST_STOCK:
        raise ValueError(text)
    return int(plain)


def read_flag(text: str) -> bool:
    """On the shelf or off it; ValueError."""
    word = text.strip().lower()
    if word not in YES | NO:
        raise ValueError(text)
    return word in YES


def _delimiter(text: str) -> str:
    first = text.strip().split("\n", 1)[0]
    return max(",\t;", key=first.count)
