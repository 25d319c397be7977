"""Commands of the room, and its sweep."""

import click
from flask.cli import AppGroup

from app.gateways.doors import gateways
from app.shared.sweeps import Sweep
from app.verifications import sending

cli = AppGroup("verifications", help="Codes by SMS and mail.")


def run_sweep() -> int:
    """Send what is overdue."""
    return sending.sweep(gateways())


SWEEP = Sweep("verifications.send-waiting", run_sweep, every_s=10)


@cli.command("send-waiting")
def send_waiting() -> None:
    """Send the codes whose job was lost or whose worker died."""
    click.echo(f"{run_sweep()} codes sent")
