"""What a buyer may do with an order through the front door, and that nobody else may."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.carts.store import MemberCart
from app.goods import services as goods
from app.orders import services, shipping
from app.orders.models import Invoice, OrderStatus, PayMethod
from app.shared import clock
from app.shared.db import db
from app.shared.uow import unit_of_work
from tests.factories.world import Person, World
from tests.fixtures.mall import Counted
from tests.orders import scenes
from tests.pages import PageClient

ROUTES = ("receive", "hide", "again", "invoice")
WISH = {"kind": "company", "title": "试验有限公司", "tax_number": "91110000MA00000001"}


def cart_of(app: Flask, person: Person) -> dict[int, int]:
    with app.app_context():
        return {sku_id: line.count for sku_id, line in MemberCart(person.id).lines().items()}


@pytest.fixture
def bring(app: Flask, lily: Person, make: World) -> Callable[..., str]:
    """`bring(OrderStatus.UNSENT)`: an order of lily's in that state."""

    def made(status: OrderStatus, sku_id: int = 0, count: int = 1) -> str:
        sku_id = sku_id or make.sku()
        with app.app_context():
            return scenes.bring_to(lily, sku_id, status, count)

    return made


def test_receipt_is_confirmed(app: Flask, lily_client: PageClient, bring: Callable[..., str]) -> None:
    number = bring(OrderStatus.UNRECEIVED)
    assert "确认收货" in lily_client.get(f"/orders/{number}/").text
    answer = lily_client.post(f"/orders/{number}/receive/")
    assert answer.location == f"/orders/{number}/"
    page = lily_client.get(answer.location).text
    assert "已确认收货" in page
    assert "待评价" in page
    status, again = lily_client.json("POST", f"/orders/{number}/receive/")
    assert (status, again["code"]) == (409, "5202")


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("status", list(OrderStatus), ids=[each.name for each in OrderStatus])
def test_somebody_elses_order_is_not_found(
    app: Flask, fred_client: PageClient, bring: Callable[..., str], route: str, status: OrderStatus
) -> None:
    number = bring(status)
    with app.app_context():
        events = scenes.events_of(number)
    answer = fred_client.json("POST", f"/orders/{number}/{route}/", dict(WISH))
    assert (answer[0], answer[1]["code"]) == (404, "5003")
    with app.app_context():
        assert (scenes.status_of(number), scenes.events_of(number)) == (status, events)
        assert scenes.row(number).hidden_at is None
        assert db.session.scalars(select(Invoice.id)).all() == []


def test_a_hidden_order_leaves_the_list_but_not_the_books(
    app: Flask, lily_client: PageClient, bring: Callable[..., str]
) -> None:
    kept, gone = bring(OrderStatus.CANCELLED), bring(OrderStatus.FINISHED)
    assert lily_client.json("POST", f"/orders/{gone}/hide/")[0] == 200
    assert lily_client.json("POST", f"/orders/{gone}/hide/")[0] == 200  # twice is once
    listed = lily_client.json("GET", "/orders/info/")[1]
    assert [order["order_id"] for order in listed["orders"]] == [kept]
    assert listed["counts"] == {"6": 1}
    assert lily_client.json("GET", f"/orders/{gone}/")[1]["order"]["status"] == 5
    page = lily_client.get("/orders/info/").text
    assert gone not in page
    open_one = bring(OrderStatus.UNSENT)
    assert lily_client.json("POST", f"/orders/{open_one}/hide/")[1]["code"] == "5202"


def test_late_money_brings_a_hidden_order_back(app: Flask, lily_client: PageClient, bring: Callable[..., str]) -> None:
    number = bring(OrderStatus.CANCELLED)
    lily_client.json("POST", f"/orders/{number}/hide/")

    @unit_of_work
    def revive() -> bool:
        return services.revive_order(services.lock_numbered(number), "alipay")

    with app.app_context():
        assert revive()
    assert [o["order_id"] for o in lily_client.json("GET", "/orders/info/")[1]["orders"]] == [number]


def test_tabs_count_and_filter(lily_client: PageClient, bring: Callable[..., str]) -> None:
    numbers = {status: bring(status) for status in OrderStatus if status is not OrderStatus.FINISHED}
    bring(OrderStatus.UNSENT)
    answer = lily_client.json("GET", "/orders/info/?status=3")[1]
    assert [order["order_id"] for order in answer["orders"]] == [numbers[OrderStatus.UNRECEIVED]]
    assert answer["counts"] == {"1": 1, "2": 2, "3": 1, "4": 1, "6": 1}
    page = lily_client.get("/orders/info/?status=2").text
    assert re.search(r'status=2" aria-current="page">\s*待发货 <span class="nums muted">2', page)
    assert numbers[OrderStatus.UNSENT] in page
    assert numbers[OrderStatus.UNPAID] not in page
    assert "没有这个状态的订单" in lily_client.get("/orders/info/?status=5").text
    assert lily_client.json("GET", "/orders/info/?status=x")[1]["pages"] == 2  # an unknown word is no filter
    assert lily_client.json("GET", "/orders/info/2/?status=2")[0] == 404


