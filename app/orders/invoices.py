"""Invoices: what the buyer wants on the paper, and that staff have issued it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from app.orders import messages
from app.orders.errors import IllegalMove, InvoiceIssued, NoInvoice
from app.orders.models import Invoice, Order, OrderStatus
from app.orders.policy import INVOICE_NUMBER, INVOICE_TITLE_LENGTH, TAX_NUMBER
from app.orders.services import lock_numbered, lock_own_order
from app.shared import clock
from app.shared.db import db
from app.shared.errors import BadValue, DomainError
from app.shared.uow import unit_of_work

PERSONAL, COMPANY = "personal", "company"
ASKED, ISSUED = "asked", "issued"
# from the moment the money is in (or will be handed over at the door) until long after the end
INVOICED = (OrderStatus.UNSENT, OrderStatus.UNRECEIVED, OrderStatus.UNREVIEWED, OrderStatus.FINISHED)


@dataclass(frozen=True)
class InvoiceWish:
    """What stands on it: a company needs its tax number (15 to 20 digits and capitals), a person may leave it out."""

    kind: str
    title: str
    tax_number: str = ""


@unit_of_work
def ask_invoice(number: str, user_id: int, wish: InvoiceWish) -> None:
    """One invoice an order; until it is issued, asking again corrects what was asked."""
    _check(wish)
    order = lock_own_order(number, user_id)
    if order.status not in INVOICED:
        raise IllegalMove(status=int(order.status))
    invoice = _invoice(order)
    if invoice is None:
        invoice = Invoice(order_id=order.id, state=ASKED)
        db.session.add(invoice)
    elif invoice.state != ASKED:
        raise InvoiceIssued()
    invoice.kind, invoice.title, invoice.tax_number = wish.kind, wish.title, wish.tax_number


@unit_of_work
def issue_invoice(number: str, invoice_number: str, actor: str) -> None:
    """Staff have printed it; the buyer is told its number. `actor` is for the message's log only."""
    invoice_number = invoice_number.strip()
    if not re.fullmatch(INVOICE_NUMBER, invoice_number):
        raise BadValue()
    order = lock_numbered(number)
    invoice = _invoice(order)
    if invoice is None:
        raise NoInvoice()
    if invoice.state != ASKED:
        raise InvoiceIssued()
    invoice.state, invoice.number, invoice.issued_at = ISSUED, invoice_number, clock.now()
    messages.tell(order, "invoice", messages.INVOICED, invoice=invoice_number)


def issue_all(numbers: Mapping[str, str], actor: str) -> dict[str, DomainError | None]:
    """Order number -> invoice number, one by one; what stood in the way of those that could not be issued."""
    found: dict[str, DomainError | None] = {}
    for number, invoice_number in numbers.items():
        try:
            issue_invoice(number, invoice_number, actor)
            found[number] = None
        except DomainError as problem:
            found[number] = problem
    return found


def _invoice(order: Order) -> Invoice | None:
    query = select(Invoice).where(Invoice.order_id == order.id).execution_options(populate_existing=True)
    return db.session.scalar(query)


def _check(wish: InvoiceWish) -> None:
    is_good = wish.kind in (PERSONAL, COMPANY) and 1 <= len(wish.title) <= INVOICE_TITLE_LENGTH
    needs_number = wish.kind == COMPANY or wish.tax_number
    if not is_good or (needs_number and not re.fullmatch(TAX_NUMBER, wish.tax_number)):
        raise BadValue()
