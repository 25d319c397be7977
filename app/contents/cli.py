"""`flask contents load-demo`, `flask contents render-home`"""

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from app.contents import following, services, writing
from app.contents.static_home import write_home
from app.shared.errors import DomainError
from app.shared.sweeps import Sweep

cli = AppGroup("contents", help="The slots of the home page.")


def follow_home() -> int:
    """Ads come and go at their moment: the files follow, whatever became of the news."""
    return following.follow(current_app._get_current_object())  # type: ignore[attr-defined]  # the app itself


SWEEP = Sweep("contents.follow-home", follow_home, every_s=30)


@cli.command("load-demo")
def load_demo() -> None:
    """Fill the empty slots of the home page with ads for the demo goods. Safe to repeat."""
    try:
        new = services.load_demo()
    except DomainError as problem:
        raise click.ClickException(str(problem)) from problem
    writing.load_demo_facts()
    click.echo(f"{new} new ads on the home page")


@cli.command("render-home")
@click.argument("folder", required=False, type=click.Path(file_okay=False, path_type=Path))
def render_home(folder: Path | None) -> None:
    """Write the home page as files into FOLDER (www in the instance folder), each replaced as a whole."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # the app itself, for a request of its own
    for path in write_home(app, folder or Path(current_app.config["INSTANCE"]) / following.FOLDER):
        click.echo(f"{path}: {path.stat().st_size} bytes")


@cli.command("redirect")
@click.argument("path")
@click.argument("target", default="")
def redirect(path: str, target: str) -> None:
    """Send readers of the old PATH to TARGET (301); without a target tell them that it is gone for good (410)."""
    try:
        services.redirect(path, target)
    except DomainError as problem:
        raise click.ClickException(str(problem)) from problem
    click.echo(f"{path} → {target or 'gone'}")
