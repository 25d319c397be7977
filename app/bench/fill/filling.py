"""The whole fill, step by step, each going on where the last run was broken off."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select

from app.bench.fill import afterwards, books
from app.bench.fill.books import Books, Ids
from app.bench.fill.plan import BATCH, DAYS, Plan
from app.bench.fill.shelf import Customers, Shelf
from app.bench.fill.tales import Desk
from app.bench.ground import NoGround
from app.goods.models import SKU
from app.orders.models import Order
from app.shared import clock
from app.shared.db import MYSQL, Base, db
from app.users import seeding
from app.users.models import User

Step = Callable[[int], None]


def make_plan(orders: int, users: int, seed: int) -> Plan:
    """The plan of this seed: its story ends where it did when its first user was written, else now."""
    if seeding.find_place() is None:
        raise NoGround("no areas yet: run `flask areas load` first")
    if db.session.scalar(select(SKU.id).limit(1)) is None:
        raise NoGround("no goods yet: run `flask goods generate 100000` first")
    first = db.session.scalar(select(User.created_at).where(User.username_key == f"fill{seed}-0000000"))
    db.session.close()
    end = clock.now() if first is None else first + timedelta(days=DAYS)
    return Plan(orders, users, seed, int(end.timestamp()))


def batches_done(plan: Plan) -> int:
    """How many batches of orders are in: they come in order, so the middle tells which half to look at."""
    low, high = 0, plan.batches
    while low < high:
        middle = (low + high) // 2
        last = min((middle + 1) * BATCH, plan.orders) - 1
        if db.session.scalar(select(Order.id).where(Order.number == plan.number(last))) is None:
            high = middle
        else:
            low = middle + 1
    db.session.close()
    return low


def fill_orders(app: Flask, plan: Plan, staff: str, step: Step) -> int:
    """The batches that are missing; how many orders. While one is written, the next is made up."""
    done = batches_done(plan)
    step(min(done * BATCH, plan.orders))
    if done == plan.batches:
        return 0
    shelf, customers, ids = Shelf(plan.chance("shelf")), Customers(plan), Ids()
    db.session.close()
    waiting: Future[int] | None = None
    with ThreadPoolExecutor(1) as writer:
        for batch in range(done, plan.batches):
            sheets = Books()
            desk = Desk(plan, plan.chance("orders", batch), shelf, customers, sheets, ids, staff)
            numbers = range(batch * BATCH, min((batch + 1) * BATCH, plan.orders))
            for n in numbers:
                afterwards.tell(desk, n)
            if waiting is not None:
                step(waiting.result() and BATCH)
            waiting = writer.submit(_write, app, sheets)
        if waiting is not None and waiting.result():
            step(plan.orders - (plan.batches - 1) * BATCH)
    return plan.orders - done * BATCH


def _write(app: Flask, sheets: Books) -> int:
    with app.app_context():
        return books.write(sheets)


def staff_name() -> str:
    """Who acts for the shop: its first member of staff, else nobody's number."""
    return f"staff:{db.session.scalar(select(User.id).where(User.is_staff).order_by(User.id).limit(1)) or 0}"


def refresh_statistics() -> None:
    """MariaDB plans by samples of its tables: after so many new rows it looks again."""
    if db.engine.dialect.name not in MYSQL:
        return
    with db.engine.connect() as line:
        for name in Base.metadata.tables:
            line.exec_driver_sql(f"ANALYZE TABLE {name}")


def count_orders() -> int:
    """All orders there are."""
    return int(db.session.scalar(select(func.count()).select_from(Order)) or 0)
