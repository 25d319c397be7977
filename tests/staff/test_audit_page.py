"""The log as pages: found by who, what, thing, field and days; told in words; taken out as a table."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.goods.models import SKU
from app.shared import clock
from app.shared.acting import Act, acting
from app.shared.db import db
from app.shared.uow import unit_of_work
from app.staff import log_reading, log_words, recording
from app.staff.log_reading import Question
from app.staff.models import AuditEntry
from tests.factories.world import Person, World
from tests.pages import PageClient


@pytest.fixture
def desk(app: Flask, tom: Person) -> PageClient:
    client = PageClient(app)
    client.sign_in(tom.username, tom.password)
    return client


def change(app: Flask, sku_id: int, who: str, what: str = "admin_skus.edit_view", **values: Any) -> None:
    """A write of staff to a SKU."""
    with app.app_context(), acting(Act(who, what)):
        unit_of_work(lambda: db.session.execute(update(SKU).where(SKU.id == sku_id).values(values)))()


def numbers(app: Flask, **asked: Any) -> list[int]:
    with app.app_context():
        return [line.id for line in log_reading.page(Question(**asked))[0]]


def test_who_changed_a_price_is_two_clicks_from_the_thing(
    app: Flask, make: World, tom: Person, desk: PageClient
) -> None:
    anna = make.staff("annabel", "13800000005", "operations")
    first, second = make.sku(), make.sku()
    change(app, first, f"staff:{tom.id}", price=Decimal(100 - 1))
    change(app, second, f"staff:{tom.id}", price=Decimal(100 - 2))
    change(app, first, f"staff:{anna.id}", caption="新的副标题")
    change(app, first, f"staff:{anna.id}", price=Decimal(100 - 3))
    history = desk.get(f"/admin/audit/?about=skus:{first}").text
    assert f"/admin/audit/?about=skus:{first}&amp;field=price" in history
    page = desk.get(f"/admin/audit/?about=skus:{first}&field=price").text
    assert f"SKU {first} 价格: 99.00 → 97.00" in page
    assert f"SKU {first} 价格: 100.00 → 99.00" in page
    assert "新的副标题" not in page
    assert f"SKU {second}" not in page
    assert page.index("99.00 → 97.00") < page.index("100.00 → 99.00")


@pytest.mark.parametrize(
    ("typed", "thing"),
    [
        ("SKU 5", "skus:5"),
        ("sku:5", "skus:5"),
        ("skus:5", "skus:5"),
        ("sku#5", "skus:5"),
        ("用户 7", "users:7"),
        ("staff_roles:2", "staff_roles:2"),
        ("whatever", "whatever"),
        ("", ""),
    ],
)
def test_a_thing_may_be_typed_in_many_ways(typed: str, thing: str) -> None:
    assert log_words.thing_of(typed) == thing


def test_each_way_of_asking(app: Flask, make: World, tom: Person) -> None:
    one, two = make.sku(), make.sku()
    change(app, one, f"staff:{tom.id}", what="admin_skus.edit_view", price=Decimal(1))  # 1
    change(app, two, "cli:root", what="flask goods set-stock", stock=3)  # 2
    change(app, one, "cli:root", what="admin_skus.action_view:launch", price=Decimal(2))  # 3
    change(app, two, f"staff:{tom.id}", what="admin_orders.ship", price=Decimal(3))  # 4
    assert numbers(app) == [4, 3, 2, 1]
    assert numbers(app, who="tommy") == numbers(app, who=f"staff:{tom.id}") == [4, 1]
    assert numbers(app, who="nobody") == []
    assert numbers(app, what="admin_skus.") == [3, 1]
    assert numbers(app, what="flask ") == [2]
    assert numbers(app, what="moon.") == []
    assert numbers(app, what="admin_", who="tommy") == [4, 1]
    assert numbers(app, about=f"skus:{one}") == [3, 1]
    assert numbers(app, about=f"skus:{one}", who="cli:root") == [3]
    assert numbers(app, about=f"skus:{one}", what="admin_orders.") == []
    assert numbers(app, about=f"skus:{two}", field="stock") == [2]
    assert numbers(app, before_id=3) == [2, 1]
    assert numbers(app, what="admin_", before_id=4) == [3, 1]
    today = clock.today()
    assert numbers(app, first_day=today, last_day=today) == [4, 3, 2, 1]
    assert numbers(app, first_day=today + timedelta(days=1)) == []
    assert numbers(app, last_day=today - timedelta(days=1)) == []


def test_days_are_shanghais(app: Flask, make: World) -> None:
    sku_id = make.sku()
    for price in (1, 2, 3):
        change(app, sku_id, "cli:root", price=Decimal(price))
    midnight = clock.day_start(clock.today())
    with app.app_context(), db.engine.begin() as line:
        for number, moment in ((1, midnight - timedelta(seconds=1)), (2, midnight)):
            line.execute(update(AuditEntry).where(AuditEntry.id == number).values(at=moment))
    assert numbers(app, first_day=clock.today()) == [3, 2]
    assert numbers(app, last_day=clock.today() - timedelta(days=1)) == [1]


@pytest.mark.parametrize("query", ["days_from=yesterday", "days_to=2026-13-01", "days_from=0001-01-01"])
def test_a_day_that_is_none_is_named(desk: PageClient, query: str) -> None:
    page = desk.get(f"/admin/audit/?{query}", fails=True)
    assert page.status_code == 400
    assert "看不懂这个值" in page.text


def test_pages_follow_each_other(app: Flask, desk: PageClient) -> None:
    with app.app_context():
        for number in range(log_reading.PAGE + 5):
            recording.note(Act("cli:root", "flask test"), f"skus:{number}")
    first = desk.get("/admin/audit/?who=cli:root").text
    assert f"before={6}" in first
    assert "SKU 34" in first
    assert "SKU 4<" not in first
    assert "SKU 4<" in desk.get("/admin/audit/?who=cli:root&before=6").text


def test_acts_are_told_in_words(app: Flask, make: World, tom: Person, desk: PageClient) -> None:
    make.person("clerk", "13800000004", is_staff=True)
    desk.post("/admin/roles/grant/", {"username": "clerk", "role": "warehouse"})
    page = desk.get("/admin/audit/").text
    assert "授予角色" in page
    assert "员工角色" in page
    sku_id = make.sku()
    change(app, sku_id, f"staff:{tom.id}", what="admin_skus.edit_view", is_launched=False)
    page = desk.get("/admin/audit/").text
    assert "在售: 是 → 否" in page
    desk.json("POST", "/language/", {"lang": "en", "next": "/"})
    assert "on sale" in desk.get("/admin/audit/", headers={"Accept-Language": "en"}).text.lower() or "在售" in page


def test_every_act_of_the_panel_and_every_table_has_words_that_exist(mall: Flask) -> None:
    assert set(log_words.THINGS) <= set(db.metadata.tables)
    endpoints = set(mall.view_functions)
    assert set(log_words.ACTS) <= endpoints, "an act that no page does"
    columns = {column.name for table in db.metadata.tables.values() for column in table.columns}
    assert set(log_words.FIELDS) <= columns


def test_a_thousand_things_do_not_make_the_list_slow(app: Flask, make: World, desk: PageClient) -> None:
    sku_ids = [make.sku() for _ in range(3)]
    with app.app_context(), acting(Act("cli:root", "flask test")):

        def write() -> None:
            for turn in sku_ids:
                db.session.execute(update(SKU).where(SKU.id == turn).values(caption="字" * 80, name="名" * 60))

        unit_of_work(write)()
    with app.app_context():
        long = db.session.scalars(select(AuditEntry.after)).one()
    log_reading.SHORT, kept = 100, log_reading.SHORT
    try:
        page = desk.get("/admin/audit/").text
        assert "全部更改" in page
        assert "字" * 80 not in page
        assert "字" * 80 in desk.get(f"/admin/audit/?about=skus:{sku_ids[0]}").text
    finally:
        log_reading.SHORT = kept
    assert len(long) > 100


def test_the_page_costs_the_same_for_many(
    app: Flask, make: World, desk: PageClient, count_queries: Callable[[], Any]
) -> None:
    sku_id = make.sku()
    change(app, sku_id, "staff:1", price=Decimal(1))
    desk.get("/admin/audit/")
    with count_queries() as few:
        desk.get("/admin/audit/")
    for price in range(2, 20):
        change(app, sku_id, f"staff:{price}", price=Decimal(price))
    with count_queries() as many:
        desk.get("/admin/audit/")
    assert len(few.sql) == len(many.sql)


def test_it_is_taken_out_as_a_table_by_who_may(app: Flask, make: World, tom: Person, desk: PageClient) -> None:
    sku_id = make.sku()
    change(app, sku_id, f"staff:{tom.id}", price=Decimal(97))
    change(app, sku_id, "=cmd|evil", price=Decimal(96))
    answer = desk.browser.get(f"/admin/audit/export/?about=SKU {sku_id}")
    lines = answer.text.splitlines()
    assert len(lines) == 3
    assert "tommy" in lines[2]
    assert f"SKU {sku_id} 价格: 100.00 → 97.00" in lines[2]
    assert "'=cmd|evil" in lines[1]
    with app.app_context():
        told = db.session.scalars(select(AuditEntry.what).order_by(AuditEntry.id)).all()
    assert told[-1] == "admin_audit.export"
    auditor = make.staff("auditor", "13800000006", "auditor")
    clerk = make.staff("clerk", "13800000004", "operations")
    for person, status in ((auditor, 200), (clerk, 403)):
        client = PageClient(app)
        client.sign_in(person.username, person.password)
        read = client.browser.get("/admin/audit/export/")
        read.close()
        assert read.status_code == status


def test_an_export_goes_on_beyond_one_piece(app: Flask) -> None:
    log_reading.AT_ONCE, kept = 4, log_reading.AT_ONCE
    try:
        with app.app_context():
            for number in range(10):
                recording.note(Act("cli:root", "flask test"), f"skus:{number}")
            assert [line.id for line in log_reading.every(Question(), 100)] == list(range(10, 0, -1))
            assert len(list(log_reading.every(Question(), 6))) == 6
    finally:
        log_reading.AT_ONCE = kept
