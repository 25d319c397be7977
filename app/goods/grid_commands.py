"""`flask goods reprice`, `adjust-stock`, `count-stock`: what the desks of prices and stock do, for a terminal."""

import hashlib
from pathlib import Path

import click
from flask.cli import with_appcontext

from app.goods import adjusting, bulk, bulk_applying, bulk_queries, counting
from app.goods.errors import NoSuchSKU
from app.goods.repricing import Line, read_table
from app.shared import acting
from app.shared.errors import DomainError
from app.shared.money import show
from app.shared.web import say

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
SHOWN = 40


def _who() -> str:
    act = acting.current()
    return act.who if act else "cli"


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise click.ClickException(f"{file}: not UTF-8") from None


@click.command("reprice")
@click.argument("file", type=FILE)
@click.option("--reason", default="", help="Why, for the history of prices.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and write nothing.")
@with_appcontext
def reprice(file: Path, reason: str, dry_run: bool) -> None:
    """Change prices and stocks from a CSV table (sku, price, market_price, stock_delta); exit 1 if lines are faulty.

    Nothing is written while a line is faulty. `flask goods undo-reprice NUMBER` takes it back.
    """
    table = read_table(_text(file))
    for fault in table.faults:
        click.echo(f"line {fault.line}: {say(DomainError(fault.text))} {fault.value}")
    found = bulk_queries.lines_of_wishes(table.wishes)
    gone = sorted(set(table.wishes) - {line.sku_id for line in found})
    for sku_id in gone:
        click.echo(f"line {table.lines[sku_id]}: {say(NoSuchSKU())} {sku_id}")
    lines = [line for line in found if line.is_change]
    faults = len(table.faults) + len(gone) + _print(lines)
    if dry_run or faults or not lines:
        click.echo(f"{len(lines)} would change, {faults} faulty")
        raise SystemExit(1 if faults else 0)
    try:
        number = bulk.begin(list(table.wishes), source="cli", actor=_who(), wishes=table.wishes)
        bulk_applying.apply(number, actor=_who(), reason=reason)
    except DomainError as problem:
        raise click.ClickException(say(problem)) from problem
    done = bulk_queries.tally(bulk_queries.lines_of(number)).outcomes
    click.echo(f"bulk edit {number}: {done['applied']} changed, {done['left']} left")


def _print(lines: list[Line]) -> int:
    """What would change, the first lines of it and every fault; how many faults."""
    for place, line in enumerate(lines):
        fault = line.fault
        if place < SHOWN or fault:
            told = f"{show(line.old_price)} -> {show(line.price)}, stock {line.stock_delta:+d}"
            click.echo(f"SKU {line.sku_id} {line.name}: {told}{'  ! ' + say(DomainError(fault)) if fault else ''}")
    return sum(line.fault is not None for line in lines)


@click.command("undo-reprice")
@click.argument("number", type=int)
@with_appcontext
def undo_reprice(number: int) -> None:
    """Take bulk edit NUMBER back: the rows that are still as it left them."""
    try:
        bulk_applying.undo(number, actor=_who())
    except DomainError as problem:
        raise click.ClickException(say(problem)) from problem
    done = bulk_queries.tally(bulk_queries.lines_of(number)).outcomes
    click.echo(f"bulk edit {number}: {done['undone']} taken back, {done['kept']} changed since and left")


@click.command("adjust-stock", context_settings={"ignore_unknown_options": True})
@click.argument("sku_id", type=int)
@click.argument("delta", type=int)
@click.option("--reason", required=True, help="Why, for the ledger.")
@with_appcontext
def adjust_stock(sku_id: int, delta: int, reason: str) -> None:
    """Move the stock of SKU_ID by DELTA pieces (+5, -3)."""
    try:
        left = adjusting.adjust_stock(sku_id, delta, reason=reason, actor=_who())
    except DomainError as problem:
        raise click.ClickException(say(problem)) from problem
    click.echo(f"SKU {sku_id}: {delta:+d}, stock {left}")


@click.command("count-stock")
@click.argument("file", type=FILE)
@click.option("--reason", default="盘点", show_default=True, help="Why, for the ledger.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and write nothing.")
@with_appcontext
def count_stock(file: Path, reason: str, dry_run: bool) -> None:
    """Correct stock after a count: a CSV table of sku, counted and, where known, seen or counted_at (Shanghai).

    What was sold since is not lost. The same file again changes nothing. Exit 1 if lines are faulty.
    """
    text = _text(file)
    table = counting.read_counts(text)
    faults = [*table.faults, *counting.unknown(table)]
    for fault in faults:
        click.echo(f"line {fault.line}: {say(DomainError(fault.text))} {fault.value}")
    if faults:
        raise SystemExit(1)
    # a difference applied twice would be wrong; the shelf's own number may be given again, next year too
    is_difference = any(count.seen is not None or count.at is not None for count in table.counts)
    once = hashlib.sha256(text.encode()).hexdigest()[:16] if is_difference else ""
    lines = counting.compare(table)
    moved = {line.count.sku_id: line.difference for line in lines}
    if not dry_run:
        try:
            moved = adjusting.count_all(table.counts, reason=reason, actor=_who(), once=once)
        except DomainError as problem:
            raise click.ClickException(f"SKU {problem.facts.get('sku_id')}: {say(problem)}") from problem
    changed = [line for line in lines if moved[line.count.sku_id]]
    for line in changed:
        click.echo(f"SKU {line.count.sku_id} {line.name}: {moved[line.count.sku_id]:+d}")
    click.echo(f"{len(changed)} {'would change' if dry_run else 'changed'}, {len(lines) - len(changed)} as counted")


COMMANDS = (reprice, undo_reprice, adjust_stock, count_stock)
