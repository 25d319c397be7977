"""What orders hold of a person: what is still open, the list for their export, and the blanks when they leave.

Amounts, goods and states stay: they are the shop's books. All of it joins the caller's unit.
"""

from typing import Any

from sqlalchemy import Select, select, update

from app.orders import words
from app.orders.models import Invoice, Order, OrderEvent, OrderLine, OrderStatus, Shipment
from app.shared.db import db
from app.shared.holdings import Listed, listed
from app.users.models import User

OPEN = (OrderStatus.UNPAID, OrderStatus.UNSENT, OrderStatus.UNRECEIVED)
# sentences of the house; whatever else stands in the diary was written by people
SENTENCES = {text for text in vars(words).values() if isinstance(text, str)} | set(words.CANCEL_REASONS)


def open_numbers(user_id: int, *, lock: bool = False) -> list[str]:
    """Numbers of what is unpaid, unsent or unreceived; with `lock` every order's row is held, so that none moves."""
    query = select(Order.number, Order.status).where(Order.user_id == user_id).order_by(Order.id)
    rows = db.session.execute(query.with_for_update() if lock else query)
    return [row.number for row in rows if row.status in OPEN]


def named_again() -> list[int]:
    """People who have left, and of whom an order that has ended since still tells who received it."""
    query = select(Order.user_id).join(User, User.id == Order.user_id)
    query = query.where(User.deleted_at.is_not(None), Order.mobile != "", Order.status.not_in(OPEN))
    return list(db.session.scalars(query.distinct()))


def numbers(user_id: int) -> list[str]:
    """All their orders."""
    return list(db.session.scalars(select(Order.number).where(Order.user_id == user_id).order_by(Order.id)))


def holdings(user_id: int) -> dict[str, Listed]:
    """Orders with lines, parcels, invoices and diary; what staff noted for themselves is part of it."""
    mine = Order.user_id == user_id
    return {
        "orders": listed(select(*_ORDER).where(mine).order_by(Order.id)),
        "order_lines": listed(_of(OrderLine, *_LINE).where(mine)),
        "shipments": listed(_of(Shipment, *_PARCEL).where(mine)),
        "invoices": listed(_of(Invoice, *_INVOICE).where(mine)),
        "order_events": listed(_of(OrderEvent, *_EVENT).where(mine)),
    }


_ORDER = (
    Order.number,
    Order.status,
    Order.pay_method,
    Order.goods_amount,
    Order.freight,
    Order.total_amount,
    Order.receiver,
    Order.mobile,
    Order.address_text,
    Order.created_at,
    Order.paid_at,
    Order.moved_at,
    Order.hidden_at,
)
_LINE = (
    OrderLine.sku_id,
    OrderLine.name,
    OrderLine.spec_text,
    OrderLine.price,
    OrderLine.count,
    OrderLine.refunded,
)
_PARCEL = (Shipment.carrier, Shipment.tracking_number, Shipment.created_at)
_EVENT = (OrderEvent.new_status, OrderEvent.actor, OrderEvent.reason, OrderEvent.created_at)
_INVOICE = (Invoice.kind, Invoice.title, Invoice.tax_number, Invoice.state, Invoice.number.label("invoice_number"))


def _of(model: Any, *columns: Any) -> Select[*tuple[Any, ...]]:
    return select(Order.number, *columns).join(Order, Order.id == model.order_id).order_by(model.id)


def forget_person(user_id: int) -> None:
    """Blank who received what where, what the invoice says, and words of people; open orders keep what they need."""
    ended = select(Order.id).where(Order.user_id == user_id, Order.status.not_in(OPEN))
    silent: dict[str, Any] = {"synchronize_session": False}
    db.session.execute(
        update(OrderEvent)
        .where(OrderEvent.order_id.in_(ended), OrderEvent.reason.not_in(SENTENCES))
        .values(reason="")
        .execution_options(**silent)
    )
    db.session.execute(
        update(Invoice).where(Invoice.order_id.in_(ended)).values(title="", tax_number="").execution_options(**silent)
    )
    db.session.execute(
        update(Order)
        .where(Order.user_id == user_id, Order.status.not_in(OPEN))
        .values(receiver="", mobile="", address_text="")
        .execution_options(**silent)
    )
