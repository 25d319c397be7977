"""Rows of money by exact numbers: looked up first, so that a list never walks its whole table for one of them."""

from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, select

from app.orders.models import Order
from app.payment import ledger
from app.payment.models import PaymentAttempt, Receipt, Refund
from app.shared.db import db

MOST = 200
COUNTED = 1000


def of_order(model: Any, number: str) -> ColumnElement[bool]:
    """Rows of the order with this number."""
    order_id = db.session.scalar(select(Order.id).where(Order.number == number.strip()))
    found: ColumnElement[bool] = false() if order_id is None else model.order_id == order_id
    return found


def receipts(words: str) -> ColumnElement[bool]:
    """By the provider's number, ours, or the order's."""
    by_trade = select(Receipt.id).where(Receipt.trade_id == words)
    return _among(
        Receipt.id, by_trade, select(Receipt.id).where(Receipt.out_trade_no == words), _orders(Receipt, words)
    )


def attempts(words: str) -> ColumnElement[bool]:
    """By our trade number or the order's."""
    by_trade = select(PaymentAttempt.id).where(PaymentAttempt.out_trade_no == words)
    return _among(PaymentAttempt.id, by_trade, _orders(PaymentAttempt, words))


def refunds(words: str) -> ColumnElement[bool]:
    """By the request's number or the order's."""
    return _among(Refund.id, select(Refund.id).where(Refund.request_no == words), _orders(Refund, words))


def _orders(model: Any, words: str) -> Select[Any]:
    return select(model.id).join(Order, Order.id == model.order_id).where(Order.number == words)


def _among(column: Any, *queries: Select[Any]) -> ColumnElement[bool]:
    ids: set[int] = set()
    for query in queries:
        ids.update(db.session.scalars(query.limit(MOST)))
    return column.in_(sorted(ids)) if ids else false()


def waiting_refunds(tries: int) -> tuple[int, int]:
    """How many refunds are due, and how many of them were tried so often; counted no further than a thousand."""
    due = select(Refund.id).where(Refund.state == ledger.DUE)
    return _count(due), _count(due.where(Refund.tries >= tries))


def _count(query: Select[Any]) -> int:
    return db.session.scalar(select(func.count()).select_from(query.limit(COUNTED).subquery())) or 0
