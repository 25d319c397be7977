"""Commands of the room, and its sweep."""

import click
from flask.cli import AppGroup

from app.gateways.doors import gateways
from app.outbox import queries, services
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


@cli.command("retry")
@click.argument("message_ids", type=int, nargs=-1)
@click.option("--failed", is_flag=True, help="Every message that was given up, a thousand at most.")
@click.option("--dry-run", is_flag=True, help="Say how many, and change nothing.")
def retry(message_ids: tuple[int, ...], failed: bool, dry_run: bool) -> None:
    """Begin anew with messages that did not leave: their numbers, or --failed."""
    if bool(message_ids) == failed:
        raise click.UsageError("name messages by their numbers, or say --failed")
    chosen = queries.failed_ids() if failed else list(message_ids)
    if dry_run:
        click.echo(f"{len(chosen)} messages would be tried again")
        return
    begun = services.retry(chosen)
    click.echo(f"{begun} messages begun anew, {len(chosen) - begun} left as they are (sent, in hand, or unknown)")
