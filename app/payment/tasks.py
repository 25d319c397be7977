"""Jobs of the room; each may run twice, early or never."""

from app.gateways.doors import gateways
from app.payment import refunding, runs, sweeping


def close_unpaid(order_id: int) -> None:
    """The reservation time is over."""
    sweeping.expire_one(order_id, gateways().payment)


def expire_overdue() -> None:
    """A minute is over in which reservations ended."""
    sweeping.expire_unpaid(gateways().payment)


def pay_refund(refund_id: int) -> None:
    """Money to give back."""
    refunding.pay_refund(refund_id, gateways().payment)


def compare(run_id: int) -> None:
    """Our books with the provider's, as staff asked for it."""
    runs.carry_out(run_id, gateways().payment)
