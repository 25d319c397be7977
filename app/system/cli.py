"""`flask sweeps list` with the last turns, and `flask system health`."""

import click
from flask import current_app
from flask.cli import AppGroup
from flask_babel import gettext

from app.gateways.doors import gateways
from app.shared.filters import when
from app.shared.sweeps import cli as sweeps_cli
from app.system import health, queries

cli = AppGroup("system", help="How the machine room is.")


@sweeps_cli.command("list")
def list_sweeps() -> None:
    """Names, intervals, and how the last turns went."""
    for sweep in queries.sweep_states():
        last = f"{when(sweep.ended_at)}  {sweep.took_ms:>6} ms  {sweep.finished:>5} done" if sweep.ended_at else "never"
        click.echo(f"{sweep.name:32} every {sweep.every_s:>4} s  {last}")
        if sweep.is_failing:
            click.echo(f"{'':32} failed {when(sweep.failed_at)}: {sweep.last_error}")


@cli.command("health")
def show_health() -> None:
    """Every part, looked at now; exit code 1 when one is unwell."""
    found = health.health(gateways().search, current_app.config["INSTANCE"], is_fresh=True)
    for part in found.parts:
        facts = " · ".join(f"{gettext(word)} {value}" for word, value in part.facts)
        click.echo(f"{'ok  ' if part.is_well else 'BAD '} {gettext(part.name)}  {facts}")
        if part.worry:
            click.echo(f"     {gettext(part.worry)}")
    if not all(part.is_well for part in found.parts):
        raise SystemExit(1)
