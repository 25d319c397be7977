"""`flask aftersales …`: what staff decide, by hand."""

import secrets
from collections.abc import Callable

import click
from flask.cli import AppGroup

from app.aftersales import queries, services
from app.aftersales.deciding import Asking
from app.aftersales.policy import MOST_WORDS
from app.aftersales.states import Kind, State
from app.shared import clock
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
@click.option("--state", type=click.Choice([state.value for state in State]), help="Only these; else whatever waits.")
def list_open(state: str | None) -> None:
    """What waits for a decision, for goods or for money, oldest first; at most 1,000."""
    for item in queries.open_documents(state):
        click.echo(f"{item.number}  order {item.order_id}  {item.kind}  {item.state}  {show(item.amount)}")


@cli.command("show")
@click.argument("number")
def show_one(number: str) -> None:
    """One document: its lines, its refunds, what has happened."""
    try:
        document = queries.get_any(number)
    except DomainError as problem:
        raise click.ClickException(say(problem)) from problem
    click.echo(f"{document.number}  order {document.order_id}  {document.kind}  {document.state}")
    for line in document.lines:
        click.echo(f"  line {line.line_id}  {line.name}  {show(line.price)} x {line.count} = {show(line.amount)}")
    click.echo(f"  freight {show(document.freight)}, together {show(document.amount)}")
    for refund in document.refunds:
        click.echo(f"  refund {refund.request_no}  {show(refund.amount)}  {'done' if refund.done_at else 'due'}")
    for event in document.events:
        click.echo(f"  {clock.local(event.at):%Y-%m-%d %H:%M}  {event.actor}  {event.text}")


@cli.command("open")
@click.argument("order_number")
@click.option("--line", "lines", multiple=True, required=True, help="LINE=COUNT, as often as needed.")
@click.option("--reason", "words", required=True, help="Why; the shopper reads it.")
@click.option("--return", "is_return", is_flag=True, help="The goods come back first.")
@click.option("--decide", is_flag=True, help="Say yes at once, instead of leaving it to a colleague.")
@STAFF
def open_case(order_number: str, lines: tuple[str, ...], words: str, is_return: bool, decide: bool, staff: str) -> None:
    """Give back pieces of an order that nobody has asked about."""
    counts = {}
    for text in lines:
        line, _, count = text.partition("=")
        if not (line.isdigit() and count.isdigit()):
            raise click.ClickException("--line: LINE=COUNT, two whole numbers")
        counts[int(line)] = int(count)
    kind = Kind.RETURN if is_return else Kind.REFUND
    asking = Asking(0, order_number, kind, counts, "other", words.strip()[:MOST_WORDS], secrets.token_urlsafe(24))
    try:
        number = services.open_case(asking, f"staff:{staff}", decide=decide)
    except DomainError as problem:
        raise click.ClickException(say(problem)) from problem
    click.echo(f"{number}: {queries.get_any(number).state}")


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
