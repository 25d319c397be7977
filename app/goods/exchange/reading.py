"""A line of the table becomes what is wanted of a SKU, or the sentences that say what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from app.goods.descriptions import clean
from app.goods.exchange.columns import NEEDED_OF_NEW, NO, YES, Specs, read_specs
from app.shared.errors import marked

MOST_PRICE = Decimal("99999999.99")
MOST_STOCK = 2_000_000_000
LONGEST = {"brand": 64, "spu_name": 100, "spu_caption": 200, "sku_name": 200, "sku_caption": 200}
TEXTS = ("desc_detail", "desc_pack", "desc_service")
LONGEST_TEXT, LONGEST_IMAGE, LONGEST_SPEC, LONGEST_OPTION = 500_000, 200, 20, 64


@dataclass(frozen=True)
class Problem:
    """What is wrong with a line: `field` is a column, `text` a message id, `fact` what was found."""

    line: int
    field: str
    text: str
    fact: str = ""


@dataclass(frozen=True)
class Wanted:
    """What a line asks for; None leaves a thing as it is."""

    line: int
    sku_id: int | None
    version: int | None
    path: tuple[str, str, str] | None
    texts: Mapping[str, str]  # brand, spu_*, sku_*, desc_*
    specs: Specs | None
    price: Decimal | None
    cost_price: Decimal | None
    market_price: Decimal | None
    stock: int | None
    stock_seen: int | None
    is_launched: bool | None
    images: tuple[str, ...] | None


class _Line:
    """Reads one line and collects what is wrong with it."""

    def __init__(self, number: int, cells: Mapping[str, str]) -> None:
        self.number, self.cells = number, cells
        self.problems: list[Problem] = []

    def fault(self, field: str, text: str) -> None:
        self.problems.append(Problem(self.number, field, text, self.cells.get(field, "")[:80]))

    def whole(self, field: str, most: int) -> int | None:
        given = self.cells.get(field)
        if given is None:
            return None
        if not (given.isascii() and given.isdigit()) or int(given) > most:
            self.fault(field, marked("应为不小于 0 的整数"))
            return None
        return int(given)

    def money(self, field: str, least: Decimal) -> Decimal | None:
        given = self.cells.get(field)
        if given is None:
            return None
        try:
            amount = Decimal(given.replace(",", "").lstrip("¥￥"))
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite() or not least <= amount <= MOST_PRICE or amount != amount.quantize(Decimal("0.01")):
            self.fault(field, marked("应为最多两位小数的金额"))
            return None
        return amount.quantize(Decimal("0.01"))

    def flag(self, field: str) -> bool | None:
        given = self.cells.get(field, "").lower()
        if given and given not in YES | NO:
            self.fault(field, marked("应为 1 或 0"))
        return given in YES if given in YES | NO else None

    def path(self) -> tuple[str, str, str] | None:
        names = [self.cells.get(f"category{level}", "") for level in (1, 2, 3)]
        if not any(names):
            return None
        if not all(names):
            self.fault("category3", marked("三级分类要写全"))
            return None
        return names[0], names[1], names[2]

    def specs(self) -> Specs | None:
        given = self.cells.get("specs")
        if given is None:
            return None
        try:
            pairs = read_specs(given)
        except ValueError:
            self.fault("specs", marked("规格应写成 颜色=黑色;内存=128GB"))
            return None
        if any(len(name) > LONGEST_SPEC or len(value) > LONGEST_OPTION for name, value in pairs):
            self.fault("specs", marked("内容太长"))
        return pairs

    def texts(self) -> dict[str, str]:
        found = {name: self.cells[name] for name in (*LONGEST, *TEXTS) if name in self.cells}
        for name, most in LONGEST.items():
            if len(found.get(name, "")) > most:
                self.fault(name, marked("内容太长"))
            if not found.get(name, "").isprintable():
                self.fault(name, marked("含有无法识别的字符"))
        for name in TEXTS:
            if len(found.get(name, "")) > LONGEST_TEXT:
                self.fault(name, marked("内容太长"))
            elif name in found:
                found[name] = clean(found[name]).strip()
        return found

    def images(self) -> tuple[str, ...] | None:
        given = self.cells.get("images")
        if given is None:
            return None
        stems = tuple(dict.fromkeys(part.strip() for part in given.split("|") if part.strip()))
        if any(len(stem) > LONGEST_IMAGE or ".." in stem or stem.startswith("/") for stem in stems):
            self.fault("images", marked("图片名称不正确"))
        return stems


def read_line(number: int, cells: Mapping[str, str]) -> tuple[Wanted | None, list[Problem]]:
    """What line `number` of the file wants, or its problems."""
    line = _Line(number, cells)
    wanted = Wanted(
        line=number,
        sku_id=line.whole("sku_id", 2**62),
        version=line.whole("version", 2**31),
        path=line.path(),
        texts=line.texts(),
        specs=line.specs(),
        price=line.money("price", Decimal("0.01")),
        cost_price=line.money("cost_price", Decimal(0)),
        market_price=line.money("market_price", Decimal(0)),
        stock=line.whole("stock", MOST_STOCK),
        stock_seen=line.whole("stock_seen", MOST_STOCK),
        is_launched=line.flag("is_launched"),
        images=line.images(),
    )
    if "sku_id" not in cells:
        for name in NEEDED_OF_NEW:
            if name not in cells:
                line.fault(name, marked("新商品必须填写此列"))
    return (None, line.problems) if line.problems else (wanted, [])