def test_a_filter_survives_the_pager(lily_client: PageClient, bring: Callable[..., str]) -> None:
    for _ in range(6):
        bring(OrderStatus.UNSENT)
    page = lily_client.get("/orders/info/?status=2").text
    assert "/orders/info/2/?status=2" in page
    assert lily_client.json("GET", "/orders/info/2/?status=2")[1]["pages"] == 2


def test_buying_again_clamps_and_tells(
    app: Flask, lily: Person, make: World, lily_client: PageClient, bring: Callable[..., str]
) -> None:
    whole, short, gone, full = (make.sku(name=name, stock=9) for name in ("足够的", "不够的", "下架的", "满了的"))
    with app.app_context():
        number = scenes.place(lily, {whole: 2, short: 3, gone: 1, full: 1})
        scenes.end(number)
        goods.set_stock(short, 1, reason="test", actor="test")
        goods.withdraw(gone)
    assert lily_client.json("POST", "/carts/", {"sku_id": full, "count": 5})[0] == 200
    assert lily_client.json("POST", "/carts/", {"sku_id": whole, "count": 1})[0] == 200
    answer = lily_client.post(f"/orders/{number}/again/")
    assert answer.location == "/carts/"
    assert cart_of(app, lily) == {whole: 3, short: 1, full: 5}
    page = lily_client.get("/carts/").text
    assert "已放入购物车 2 种商品" in page
    assert "不够的 库存不足或达到限购，只放入了一部分" in page
    assert "下架的 暂时不能购买，没有放入购物车" in page
    assert "满了的 暂时不能购买，没有放入购物车" in page


def test_buying_again_as_json(app: Flask, lily: Person, lily_client: PageClient, bring: Callable[..., str]) -> None:
    number = bring(OrderStatus.FINISHED)
    status, answer = lily_client.json("POST", f"/orders/{number}/again/")
    assert (status, len(answer["whole"]), answer["less"], answer["left_out"]) == (200, 1, [], [])
    assert list(cart_of(app, lily).values()) == [1]


def test_an_invoice_is_asked_for_and_corrected(app: Flask, lily_client: PageClient, bring: Callable[..., str]) -> None:
    number = bring(OrderStatus.UNRECEIVED)
    lily_client.post(f"/orders/{number}/invoice/", {"kind": "personal", "title": " 莉莉 "})
    page = lily_client.get(f"/orders/{number}/").text
    assert "莉莉" in page
    assert "已申请，等待开具" in page
    assert lily_client.json("POST", f"/orders/{number}/invoice/", WISH)[0] == 200
    invoice = lily_client.json("GET", f"/orders/{number}/")[1]["order"]["invoice"]
    assert invoice == {**WISH, "state": "asked", "number": ""}
    with app.app_context():
        assert len(db.session.scalars(select(Invoice.id)).all()) == 1


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"tax_number": ""}, "4003"),
        ({"tax_number": "91110000"}, "5006"),
        ({"tax_number": "91110000ma00000001"}, "5006"),
        ({"kind": "club"}, "5006"),
        ({"kind": ""}, "4003"),
        ({"title": "  "}, "4003"),
        ({"title": "很" * 101}, "5006"),
    ],
)
def test_an_invoice_with_a_mistake_is_not_asked_for(
    app: Flask, lily_client: PageClient, bring: Callable[..., str], changed: dict[str, str], code: str
) -> None:
    number = bring(OrderStatus.UNSENT)
    status, answer = lily_client.json("POST", f"/orders/{number}/invoice/", {**WISH, **changed})
    assert (status, answer["code"]) == (400, code)
    page = lily_client.post(f"/orders/{number}/invoice/", {**WISH, **changed}, fails=True)
    assert page.status_code == 400
    assert '<details class="fold" open' in page.text
    with app.app_context():
        assert db.session.scalars(select(Invoice.id)).all() == []


