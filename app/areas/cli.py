"""`flask areas load`: the divisions of the country."""

from pathlib import Path

import click
from flask.cli import AppGroup

from app.areas import services
from app.areas.reading import SHIPPED, read_divisions
from app.shared.errors import DomainError

cli = AppGroup("areas", help="Provinces, cities and districts.")


@cli.command("load")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load(file: Path | None) -> None:
    """Load the divisions of FILE (default: the list shipped with the mall). Safe to repeat."""
    try:
        count = services.load_areas(read_divisions(file or SHIPPED))
    except DomainError as problem:
        raise click.ClickException(str(problem)) from problem
    click.echo(f"{count} areas loaded")
