"""The first page of the back office: each sees what is theirs, every tile leads to a list that understands it."""

import csv
import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask

from app.dashboard import charts, figures, tiles
from app.goods.models import SKU
from app.search import asking
from app.shared import clock
from app.shared.db import db
from app.shared.staff_view import StaffView
from app.staff.policy import READY, RIGHTS
from tests.dashboard.busy import live
from tests.factories.world import Person, World
from tests.pages import PageClient


def client_of(app: Flask, person: Person) -> PageClient:
    client = PageClient(app)
    client.sign_in(person.username, person.password)
    return client


@pytest.fixture
def desk(app: Flask, tom: Person) -> PageClient:
    """The owner's browser."""
    return client_of(app, tom)


def test_the_owner_sees_everything(app: Flask, make: World, desk: PageClient) -> None:
    with app.app_context():
        live(make, 1, clock.today())
        found = figures.figures(10)
    page = desk.get("/admin/").text
    for words in (
        "今日订单",
        "待发货",
        "待审核售后",
        "库存不足",
        "今日活跃用户",
        "今日无结果搜索",
        "每日销售额",
        "从浏览到下单",
    ):
        assert words in page
    assert f"¥{found.today.orders.sales:,}" in page
    assert page.count("data-chart=") == len(charts.MAKERS) - 2, "without looks and questions two have no rows"
    assert page.count('data-value="') >= 30 * 5
    assert "今日数据 0 秒前" in page or "今日数据 1 秒前" in page


@pytest.mark.parametrize(
    ("role", "seen", "hidden"),
    [
        (
            "warehouse",
            ["今日订单", "库存不足", "待审核售后", "热销商品"],
            ["用户总数", "每日新用户", "无结果搜索", "需要处理"],
        ),
        (
            "content_editor",
            ["库存不足", "无结果搜索", "今日分类访问量"],
            ["今日订单", "每日销售额", "用户总数", "需要处理"],
        ),
        ("auditor", ["今日订单", "用户总数", "需要处理"], []),
    ],
)
def test_staff_see_the_areas_they_may_view(
    app: Flask, make: World, role: str, seen: list[str], hidden: list[str]
) -> None:
    page = client_of(app, make.staff("clerk", "13800000004", role)).get("/admin/").text
    assert [words for words in seen if words not in page] == []
    assert [words for words in hidden if words in page] == []


def test_without_a_role_there_is_no_figure(app: Flask, make: World) -> None:
    page = client_of(app, make.staff("clerk", "13800000004")).get("/admin/").text
    assert "请让店主授予" in page
    assert "desk-stat" not in page


def all_tiles(app: Flask) -> list[tiles.Tile]:
    with app.test_request_context("/admin/"):
        return tiles.tiles(figures.figures(10), RIGHTS, 10)


def test_every_tile_leads_to_a_list_that_understands_its_address(app: Flask, desk: PageClient) -> None:
    """A filter's name that the list does not know would show everything instead of what was counted."""
    views = {view.url: view for admin in app.extensions["admin"] for view in admin._views}
    leading = [tile for tile in all_tiles(app) if tile.url]
    assert len(leading) == 12
    for tile in leading:
        address = urlsplit(tile.url)
        view = views[address.path.rstrip("/")]
        assert isinstance(view, StaffView)
        assert f"{view.area}.view" == tile.right, tile.label
        page = desk.get(tile.url).text
        missing = [name for name, _ in parse_qsl(address.query) if f'name="{name}"' not in page]
        assert missing == [], tile.label


def test_a_tile_says_as_many_as_its_list_holds(app: Flask, make: World, desk: PageClient) -> None:
    with app.app_context():
        live(make, 6, clock.today(), orders=400)
    for stock in (0, 3, 10):
        make.sku(stock=stock)
    shown = {tile.label: tile for tile in all_tiles(app)}
    for label in ("今日订单", "今日待付款", "待发货", "今日新用户", "库存不足"):
        tile = shown[label]
        page = desk.get(tile.url).text
        said = f"共 {tile.value} 行" if tile.value != "0" else "没有符合条件的内容"
        assert said in page, label
    assert int(shown["待发货"].value) > 0
    assert shown["库存不足"].value == "3"