@pytest.mark.parametrize("status", [OrderStatus.UNPAID, OrderStatus.CANCELLED])
def test_no_invoice_for_what_is_not_bought(
    lily_client: PageClient, bring: Callable[..., str], status: OrderStatus
) -> None:
    number = bring(status)
    assert lily_client.json("POST", f"/orders/{number}/invoice/", WISH)[1]["code"] == "5202"
    assert "申请发票" not in lily_client.get(f"/orders/{number}/").text


def test_parcels_are_shown_with_the_day_of_automatic_receipt(
    app: Flask, lily: Person, make: World, lily_client: PageClient
) -> None:
    with app.app_context():
        number = scenes.place(lily, {make.sku(name="红手机"): 2, make.sku(name="蓝手机"): 1})
        scenes.pay(number)
        shipping.ship_order(number, "中通快递", "ZT0000001", "staff:1", {scenes.lines_of(number)[0].id: 2})
    page = lily_client.get(f"/orders/{number}/").text
    assert "ZT0000001" in page
    assert "自动确认" not in page
    with app.app_context():
        shipping.ship_order(number, "顺丰速运", "SF0000002", "staff:1")
        due = scenes.row(number).moved_at
    assert due is not None
    page = lily_client.get(f"/orders/{number}/").text
    assert f"{clock.local(due + timedelta(days=10)):%Y-%m-%d %H:%M}" in page
    parcels = lily_client.json("GET", f"/orders/{number}/")[1]["order"]["shipments"]
    assert [(each["carrier"], each["tracking_number"], each["lines"]) for each in parcels] == [
        ("中通快递", "ZT0000001", [{"name": "红手机", "count": 2}]),
        ("顺丰速运", "SF0000002", [{"name": "蓝手机", "count": 1}]),
    ]


def test_the_deadline_is_a_time_and_a_countdown(app: Flask, lily_client: PageClient, bring: Callable[..., str]) -> None:
    number = bring(OrderStatus.UNPAID)
    with app.app_context():
        until = scenes.row(number).pay_before
    assert until is not None
    for path in (f"/orders/{number}/", "/orders/info/"):
        page = lily_client.get(path).text
        assert f'datetime="{until.isoformat()}"' in page
        left = re.search(r'role="timer" data-left="(\d+)" hidden', page)
        assert left
        assert 29 * 60 < int(left[1]) <= 30 * 60
    with app.app_context():
        scenes.set_columns(number, pay_before=clock.now() - timedelta(seconds=1))
    assert "data-left" not in lily_client.get(f"/orders/{number}/").text


def test_reasons_are_offered_and_words_of_ones_own_are_only_words(
    app: Flask, lily: Person, make: World, lily_client: PageClient
) -> None:
    with app.app_context():
        number = scenes.place(lily, {make.sku(): 1}, PayMethod.CASH)
    assert '<option value="发货太慢">' in lily_client.get(f"/orders/{number}/").text

    @unit_of_work
    def end() -> None:
        order = services.lock_numbered(number)
        services.cancel_order(order, f"user:{lily.id}", "<b>100%</b> %(name)s 不要了")

    with app.app_context():
        end()
    page = lily_client.get(f"/orders/{number}/").text
    assert "&lt;b&gt;100%&lt;/b&gt; %(name)s 不要了" in page
    assert "买家" in page


def test_notes_of_staff_are_not_for_the_buyer(app: Flask, lily_client: PageClient, bring: Callable[..., str]) -> None:
    number = bring(OrderStatus.UNSENT)
    with app.app_context():
        services.add_note(number, "难缠的客人", "staff:1")
    assert "难缠的客人" not in lily_client.get(f"/orders/{number}/").text


@pytest.mark.parametrize("lines", [1, 6])
def test_queries_of_a_sent_order_do_not_grow(
    app: Flask,
    lily: Person,
    make: World,
    lily_client: PageClient,
    count_queries: Callable[[], AbstractContextManager[Counted]],
    lines: int,
) -> None:
    skus = [make.sku() for _ in range(lines)]
    with app.app_context():
        number = scenes.place(lily, dict.fromkeys(skus, 1))
        scenes.pay(number)
        for line in scenes.lines_of(number):
            shipping.ship_order(number, "顺丰速运", f"SF{line.id:07}", "staff:1", {line.id: 1})
    lily_client.json("POST", f"/orders/{number}/invoice/", WISH)
    lily_client.get(f"/orders/{number}/")
    with count_queries() as counted:
        lily_client.get(f"/orders/{number}/")
    assert len(counted.sql) == 5, counted.sql  # who is there, order with invoice, events, lines, parcels
    with count_queries() as counted:
        lily_client.get("/orders/info/?status=3")
    assert len(counted.sql) == 4, counted.sql  # who is there, the tabs, the page, its lines
