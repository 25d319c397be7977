"""`flask goods …`: the demo catalogue and its pictures, stock by hand, and the audit of the ledger."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from app.goods import bulk, bulk_applying, generating, queries, scheduling, services, visits
from app.goods.categories import category_tree
from app.goods.demo.catalogue import read_catalogue
from app.goods.demo.media import SHIPPED, copy_pictures, shipped_pictures
from app.goods.drawing import draw_all
from app.goods.exchange import exporting, importing, report
from app.goods.grid_commands import COMMANDS
from app.shared import clock
from app.shared.errors import DomainError
from app.shared.sweeps import Sweep
from app.shared.web import say

cli = AppGroup("goods", help="The catalogue and its stock.")


def go_on_with_imports() -> int:
    """Queue imports whose process has gone; how many."""
    left = importing.left_running(clock.in_minutes(-2))
    for import_id in left:
        importing.BRING_IN.enqueue(import_id)
    return len(left)


IMPORTS = Sweep("goods.imports", go_on_with_imports, every_s=120)
VISITS = Sweep("goods.visits", visits.keep, every_s=30)
SHELF = Sweep("goods.shelf", scheduling.keep_plans, every_s=10)
BULK = Sweep("goods.bulk", bulk_applying.finish_left_behind, every_s=120)
DRAFTS = Sweep("goods.drafts", bulk.forget_old_drafts, every_s=300)
for _command in COMMANDS:
    cli.add_command(_command)


@cli.command("load-demo")
def load_demo() -> None:
    """Bring in the demo catalogue and its pictures: what is missing, no more. Safe to repeat."""
    catalogue = read_catalogue()
    with click.progressbar(length=catalogue.size, label="Goods") as bar:
        new = services.load_demo(catalogue, bar.update)
    files = shipped_pictures()
    with click.progressbar(
        copy_pictures(files, current_app.config["INSTANCE"] / "media"), len(files), "Pictures"
    ) as bar:
        for _place in bar:
            pass
    click.echo(f"{new} new SKUs, {queries.count_skus()} in all, {len(files)} picture files")


@cli.command("draw-demo")
def draw_demo() -> None:
    """A developer's command: draw the demo pictures anew into the source tree."""
    files = draw_all(SHIPPED, lambda done, total: click.echo(f"\r{done}/{total}", nl=done == total))
    click.echo(f"{files} files in {SHIPPED}")


@cli.command("set-stock")
@click.argument("sku_id", type=int)
@click.argument("count", type=int)
@click.option("--reason", required=True, help="Why, for the ledger.")
def set_stock(sku_id: int, count: int, reason: str) -> None:
    """Make the stock of SKU_ID exactly COUNT, with the difference in the ledger."""
    try:
        difference = services.set_stock(sku_id, count, reason=reason[:100], actor="cli")
    except DomainError as problem:
        raise click.ClickException(say(problem)) from problem
    click.echo(f"SKU {sku_id}: stock {count} ({difference:+d})")


@cli.command("audit-stock")
@click.option("--repair", is_flag=True, help="Make what drifted what the ledger says.")
def audit_stock(repair: bool) -> None:
    """Compare every SKU's stock and sales with the sum of its ledger; exit 1 when one differs and stays so."""
    drifts = queries.stock_drifts()
    for each in drifts:
        click.echo(
            f"SKU {each.sku_id} {each.name}: stock {each.stock}, ledger {each.stock_sum}; "
            f"sales {each.sales}, ledger {each.sales_sum}"
        )
    if drifts and not (repair and all([services.repair_stock(each.sku_id) for each in drifts])):
        raise SystemExit(1)
    if drifts:
        click.echo(f"{len(drifts)} repaired")
    click.echo(f"{queries.count_skus()} SKUs agree with the ledger")


@cli.command("generate")
@click.argument("count", type=click.IntRange(1, 1_000_000))
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same goods.")
def generate(count: int, seed: int) -> None:
    """Make COUNT realistic SKUs over many categories, for tests of scale. Each run adds as many."""
    with click.progressbar(length=count, label="Goods") as bar:
        made = generating.generate(count, seed, bar.update)
    click.echo(f"{made} new SKUs, {queries.count_skus()} in all")


FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@cli.command("import")
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="Say what would change, and write nothing.")
@click.option("--create", is_flag=True, help="Another shop's table: make its brands and categories, not its numbers.")
@click.option("--show", default=40, show_default=True, help="So many changes are printed by a dry run.")
@click.option("--errors", type=click.Path(dir_okay=False, path_type=Path), help="Where lines that fail are written.")
def import_goods(file: Path, dry_run: bool, create: bool, show: int, errors: Path | None) -> None:
    """Bring in goods from a CSV or XLSX table. Killed or repeated, it goes on where it was; exit 1 if lines failed."""
    try:
        with click.progressbar(length=importing.check_table(file), label="Lines") as bar:
            if dry_run:
                found = importing.preview(file, create, show, bar.update)
                lines, problems = report.sentences(found), found.problems
            else:
                import_id = importing.begin(file, file.name, create, "cli")
                row = importing.run(import_id, bar.update)
                lines, problems = [report.counts(row)], importing.faults_of(import_id)
    except (importing.NoTable, importing.Elsewhere) as problem:
        raise click.ClickException(str(problem)) from problem
    for line in lines:
        click.echo(line)
    if problems:
        target = errors or file.with_name(f"{file.stem}.errors.csv")
        click.echo(f"{report.write_problems(target, file, problems)} faulty lines: {target}")
        raise SystemExit(1)


@cli.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--category", type=int, help="Only goods of this category, at any level.")
def export_goods(file: Path, category: int | None) -> None:
    """Write the goods to FILE (.csv or .xlsx); imported again, the file changes nothing."""
    wanted = None if category is None else category_tree().with_descendants(category)
    with click.progressbar(length=queries.count_skus(), label="SKUs") as bar:
        written = exporting.export(file, wanted, bar.update)
    click.echo(f"{written} SKUs in {file}")
