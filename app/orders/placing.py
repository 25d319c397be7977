"""Placing an order: one verb, one transaction, one guard at the till, and the same token is the same order.

The commit path is Core statements: in a rush the objects would cost more than the database (docs/adr/0011).
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Table, insert, select
from sqlalchemy.exc import IntegrityError

from app.carts import store as cart_store
from app.goods import guards
from app.goods.guards import Offers
from app.goods.offers import check_offers
from app.orders import store, words
from app.orders.errors import NothingToSettle, TotalTooLarge
from app.orders.models import Order, OrderEvent, OrderLine, OrderStatus, PayMethod
from app.orders.numbers import new_number
from app.orders.policy import NUMBER_TRIES, Freight
from app.orders.settlement import Settlement, SettlementLine, total
from app.orders.terms import check_terms
from app.shared import clock
from app.shared.db import db
from app.shared.errors import Busy, DomainError
from app.shared.money import MOST
from app.shared.uow import then, unit_of_work, violates
from app.users.addresses import AddressCard, get_address

_ORDERS: Table = Order.__table__  # type: ignore[assignment]  # declared as the wider FromClause
_LINES: Table = OrderLine.__table__  # type: ignore[assignment]
_EVENTS: Table = OrderEvent.__table__  # type: ignore[assignment]
_INSERT_ORDER, _INSERT_LINES, _INSERT_EVENT = insert(_ORDERS), insert(_LINES), insert(_EVENTS)


@dataclass(frozen=True)
class Wish:
    """What a shopper submits: `counts` are the ticked SKUs, `agreed_total` is the total on the page."""

    user_id: int
    address_id: int
    pay_method: PayMethod
    submit_token: str
    agreed_total: Decimal
    counts: Mapping[int, int]
    flat_freight: Freight
    reservation_minutes: int
    guard: str = guards.CONDITIONAL.name


def place_order(wish: Wish) -> str:
    """The order's number. The same submit token again gives the same number, however often and however parallel."""
    shown = store.find(wish.user_id, wish.submit_token)
    try:
        return _until_placed(wish, shown)
    except (DomainError, IntegrityError):
        # whatever stood in the way (last piece gone, cart empty, token taken): a twin may have become the order
        number = find_by_token(wish.user_id, wish.submit_token)
        if number is None:
            raise
        return number


def _until_placed(wish: Wish, shown: store.Shown | None) -> str:
    """Again from the start when the guard lost a race or a number was taken, a bounded number of times."""
    collisions = 0
    for attempt in range(guards.TRIES):
        try:
            return _place(wish, new_number(), shown)
        except guards.Lost:
            time.sleep(guards.pause_s(attempt))
        except IntegrityError as problem:
            collisions += 1
            if collisions == NUMBER_TRIES or not violates(problem, "uq_orders_number", "orders.number"):
                raise
    raise Busy()


@unit_of_work
def _place(wish: Wish, number: str, shown: store.Shown | None) -> str:
    return write_order(wish, number, shown)


def write_order(wish: Wish, number: str, shown: store.Shown | None) -> str:
    """The whole order inside the caller's unit: looked at, agreed, written, paid for with stock; else an error."""
    if not wish.counts:
        raise NothingToSettle()
    guard = guards.named(wish.guard)
    address = get_address(wish.user_id, wish.address_id)
    seen = guard.look(wish.counts)
    check_offers(seen, wish.counts)
    real = total(_lines(seen, wish.counts), wish.flat_freight)
    check_terms(wish.agreed_total, shown, real)
    if real.total_amount > MOST:
        raise TotalTooLarge()
    # the order's row first: a twin waits at its token and never touches stock. Then the SKU, locked from here to the
    # commit; the lines after it, whose foreign key asks for a lock that we then hold
    order_id = _insert_order(wish, number, real, address)
    guard.take(seen, wish.counts, order_number=number, actor=f"user:{wish.user_id}")
    _insert_lines(order_id, real.lines)
    then(cart_store.remove_bought, wish.user_id, dict(wish.counts))
    return number


def _lines(seen: Offers, counts: Mapping[int, int]) -> list[SettlementLine]:
    """Lines at the price of the rows, in the shopper's order."""
    return [
        SettlementLine(sku_id, sku.name, sku.image, sku.spec_text, sku.price, count, sku.price * count)
        for sku_id, count in counts.items()
        for sku in (seen[sku_id],)
    ]


def _insert_order(wish: Wish, number: str, real: Settlement, address: AddressCard) -> int:
    """The order and the first line of its diary; its id."""
    is_cash = wish.pay_method is PayMethod.CASH
    status = int(OrderStatus.UNSENT if is_cash else OrderStatus.UNPAID)
    values = {
        "number": number,
        "user_id": wish.user_id,
        "submit_token": wish.submit_token,
        "status": status,
        "pay_method": int(wish.pay_method),
        "total_count": real.total_count,
        "goods_amount": real.goods_amount,
        "freight": real.freight,
        "total_amount": real.total_amount,
        "receiver": address.receiver,
        "mobile": address.mobile,
        "address_text": address.full_text,
        "pay_before": None if is_cash else clock.in_minutes(wish.reservation_minutes),
    }
    line = db.session.connection()
    order_id = int(line.execute(_INSERT_ORDER, values).lastrowid)
    event = {"order_id": order_id, "old_status": None, "new_status": status}
    line.execute(_INSERT_EVENT, {**event, "actor": f"user:{wish.user_id}", "reason": words.PLACED})
    return order_id


def _insert_lines(order_id: int, lines: list[SettlementLine]) -> None:
    """Every line in one statement, in the shopper's order."""
    rows = [
        {
            "order_id": order_id,
            "sku_id": line.sku_id,
            "name": line.name,
            "spec_text": line.spec_text,
            "image": line.image,
            "price": line.price,
            "count": line.count,
        }
        for line in lines
    ]
    db.session.connection().execute(_INSERT_LINES, rows)


def find_by_token(user_id: int, submit_token: str) -> str | None:
    """The number of the order that this token has already become."""
    query = select(Order.number).where(Order.user_id == user_id, Order.submit_token == submit_token)
    return db.session.scalar(query)