def test_a_tables_csv_is_the_chart(app: Flask, make: World, desk: PageClient) -> None:
    with app.app_context():
        live(make, 2, clock.today())
    answer = desk.get("/admin/figures/sales.csv")
    assert answer.mimetype == "text/csv"
    head, *rows = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert head == ["日期", "销售额（元）", "订单"]
    with app.app_context():
        days = figures.figures(10).days
    assert rows == [[day.day.isoformat(), str(day.sales), str(day.orders)] for day in days]
    assert desk.get("/admin/figures/moon.csv", fails=True).status_code == 404
    assert desk.get("/admin/figures/").status_code == 302


def test_a_spreadsheet_runs_nothing_of_it(app: Flask, make: World, desk: PageClient) -> None:
    with app.app_context():
        live(make, 3, clock.today())
        asking.note_query("=sum(7)", 0)
    make.run(lambda: [setattr(sku, "name", "=1+1") for sku in db.session.query(SKU)])
    assert "'=1+1" in desk.get("/admin/figures/goods.csv").text
    assert "\n=1+1" not in desk.get("/admin/figures/goods.csv").text
    assert "'=sum(7)" in desk.get("/admin/figures/no-results.csv").text


def test_a_csv_takes_its_right_and_its_areas(app: Flask, make: World) -> None:
    warehouse = client_of(app, make.staff("store", "13800000004", "warehouse"))
    assert warehouse.get("/admin/figures/goods.csv", fails=True).status_code == 403
    auditor = client_of(app, make.staff("audit", "13800000005", "auditor"))
    assert auditor.get("/admin/figures/new-users.csv").status_code == 200
    assert "CSV" not in warehouse.get("/admin/").text
    assert "users.view" in READY["auditor"][1]


def test_a_csv_of_an_area_one_may_not_view_is_refused(app: Flask, make: World, tom: Person) -> None:
    from app.staff import queries, services

    clerk = make.staff("clerk", "13800000004")
    with app.app_context():
        services.make_role("counter", "数数", tom.id)
        (role,) = [each for each in queries.roles() if each.name == "counter"]
        services.set_rights(role.id, {"dashboard.export", "orders.view"}, tom.id)
        services.grant(clerk.id, "counter", None)
    client = client_of(app, clerk)
    assert client.get("/admin/figures/sales.csv").status_code == 200
    assert client.get("/admin/figures/new-users.csv", fails=True).status_code == 403


def test_the_page_costs_as_much_with_many_rows_as_with_few(
    app: Flask, make: World, desk: PageClient, count_queries: Callable[[], AbstractContextManager[Any]]
) -> None:
    def cost() -> tuple[int, int]:
        from app.shared.redis import redis

        with app.app_context():
            for key in redis().keys("cache:*"):
                redis().delete(key)
        with count_queries() as cold:
            desk.get("/admin/")
        with count_queries() as warm:
            desk.get("/admin/")
        return len(cold.sql), len(warm.sql)

    desk.get("/admin/")
    few = cost()
    with app.app_context():
        live(make, 4, clock.today(), users=60, orders=300)
    many = cost()
    assert many == few == (23, 2)


def test_the_page_stands_while_redis_is_away(
    app: Flask, make: World, desk: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.get("/admin/")
    with app.app_context():
        live(make, 5, clock.today())
    away(app, monkeypatch)
    page = desk.get("/admin/").text
    assert "Redis 没有应答" in page
    assert "今日订单" in page


def away(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every client of this application finds nobody."""
    from redis import Redis

    from app.shared.cache import cache

    nobody = "unix:///nowhere/redis.sock"
    monkeypatch.setitem(app.extensions, "meiduo_redis", Redis.from_url(nobody, decode_responses=True))
    monkeypatch.setitem(app.extensions, "meiduo_rq", Redis.from_url(nobody))
    with app.app_context():
        backend: Any = cache.cache
        monkeypatch.setattr(backend, "_write_client", Redis.from_url(nobody))
        monkeypatch.setattr(backend, "_read_client", Redis.from_url(nobody))


def test_the_page_speaks_english(desk: PageClient) -> None:
    desk.post("/language/", {"lang": "en"})
    page = desk.get("/admin/").text
    assert "Orders today" in page
    assert "Low stock" in page
