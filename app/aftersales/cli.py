"""`flask aftersales …`: what staff decide, by hand."""

from collections.abc import Callable

import click
from flask.cli import AppGroup

from app.aftersales import queries, services
from app.shared.errors import DomainError
from app.shared.money import show
from app.shared.web import say

cli = AppGroup("aftersales", help="Refunds and returns: list, decide, take goods back.")

STAFF = click.option("--staff", required=True, help="Who decides, for the diary.")


def _do(verb: Callable[..., object], *args: str) -> None:
    try:
        verb(*args)
    except DomainError as problem:
        raise click.ClickException(say(problem)) from problem


@cli.command("list")
def list_open() -> None:
    """What waits for a decision, for goods or for money, oldest first."""
    for item in queries.open_documents():
        click.echo(f"{item.number}  order {item.order_id}  {item.kind}  {item.state}  {show(item.amount)}")


@cli.command("approve")
@click.argument("number")
@STAFF
def approve(number: str, staff: str) -> None:
    """Say yes: money goes back at once, or when the goods are back."""
    _do(services.approve, number, f"staff:{staff}")
    click.echo(f"{number}: {queries.get_any(number).state}")


@cli.command("refuse")
@click.argument("number")
@click.option("--reason", required=True, help="Why; the shopper reads it.")
@STAFF
def refuse(number: str, reason: str, staff: str) -> None:
    """Say no, and why."""
    _do(services.refuse, number, f"staff:{staff}", reason)
    click.echo(f"{number}: refused")


@cli.command("goods-back")
@click.argument("number")
@STAFF
def goods_back(number: str, staff: str) -> None:
    """The goods have arrived: back on the shelf, and the money goes back."""
    _do(services.goods_back, number, f"staff:{staff}")
    click.echo(f"{number}: {queries.get_any(number).state}")


@cli.command("cancel-paid")
@click.argument("order_number")
@click.option("--reason", required=True, help="Why; the order's diary keeps it.")
@STAFF
def cancel_paid(order_number: str, reason: str, staff: str) -> None:
    """End a paid order before anything was sent and give all its money back."""
    _do(services.cancel_paid, order_number, f"staff:{staff}", reason)
    click.echo(f"order {order_number}: cancelled, its money goes back")
