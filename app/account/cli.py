"""`flask account …`: what a lost moment left of people who have gone, and its place in the scheduler."""

import click
from flask.cli import AppGroup

from app.account import services
from app.shared.sweeps import Sweep

cli = AppGroup("account", help="Personal data.")
SWEEPS = (Sweep("account.forget", services.sweep, every_s=300),)


@cli.command("forget")
def forget() -> None:
    """Forget again who has left, where an order of theirs has ended since."""
    click.echo(f"{services.sweep()} people forgotten again")
