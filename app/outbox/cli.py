"""Commands of the room, and its sweep."""

import click
from flask.cli import AppGroup

from app.gateways.doors import gateways
from app.outbox import services
from app.shared.sweeps import Sweep

cli = AppGroup("outbox", help="Messages promised inside a transaction.")


def run_sweep() -> int:
    """Send what is due."""
    return services.sweep(gateways())


SWEEP = Sweep("outbox.sweep", run_sweep, every_s=60)


@cli.command("sweep")
def sweep() -> None:
    """Send what a lost job or a closed door left behind."""
    click.echo(f"{run_sweep()} messages sent")
