"""`flask reviews …`: are the counters right?"""

import click
from flask.cli import AppGroup

from app.reviews import queries, services

cli = AppGroup("reviews", help="What buyers say.")


@cli.command("audit")
@click.option("--repair", is_flag=True, help="Set each wrong counter to the number of rows.")
def audit(repair: bool) -> None:
    """Compare every SKU's counter with the number of its reviews; exit 1 when one differs and stays so."""
    drifts = queries.count_drifts()
    for each in drifts:
        points = "" if each.points == each.points_counted else f"; points {each.points_counted}, reviews {each.points}"
        click.echo(f"SKU {each.sku_id} {each.name}: counter {each.counted}, reviews {each.rows}{points}")
        if repair:
            click.echo(f"SKU {each.sku_id}: counter set to {services.repair_count(each.sku_id)}")
    if not drifts:
        click.echo("every counter is right")
    elif not repair:
        raise SystemExit(1)
