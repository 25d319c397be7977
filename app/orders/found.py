"""What staff look for in the list of orders: each clause is carried by an index, also at a million orders (ADR 32)."""

import re
from collections.abc import Mapping

from sqlalchemy import ColumnElement, false, func, literal, select, union_all

from app.orders.models import Order, OrderLine, OrderStatus
from app.shared.db import db
from app.users.models import User, fold

COUNTED = 1000  # a state is counted so far, for the tabs
NAMES = 50  # accounts that a beginning may fit
TAIL = 4
SORT = "-created_at"  # as the list stands


def counts_by_state() -> dict[int, int]:
    """Orders in each state, at most COUNTED + 1 of one: never a walk over a million rows. One statement."""
    parts = []
    for state in OrderStatus:
        some = select(Order.id).where(Order.status == int(state)).limit(COUNTED + 1).subquery()
        parts.append(select(literal(int(state)).label("state"), func.count().label("number")).select_from(some))
    return {row.state: row.number for row in db.session.execute(union_all(*parts))}


def along(args: Mapping[str, str]) -> str:
    """Which index MariaDB is to read: left alone, it reads a state from its newest order on, however far the page is.

    A page in the middle of half a million finished orders took 770 ms, and takes one with this. Empty where another
    filter or sort decides.
    """
    asked = {name for name in args if name not in ("after", "before")}
    if args.get("sort", SORT) != SORT or not asked - {"sort"} or asked - {"sort", "status", "pay"}:
        return ""
    return f"FORCE INDEX ({'ix_orders_state' if 'status' in asked else 'ix_orders_paid_by'})"


def anything(words: str, *, people: bool) -> ColumnElement[bool]:
    """What the one search box means: four digits are the end of a mobile, eleven a mobile, more an order's number.

    Without the right to see people only numbers of orders are looked for.
    """
    if people and re.fullmatch(r"\d{4}|1[3-9]\d{9}", words, re.ASCII):
        return by_mobile(words)
    if people and not re.fullmatch(r"\d+", words, re.ASCII):
        return by_receiver(words)
    return Order.number.startswith(words, autoescape=True)


def by_mobile(text: str) -> ColumnElement[bool]:
    """A whole number, or its last four digits; the index of the four carries both."""
    digits = re.sub(r"[\s-]", "", text)
    if not re.fullmatch(r"\d{4}|\d{11}", digits, re.ASCII):
        return false()
    ends = Order.mobile_tail == digits[-TAIL:]
    return ends if len(digits) == TAIL else ends & (Order.mobile == digits)


def by_receiver(text: str) -> ColumnElement[bool]:
    """Names that begin so."""
    return Order.receiver.startswith(text.strip(), autoescape=True)


def by_buyer(name: str) -> ColumnElement[bool]:
    """The account of that name; if there is none, the first NAMES that begin so."""
    key = fold(name.strip())
    exact = db.session.scalar(select(User.id).where(User.username_key == key))
    if exact is not None:
        return Order.user_id == exact
    begins = User.username_key.startswith(key, autoescape=True)
    ids = list(db.session.scalars(select(User.id).where(begins).order_by(User.username_key).limit(NAMES)))
    return Order.user_id.in_(ids) if ids else false()


def by_sku(sku_id: int) -> ColumnElement[bool]:
    """Orders in which it was sold."""
    return Order.id.in_(select(OrderLine.order_id).where(OrderLine.sku_id == sku_id))
