"""Writing and reading reviews over HTTP: pages, fragment and JSON."""

import html
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.orders.models import Order, OrderLine, OrderStatus
from app.reviews.models import Review
from app.shared.db import db
from tests.factories.world import Person, World
from tests.fixtures.mall import Counted
from tests.pages import PageClient
from tests.reviews.arrived import Arrived, arrive

Counting = Callable[[], AbstractContextManager[Counted]]
PAGE = "/orders/comment/"


def said(arrived: Arrived, place: int = 0, **changes: object) -> dict[str, Any]:
    """The outside client's body."""
    body = {
        "order_id": arrived.number,
        "sku_id": arrived.skus[place],
        "comment": "屏幕很亮，手感也好",
        "score": 5,
        "is_anonymous": False,
    }
    return {**body, **changes}


def reviews(app: Flask) -> list[Review]:
    with app.app_context():
        return list(db.session.scalars(select(Review).order_by(Review.id)))


def fill(make: World, app: Flask, sku_id: int, scores: list[int]) -> None:
    """Reviews of one SKU, oldest first, each by its own order."""

    def write(buyer: Person, score: int, number: int) -> None:
        line = db.session.scalars(
            select(OrderLine.id).join(Order, Order.id == OrderLine.order_id).where(Order.user_id == buyer.id)
        ).one()
        words = f"第 {number} 条评价"
        db.session.add(Review(order_line_id=line, sku_id=sku_id, user_id=buyer.id, score=score, text=words))

    for number, score in enumerate(scores, start=1):
        buyer = make.person(f"buyer{number:03}", f"139{number:08}")
        arrive(make, buyer, [sku_id])
        make.run(lambda b=buyer, s=score, n=number: write(b, s, n))


def test_a_browser_without_scripts_reviews_line_by_line(app: Flask, arrived: Arrived, lily_client: PageClient) -> None:
    address = f"{PAGE}?order_id={arrived.number}"
    assert address in html.unescape(lily_client.get("/orders/info/").text)
    page = lily_client.get(address).text
    assert page.count("<textarea") == 2
    answer = lily_client.post(PAGE, {**said(arrived), "is_anonymous": "true", "score": "4"})
    assert (answer.status_code, answer.location) == (303, address)
    assert lily_client.get(address).text.count("<textarea") == 1
    answer = lily_client.post(PAGE, {k: v for k, v in said(arrived, 1).items() if k != "is_anonymous"})
    assert (answer.status_code, answer.location) == (303, f"/orders/{arrived.number}/")
    assert [(row.score, row.is_anonymous) for row in reviews(app)] == [(4, True), (5, False)]
    assert "<textarea" not in lily_client.get(address).text
    assert address not in html.unescape(lily_client.get("/orders/info/").text)


def test_the_outside_client_lists_and_sends(app: Flask, arrived: Arrived, lily_client: PageClient) -> None:
    status, answer = lily_client.json("GET", f"{PAGE}?order_id={arrived.number}")
    assert (status, [line["sku_id"] for line in answer["skus"]]) == (200, list(arrived.skus))
    assert answer["skus"][0]["price"] == "100.00"
    status, answer = lily_client.json("POST", PAGE, said(arrived))
    assert (status, answer["code"], answer["waiting"]) == (200, "0", 1)
    status, answer = lily_client.json("POST", PAGE, said(arrived))
    assert (status, answer["code"]) == (409, "5202")


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"score": 0}, "5006", "score"),
        ({"score": 6}, "5006", "score"),
        ({"score": "4.5"}, "5006", "score"),
        ({"score": None}, "4003", "score"),
        ({"comment": None}, "4003", "comment"),
        ({"comment": "    "}, "4003", "comment"),
        ({"comment": "  四个字了  "}, "5006", "comment"),
        ({"comment": "好" * 501}, "5006", "comment"),
        ({"comment": "五个字\x00好"}, "5006", "comment"),
        ({"comment": "五个字好\ud800"}, "5006", "comment"),
        ({"sku_id": "x"}, "5006", "sku_id"),
        ({"sku_id": 2**70}, "5006", "sku_id"),
        ({"order_id": None}, "4003", "order_id"),
        ({"order_id": "9" * 200}, "5006", "order_id"),
    ],
)
def test_bad_input_is_named(
    app: Flask, arrived: Arrived, lily_client: PageClient, changes: dict[str, object], code: str, field: str
) -> None:
    status, answer = lily_client.json("POST", PAGE, said(arrived, **changes))
    assert (status, answer["code"]) == (400, code), answer
    assert list(answer["errors"]) == [field]
    assert reviews(app) == []


def test_five_and_five_hundred_characters_are_right(app: Flask, arrived: Arrived, lily_client: PageClient) -> None:
    assert lily_client.json("POST", PAGE, said(arrived, comment=" 五个字的😀 "))[0] == 200
    # a browser sends CRLF for each line end that its own counter took for one character
    long = "字" * 249 + "\r\n" + "字" * 250
    assert lily_client.post(PAGE, said(arrived, 1, comment=long)).status_code == 303
    assert [len(row.text) for row in reviews(app)] == [5, 500]


