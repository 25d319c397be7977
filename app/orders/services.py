"""Verbs of ordering, and the helpers payment joins: one verb, one transaction, order row first, then SKUs by id."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.carts import store as cart_store
from app.goods import queries as goods
from app.goods.errors import NotOnSale, OutOfStock
from app.goods.models import SKU
from app.goods.stock import check_stock, lock_skus, release_stock, reserve_stock
from app.orders import store, words
from app.orders.errors import NothingToSettle, TotalTooLarge
from app.orders.models import Order, OrderEvent, OrderLine, OrderStatus, PayMethod
from app.orders.numbers import new_number
from app.orders.policy import NUMBER_TRIES
from app.orders.settlement import Settlement, SettlementLine, total
from app.orders.terms import check_terms
from app.shared import clock
from app.shared.db import db
from app.shared.errors import Busy, NotFound
from app.shared.jobs import Job
from app.shared.money import MOST
from app.shared.uow import in_unit_of_work, then, unit_of_work, violates
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
    _note(order, None, f"user:{wish.user_id}", words.PLACED)
    return order


def find_by_token(user_id: int, submit_token: str) -> str | None:
    """The number of the order that this token has already become."""
    query = select(Order.number).where(Order.user_id == user_id, Order.submit_token == submit_token)
    return db.session.scalar(query)


def lock_order(order_id: int) -> Order:
    """The order's row, locked and freshly read; the first lock of every verb that changes an order."""
    assert in_unit_of_work(), "orders change only inside a unit of work"
    query = select(Order).where(Order.id == order_id).with_for_update()
    order = db.session.scalar(query.execution_options(populate_existing=True))
    if order is None:
        raise NotFound()
    return order


def lock_own_order(number: str, user_id: int) -> Order:
    """The same by number, for its owner only."""
    assert in_unit_of_work(), "orders change only inside a unit of work"
    query = select(Order).where(Order.number == number, Order.user_id == user_id).with_for_update()
    order = db.session.scalar(query.execution_options(populate_existing=True))
    if order is None:
        raise NotFound()
    return order


def mark_paid(order: Order, actor: str) -> bool:
    """Money for an open order has come; False when the order is no longer open. Joins the caller's unit."""
    if order.status != OrderStatus.UNPAID:
        return False
    _move(order, OrderStatus.UNSENT, actor, words.PAID)
    order.paid_at = clock.now()
    return True


def revive_order(order: Order, actor: str) -> bool:
    """Money came after the end: take the goods again if they are still there. False leaves everything as it was."""
    counts = _counts(order)
    locked = lock_skus(sorted(counts))
    try:
        check_stock(locked, counts)
    except (OutOfStock, NotOnSale):
        return False
    reserve_stock(locked, counts, order_number=order.number, actor=actor, round_no=_rounds(order) + 1)
    _move(order, OrderStatus.UNSENT, actor, words.PAID_LATE)
    order.paid_at = clock.now()
    return True


def cancel_order(order: Order, actor: str, reason: str) -> None:
    """End an order whose row is locked, and give its stock back once. Joins the caller's unit."""
    _move(order, OrderStatus.CANCELLED, actor, reason)
    db.session.flush()
    release_stock(
        _counts(order), order_number=order.number, actor=actor, reason=words.RELEASED, round_no=_rounds(order)
    )


def _counts(order: Order) -> dict[int, int]:
    rows = db.session.execute(select(OrderLine.sku_id, OrderLine.count).where(OrderLine.order_id == order.id))
    return {sku_id: count for sku_id, count in rows}


def _rounds(order: Order) -> int:
    """How often the order has been cancelled so far: it may end, revive and end again."""
    ended = OrderEvent.new_status == OrderStatus.CANCELLED
    query = select(func.count()).select_from(OrderEvent).where(OrderEvent.order_id == order.id, ended)
    return int(db.session.scalar(query) or 0)


def _move(order: Order, status: OrderStatus, actor: str, reason: str) -> None:
    old = order.status
    order.move_to(status)
    _note(order, old, actor, reason)


def _note(order: Order, old: int | None, actor: str, reason: str) -> None:
    db.session.add(OrderEvent(order_id=order.id, old_status=old, new_status=order.status, actor=actor, reason=reason))
