"""`flask pictures …`: clearing away, and its place in the scheduler."""

import click
from flask.cli import AppGroup

from app.gateways.doors import gateways
from app.pictures import services
from app.shared.sweeps import Sweep

cli = AppGroup("pictures", help="Uploaded pictures.")


def clear_away() -> int:
    """Dropped and never used pictures; how many."""
    return services.clear(gateways().images)


SWEEPS = (Sweep("pictures.clear", clear_away, every_s=240),)


@cli.command("clear")
def clear() -> None:
    """Delete the files of pictures that were let go, or that nobody used within a day."""
    click.echo(f"{clear_away()} pictures cleared away")
