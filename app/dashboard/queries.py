"""Reads across the rooms. Days are Shanghai's; each figure is one statement that an index serves."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal, select, type_coerce

from app.aftersales.models import AfterSale
from app.aftersales.states import State
from app.dashboard.models import DayHeads
from app.dashboard.policy import MOST
from app.goods.models import SKU, CategoryVisit
from app.orders.models import Order, OrderLine, OrderStatus
from app.payment.models import Refund
from app.shared.days import ShanghaiDay, within
from app.shared.db import Money, db
from app.shared.money import ZERO
from app.users.models import SignIn, User

UNSOLD = (OrderStatus.UNPAID, OrderStatus.CANCELLED)


@dataclass(frozen=True)
class OrdersOfDay:
    """Orders placed on a day. Sold is what is neither unpaid nor cancelled: paid, or to be paid on delivery."""

    placed: int = 0
    sold: int = 0
    unpaid: int = 0
    cancelled: int = 0
    sales: Decimal = ZERO
    buyers: int = 0


@dataclass(frozen=True)
class SoldSKU:
    """A SKU with pieces and amount of the orders that count as sold."""

    sku_id: int
    name: str
    pieces: int
    amount: Decimal


def orders_per_day(first: datetime.date, last: datetime.date) -> dict[datetime.date, OrdersOfDay]:
    """By day of placing, in one grouped statement; days without orders are not in it."""
    day = ShanghaiDay(Order.created_at).label("day")
    query = (
        select(
            day,
            func.count().label("placed"),
            func.sum(_one_if(Order.status.not_in(UNSOLD))).label("sold"),
            func.sum(_one_if(Order.status == OrderStatus.UNPAID)).label("unpaid"),
            func.sum(_one_if(Order.status == OrderStatus.CANCELLED)).label("cancelled"),
            func.sum(case((Order.status.not_in(UNSOLD), Order.total_amount))).label("sales"),
            func.count(Order.user_id.distinct()).label("buyers"),
        )
        .where(within(Order.created_at, first, last))
        .group_by(day)
    )
    return {
        row.day: OrdersOfDay(
            row.placed, int(row.sold), int(row.unpaid), int(row.cancelled), row.sales or ZERO, row.buyers
        )
        for row in db.session.execute(query)
    }


def joined_per_day(first: datetime.date, last: datetime.date) -> dict[datetime.date, int]:
    """Accounts by the day they were made, also those that have left since."""
    day = ShanghaiDay(User.created_at).label("day")
    query = select(day, func.count().label("joined")).where(within(User.created_at, first, last)).group_by(day)
    return {row.day: row.joined for row in db.session.execute(query)}


def heads_kept(first: datetime.date, last: datetime.date) -> dict[datetime.date, dict[str, int]]:
    """Day -> step -> distinct browsers, as the table has them."""
    query = select(DayHeads.day, DayHeads.step, DayHeads.count).where(DayHeads.day.between(first, last))
    found: dict[datetime.date, dict[str, int]] = {}
    for day, step, count in db.session.execute(query):
        found.setdefault(day, {})[step] = count
    return found


def count_users() -> int:
    """Accounts that have not left."""
    return _number(select(func.count()).select_from(User).where(User.deleted_at.is_(None)))


def count_active(day: datetime.date) -> int:
    """Accounts with a device that was last seen on this day: for today, everybody who was here signed in."""
    return _number(select(func.count(SignIn.user_id.distinct())).where(within(SignIn.last_seen_at, day, day)))


def count_to_ship() -> int:
    """Orders that wait to be sent; all of these counts end at MOST + 1."""
    return _up_to_most(Order, Order.status == OrderStatus.UNSENT)


def count_asked() -> int:
    """After-sales that wait for an answer."""
    return _up_to_most(AfterSale, AfterSale.state == State.ASKED.value)


def count_refunds_due() -> int:
    """Refunds that are owed and not paid yet."""
    return _up_to_most(Refund, Refund.state == "due")


def count_low_stock(low: int) -> int:
    """SKUs on the shelf with so few pieces or none."""
    return _up_to_most(SKU, SKU.is_launched, SKU.stock <= low)


def category_visits(day: datetime.date) -> dict[int, int]:
    """Category -> looks of the day, as the table has them."""
    query = select(CategoryVisit.category_id, CategoryVisit.count).where(CategoryVisit.date == day)
    return {category_id: count for category_id, count in db.session.execute(query)}


def top_goods(first: datetime.date, last: datetime.date, most: int) -> list[SoldSKU]:
    """Most pieces first, over the orders of these days that count as sold; what was given back is not taken off."""
    pieces = func.sum(OrderLine.count).label("pieces")
    query = (
        select(OrderLine.sku_id, pieces, type_coerce(func.sum(OrderLine.price * OrderLine.count), Money()))
        .join(Order, Order.id == OrderLine.order_id)
        .where(within(Order.created_at, first, last), Order.status.not_in(UNSOLD))
        .group_by(OrderLine.sku_id)
        .order_by(pieces.desc(), OrderLine.sku_id)
        .limit(most)
    )
    rows = db.session.execute(query).all()
    names = _names(row.sku_id for row in rows)
    return [SoldSKU(sku_id, names[sku_id], int(count), amount) for sku_id, count, amount in rows]


def _names(sku_ids: Iterable[int]) -> dict[int, str]:
    query = select(SKU.id, SKU.name).where(SKU.id.in_(list(sku_ids)))
    return {sku_id: name for sku_id, name in db.session.execute(query)}


def _one_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


def _number(query: Any) -> int:
    return int(db.session.scalar(query) or 0)


def _up_to_most(model: Any, *conditions: Any) -> int:
    """The count never reads more than MOST + 1 rows."""
    some = select(literal(1)).select_from(model).where(*conditions).limit(MOST + 1).subquery()
    return _number(select(func.count()).select_from(some))
