"""`flask goods …`: the demo catalogue and its pictures, stock by hand, and the audit of the ledger."""

import click
from flask import current_app
from flask.cli import AppGroup

from app.goods import generating, queries, services
from app.goods.demo.catalogue import read_catalogue
from app.goods.demo.media import SHIPPED, copy_pictures, shipped_pictures
from app.goods.drawing import draw_all
from app.shared.errors import DomainError
from app.shared.web import say

cli = AppGroup("goods", help="The catalogue and its stock.")


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
