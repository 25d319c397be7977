"""The list of orders: filters find what they say, tabs count, the export masks, and it costs the same always."""

import csv
import io
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import select

from app.orders import forgetting, found
from app.orders.models import Order, OrderStatus, PayMethod
from app.shared import clock
from app.shared.db import db
from app.shared.uow import unit_of_work
from app.staff import services as staff
from app.staff.models import AuditEntry
from tests.factories.world import Person, World
from tests.orders import scenes
from tests.pages import PageClient

LIST = "/admin/orders/"


def client_of(app: Flask, person: Person) -> PageClient:
    client = PageClient(app)
    client.sign_in(person.username, person.password)
    return client


@pytest.fixture
def tom_client(app: Flask, tom: Person) -> PageClient:
    return client_of(app, tom)


@pytest.fixture
def orders(app: Flask, make: World, lily: Person, fred: Person) -> dict[str, str]:
    """Orders that differ in one thing each."""
    make.address(fred.id, receiver="王小明")
    skus = [make.sku(stock=20) for _ in range(2)]
    with app.app_context():
        numbers = {
            "cash": scenes.place(lily, {skus[0]: 1}, PayMethod.CASH),
            "unpaid": scenes.place(lily, {skus[0]: 2}),
            "paid": scenes.bring_to(lily, skus[1], OrderStatus.UNSENT, 3),
            "freds": scenes.place(fred, {skus[0]: 1}),
            "old": scenes.bring_to(lily, skus[0], OrderStatus.CANCELLED, 4),
        }
        scenes.set_columns(numbers["freds"], mobile="13911112222")
        scenes.set_columns(numbers["old"], created_at=clock.in_minutes(-60 * 24 * 40))
    return {**numbers, "sku": str(skus[1])}


def listed(client: PageClient, orders: dict[str, str], **args: object) -> set[str]:
    """Names of the orders on the page."""
    page = client.get(f"{LIST}?{urlencode(args)}").text
    return {name for name, number in orders.items() if f">{number}</a>" in page}


@pytest.mark.parametrize(
    ("args", "names"),
    [
        ({}, {"cash", "unpaid", "paid", "freds", "old"}),
        ({"status": 1}, {"unpaid", "freds"}),
        ({"status": 2}, {"cash", "paid"}),
        ({"status": 6}, {"old"}),
        ({"pay": 1}, {"cash"}),
        ({"total_from": "200"}, {"unpaid", "paid", "old"}),
        ({"total_from": "200", "total_to": "310.00"}, {"unpaid", "paid"}),
        ({"mobile": "2222"}, {"freds"}),
        ({"mobile": "13911112222"}, {"freds"}),
        ({"mobile": "139-1111-2222"}, {"freds"}),
        ({"mobile": "13911113333"}, set()),
        ({"mobile": "1 or 1=1"}, set()),
        ({"receiver": "王小"}, {"freds"}),
        ({"receiver": "%"}, set()),
        ({"buyer": "LILY"}, {"cash", "unpaid", "paid", "old"}),
        ({"buyer": "fred"}, {"freds"}),
        ({"buyer": "nobody"}, set()),
        ({"sku": "SKU"}, {"paid"}),
        ({"q": "2222"}, {"freds"}),
        ({"q": "13911112222"}, {"freds"}),
        ({"q": "王"}, {"freds"}),
        ({"status": 1, "pay": 2, "mobile": "0001", "sort": "-total_amount"}, {"unpaid"}),
    ],
)
def test_a_filter_finds_what_it_says(
    tom_client: PageClient, orders: dict[str, str], args: dict[str, object], names: set[str]
) -> None:
    if args.get("sku"):
        args = {"sku": orders["sku"]}
    assert listed(tom_client, orders, **args) == names


def test_days_are_shanghai_days_and_numbers_may_be_begun(tom_client: PageClient, orders: dict[str, str]) -> None:
    today = clock.today().isoformat()
    assert listed(tom_client, orders, created_from=today) == {"cash", "unpaid", "paid", "freds"}
    assert listed(tom_client, orders, created_to="2020-01-01") == set()
    assert listed(tom_client, orders, q=orders["paid"]) == {"paid"}
    assert "paid" in listed(tom_client, orders, q=orders["paid"][:16])


@pytest.mark.parametrize("args", ["status=9", "total_from=x", "created_from=yesterday", "sku=-1", "sort=number"])
def test_what_cannot_be_understood_is_said(tom_client: PageClient, args: str) -> None:
    page = tom_client.get(f"{LIST}?{args}", fails=True)
    assert page.status_code == 400
    assert "有筛选条件看不懂" in page.text


