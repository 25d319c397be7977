"""`flask chaos`: proof that a killed web worker, worker, Redis or database loses, doubles and oversells nothing."""

import subprocess
import sys
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

ROOT = Path(__file__).resolve().parents[2]


@click.command("chaos")
@click.option(
    "--seconds", default=60, show_default=True, type=click.IntRange(10, 600), help="How long the crowd orders."
)
@click.option("--redis-away", default=8, show_default=True, type=click.IntRange(1, 120), help="Seconds without Redis.")
@click.option("--mariadb", is_flag=True, help="On a private MariaDB, which is killed and restarted too.")
@click.option("--guard", default="", help="Which stock guard; the default one without.")
@with_appcontext
def cli(seconds: int, redis_away: int, mariadb: bool, guard: str) -> None:
    """Let a crowd order while everything is killed; fail unless nothing is lost, doubled or oversold.

    It starts a mall, a Redis and perhaps a database of its own on loopback, in a folder of its own, and touches no
    other. The processes are the launcher's business, so this command only starts it.
    """
    if current_app.config["MALL_MODE"] == "production":
        raise click.ClickException("chaos kills what it starts; a production machine is no place for that")
    command = [sys.executable, "-m", "launch.chaos", f"--seconds={seconds}", f"--redis-away={redis_away}"]
    command += [*(["--mariadb"] if mariadb else []), *([f"--guard={guard}"] if guard else [])]
    done = subprocess.run(command, cwd=ROOT, check=False)  # noqa: S603  # our own interpreter, module and numbers
    raise SystemExit(done.returncode)
