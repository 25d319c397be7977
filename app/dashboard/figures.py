"""The figures as the page shows them, kept for a minute (today) or ten (the days before), and how old they are."""

import datetime
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from decimal import Decimal
from typing import TypeVar

from app.dashboard import queries
from app.dashboard.policy import DAYS, PAST_LIFE_S, TODAY_LIFE_S, TOP, TOP_DAYS
from app.dashboard.queries import OrdersOfDay, SoldSKU
from app.goods import store as visits
from app.goods.categories import category_tree
from app.search import store as asked
from app.shared import clock, headcount
from app.shared.cache import remember
from app.shared.days import days_back
from app.shared.money import ZERO
from app.shared.redis import AWAY

T = TypeVar("T")


@dataclass(frozen=True)
class Day:
    """One Shanghai day: orders and sales by the day of placing, heads by what their browsers did."""

    day: datetime.date
    orders: int = 0
    sales: Decimal = ZERO
    buyers: int = 0
    joined: int = 0
    looked: int = 0
    carted: int = 0


@dataclass(frozen=True)
class Visits:
    """Looks at goods of one category."""

    name: str
    path: str
    count: int


@dataclass(frozen=True)
class Today:
    """What is true now; `missed` is None while Redis, which alone knows, is away."""

    made_at: datetime.datetime
    day: Day
    orders: OrdersOfDay
    users: int
    active: int
    to_ship: int
    asked: int
    refunds_due: int
    low_stock: int
    visits: list[Visits]
    missed: int | None
    misses: list[tuple[str, int]]


@dataclass(frozen=True)
class Past:
    """The days before today, oldest first, and what sold best lately."""

    made_at: datetime.datetime
    days: list[Day]
    goods: list[SoldSKU]


@dataclass(frozen=True)
class Figures:
    """Both together."""

    today: Today
    past: Past

    @property
    def days(self) -> list[Day]:
        """DAYS of them, today last."""
        return [*self.past.days, self.today.day]


# what a kept value looks like: after an update of the mall nobody reads one of another shape
SHAPE = zlib.crc32(
    repr([[each.name for each in fields(kind)] for kind in (Day, Today, Past, Visits, OrdersOfDay, SoldSKU)]).encode()
)


def figures(low_stock: int) -> Figures:
    """From the cache, or made now; while Redis is away always made now."""
    day = clock.today()
    today = remember(f"dashboard:today:{SHAPE}:{day}", lambda: make_today(day, low_stock), TODAY_LIFE_S)
    past = remember(f"dashboard:past:{SHAPE}:{day}", lambda: make_past(day), PAST_LIFE_S)
    return Figures(today, past)


def make_today(day: datetime.date, low_stock: int) -> Today:
    """Every figure of the day and of this moment."""
    orders = queries.orders_per_day(day, day).get(day, OrdersOfDay())
    heads = _heads(day)
    nothing: tuple[int | None, list[tuple[str, int]]] = (None, [])
    missed, questions = _if_there(lambda: asked.missed_on(day, TOP), nothing)
    return Today(
        made_at=clock.now(),
        day=Day(
            day,
            orders=orders.placed,
            sales=orders.sales,
            buyers=orders.buyers,
            joined=queries.joined_per_day(day, day).get(day, 0),
            looked=heads[headcount.LOOKED],
            carted=heads[headcount.CARTED],
        ),
        orders=orders,
        users=queries.count_users(),
        active=queries.count_active(day),
        to_ship=queries.count_to_ship(),
        asked=queries.count_asked(),
        refunds_due=queries.count_refunds_due(),
        low_stock=queries.count_low_stock(low_stock),
        visits=_visits(day),
        missed=missed,
        misses=questions,
    )


def make_past(today: datetime.date) -> Past:
    """The days before, also those on which nothing happened."""
    days = days_back(today - timedelta(days=1), DAYS - 1)
    first, last = days[0], days[-1]
    orders, joined = queries.orders_per_day(first, last), queries.joined_per_day(first, last)
    heads = queries.heads_kept(first, last)
    rows = [_past_day(day, orders.get(day, OrdersOfDay()), joined.get(day, 0), heads.get(day, {})) for day in days]
    return Past(clock.now(), rows, queries.top_goods(today - timedelta(days=TOP_DAYS - 1), today, TOP))


def _past_day(day: datetime.date, orders: OrdersOfDay, joined: int, heads: Mapping[str, int]) -> Day:
    looked, carted = heads.get(headcount.LOOKED, 0), heads.get(headcount.CARTED, 0)
    return Day(day, orders.placed, orders.sales, orders.buyers, joined, looked, carted)


def _heads(day: datetime.date) -> dict[str, int]:
    """Of Redis and table the larger, as the sweep will write it."""
    kept = queries.heads_kept(day, day).get(day, {})
    nothing: dict[str, int] = {}
    counted = _if_there(lambda: headcount.counted(day), nothing)
    return {step: max(kept.get(step, 0), counted.get(step, 0)) for step in headcount.STEPS}


def _visits(day: datetime.date) -> list[Visits]:
    """The most looked at first. The table follows Redis by half a minute."""
    kept, tree = queries.category_visits(day), category_tree()
    nothing: dict[int, int] = {}
    counted = _if_there(lambda: visits.visits_of(day), nothing)
    sums = {each: max(kept.get(each, 0), counted.get(each, 0)) for each in kept.keys() | counted.keys()}
    rows = []
    for category_id, count in sums.items():
        if category_id in tree.nodes:
            path = [node.name for node in tree.path(category_id)]
            rows.append(Visits(path[-1], " › ".join(path), count))
    return sorted(rows, key=lambda row: (-row.count, row.path))


def _if_there(ask: Callable[[], T], otherwise: T) -> T:
    try:
        return ask()
    except AWAY:
        return otherwise
