"""Reads of a shopper's own orders: the owner is in every query, the lines in one statement. Staff read the same."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from math import ceil

from sqlalchemy import ColumnElement, func, select

from app.orders import words
from app.orders.events import STAFF_ONLY
from app.orders.models import (
    Invoice,
    Order,
    OrderEvent,
    OrderLine,
    OrderStatus,
    PayMethod,
    Shipment,
    ShipmentLine,
)
from app.orders.policy import PAGE_SIZE
from app.shared import clock
from app.shared.db import db
from app.shared.errors import NotFound
from app.shared.paging import Page


@dataclass(frozen=True)
class LineView:
    """One line as it was sold; amounts in yuan."""

    sku_id: int
    name: str
    image: str
    spec_text: str
    price: Decimal
    count: int
    amount: Decimal
    line_id: int = 0
    shipped: int = 0
    refunded: int = 0

    @property
    def left(self) -> int:
        """Pieces that are still to be sent."""
        return max(0, self.count - self.refunded - self.shipped)


@dataclass(frozen=True)
class AddressView:
    """The order's own copy of the address."""

    receiver: str
    mobile: str
    text: str


@dataclass(frozen=True)
class EventView:
    """What happened; `text` is a message id or somebody's own words, `by` a message id, `actor` for staff only."""

    at: datetime
    text: str
    by: str = ""
    actor: str = ""
    kind: str = ""


@dataclass(frozen=True)
class ShipmentView:
    """One parcel and how many pieces of what are in it."""

    carrier: str
    tracking_number: str
    sent_at: datetime
    lines: list[tuple[str, int]]


@dataclass(frozen=True)
class InvoiceView:
    """What was asked for and how far it is; the texts are message ids."""

    kind: str
    kind_text: str
    title: str
    tax_number: str
    state: str
    state_text: str
    number: str
    issued_at: datetime | None


@dataclass(frozen=True)
class OrderView:
    """An order for its owner; `order_id` is the number, texts are message ids."""

    order_id: str
    created_at: datetime
    status: int
    status_text: str
    pay_method: int
    pay_method_text: str
    total_count: int
    goods_amount: Decimal
    freight: Decimal
    total_amount: Decimal
    pay_deadline: datetime | None
    paid_at: datetime | None
    can_pay: bool
    can_cancel: bool
    can_receive: bool
    can_hide: bool
    can_buy_again: bool
    can_invoice: bool
    moved_at: datetime | None
    pay_left_s: int
    address: AddressView
    lines: list[LineView] = field(default_factory=list)
    events: list[EventView] = field(default_factory=list)
    invoice: InvoiceView | None = None
    shipments: list[ShipmentView] = field(default_factory=list)


def count_orders(user_id: int) -> dict[int, int]:
    """Status -> own orders in view, for the tabs."""
    query = select(Order.status, func.count()).where(*_in_view(user_id)).group_by(Order.status)
    return {status: count for status, count in db.session.execute(query)}


