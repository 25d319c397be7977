"""Tables on disk, read and written a line at a time: CSV as Excel saves it (UTF-8 or GBK) and XLSX."""

import csv
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils.exceptions import InvalidFileException

from app.shared.cells import harmless

LONGEST_CELL = 1_000_000
MOST_OF_EXCEL = 32_767  # characters of one cell


class Unreadable(Exception):
    """The file is no table we can read; the text says why."""


def read_table(path: Path) -> Iterator[list[Any]]:
    """Every line of the table, the header first."""
    csv.field_size_limit(LONGEST_CELL)
    return _read_xlsx(path) if _is_xlsx(path) else _read_csv(path)


def count_lines(path: Path) -> int:
    """How many lines lie below the header, for a progress bar; blank ones count too."""
    if _is_xlsx(path):
        with closing(_open_xlsx(path)) as book:
            return max(0, (book.worksheets[0].max_row or 1) - 1)
    return max(0, sum(1 for _ in _read_csv(path)) - 1)


def write_table(path: Path, lines: Iterable[list[str]]) -> int:
    """Write the lines, the header first; how many below it. What looks like a formula is made harmless."""
    return _write_xlsx(path, lines) if _is_xlsx(path) else _write_csv(path, lines)


def _is_xlsx(path: Path) -> bool:
    return path.suffix.lower() == ".xlsx"


def _read_csv(path: Path) -> Iterator[list[str]]:
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        try:
            yield from csv.reader(file)
        except csv.Error as problem:
            raise Unreadable(str(problem)) from problem


def _encoding(path: Path) -> str:
    """UTF-8 if the whole of it is, else what a Chinese Excel saves."""
    for encoding in ("utf-8-sig", "gb18030"):
        with suppress(UnicodeDecodeError), path.open(encoding=encoding) as file:
            while file.read(1 << 20):
                pass
            return encoding
    raise Unreadable("neither UTF-8 nor GBK")


def _open_xlsx(path: Path) -> Workbook:
    try:
        return load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as problem:
        raise Unreadable(f"no XLSX: {type(problem).__name__}") from problem


def _read_xlsx(path: Path) -> Iterator[list[Any]]:
    with closing(_open_xlsx(path)) as book:
        for row in book.worksheets[0].iter_rows(values_only=True):
            yield list(row)


def _write_csv(path: Path, lines: Iterable[list[str]]) -> int:
    written = -1
    with path.open("w", encoding="utf-8-sig", newline="") as file:  # the mark tells Excel that it is UTF-8
        writer = csv.writer(file)
        for line in lines:
            writer.writerow([harmless(cell) for cell in line])
            written += 1
    return max(0, written)


def _write_xlsx(path: Path, lines: Iterable[list[str]]) -> int:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("goods")
    written = -1
    for line in lines:
        cells = []
        for text in line:
            fits = (
                ILLEGAL_CHARACTERS_RE.sub("", text) if len(text) < MOST_OF_EXCEL else ""
            )  # an empty cell changes nothing
            cell = WriteOnlyCell(sheet, value=harmless(fits))
            cell.data_type = "s"  # a text, whatever it looks like
            cells.append(cell)
        sheet.append(cells)
        written += 1
    book.save(path)
    return max(0, written)
