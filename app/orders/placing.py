"""Placing an order: one verb, one transaction, SKUs locked in id order, and the same token is the same order."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.carts import store as cart_store
from app.goods import queries as goods
from app.goods.models import SKU
from app.goods.stock import check_stock, lock_skus, reserve_stock
from app.orders import store, words
from app.orders.errors import NothingToSettle, TotalTooLarge
from app.orders.events import note
from app.orders.models import Order, OrderLine, OrderStatus, PayMethod
from app.orders.numbers import new_number
from app.orders.policy import NUMBER_TRIES
from app.orders.settlement import Settlement, SettlementLine, total
from app.orders.terms import check_terms
from app.shared import clock
from app.shared.db import db
from app.shared.errors import Busy
from app.shared.jobs import Job
from app.shared.money import MOST
from app.shared.uow import then, unit_of_work, violates
from app.users.addresses import AddressCard, get_address

CLOSE_UNPAID = Job("app.payment.tasks.close_unpaid", queue="orders")


@dataclass(frozen=True)
class Wish:
    """What a shopper submits: `counts` are the ticked SKUs, `agreed_total` is the total on the page."""

    user_id: int
    address_id: int
    pay_method: PayMethod
    submit_token: str
    agreed_total: Decimal
    counts: Mapping[int, int]
    flat_freight: Decimal
    reservation_minutes: int


def place_order(wish: Wish) -> str:
    """The order's number. The same submit token again gives the same number, however often and however parallel."""
    shown = store.find(wish.user_id, wish.submit_token)
    for _ in range(NUMBER_TRIES):
        try:
            return _place(wish, new_number(), shown)
        except IntegrityError as problem:
            if violates(problem, "uq_orders_user_id_submit_token", "orders.user_id, orders.submit_token"):
                number = find_by_token(wish.user_id, wish.submit_token)
                if number is not None:
                    return number
            elif not violates(problem, "uq_orders_number", "orders.number"):
                raise
    raise Busy()


@unit_of_work
def _place(wish: Wish, number: str, shown: store.Shown | None) -> str:
    locked = lock_skus(sorted(wish.counts))
    # after the lock: a twin that held it has committed, and its order is the answer
    twin = find_by_token(wish.user_id, wish.submit_token)
    if twin is not None:
        return twin
    if not wish.counts:
        raise NothingToSettle()
    address = get_address(wish.user_id, wish.address_id)
    check_stock(locked, wish.counts)
    real = total(_lines(locked, wish.counts), wish.flat_freight)
    check_terms(wish.agreed_total, shown, real)
    if real.total_amount > MOST:
        raise TotalTooLarge()
    order = _write(wish, number, real, address)
    reserve_stock(locked, wish.counts, order_number=number, actor=f"user:{wish.user_id}")
    then(cart_store.remove_bought, wish.user_id, dict(wish.counts))
    if order.pay_before is not None:
        then(CLOSE_UNPAID.enqueue_in, wish.reservation_minutes * 60, order.id)
    return number


def _lines(locked: list[SKU], counts: Mapping[int, int]) -> list[SettlementLine]:
    """Lines at the price of the locked rows, in the shopper's order."""
    rows = {sku.id: sku for sku in locked}
    cards = goods.sku_cards(counts)
    return [
        SettlementLine(
            sku_id,
            rows[sku_id].name,
            rows[sku_id].default_image,
            cards[sku_id].spec_text,
            rows[sku_id].price,
            count,
            rows[sku_id].price * count,
        )
        for sku_id, count in counts.items()
    ]


def _write(wish: Wish, number: str, real: Settlement, address: AddressCard) -> Order:
    is_cash = wish.pay_method is PayMethod.CASH
    status = OrderStatus.UNSENT if is_cash else OrderStatus.UNPAID
    order = Order(
        number=number,
        user_id=wish.user_id,
        submit_token=wish.submit_token,
        status=int(status),
        pay_method=int(wish.pay_method),
        total_count=real.total_count,
        goods_amount=real.goods_amount,
        freight=real.freight,
        total_amount=real.total_amount,
        receiver=address.receiver,
        mobile=address.mobile,
        address_text=address.full_text,
        pay_before=None if is_cash else clock.in_minutes(wish.reservation_minutes),
    )
    db.session.add(order)
    db.session.flush()
    for line in real.lines:
        db.session.add(
            OrderLine(
                order_id=order.id,
                sku_id=line.sku_id,
                name=line.name,
                spec_text=line.spec_text,
                image=line.image,
                price=line.price,
                count=line.count,
            )
        )
    note(order, None, f"user:{wish.user_id}", words.PLACED)
    return order


def find_by_token(user_id: int, submit_token: str) -> str | None:
    """The number of the order that this token has already become."""
    query = select(Order.number).where(Order.user_id == user_id, Order.submit_token == submit_token)
    return db.session.scalar(query)