def page_orders(user_id: int, number: int, total: int, status: int | None = None) -> Page[OrderView]:
    """Own orders in view, newest first: the page, its lines. `total` is counted before; NotFound beyond the last."""
    pages = max(1, -(-total // PAGE_SIZE))
    if not 1 <= number <= pages:
        raise NotFound()
    which = _in_view(user_id) if status is None else [*_in_view(user_id), Order.status == status]
    newest = select(Order).where(*which).order_by(Order.created_at.desc(), Order.id.desc())
    rows = db.session.scalars(newest.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)).all() if total else []
    lines = _lines([order.id for order in rows])
    return Page([_view(order, lines.get(order.id, []), []) for order in rows], number, PAGE_SIZE, total)


def _in_view(user_id: int) -> list[ColumnElement[bool]]:
    return [Order.user_id == user_id, Order.hidden_at.is_(None)]


def get_order(user_id: int, number: str) -> OrderView:
    """One own order with lines and events. What its buyer took out of the list is still found by its number."""
    return _whole(Order.number == number, Order.user_id == user_id)


def get_for_staff(number: str) -> OrderView:
    """Anybody's order, with the notes of staff."""
    return _whole(Order.number == number, for_staff=True)


def _whole(*which: ColumnElement[bool], for_staff: bool = False) -> OrderView:
    found = select(Order, Invoice).outerjoin(Invoice, Invoice.order_id == Order.id).where(*which)
    row = db.session.execute(found).first()
    if row is None:
        raise NotFound()
    order: Order = row[0]
    invoice: Invoice | None = row[1]
    query = select(OrderEvent).where(OrderEvent.order_id == order.id)
    if not for_staff:
        query = query.where(OrderEvent.kind.not_in(STAFF_ONLY))
    rows = db.session.scalars(query.order_by(OrderEvent.created_at, OrderEvent.id))
    events = [EventView(row.created_at, row.reason, words.actor(row.actor), row.actor, row.kind) for row in rows]
    lines = _lines([order.id]).get(order.id, [])
    return replace(
        _view(order, lines, events),
        invoice=_invoice(invoice) if invoice is not None else None,
        shipments=_shipments(order.id) if any(line.shipped for line in lines) else [],
    )


def _shipments(order_id: int) -> list[ShipmentView]:
    query = (
        select(Shipment, OrderLine.name, ShipmentLine.count)
        .join(ShipmentLine, ShipmentLine.shipment_id == Shipment.id)
        .join(OrderLine, OrderLine.id == ShipmentLine.order_line_id)
        .where(Shipment.order_id == order_id)
        .order_by(Shipment.id, OrderLine.id)
    )
    found: dict[int, ShipmentView] = {}
    for row, name, count in db.session.execute(query):
        view = ShipmentView(row.carrier, row.tracking_number, row.created_at, [])
        found.setdefault(row.id, view).lines.append((name, count))
    return list(found.values())


def _invoice(row: Invoice) -> InvoiceView:
    return InvoiceView(
        kind=row.kind,
        kind_text=words.INVOICE_KIND[row.kind],
        title=row.title,
        tax_number=row.tax_number,
        state=row.state,
        state_text=words.INVOICE_STATE[row.state],
        number=row.number,
        issued_at=row.issued_at,
    )


def _lines(order_ids: list[int]) -> dict[int, list[LineView]]:
    if not order_ids:
        return {}
    found: dict[int, list[LineView]] = {}
    for row in db.session.scalars(
        select(OrderLine).where(OrderLine.order_id.in_(order_ids)).order_by(OrderLine.order_id, OrderLine.id)
    ):
        sold = (row.sku_id, row.name, row.image, row.spec_text, row.price, row.count, row.amount)
        found.setdefault(row.order_id, []).append(LineView(*sold, row.id, row.shipped, row.refunded))
    return found


def _view(order: Order, lines: list[LineView], events: list[EventView]) -> OrderView:
    status, now = OrderStatus(order.status), clock.now()
    is_open = status is OrderStatus.UNPAID
    left_s = ceil((order.pay_before - now).total_seconds()) if order.pay_before is not None else 0
    is_cash_waiting = status is OrderStatus.UNSENT and order.pay_method == PayMethod.CASH
    return OrderView(
        order_id=order.number,
        created_at=order.created_at,
        status=order.status,
        status_text=words.STATUS[status],
        pay_method=order.pay_method,
        pay_method_text=words.PAY_METHOD[PayMethod(order.pay_method)],
        total_count=order.total_count,
        goods_amount=order.goods_amount,
        freight=order.freight,
        total_amount=order.total_amount,
        pay_deadline=order.pay_before,
        paid_at=order.paid_at,
        can_pay=is_open and order.pay_before is not None and order.pay_before > now,
        can_cancel=is_open or (is_cash_waiting and not any(line.shipped for line in lines)),
        can_receive=status is OrderStatus.UNRECEIVED,
        can_hide=status in (OrderStatus.FINISHED, OrderStatus.CANCELLED) and order.hidden_at is None,
        can_buy_again=not is_open,
        can_invoice=status not in (OrderStatus.UNPAID, OrderStatus.CANCELLED),
        moved_at=order.moved_at,
        pay_left_s=max(0, left_s),
        address=AddressView(order.receiver, order.mobile, order.address_text),
        lines=lines,
        events=events,
    )
