"""Placing an order: one verb, one transaction, one guard at the till, and the same token is the same order.

The commit path is Core statements: in a rush the objects would cost more than the database (docs/adr/0011).
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Table, bindparam, insert, literal_column, select
from sqlalchemy.exc import IntegrityError

from app.carts import store as cart_store
from app.goods import guards
from app.goods.guards import Offers
from app.goods.offers import check_offers
from app.orders import store, words
from app.orders.errors import NothingToSettle, TotalTooLarge
from app.orders.events import MOVE
from app.orders.models import Order, OrderEvent, OrderLine, OrderStatus, PayMethod
from app.orders.numbers import new_number
from app.orders.policy import NUMBER_TRIES, Freight
from app.orders.settlement import Settlement, SettlementLine, total
from app.orders.terms import check_terms
from app.shared import clock
from app.shared.errors import Busy, DomainError
from app.shared.jobs import Job
from app.shared.money import MOST
from app.shared.prepared import Prepared
from app.shared.uow import then, unit_of_work, violates
from app.users.delivery import Delivery, get_delivery

_ORDERS: Table = Order.__table__  # type: ignore[assignment]  # declared as the wider FromClause
_LINES: Table = OrderLine.__table__  # type: ignore[assignment]
_EVENTS: Table = OrderEvent.__table__  # type: ignore[assignment]
INSERT_ORDER = Prepared(
    insert(_ORDERS),
    (
        *("number", "user_id", "submit_token", "status", "pay_method", "total_count", "goods_amount", "freight"),
        *("total_amount", "receiver", "mobile", "address_text", "pay_before", "created_at", "updated_at"),
    ),
)
INSERT_LINES = Prepared(
    insert(_LINES).values(shipped=literal_column("0"), refunded=literal_column("0")),
    ("order_id", "sku_id", "name", "spec_text", "image", "price", "count"),
)
INSERT_EVENT = Prepared(  # it comes from nowhere: no old status
    insert(_EVENTS).values(kind=literal_column(f"'{MOVE}'")),
    ("order_id", "new_status", "actor", "reason", "created_at"),
)
_TWIN = Prepared(
    select(_ORDERS.c.number).where(_ORDERS.c.user_id == bindparam("user"), _ORDERS.c.submit_token == bindparam("token"))
)
EXPIRE_OVERDUE = Job("app.payment.tasks.expire_overdue", queue="orders")
Row = dict[str, Any]


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
    return place_shown(wish, store.find(wish.user_id, wish.submit_token))


def place_shown(wish: Wish, shown: store.Shown | None) -> str:
    """The same where the page that was shown is at hand."""
    return place_numbered(wish, new_number(), shown)


def place_numbered(wish: Wish, number: str, shown: store.Shown | None, *, empties: bool = True) -> str:
    """The same under a number chosen before; with `empties` what was bought leaves the cart."""
    try:
        return _until_placed(wish, number, shown, empties)
    except (DomainError, IntegrityError):
        # whatever stood in the way (last piece gone, cart empty, token taken): a twin may have become the order
        twin = find_by_token(wish.user_id, wish.submit_token)
        if twin is None:
            raise
        return twin


def _until_placed(wish: Wish, number: str, shown: store.Shown | None, empties: bool) -> str:
    """Again from the start when the guard lost a race or a number was taken, a bounded number of times."""
    collisions = 0
    for attempt in range(guards.TRIES):
        try:
            return _place(wish, number, shown, empties)
        except guards.Lost:
            time.sleep(guards.pause_s(attempt))
        except IntegrityError as problem:
            collisions += 1
            if collisions == NUMBER_TRIES or not violates(problem, "uq_orders_number", "orders.number"):
                raise
            number = new_number()
    raise Busy()


@unit_of_work
def _place(wish: Wish, number: str, shown: store.Shown | None, empties: bool) -> str:
    """The whole order: looked at, agreed, written, its stock taken; or an error and nothing."""
    write_order(wish, number, shown)
    if empties:
        then(cart_store.remove_bought, wish.user_id, dict(wish.counts))
    remind(wish)
    return number


def write_order(wish: Wish, number: str, shown: store.Shown | None) -> None:
    """The same without what follows the commit. Joins the caller's unit; guards.Lost when a row was not as seen."""
    guard = guards.named(wish.guard)
    address = get_delivery(wish.user_id, wish.address_id)
    seen = guard.look(wish.counts)
    real = agree(wish, seen, shown)
    # the order's row first: a twin waits at its token and never touches stock. Then the SKU, locked from here to the
    # commit; the lines after it, whose foreign key asks for a lock that we then hold
    now = clock.now()
    order_id = INSERT_ORDER.insert(**order_row(wish, number, real, address, now))
    INSERT_EVENT.insert(**event_row(wish, order_id, now))
    guard.take(seen, wish.counts, order_number=number, actor=f"user:{wish.user_id}")
    INSERT_LINES.insert_all(line_rows(order_id, real.lines))


def agree(wish: Wish, seen: Offers, shown: store.Shown | None) -> Settlement:
    """What the order would be, if the goods are there and it is what the shopper saw; else the error that says why."""
    if not wish.counts:
        raise NothingToSettle()
    check_offers(seen, wish.counts)
    real = total(_lines(seen, wish.counts), wish.flat_freight)
    check_terms(wish.agreed_total, shown, real)
    if real.total_amount > MOST:
        raise TotalTooLarge()
    return real


def _lines(seen: Offers, counts: Mapping[int, int]) -> list[SettlementLine]:
    """Lines at the price of the rows, in the shopper's order."""
    return [
        SettlementLine(sku_id, sku.name, sku.image, sku.spec_text, sku.price, count, sku.price * count)
        for sku_id, count in counts.items()
        for sku in (seen[sku_id],)
    ]


def order_row(wish: Wish, number: str, real: Settlement, address: Delivery, now: datetime) -> Row:
    """The order with its own copy of the address."""
    is_cash = wish.pay_method is PayMethod.CASH
    return {
        "number": number,
        "user_id": wish.user_id,
        "submit_token": wish.submit_token,
        "status": _first_status(wish),
        "pay_method": int(wish.pay_method),
        "total_count": real.total_count,
        "goods_amount": real.goods_amount,
        "freight": real.freight,
        "total_amount": real.total_amount,
        "receiver": address.receiver,
        "mobile": address.mobile,
        "address_text": address.full_text,
        "pay_before": None if is_cash else now + timedelta(minutes=wish.reservation_minutes),
        "created_at": now,
        "updated_at": now,
    }


def event_row(wish: Wish, order_id: int, now: datetime) -> Row:
    """The first line of its diary."""
    return {
        "order_id": order_id,
        "new_status": _first_status(wish),
        "actor": f"user:{wish.user_id}",
        "reason": words.PLACED,
        "created_at": now,
    }


def line_rows(order_id: int, lines: list[SettlementLine]) -> list[Row]:
    """Its lines, in the shopper's order."""
    return [
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


def remind(wish: Wish) -> None:
    """A job ends what is unpaid when the time is over; the sweep does it should the job be lost."""
    if wish.pay_method is not PayMethod.CASH:
        then(EXPIRE_OVERDUE.enqueue_for_minute, clock.in_minutes(wish.reservation_minutes))


def _first_status(wish: Wish) -> int:
    return int(OrderStatus.UNSENT if wish.pay_method is PayMethod.CASH else OrderStatus.UNPAID)


def find_by_token(user_id: int, submit_token: str) -> str | None:
    """The number of the order that this token has already become."""
    found = _TWIN.rows(user=user_id, token=submit_token)
    return str(found[0][0]) if found else None
