"""Reads of a shopper's own orders: the owner is in every query, the lines in one statement."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select

from app.orders import words
from app.orders.models import Order, OrderEvent, OrderLine, OrderStatus, PayMethod
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


@dataclass(frozen=True)
class AddressView:
    """The order's own copy of the address."""

    receiver: str
    mobile: str
    text: str


@dataclass(frozen=True)
class EventView:
    """What happened; `text` is a message id."""

    at: datetime
    text: str


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
    address: AddressView
    lines: list[LineView] = field(default_factory=list)
    events: list[EventView] = field(default_factory=list)


def page_orders(user_id: int, number: int) -> Page[OrderView]:
    """Own orders, newest first: a count, the page, its lines. NotFound beyond the last page."""
    mine = Order.user_id == user_id
    total = db.session.scalar(select(func.count()).select_from(Order).where(mine)) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    if not 1 <= number <= pages:
        raise NotFound()
    newest = select(Order).where(mine).order_by(Order.created_at.desc(), Order.id.desc())
    rows = db.session.scalars(newest.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)).all() if total else []
    lines = _lines([order.id for order in rows])
    return Page([_view(order, lines.get(order.id, []), []) for order in rows], number, PAGE_SIZE, total)


def get_order(user_id: int, number: str) -> OrderView:
    """One own order with lines and events."""
    order = db.session.scalar(select(Order).where(Order.number == number, Order.user_id == user_id))
    if order is None:
        raise NotFound()
    rows = db.session.scalars(
        select(OrderEvent).where(OrderEvent.order_id == order.id).order_by(OrderEvent.created_at, OrderEvent.id)
    )
    events = [EventView(row.created_at, row.reason) for row in rows]
    return _view(order, _lines([order.id]).get(order.id, []), events)


def _lines(order_ids: list[int]) -> dict[int, list[LineView]]:
    if not order_ids:
        return {}
    found: dict[int, list[LineView]] = {}
    for row in db.session.scalars(
        select(OrderLine).where(OrderLine.order_id.in_(order_ids)).order_by(OrderLine.order_id, OrderLine.id)
    ):
        line = LineView(row.sku_id, row.name, row.image, row.spec_text, row.price, row.count, row.amount)
        found.setdefault(row.order_id, []).append(line)
    return found


def _view(order: Order, lines: list[LineView], events: list[EventView]) -> OrderView:
    is_open = order.status == OrderStatus.UNPAID
    in_time = order.pay_before is not None and order.pay_before > clock.now()
    is_cash_waiting = order.status == OrderStatus.UNSENT and order.pay_method == PayMethod.CASH
    return OrderView(
        order_id=order.number,
        created_at=order.created_at,
        status=order.status,
        status_text=words.STATUS[OrderStatus(order.status)],
        pay_method=order.pay_method,
        pay_method_text=words.PAY_METHOD[PayMethod(order.pay_method)],
        total_count=order.total_count,
        goods_amount=order.goods_amount,
        freight=order.freight,
        total_amount=order.total_amount,
        pay_deadline=order.pay_before,
        paid_at=order.paid_at,
        can_pay=is_open and in_time,
        can_cancel=is_open or is_cash_waiting,
        address=AddressView(order.receiver, order.mobile, order.address_text),
        lines=lines,
        events=events,
    )
