"""`flask payment …`: the sweeps by hand, and their place in the scheduler."""

import click
from flask.cli import AppGroup

from app.gateways.doors import gateways
from app.payment import sweeping
from app.shared.sweeps import Sweep

cli = AppGroup("payment", help="Money received and given back.")


def _expire() -> int:
    return sweeping.expire_unpaid(gateways().payment)


def _reconcile() -> int:
    return sweeping.reconcile(gateways().payment)


def _refunds() -> int:
    return sweeping.pay_refunds(gateways().payment)


SWEEPS = (
    Sweep("payment.expire-unpaid", _expire, every_s=20),
    Sweep("payment.reconcile", _reconcile, every_s=60),
    Sweep("payment.refunds", _refunds, every_s=60),
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
def reconcile() -> None:
    """Ask the provider about open payments and settle what proves paid."""
    click.echo(f"{_reconcile()} payments settled")


@cli.command("refund-due")
def refund_due() -> None:
    """Give back money that came too late or twice."""
    click.echo(f"{_refunds()} refunds paid")
