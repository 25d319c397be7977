"""`flask orders …`: what staff do with an order, and the sweeps that end waiting."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from flask_babel import gettext

from app.orders import automatic, invoices, picture, queries, sending, services, shipping, tracking
from app.shared.errors import DomainError
from app.shared.filters import when
from app.shared.money import show
from app.shared.sweeps import Sweep
from app.shared.web import say

cli = AppGroup("orders", help="Orders: sent, received, cancelled, noted.")
ACTOR = "cli"


def _receive() -> int:
    return automatic.receive_due(int(current_app.config["RECEIPT_DAYS"]))


def _finish() -> int:
    return automatic.finish_due(int(current_app.config["REVIEW_DAYS"]))


SWEEPS = (
    Sweep("orders.receive-due", _receive, every_s=300),
    Sweep("orders.finish-due", _finish, every_s=300),
)


def _tried(verb: Callable[[], object]) -> object:
    """A refusal of the shop becomes one sentence and exit code 1."""
    try:
        return verb()
    except DomainError as problem:
        raise click.ClickException(say(problem)) from problem


@cli.command("ship")
@click.argument("what", nargs=-1, required=True, metavar="FILE | NUMBER CARRIER TRACKING_NUMBER")
@click.option("--line", "lines", multiple=True, help="LINE:COUNT, as often as needed; without it, all that is left.")
@click.option("--dry-run", is_flag=True, help="Of a FILE: say what would happen, send nothing.")
def ship(what: tuple[str, ...], lines: tuple[str, ...], dry_run: bool) -> None:
    """Send a parcel of order NUMBER, or every parcel of FILE.

    FILE is a CSV: order number, carrier, tracking number and, if not everything is inside, SKU:COUNT. The same file
    again changes nothing; exit 1 when a line could not be sent.
    """
    if len(what) == 1 and not lines:
        _ship_table(Path(what[0]), dry_run)
    elif len(what) == 3 and not dry_run:
        _ship_one(*what, lines)
    else:
        raise click.UsageError("either FILE [--dry-run], or NUMBER CARRIER TRACKING_NUMBER [--line LINE:COUNT]…")


def _ship_one(number: str, carrier: str, tracking_number: str, lines: tuple[str, ...]) -> None:
    chosen = dict(_line(text) for text in lines) if lines else None
    sent = _tried(lambda: shipping.ship_order(number, carrier, tracking_number, ACTOR, chosen))
    assert isinstance(sent, shipping.Sent)
    rest = "everything is on its way" if sent.is_complete else "the rest is still to be sent"
    click.echo(f"order {number}: parcel {tracking_number} sent; {rest}")


def _ship_table(path: Path, dry_run: bool) -> None:
    if not path.is_file():
        raise click.ClickException(f"no file {path}")
    try:
        parcels = tracking.read(tracking.decode(path.read_bytes()))
    except DomainError as problem:
        raise click.ClickException(say(problem)) from problem
    outcomes = sending.try_all(parcels) if dry_run else sending.send_all(parcels, ACTOR)
    for each in outcomes:
        told = gettext(each.problem) if each.problem else each.state
        click.echo(f"line {each.parcel.line}: {each.parcel.number} {each.parcel.tracking} {told}")
    sums = Counter(each.state for each in outcomes)
    done = f"{sums[sending.READY]} would be sent" if dry_run else f"{sums[sending.SENT]} sent"
    click.echo(f"{done}, {sums[sending.KNOWN]} known already, {sums[sending.FAULTY]} faulty")
    if sums[sending.FAULTY]:
        raise SystemExit(1)


def _line(text: str) -> tuple[int, int]:
    line, _, count = text.partition(":")
    if not (line.isdigit() and count.isdigit() and int(count)):
        raise click.ClickException(f"--line wants LINE:COUNT, not {text!r} (flask orders show tells the lines)")
    return int(line), int(count)


@cli.command("cancel")
@click.argument("number")
@click.option("--reason", required=True, help="Why; the buyer reads it.")
def cancel(number: str, reason: str) -> None:
    """End an order that is unpaid, or paid on delivery and not sent. A paid one is refunded."""
    result = _tried(lambda: services.cancel_by_staff(number, reason, ACTOR))
    told = {"cancelled": "cancelled", "closing": "its payment is being closed; it ends within a minute"}
    click.echo(f"order {number}: {told[str(result)]}")


@cli.command("note")
@click.argument("number")
@click.argument("text")
def note(number: str, text: str) -> None:
    """Write a note for colleagues."""
    _tried(lambda: services.add_note(number, text, ACTOR))
    click.echo(f"order {number}: noted")


@cli.command("receive")
@click.argument("number")
def receive(number: str) -> None:
    """The goods have arrived, as the carrier or the buyer says."""
    _tried(lambda: services.receive_for_buyer(number, ACTOR))
    click.echo(f"order {number}: received")


@cli.command("issue-invoice")
@click.argument("number")
@click.argument("invoice_number")
def issue_invoice(number: str, invoice_number: str) -> None:
    """The invoice that was asked for is printed under INVOICE_NUMBER."""
    _tried(lambda: invoices.issue_invoice(number, invoice_number, ACTOR))
    click.echo(f"order {number}: invoice {invoice_number} issued")


@cli.command("show")
@click.argument("number")
def show_order(number: str) -> None:
    """State, lines, parcels, invoice and diary of an order."""
    order = _tried(lambda: queries.get_for_staff(number))
    assert isinstance(order, queries.OrderView)
    click.echo(f"{number}  {gettext(order.status_text)}  {gettext(order.pay_method_text)}  ¥{show(order.total_amount)}")
    click.echo(f"  {order.address.receiver} {order.address.mobile} {order.address.text}")
    for line in order.lines:
        click.echo(f"  line {line.line_id}: {line.name} × {line.count}, sent {line.shipped}, refunded {line.refunded}")
    for parcel in order.shipments:
        inside = ", ".join(f"{name} × {count}" for name, count in parcel.lines)
        click.echo(f"  parcel {parcel.carrier} {parcel.tracking_number}: {inside}")
    if order.invoice is not None:
        invoice = order.invoice
        click.echo(f"  invoice: {invoice.title} {invoice.tax_number} {gettext(invoice.state_text)} {invoice.number}")
    for event in order.events:
        click.echo(f"  {when(event.at)}  {event.kind:6}  {event.actor:12}  {gettext(event.text)}")


@cli.command("states")
@click.option("--write", type=click.Path(path_type=Path, exists=True), help="A page whose drawing is renewed.")
def states(write: Path | None) -> None:
    """The table of states and allowed moves, as a diagram and a list."""
    if write is None:
        click.echo(picture.draw())
        return
    write.write_text(picture.redraw(write.read_text()))
    click.echo(f"{write} is up to date")
