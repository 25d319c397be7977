"""Guests and members: the same rules on every write, and nothing lost when one becomes the other."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from app.carts import guest, services, store
from app.carts.lines import Line
from app.carts.store import MemberCart
from app.goods.models import SKU
from app.shared import tokens
from app.shared.db import db
from tests.factories.world import Person, World
from tests.pages import PageClient


@pytest.fixture(params=["guest", "member"])
def shopper(request: pytest.FixtureRequest, app: Flask) -> PageClient:
    """Every rule holds for both kinds of cart."""
    if request.param == "guest":
        return PageClient(app)
    client: PageClient = request.getfixturevalue("lily_client")
    return client


def add(client: PageClient, sku: Any, count: Any = 1, **more: Any) -> tuple[int, Any]:
    return client.json("POST", "/carts/", {"sku_id": sku, "count": count, **more})


def rows(client: PageClient) -> list[tuple[int, int, bool]]:
    status, answer = client.json("GET", "/carts/")
    assert status == 200
    return [(row["id"], row["count"], row["selected"]) for row in answer["cart_skus"]]


def test_adding_sums_up_and_keeps_the_order_of_adding(shopper: PageClient, make: World) -> None:
    first, second, third = make.sku(), make.sku(), make.sku()
    for sku in (third, first, second, first):
        assert add(shopper, sku)[0] == 200
    assert rows(shopper) == [(third, 1, True), (first, 2, True), (second, 1, True)]


@pytest.mark.parametrize("count", [0, -5, 6, 2**31, "two", "1.5", True, [1], {}, None])
def test_odd_counts_change_nothing(shopper: PageClient, make: World, count: Any) -> None:
    sku = make.sku(stock=100)
    status, answer = add(shopper, sku, count)
    assert (status, answer["code"]) in {(400, "5006"), (400, "4003")}
    assert rows(shopper) == []


def test_five_of_a_sku_and_not_more(shopper: PageClient, make: World) -> None:
    sku = make.sku(stock=100)
    assert add(shopper, sku, 3)[0] == 200
    status, answer = add(shopper, sku, 3)
    assert (status, answer["code"], answer["limit"]) == (400, "5006", 5)
    assert rows(shopper) == [(sku, 3, True)]


def test_no_more_than_the_stock(shopper: PageClient, make: World) -> None:
    sku = make.sku(stock=2)
    status, answer = add(shopper, sku, 3)
    assert (status, answer["code"], answer["stock"]) == (409, "5007", 2)
    assert add(shopper, sku, 2)[0] == 200
    assert add(shopper, sku, 1)[0] == 409
    assert shopper.json("PUT", "/carts/", {"sku_id": sku, "count": 3, "selected": True})[0] == 409
    assert rows(shopper) == [(sku, 2, True)]


def test_unknown_and_withdrawn_goods_stay_out(shopper: PageClient, make: World) -> None:
    assert add(shopper, 10**6)[1]["code"] == "5003"
    assert add(shopper, make.sku(is_launched=False))[1]["code"] == "5007"
    assert add(shopper, "")[1]["code"] == "4003"
    assert rows(shopper) == []


def test_change_overwrites_and_ticks(shopper: PageClient, make: World) -> None:
    sku = make.sku()
    add(shopper, sku, 2)
    status, answer = shopper.json("PUT", "/carts/", {"sku_id": sku, "count": 4, "selected": False})
    assert (status, answer["cart_sku"]["count"], answer["cart_sku"]["selected"]) == (200, 4, False)
    assert answer["cart_sku"]["amount"] == "400.00"
    assert shopper.json("PUT", "/carts/", {"sku_id": make.sku(), "count": 1})[1]["code"] == "5006"
    assert rows(shopper) == [(sku, 4, False)]


def test_select_all_and_none_also_when_empty(shopper: PageClient, make: World) -> None:
    assert shopper.json("PUT", "/carts/selection/", {"selected": True})[0] == 200
    first, second = make.sku(), make.sku()
    add(shopper, first)
    add(shopper, second, selected=False)
    assert [row[2] for row in rows(shopper)] == [True, False]
    shopper.json("PUT", "/carts/selection/", {"selected": True})
    assert [row[2] for row in rows(shopper)] == [True, True]
    shopper.json("PUT", "/carts/selection/", {"selected": False})
    assert [row[2] for row in rows(shopper)] == [False, False]
    assert shopper.json("PUT", "/carts/selection/", {})[1]["code"] == "4003"


def test_removing_is_unconditional(shopper: PageClient, make: World) -> None:
    sku = make.sku()
    add(shopper, sku)
    for _ in range(2):
        assert shopper.json("DELETE", "/carts/", {"sku_id": sku})[0] == 200
    assert shopper.json("DELETE", "/carts/", {"sku_id": 10**6})[0] == 200
    assert rows(shopper) == []


def test_goods_that_sold_out_stay_in_sight_but_out_of_the_sum(shopper: PageClient, make: World) -> None:
    gone, there = make.sku(price="1.00"), make.sku(price="7.50")
    add(shopper, gone)
    add(shopper, there, 2)
    make.run(lambda: db.session.execute(update(SKU).where(SKU.id == gone).values(stock=0)))
    _status, answer = shopper.json("GET", "/carts/")
    assert [(row["id"], row["available"]) for row in answer["cart_skus"]] == [(gone, False), (there, True)]
    assert (answer["selected_count"], answer["selected_amount"]) == (2, "15.00")
    shopper.get("/carts/")


def test_forms_without_javascript_do_the_same(shopper: PageClient, make: World) -> None:
    sku = make.sku(name="一部好手机")
    assert shopper.post("/carts/", {"sku_id": sku, "count": 2}).location == "/carts/"
    page = shopper.get("/carts/")
    assert "一部好手机" in page.text
    shopper.post("/carts/?_method=PUT", {"sku_id": sku, "count": 3, "selected": "false"})
    assert rows(shopper) == [(sku, 3, False)]
    shopper.post("/carts/selection/?_method=PUT", {"selected": "true"})
    assert rows(shopper) == [(sku, 3, True)]
    shopper.post("/carts/?_method=DELETE", {"sku_id": sku})
    assert rows(shopper) == []


def test_buy_now_settles_this_line_alone(lily_client: PageClient, make: World) -> None:
    other, wanted = make.sku(), make.sku()
    add(lily_client, other)
    answer = lily_client.post("/carts/", {"sku_id": wanted, "count": 1, "buy_now": "1"})
    assert answer.location == "/orders/settlement/"
    assert rows(lily_client) == [(other, 1, False), (wanted, 1, True)]


def test_the_cookie_is_signed_json_with_a_life_of_thirty_days(client: PageClient, make: World, app: Flask) -> None:
    sku = make.sku()
    answer = client.post("/carts/", {"sku_id": sku, "count": 1})
    cookie = next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith("carts="))
    assert "Max-Age=2592000" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize(
    "value",
    [
        "",
        "gASVHAAAAAAAAAB9lEsBfZQojAVjb3VudJRLAYwIc2VsZWN0ZWSUiHVzLg==",  # base64 of a pickle
        [["1", 1, 1]],
        [[1, -5, 1]],
        [[1, 1]],
        [[1, 1, 2]],
        [[1, True, 1]],
        {"1": 1},
        [[n, 1, 1] for n in range(1, 52)],
    ],
    ids=["empty", "pickle", "text id", "negative", "short row", "odd tick", "bool", "mapping", "51 lines"],
)
def test_an_odd_cookie_is_an_empty_cart(ctx: Flask, value: Any) -> None:
    cookie = value if isinstance(value, str) else tokens.sign(guest.PURPOSE, value)
    assert guest.parse(cookie) == {}


def test_a_token_of_another_purpose_is_no_cart(ctx: Flask) -> None:
    assert guest.parse(tokens.sign("something-else", [[1, 1, 1]])) == {}
    assert guest.parse(tokens.sign(guest.PURPOSE, [[1, 1, 1]])) == {1: Line(1, True)}


def test_fifty_lines_and_not_more(client: PageClient, make: World) -> None:
    family = make.spu()
    skus = [make.sku(spu_id=family) for _ in range(51)]
    for sku in skus[:50]:
        assert add(client, sku)[0] == 200
    status, answer = add(client, skus[50])
    assert (status, answer["code"]) == (400, "5006")
    assert add(client, skus[0])[0] == 200
    assert len(rows(client)) == 50


class TestMerge:
    """A guest signs in."""

    def test_larger_quantity_ticks_of_either_side_no_line_lost(
        self, app: Flask, client: PageClient, make: World, lily: Person
    ) -> None:
        both, hers, guests = make.sku(), make.sku(), make.sku()
        with app.app_context():
            mine = MemberCart(lily.id)
            mine.add(both, 3, False, 5)
            mine.add(hers, 1, True, 5)
        add(client, both, 2)
        add(client, guests, 4, selected=False)
        client.sign_in(lily.username, lily.password)
        assert rows(client) == [(both, 3, True), (hers, 1, True), (guests, 4, False)]
        assert client.browser.get_cookie("carts") is None

    def test_clamped_lines_are_named(self, app: Flask, client: PageClient, make: World, lily: Person) -> None:
        scarce, plenty = make.sku(stock=4, name="抢手货"), make.sku()
        add(client, scarce, 4)
        add(client, plenty, 1)
        make.run(lambda: db.session.execute(update(SKU).where(SKU.id == scarce).values(stock=2)))
        client.post("/login/", {"username": lily.username, "password": lily.password})
        assert "“抢手货”的数量已调整为 2 件" in client.get("/carts/").text
        assert rows(client) == [(scarce, 2, True), (plenty, 1, True)]

    def test_sold_out_goods_are_kept_as_one(self, ctx: Flask, make: World, lily: Person) -> None:
        sku = make.sku(stock=0)
        clamped = services.merge_guest(lily.id, {sku: Line(3, True)}, limit=5)
        assert store.selected_lines(lily.id) == {sku: 1}
        assert [line.count for line in clamped] == [1]

    def test_merging_again_changes_nothing(self, ctx: Flask, make: World, lily: Person) -> None:
        sku = make.sku()
        for _ in range(3):
            services.merge_guest(lily.id, {sku: Line(2, True), 10**6: Line(1, True)}, limit=5)
        assert store.selected_lines(lily.id) == {sku: 2}


def test_two_members_never_share_a_cart(lily_client: PageClient, fred_client: PageClient, make: World) -> None:
    add(lily_client, make.sku())
    assert rows(fred_client) == []


def test_the_mini_cart(shopper: PageClient, make: World) -> None:
    sku = make.sku()
    add(shopper, sku, 2)
    status, answer = shopper.json("GET", "/carts/simple/")
    assert (status, [(row["id"], row["count"]) for row in answer["cart_skus"]]) == (200, [(sku, 2)])
    fragment = shopper.get("/carts/simple/", headers={"HX-Request": "true"})
    assert 'data-cart-count="2"' in fragment.text
