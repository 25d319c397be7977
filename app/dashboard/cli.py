"""`flask dashboard figures`, and the sweep that keeps what Redis counts."""

import click
from flask import current_app
from flask.cli import AppGroup

from app.dashboard import services
from app.dashboard.figures import make_today
from app.shared import clock
from app.shared.sweeps import Sweep

cli = AppGroup("dashboard", help="The figures of the back office's first page.")
SWEEP = Sweep("dashboard.heads", services.keep_heads, every_s=60)


@cli.command("figures")
def show_figures() -> None:
    """Today's, counted now."""
    now = make_today(clock.today(), current_app.config["LOW_STOCK"])
    of = now.orders
    click.echo(f"orders      {of.placed} placed: {of.sold} sold, {of.unpaid} unpaid, {of.cancelled} cancelled")
    click.echo(f"sales       {of.sales}")
    click.echo(f"waiting     {now.to_ship} to ship, {now.asked} after-sales, {now.refunds_due} refunds to pay")
    click.echo(f"people      {now.users} accounts, {now.day.joined} new, {now.active} seen, {of.buyers} bought")
    click.echo(f"browsers    {now.day.looked} looked at goods, {now.day.carted} filled a cart")