def test_who_may_not_see_people_cannot_look_for_them(app: Flask, make: World, orders: dict[str, str]) -> None:
    client = client_of(app, make.staff("evelyn", "13800000009", "auditor"))
    page = client.get(LIST).text
    for name in ("mobile", "receiver", "buyer"):
        assert f'name="{name}"' not in page
        everybody = {"cash", "unpaid", "paid", "freds", "old"}
        assert listed(client, orders, **{name: "2222"}) == everybody, "an unknown word is no filter"
    assert listed(client, orders, q="2222") == set(), "four digits are the beginning of a number to them"


def test_the_tabs_count_and_stop_counting(
    app: Flask, tom_client: PageClient, orders: dict[str, str], count_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context(), count_queries() as counted:
        assert found.counts_by_state() == {1: 2, 2: 2, 3: 0, 4: 0, 5: 0, 6: 1}
    assert len(counted.sql) == 1
    monkeypatch.setattr(found, "COUNTED", 1)
    page = tom_client.get(LIST).text
    assert page.count('<span class="nums">1+</span>') == 2


def test_the_list_costs_the_same_for_many(
    app: Flask, make: World, lily: Person, tom_client: PageClient, count_queries: Any
) -> None:
    sku_id, costs = make.sku(stock=50), []
    tom_client.get("/admin/")  # the door looks once when the sign-in is from
    for count in (1, 20):
        with app.app_context():
            for _ in range(count):
                scenes.place(lily, {sku_id: 1})
        with count_queries() as counted:
            tom_client.get(f"{LIST}?status=1&buyer=lily")
        costs.append(len(counted.sql))
    assert costs[0] == costs[1] == 7, "\n".join(counted.sql)


@pytest.mark.parametrize(
    ("args", "index"),
    [
        ({}, ""),
        ({"status": "5"}, "ix_orders_state"),
        ({"status": "5", "pay": "1", "sort": "-created_at", "after": "x"}, "ix_orders_state"),
        ({"pay": "1"}, "ix_orders_paid_by"),
        ({"status": "5", "sort": "-total_amount"}, ""),
        ({"status": "5", "mobile": "0001"}, ""),
        ({"q": "0001"}, ""),
    ],
)
def test_pages_of_a_state_are_read_along_its_index(args: dict[str, str], index: str) -> None:
    assert found.along(args) == (f"FORCE INDEX ({index})" if index else "")


def test_the_named_index_is_there_and_named_in_the_statement(
    app: Flask, tom_client: PageClient, orders: dict[str, str], count_queries: Any
) -> None:
    assert {"ix_orders_state", "ix_orders_paid_by"} <= {str(index.name) for index in Order.__table__.indexes}  # type: ignore[attr-defined]
    with count_queries() as counted:
        assert listed(tom_client, orders, status=1) == {"unpaid", "freds"}
    with app.app_context():
        is_mariadb = db.engine.dialect.name != "sqlite"
    assert any("FORCE INDEX (ix_orders_state)" in sql for sql in counted.sql) == is_mariadb


def test_the_end_of_a_number_goes_with_the_person(app: Flask, make: World, lily: Person) -> None:
    with app.app_context():
        number = scenes.bring_to(lily, make.sku(), OrderStatus.CANCELLED)
        tail = select(Order.mobile_tail).where(Order.number == number)
        assert db.session.scalar(tail) == lily.mobile[-4:]
        unit_of_work(forgetting.forget_person)(lily.id)
        assert not db.session.scalar(tail)
        assert db.session.scalars(select(Order.id).where(found.by_mobile(lily.mobile[-4:]))).all() == []


def test_an_export_masks_and_is_told(
    app: Flask, make: World, tom: Person, tom_client: PageClient, orders: dict[str, str]
) -> None:
    rows = list(csv.reader(io.StringIO(tom_client.get(f"{LIST}export/csv/?pay=2&mobile=2222").text.lstrip("\ufeff"))))
    assert rows[0][:3] == ["订单号", "下单时间", "状态"]
    assert (rows[1][0].strip(), rows[1][-1], len(rows)) == (orders["freds"], "13911112222", 2)
    with app.app_context():
        assert db.session.scalars(select(AuditEntry.what)).all() == ["admin_orders.export"]
    # a role that may take orders out, and not see whose they are
    with app.app_context():
        staff.set_rights(staff.make_role("exporter", "导出", tom.id), {"orders.view", "orders.export"}, tom.id)
    masked = client_of(app, make.staff("exporter", "13800000008", "exporter")).get(f"{LIST}export/csv/?status=1").text
    assert "139****2222" in masked
    assert "13911112222" not in masked
    assert "王**" in masked
    assert (
        client_of(app, make.staff("packer", "13800000007", "warehouse"))
        .get(f"{LIST}export/csv/", fails=True)
        .status_code
        == 403
    )
