"""`flask contents load-demo`"""

import click
from flask.cli import AppGroup

from app.contents import services
from app.shared.errors import DomainError

cli = AppGroup("contents", help="The slots of the home page.")


@cli.command("load-demo")
def load_demo() -> None:
    """Fill the empty slots of the home page with ads for the demo goods. Safe to repeat."""
    try:
        new = services.load_demo()
    except DomainError as problem:
        raise click.ClickException(str(problem)) from problem
    click.echo(f"{new} new ads on the home page")
