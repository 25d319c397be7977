"""What of a buyer staff may see: without the right to people nobody can be found by an order."""

from dataclasses import replace

from app.orders.queries import OrderView
from app.shared.filters import mask_mobile
from app.shared.staff_view import rights


def may_see_people() -> bool:
    """Has whoever asks the right?"""
    return "orders.see_personal" in rights()


def name(receiver: str) -> str:
    """`王**`, unless they may."""
    return receiver if may_see_people() or not receiver else f"{receiver[:1]}**"


def mobile(number: str) -> str:
    """`138****8000`, unless they may."""
    return number if may_see_people() or not number else mask_mobile(number)


def shown(order: OrderView) -> OrderView:
    """The order as whoever asks may see it."""
    if may_see_people():
        return order
    address = replace(order.address, receiver=name(order.address.receiver), text="***")
    address = replace(address, mobile=mobile(address.mobile))
    invoice = order.invoice and replace(order.invoice, title="***", tax_number="***")
    return replace(order, address=address, invoice=invoice)
