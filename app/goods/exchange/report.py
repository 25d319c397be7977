"""What an import did or would do, for people; and the lines that failed, as a table to mend and bring in again."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from flask_babel import gettext

from app.goods.exchange.columns import CHINESE, as_dict, header
from app.goods.exchange.files import read_table, write_table
from app.goods.exchange.importing import Preview
from app.goods.exchange.planning import Change
from app.goods.exchange.reading import Problem
from app.goods.models import GoodsImport


def counts(row: GoodsImport) -> str:
    """One line about an import."""
    return f"{row.created} new, {row.changed} changed, {row.same} as they were, {row.faulty} faulty"


def sentences(found: Preview) -> list[str]:
    """A dry run: the first changes, then the sums."""
    faulty = len({problem.line for problem in found.problems})
    sums = f"would be {found.created} new, {found.changed} changed, {found.same} as they are, {faulty} faulty"
    return [*(describe(change) for change in found.changes), sums]


def describe(change: Change) -> str:
    """`line 7: SKU 12 Mate 60 · 单价: 5999.00 → 5899.00`"""
    if change.sku_id is None:
        return f"line {change.line}: new: {change.name} · {change.new}"
    old, new = short(change.old or ""), short(change.new)
    return f"line {change.line}: SKU {change.sku_id} {change.name} · {CHINESE[change.field]}: {old} → {new}"


def short(text: str) -> str:
    """At most 60 characters of one line."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:59]}…"


def write_problems(path: Path, source: Path, problems: Sequence[Problem]) -> int:
    """The failed lines as they stood, with what is wrong in front; how many."""
    said: dict[int, list[str]] = {}
    for each in problems:
        said.setdefault(each.line, []).append(say(each))
    return write_table(path, _lines(source, said))


def say(problem: Problem) -> str:
    """`单价 应为最多两位小数的金额（12.345）`"""
    fact = f"（{problem.fact}）" if problem.fact else ""
    return f"{CHINESE.get(problem.field, problem.field)} {gettext(problem.text)}{fact}"


def _lines(source: Path, said: dict[int, list[str]]) -> Iterable[list[str]]:
    names: list[str] = []
    for number, cells in enumerate(read_table(source), 1):
        if number == 1:
            names = header(cells)
            yield [gettext("行号"), gettext("问题"), *(CHINESE.get(name, name) for name in names)]
        elif number in said:
            found = as_dict(names, cells)
            yield [str(number), "；".join(said[number]), *(found.get(name, "") for name in names)]
