"""Cells of a table that goes to a spreadsheet: what it would run as a formula is made harmless."""

import csv
import io
from collections.abc import Iterable
from decimal import Decimal

RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # what a spreadsheet may take for a formula


def harmless(text: str) -> str:
    """A text as a cell: one that looks like a formula starts with an apostrophe, as spreadsheets write it."""
    return f"'{text}" if text.startswith((*RUNS, "'")) else text


def plain(cell: str) -> str:
    """The text that `harmless` wrote."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith((*RUNS, "'")) else cell


def csv_line(cells: Iterable[object]) -> str:
    """One line of a CSV file: every text of it harmless, numbers as they are."""
    out = io.StringIO()
    csv.writer(out).writerow([cell if isinstance(cell, int | Decimal) else harmless(_text(cell)) for cell in cells])
    return out.getvalue()


def _text(cell: object) -> str:
    return "" if cell is None else str(cell)
