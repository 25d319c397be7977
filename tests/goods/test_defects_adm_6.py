"""ADM-6: money and stock could be anything (price 0, stock below 0, cost above price); last writer wins. ADM-7."""

from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy.exc import DBAPIError

from app.goods import adjusting, bulk, bulk_applying, services
from app.goods.adjusting import Count
from app.goods.errors import BadPrice, BadStock, BadText, OutOfStock, StaleEdit
from app.goods.repricing import Wish
from app.shared.db import db
from tests.factories.world import Person, World
from tests.goods.shelf import change_skus, values_of
from tests.pages import PageClient

D = Decimal
FIELDS = ("name", "caption", "price", "market_price", "cost_price", "stock", "sales", "comments", "version")


def test_adm_6_no_price_of_nothing_and_none_above_the_market_price(make: World, ctx: Flask) -> None:
    sku = make.sku(price="100.00")
    before = values_of(make, sku, *FIELDS)
    for wrong in (
        {"price": D("0.00")},
        {"price": D("-1.00")},
        {"price": D("110.01")},
        {"market_price": D("99.99")},
        {"market_price": D("100000000.00")},
        {"cost_price": D("-0.01")},
    ):
        with pytest.raises(BadPrice):
            services.edit_sku(sku, 1, **wrong)
    for text in ("", "  ", "x" * 201, "a\x00b"):
        with pytest.raises(BadText):
            services.edit_sku(sku, 1, name=text)
    assert values_of(make, sku, *FIELDS) == before


def test_adm_6_a_cost_above_the_price_is_a_warning_to_who_may_see_it(
    app: Flask, make: World, tom: Person, client: PageClient
) -> None:
    """A sale below cost is a decision, not a mistake; but nobody makes it unawares."""
    sku = make.sku()
    client.sign_in(tom.username, tom.password)
    form = {"version": "1", "seen-cost_price": "1.00", "cost_price": "99.00", "seen-price": "100.00", "price": "98"}
    client.post(f"/admin/skus/{sku}/", form)
    assert "价格低于进价" in client.get(f"/admin/skus/{sku}/").text
    assert values_of(make, sku, "price", "cost_price") == (D("98.00"), D("99.00"))


def test_adm_6_stock_never_falls_below_nothing(make: World, ctx: Flask) -> None:
    sku = make.sku(stock=3)
    with pytest.raises(OutOfStock):
        adjusting.adjust_stock(sku, -4, reason="报损", actor="staff:1")
    with pytest.raises(BadStock):
        adjusting.count_stock(Count(sku, -1), reason="盘点", actor="staff:1")
    with pytest.raises(BadStock):
        services.set_stock(sku, -1, reason="盘点", actor="staff:1")
    assert values_of(make, sku, "stock") == (3,)
    with pytest.raises(DBAPIError, match="stock_not_negative"):  # and behind every verb the table itself
        change_skus(make, stock={sku: -1})


def test_adm_6_stock_moves_by_a_difference_with_its_reason(make: World, ctx: Flask) -> None:
    """Two who bring five each make ten, whoever of them looked first."""
    sku = make.sku(stock=0)
    for once in ("a", "b"):
        adjusting.adjust_stock(sku, 5, reason="到货", actor="staff:1", once=once)
    assert values_of(make, sku, "stock") == (10,)


def test_adm_6_the_last_writer_does_not_win(make: World, ctx: Flask) -> None:
    sku = make.sku()
    number = bulk.begin([sku], source="grid", actor="staff:1", wishes={sku: Wish(price=D("80.00"))})
    services.edit_sku(sku, 1, price=D("95.00"))
    with pytest.raises(StaleEdit):
        services.edit_sku(sku, 1, price=D("90.00"))
    bulk_applying.apply(number, actor="staff:1")
    db.session.rollback()
    assert values_of(make, sku, "price", "version") == (D("95.00"), 2)


def test_adm_6_sales_and_reviews_are_in_no_form(app: Flask, make: World, tom: Person, client: PageClient) -> None:
    sku = make.sku()
    client.sign_in(tom.username, tom.password)
    form = {"version": "1", "caption": "新", "seen-caption": "测试用"}
    client.post(f"/admin/skus/{sku}/", {**form, "stock": "999", "sales": "999", "comments": "999"})
    assert values_of(make, sku, "caption", "stock", "sales", "comments") == ("新", 10, 0, 0)


def test_adm_7_costs_are_for_who_may_see_them(app: Flask, make: World, tom: Person) -> None:
    """Not on the SKU's page, not in the grid, not in a table that goes out."""
    sku = make.sku()
    change_skus(make, cost_price={sku: D("43.21")})
    with app.app_context():
        number = bulk.begin([sku], source="grid", actor="staff:1")
    owner = PageClient(app)
    owner.sign_in(tom.username, tom.password)
    owner.post("/admin/roles/create/", {"name": "trader", "title": "采购"})
    role = owner.get("/admin/roles/").text.split("trader")[0].rsplit("/admin/roles/", 1)[1].split("/")[0]
    rights = ["goods.view", "goods.edit", "goods.export", "imports.view", "imports.export"]
    owner.post(f"/admin/roles/{role}/rights/", {"right": rights})
    person = make.staff("trudy", "13800000007", "trader")
    trader = PageClient(app)
    trader.sign_in(person.username, person.password)
    for path in (
        f"/admin/skus/{sku}/",
        f"/admin/bulk/{number}/",
        f"/admin/bulk/{number}/preview/?part=all",
        "/admin/skus/export/csv/",
        "/admin/goods-io/export/csv",
    ):
        assert "43.21" not in text_of(trader, path), path
    assert "43.21" in text_of(owner, f"/admin/skus/{sku}/")
    assert "43.21" in text_of(owner, "/admin/goods-io/export/csv")


def text_of(client: PageClient, path: str) -> str:
    """A page or a file, closed again."""
    with client.get(path) as answer:
        return answer.text
