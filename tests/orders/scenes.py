"""Orders in any state for the tests of this folder, made by the verbs themselves."""

import itertools
from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import select, update

from app.aftersales.models import AfterSale, AfterSaleEvent
from app.orders import placing, services, shipping
from app.orders.models import Order, OrderEvent, OrderLine, OrderStatus, PayMethod
from app.orders.placing import Wish
from app.payment.models import Receipt, Refund
from app.shared.db import db
from app.shared.uow import unit_of_work
from app.users.models import Address
from tests.factories.world import Person

_tokens = itertools.count(1)


def place(person: Person, counts: Mapping[int, int], pay_method: PayMethod = PayMethod.ALIPAY) -> str:
    """A fresh order at a hundred yuan a piece; its number."""
    address = db.session.scalars(select(Address.id).where(Address.user_id == person.id)).one()
    total = Decimal(100 * sum(counts.values()) + 10)
    wish = Wish(person.id, address, pay_method, f"scene-{next(_tokens):06}", total, counts, Decimal("10.00"), 30)
    return placing.place_order(wish)


@unit_of_work
def pay(number: str) -> None:
    """Money has come."""
    assert services.mark_paid(services.lock_numbered(number), "alipay")


@unit_of_work
def end(number: str) -> None:
    """Cancelled by its buyer."""
    services.cancel_order(services.lock_numbered(number), "user:1", "不想买了")


@unit_of_work
def finish(number: str) -> None:
    """All reviewed."""
    services.finish_order(services.lock_numbered(number), "user:1")


def bring_to(person: Person, sku_id: int, status: OrderStatus, count: int = 1) -> str:
    """An order of one SKU in that state; its number."""
    number = place(person, {sku_id: count})
    if status is OrderStatus.CANCELLED:
        end(number)
    if status in (OrderStatus.UNPAID, OrderStatus.CANCELLED):
        return number
    pay(number)
    if status > OrderStatus.UNSENT:
        shipping.ship_order(number, "顺丰速运", f"SF{number[-8:]}", "staff:1")
    if status > OrderStatus.UNRECEIVED:
        services.confirm_receipt(number, person.id)
    if status > OrderStatus.UNREVIEWED:
        finish(number)
    return number


def row(number: str) -> Order:
    """The order as the database holds it."""
    db.session.rollback()
    return db.session.scalars(select(Order).where(Order.number == number)).one()


def status_of(number: str) -> OrderStatus:
    return OrderStatus(row(number).status)


def lines_of(number: str) -> list[OrderLine]:
    """Lines in order."""
    order_id = row(number).id
    return list(db.session.scalars(select(OrderLine).where(OrderLine.order_id == order_id).order_by(OrderLine.id)))


def events_of(number: str) -> list[tuple[str, int | None, int, str, str]]:
    """(kind, old, new, actor, reason) of every event, oldest first."""
    order_id = row(number).id
    rows = db.session.scalars(select(OrderEvent).where(OrderEvent.order_id == order_id).order_by(OrderEvent.id))
    return [(each.kind, each.old_status, each.new_status, each.actor, each.reason) for each in rows]


@unit_of_work
def set_columns(number: str, **values: object) -> None:
    """Turn a clock back, give pieces up … what no verb of this room does."""
    db.session.execute(update(Order).where(Order.number == number).values(**values))


@unit_of_work
def give_up(number: str, refunded: int) -> None:
    """So many pieces of every line are given up."""
    order_id = db.session.scalars(select(Order.id).where(Order.number == number)).one()
    db.session.execute(update(OrderLine).where(OrderLine.order_id == order_id).values(refunded=refunded))


@unit_of_work
def with_money(number: str, user_id: int) -> str:
    """A receipt over the whole, a refund of a hundred that is due, and its after-sales document; its number."""
    order = db.session.scalars(select(Order).where(Order.number == number)).one()
    receipt = Receipt(
        order_id=order.id,
        out_trade_no=number,
        trade_id="T-1",
        amount=order.total_amount,
        method="alipay",
        notice_id="n",
    )
    sums = {"goods_amount": Decimal("100.00"), "freight": Decimal("0.00"), "amount": Decimal("100.00")}
    case = AfterSale(number=f"S{number}", order_id=order.id, user_id=user_id, submit_token="t", kind="refund", **sums)
    case.state, case.is_unsent, case.reason = "paying", True, "other"
    db.session.add_all([receipt, case])
    db.session.flush()
    for state in ("asked", "paying"):
        db.session.add(AfterSaleEvent(after_sale_id=case.id, new_state=state, actor=f"user:{user_id}"))
    about = {"order_id": order.id, "receipt_id": receipt.id, "after_sale_id": case.id, "reason": "售后"}
    db.session.add(Refund(request_no=f"{number}s1r1", amount=Decimal("100.00"), state="due", **about))
    return case.number
