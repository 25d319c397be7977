"""Every figure of the dashboard against counting by hand, on random data with the borders of Shanghai's days."""

from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from app.dashboard import figures, queries, services
from app.dashboard.models import DayHeads
from app.dashboard.policy import DAYS, TOP_DAYS
from app.goods import store as visits
from app.goods import visits as counting
from app.orders.models import OrderStatus
from app.search import asking
from app.shared import clock, headcount
from app.shared.db import db
from app.shared.money import ZERO
from app.shared.redis import redis
from app.shared.uow import unit_of_work
from tests.dashboard.busy import Story, live
from tests.factories.world import World
from tests.pages import PageClient

PERSON = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}
UNSOLD = {OrderStatus.UNPAID, OrderStatus.CANCELLED}


def day_of(moment: datetime) -> date:
    """By arithmetic alone: UTC and eight hours."""
    return (moment.astimezone(UTC).replace(tzinfo=None) + timedelta(hours=8)).date()


def by_day(rows: list[dict[str, Any]]) -> dict[date, list[dict[str, Any]]]:
    found: dict[date, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[day_of(row["created_at"])].append(row)
    return found


def sales(orders: list[dict[str, Any]]) -> Decimal:
    return sum((each["total_amount"] for each in orders if each["status"] not in UNSOLD), ZERO)


@pytest.mark.parametrize("seed", range(4))
def test_adm_1_every_figure_is_what_counting_by_hand_gives(ctx: Flask, make: World, seed: int) -> None:
    today = clock.today()
    story = live(make, seed, today)
    now, past = figures.make_today(today, low_stock=10), figures.make_past(today)
    orders, joined = by_day(story.orders), by_day(story.users)
    of_today = orders[today]
    assert now.orders.placed == len(of_today)
    assert now.orders.unpaid == sum(each["status"] == OrderStatus.UNPAID for each in of_today)
    assert now.orders.cancelled == sum(each["status"] == OrderStatus.CANCELLED for each in of_today)
    assert now.orders.sold == len(of_today) - now.orders.unpaid - now.orders.cancelled
    assert now.users == sum(each["deleted_at"] is None for each in story.users)
    assert now.active == len({each["user_id"] for each in story.sign_ins if day_of(each["last_seen_at"]) == today})
    assert now.to_ship == sum(each["status"] == OrderStatus.UNSENT for each in story.orders)
    days = [*past.days, now.day]
    assert [each.day for each in days] == [today - timedelta(days=age) for age in range(DAYS - 1, -1, -1)]
    for each in days:
        mine = orders[each.day]
        assert (each.orders, each.sales) == (len(mine), sales(mine)), each.day
        assert each.buyers == len({order["user_id"] for order in mine})
        assert each.joined == len(joined[each.day]), each.day
    assert past.goods == top_by_hand(story, today)


def top_by_hand(story: Story, today: date) -> list[queries.SoldSKU]:
    since = today - timedelta(days=TOP_DAYS - 1)
    good = {each["id"] for each in story.orders if each["status"] not in UNSOLD and day_of(each["created_at"]) >= since}
    pieces: Counter[int] = Counter()
    amounts: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for line in story.lines:
        if line["order_id"] in good:
            pieces[line["sku_id"]] += line["count"]
            amounts[line["sku_id"]] += line["price"] * line["count"]
    names = queries._names(pieces)
    best = sorted(pieces, key=lambda each: (-pieces[each], each))
    return [queries.SoldSKU(each, names[each], pieces[each], amounts[each]) for each in best]


@pytest.mark.parametrize(
    ("shift", "days_ago"),
    [(timedelta(microseconds=-1), 1), (timedelta(microseconds=-400), 1), (timedelta(0), 0)],
)
def test_a_day_begins_at_midnight_in_shanghai(ctx: Flask, make: World, shift: timedelta, days_ago: int) -> None:
    """SQLite would round the last half millisecond into the next day."""
    today = clock.today()

    def join() -> None:
        from app.users.models import User

        moment = clock.day_start(today) + shift
        db.session.add(User(username="n", username_key="n", mobile="13", password_hash="!", created_at=moment))

    make.run(join)
    assert queries.joined_per_day(today - timedelta(days=3), today) == {today - timedelta(days=days_ago): 1}


def test_waiting_things_and_low_stock(ctx: Flask, make: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for stock in (0, 3, 10, 11):
        make.sku(stock=stock)
    make.sku(stock=1, is_launched=False)
    assert queries.count_low_stock(10) == 3
    monkeypatch.setattr(queries, "MOST", 1)
    assert queries.count_low_stock(10) == 2, "the count ends at one more than most"


def test_browsers_are_counted_once_and_robots_never(app: Flask, make: World) -> None:
    sku_id = make.sku(stock=10)
    leaf = make.categories()[2]
    one, two, robot = PageClient(app), PageClient(app), PageClient(app)
    for client in (one, one, two):
        look(client, leaf, PERSON)
    look(robot, leaf, {"User-Agent": "Googlebot/2.1 (+http://www.google.com/bot.html)"})
    for client in (one, one):
        client.post("/carts/", {"sku_id": sku_id, "count": 1}, headers=PERSON)
    robot.post("/carts/", {"sku_id": sku_id, "count": 1}, headers={"User-Agent": "curl/8"})
    two.post("/carts/", {"sku_id": sku_id, "count": 99}, headers=PERSON, fails=True)
    with app.app_context():
        assert headcount.counted(clock.today()) == {"looked": 2, "carted": 1}
        assert visits.visits_of(clock.today()) == {leaf: 3}


def look(client: PageClient, category_id: int, headers: dict[str, str]) -> None:
    sent = {"Accept": "application/json", "X-CSRFToken": client.token(), **headers}
    assert client.browser.post(f"/detail/visit/{category_id}/", headers=sent).status_code == 200


def test_signing_in_makes_no_second_head(app: Flask, make: World) -> None:
    lily = make.person("lily", "13800000001")
    client, leaf = PageClient(app), make.categories()[2]
    look(client, leaf, PERSON)
    client.sign_in(lily.username, lily.password)
    look(client, leaf, PERSON)
    with app.app_context():
        assert headcount.counted(clock.today())["looked"] == 1


def test_the_sweep_keeps_the_larger_sum(ctx: Flask) -> None:
    today = clock.today()
    yesterday = today - timedelta(days=1)
    redis().sadd(headcount.HEADS(step="looked", day=today.isoformat()), "a", "b", "c")
    redis().sadd(headcount.HEADS(step="carted", day=yesterday.isoformat()), "a")
    assert services.keep_heads() == 2
    assert services.keep_heads() == 0
    redis().flushall()
    redis().sadd(headcount.HEADS(step="looked", day=today.isoformat()), "d")
    assert services.keep_heads() == 0, "Redis has forgotten; the table has not"
    assert queries.heads_kept(yesterday, today) == {today: {"looked": 3}, yesterday: {"carted": 1}}
    shown = figures.make_today(today, 10).day
    assert (shown.looked, shown.carted) == (3, 0)
    assert figures.make_past(today).days[-1].carted == 1


def test_category_visits_and_questions_in_vain(ctx: Flask, make: World) -> None:
    leaf, today = make.categories()[2], clock.today()
    visits.add_visits(today, {leaf: 5})
    counting.keep()
    visits.add_visits(today, {leaf: 2})
    for question in ("紫色冰箱", "紫色冰箱", "飞船"):
        asking.note_query(question, 0)
    asking.note_query("手机", 12)
    now = figures.make_today(today, 10)
    assert [(each.name, each.path, each.count) for each in now.visits] == [("手机", "手机数码 › 手机通讯 › 手机", 7)]
    assert (now.missed, now.misses) == (3, [("紫色冰箱", 2), ("飞船", 1)])
    redis().flushall()
    forgotten = figures.make_today(today, 10)
    assert [each.count for each in forgotten.visits] == [5], "the table has it still"


def test_an_empty_mall_has_figures(ctx: Flask) -> None:
    found = figures.figures(10)
    assert len(found.days) == DAYS
    assert {each.orders for each in found.days} == {0}
    assert found.today.orders.sales == ZERO


def test_figures_are_kept_and_cost_so_many_statements(
    app: Flask, make: World, count_queries: Callable[[], AbstractContextManager[Any]]
) -> None:
    with app.app_context():
        live(make, 1, clock.today())
        with count_queries() as cold:
            figures.figures(10)
        with count_queries() as warm:
            again = figures.figures(10)
    assert len(cold.sql) == 16, cold.sql
    assert warm.sql == []
    assert again.today.made_at <= clock.now()


def test_heads_of_a_day_are_one_row(ctx: Flask) -> None:
    """The unique key: what makes two sweeps one."""
    from sqlalchemy.exc import IntegrityError

    @unit_of_work
    def twice() -> None:
        for count in (1, 2):
            db.session.add(DayHeads(day=clock.today(), step="looked", count=count))

    with pytest.raises(IntegrityError):
        twice()
