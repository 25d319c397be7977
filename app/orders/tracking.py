"""A table of tracking numbers as people hand it over, read line by line: order, carrier, number, and what is inside."""

import csv
import re
from dataclasses import dataclass, field

from app.orders.errors import NoTable, TableTooLong
from app.orders.policy import CARRIER_LENGTH, TABLE_MOST, TABLE_SIGNS, TRACKING
from app.shared.cells import plain
from app.shared.errors import marked

COLUMNS = ("number", "carrier", "tracking", "pieces")
TITLES = {
    "number": ("订单号", "order", "number", "order number", "order no."),
    "carrier": ("快递公司", "快递", "carrier"),
    "tracking": ("运单号", "快递单号", "tracking", "tracking number"),
    "pieces": ("件数", "sku:件数", "pieces", "sku:pieces"),
}
_KNOWN = {title: name for name, titles in TITLES.items() for title in titles}
_PIECE = re.compile(r"(\d{1,18})\s*[:：xX×*]\s*(\d{1,6})")

NO_NUMBER = marked("没有订单号")
ROUNDED = marked("订单号被表格软件改成了科学计数法，请把该列设为文本后重新导出")
NO_CARRIER = marked("没有快递公司，或超过 64 个字")
NO_TRACKING = marked("运单号应为 5 至 40 位字母、数字或连字符")
NO_PIECES = marked("件数应写成 SKU编号:件数，例如 3:1 7:2")


@dataclass(frozen=True)
class Parcel:
    """One line of the table; without pieces (SKU -> count) everything that is left. `fault` is a message id."""

    line: int
    number: str
    carrier: str
    tracking: str
    pieces: dict[int, int] = field(default_factory=dict)
    fault: str = ""


def decode(data: bytes) -> str:
    """A file's text: UTF-8 with or without a mark, or the GB18030 of spreadsheets; NoTable otherwise."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NoTable()


def read(text: str, first: int = 1) -> list[Parcel]:
    """The lines, without those that nobody filled in; a line of titles may put the columns in any order.

    NoTable when there is nothing, TableTooLong beyond TABLE_MOST lines.
    """
    if len(text) > TABLE_SIGNS:
        raise TableTooLong(most=TABLE_MOST)
    names: tuple[str, ...] = COLUMNS
    found: list[Parcel] = []
    rows = csv.reader(text.lstrip("\ufeff").splitlines(), delimiter=_separator(text))
    for line, written in enumerate(rows, start=first):
        cells = [_cell(cell) for cell in written]
        titles = tuple(_KNOWN.get(cell.lower(), "") for cell in cells)
        if not found and "number" in titles and "tracking" in titles:
            names = titles
            continue
        named = dict(zip(names, cells, strict=False))
        if not named.get("carrier") and not named.get("tracking"):
            continue  # empty, or a line of a list that still waits to be filled in
        found.append(_parcel(line, named))
        if len(found) > TABLE_MOST:
            raise TableTooLong(most=TABLE_MOST)
    if not found:
        raise NoTable()
    return found


def write_pieces(pieces: dict[int, int]) -> str:
    """As `read` reads them."""
    return " ".join(f"{sku_id}:{count}" for sku_id, count in pieces.items())


def _separator(text: str) -> str:
    """What was copied out of a spreadsheet has tabs."""
    start = text.lstrip("\ufeff\r\n ").split("\n", 1)[0]
    return max(",\t;", key=start.count)


def _cell(cell: str) -> str:
    """`="2026…"` and `'2026…` are how spreadsheets keep a number a text."""
    cell = plain(cell.strip()).strip()
    if cell.startswith('="') and cell.endswith('"'):
        cell = cell[2:-1]
    return cell.lstrip("'").strip()


def _parcel(line: int, cells: dict[str, str]) -> Parcel:
    number, carrier, tracking = (cells.get(name, "") for name in COLUMNS[:3])
    pieces, written = _pieces(cells.get("pieces", ""))
    return Parcel(
        line,
        number[:32],
        carrier[:CARRIER_LENGTH],
        tracking[:64],
        pieces,
        _fault(number, carrier, tracking) or ("" if written else NO_PIECES),
    )


def _fault(number: str, carrier: str, tracking: str) -> str:
    if not number:
        return NO_NUMBER
    if re.fullmatch(r"\d(\.\d+)?[eE]\+?\d+", number):
        return ROUNDED
    if not 1 <= len(carrier) <= CARRIER_LENGTH:
        return NO_CARRIER
    return "" if re.fullmatch(TRACKING, tracking) else NO_TRACKING


def _pieces(text: str) -> tuple[dict[int, int], bool]:
    """SKU -> count, and whether the text was one of pieces; nothing is everything."""
    found: dict[int, int] = {}
    for sku_id, count in _PIECE.findall(text):
        found[int(sku_id)] = found.get(int(sku_id), 0) + int(count)
    rest = re.sub(r"[\s,，;；、]", "", _PIECE.sub("", text))
    return found, not rest and all(found.values())