def test_a_browser_sees_what_is_wrong_beside_what_it_typed(arrived: Arrived, lily_client: PageClient) -> None:
    page = lily_client.post(PAGE, said(arrived, 1, comment="太短", score="2"), fails=True)
    assert page.status_code == 400
    assert page.text.count("评价内容应为 5 到 500 个字") == 1
    assert ">太短</textarea>" in page.text
    assert page.text.count('value="2" checked') == 1


def test_other_peoples_orders_do_not_exist(app: Flask, arrived: Arrived, fred_client: PageClient) -> None:
    assert fred_client.json("GET", f"{PAGE}?order_id={arrived.number}")[0] == 404
    assert fred_client.json("POST", PAGE, said(arrived))[0] == 404
    assert reviews(app) == []


@pytest.mark.parametrize("status", [OrderStatus.UNPAID, OrderStatus.UNRECEIVED, OrderStatus.CANCELLED])
def test_nothing_to_review_before_receipt(
    make: World, lily: Person, lily_client: PageClient, status: OrderStatus
) -> None:
    order = arrive(make, lily, [make.sku()], status)
    assert lily_client.json("GET", f"{PAGE}?order_id={order.number}")[0] == 404
    assert lily_client.json("POST", PAGE, said(order))[0] == 409
    assert PAGE not in lily_client.get(f"/orders/{order.number}/").text


def test_a_text_is_only_text(arrived: Arrived, lily_client: PageClient, client: PageClient) -> None:
    lily_client.json("POST", PAGE, said(arrived, comment="<script>alert(1)</script> {{ 7*7 }}"))
    page = client.get(f"/comments/{arrived.skus[0]}/").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }}" in page
    assert "<script>alert" not in page


def test_average_spread_and_pages_newest_first(app: Flask, make: World, client: PageClient) -> None:
    sku = make.sku(stock=30)
    fill(make, app, sku, [5, 4, 3, 5, 5, 5, 5, 1, 5, 4, 4, 2])
    status, answer = client.json("GET", f"/comments/{sku}/")
    assert (status, answer["total"], answer["average"], answer["total_page"]) == (200, 12, "4.0", 2)
    assert answer["spread"] == {"5": 6, "4": 3, "3": 1, "2": 1, "1": 1}
    assert [each["comment"] for each in answer["comment_list"]] == [f"第 {n} 条评价" for n in range(12, 2, -1)]
    assert set(answer["comment_list"][0]) == {"username", "comment", "score", "created_at", "pictures"}
    answer = client.json("GET", f"/comments/{sku}/?page=2")[1]
    assert [each["comment"] for each in answer["comment_list"]] == ["第 2 条评价", "第 1 条评价"]
    for wrong in ("0", "3", "-1", "x", "9999999999999"):
        assert client.json("GET", f"/comments/{sku}/?page={wrong}")[0] == 404, wrong


def test_the_page_of_a_sku_leads_to_its_reviews(arrived: Arrived, lily_client: PageClient, client: PageClient) -> None:
    sku = arrived.skus[0]
    empty = client.get(f"/comments/{sku}/").text
    assert "还没有评价" in empty
    lily_client.json("POST", PAGE, said(arrived, is_anonymous=True))
    detail = client.get(f"/detail/{sku}/").text
    assert "商品评价（1）" in detail
    assert f'hx-get="/comments/{sku}/"' in detail
    fragment = client.get(f"/comments/{sku}/", headers={"HX-Request": "true"}).text
    assert "<html" not in fragment
    assert "l***y" in fragment
    assert "lily" not in fragment
    assert "<html" in client.get(f"/comments/{sku}/").text
    assert client.json("GET", "/comments/999999/")[0] == 404


@pytest.mark.parametrize("rows", [0, 1, 12])
def test_the_fragment_asks_little(
    app: Flask, make: World, lily_client: PageClient, count_queries: Counting, rows: int
) -> None:
    sku = make.sku(stock=30)
    fill(make, app, sku, [5] * rows)
    with count_queries() as counted:
        lily_client.get(f"/comments/{sku}/", headers={"HX-Request": "true"})
    # who is there, the spread, the page and its pictures (or whether there is such a SKU)
    assert len(counted.sql) == (4 if rows else 3), counted.sql


@pytest.mark.parametrize("rows", [1, 6])
def test_the_page_to_write_asks_little(
    make: World, lily: Person, lily_client: PageClient, count_queries: Counting, rows: int
) -> None:
    order = arrive(make, lily, [make.sku() for _ in range(rows)])
    lily_client.get(f"{PAGE}?order_id={order.number}")
    with count_queries() as counted:
        lily_client.get(f"{PAGE}?order_id={order.number}")
    assert len(counted.sql) == 3, counted.sql  # who is there, the order, its lines
