"""`flask payment …`: the sweeps by hand, and their place in the scheduler."""

import json
from dataclasses import asdict
from datetime import date, datetime

import click
from flask.cli import AppGroup

from app.gateways.doors import gateways
from app.payment import cash, reconciling, refunding, runs, sweeping
from app.shared.errors import DomainError
from app.shared.money import parse, show
from app.shared.sweeps import Sweep
from app.shared.web import say

cli = AppGroup("payment", help="Money received and given back.")


def _expire() -> int:
    return sweeping.expire_unpaid(gateways().payment)


def _reconcile() -> int:
    return sweeping.reconcile(gateways().payment)


def _refunds() -> int:
    return sweeping.pay_refunds(gateways().payment)


def _compare() -> int:
    return runs.finish_left(gateways().payment)


SWEEPS = (
    Sweep("payment.expire-unpaid", _expire, every_s=20),
    Sweep("payment.reconcile", _reconcile, every_s=60),
    Sweep("payment.refunds", _refunds, every_s=60),
    Sweep("payment.compare", _compare, every_s=300),
)


@cli.command("expire-unpaid")
@click.option("--dry-run", is_flag=True, help="Only say which orders would end.")
def expire_unpaid(dry_run: bool) -> None:
    """End unpaid orders past their deadline and give their stock back."""
    if dry_run:
        for order_id in sweeping.overdue_orders():
            click.echo(f"order {order_id} is overdue")
        return
    click.echo(f"{_expire()} orders ended")


@cli.command("reconcile")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="A Shanghai day; else today and all unfinished.")
@click.option("--repair", is_flag=True, help="Settle trades that prove paid, mark refunds that prove done.")
@click.option("--dry-run", is_flag=True, help="Only say what differs: keep and repair nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
def reconcile(day: datetime | None, repair: bool, dry_run: bool, as_json: bool) -> None:
    """Compare our books with the provider's, to the cent, and keep what differs; exit 1 when a mismatch remains."""
    found = _found(day.date() if day else None, repair=repair, dry_run=dry_run)
    left = sum(not each.repaired for each in found)
    if as_json:
        click.echo(json.dumps({"mismatches": [asdict(each) for each in found], "remaining": left}, ensure_ascii=False))
    else:
        for each in found:
            mark = "repaired" if each.repaired else "MISMATCH"
            click.echo(
                f"{mark}  {each.kind:27} order {each.order_number}  {each.subject}  "
                f"here {each.here}  there {each.there}"
            )
        click.echo(f"{len(found)} mismatches, {left} remain")
    if left:
        raise SystemExit(1)


def _found(day: date | None, *, repair: bool, dry_run: bool) -> list[reconciling.Mismatch]:
    if dry_run:
        return reconciling.compare(gateways().payment, day)
    try:
        run_id = runs.ask(day, "cli", repair=repair, by_job=False)
    except DomainError as problem:
        raise click.ClickException(say(problem)) from problem
    return runs.carry_out(run_id, gateways().payment)


@cli.command("poll")
def poll() -> None:
    """Ask the provider about open payments and settle what proves paid."""
    click.echo(f"{_reconcile()} payments settled")


@cli.command("collect")
@click.argument("order_number")
@click.argument("amount")
@click.option("--staff", required=True, help="Who collected it.")
def collect(order_number: str, amount: str, staff: str) -> None:
    """Write down cash collected for ORDER_NUMBER, which is paid on delivery."""
    try:
        missing = cash.record_cash(order_number, parse(amount), f"staff:{staff}")
    except ValueError:
        raise click.ClickException("AMOUNT: yuan with at most two decimals") from None
    except DomainError as problem:
        raise click.ClickException(say(problem)) from problem
    click.echo(f"order {order_number}: {amount} received, {show(missing)} still to collect")


@cli.command("refund-paid")
@click.argument("request_no")
@click.option("--reference", required=True, help="How it went back: the number of the transfer or of the slip.")
def refund_paid(request_no: str, reference: str) -> None:
    """Mark a refund of cash as given back."""
    try:
        is_new = refunding.pay_cash_back(request_no, reference)
    except DomainError as problem:
        raise click.ClickException(say(problem)) from problem
    click.echo(f"refund {request_no}: {'marked paid' if is_new else 'was paid before'}")


@cli.command("refund-due")
def refund_due() -> None:
    """Give back money that came too late or twice."""
    click.echo(f"{_refunds()} refunds paid")
