"""Sheets for the printer, and the list of invoices."""

from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.orders import invoices, sheets
from app.orders.invoices import InvoiceWish
from app.orders.models import Invoice, Order, PayMethod
from app.shared.db import db
from tests.factories.world import Person, World
from tests.orders import scenes
from tests.pages import PageClient

PRINTS, INVOICES = "/admin/prints/", "/admin/invoices"


def client_of(app: Flask, person: Person) -> PageClient:
    client = PageClient(app)
    client.sign_in(person.username, person.password)
    return client


@pytest.fixture
def tom_client(app: Flask, tom: Person) -> PageClient:
    return client_of(app, tom)


@pytest.fixture
def paid(app: Flask, make: World, lily: Person) -> list[str]:
    """Two that are paid, of two lines each."""
    first, second = make.sku(name="红手机", stock=20), make.sku(name="蓝手机", stock=20)
    found = []
    with app.app_context():
        for _ in range(2):
            found.append(scenes.place(lily, {first: 2, second: 1}))
            scenes.pay(found[-1])
    return found


def ids(app: Flask) -> list[int]:
    with app.app_context():
        return list(db.session.scalars(select(Order.id).order_by(Order.id)))


def test_a_slip_names_goods_and_neither_prices_nor_people(
    app: Flask, tom_client: PageClient, lily: Person, paid: list[str]
) -> None:
    page = tom_client.get(PRINTS, query_string={"kind": "slip", "id": ids(app)}).text
    assert page.count('<article class="sheet sheet-a5"') == page.count("<svg") == 2
    for number in paid:
        assert f"{number[:8]} <b>{number[8:]}</b>" in page
    assert "红手机" in page
    for part in ("¥", "莉莉", lily.mobile, "中山路"):
        assert part not in page, part


def test_a_note_names_people_to_who_may_see_them(
    app: Flask, make: World, tom_client: PageClient, lily: Person, paid: list[str]
) -> None:
    args = {"kind": "note", "size": "a4", "id": ids(app)}
    page = tom_client.get(PRINTS, query_string=args).text
    assert page.count("sheet-a4") == 2
    assert "13800000001" in page
    assert "中山路 1 号" in page
    assert "¥" not in page, "what is paid is nothing to collect"
    masked = client_of(app, make.staff("evelyn", "13800000009", "auditor")).get(PRINTS, query_string=args).text
    for part in ("莉莉", "莉**", "13800000001", "中山路"):
        assert part not in masked
    assert "没有查看个人信息的权限" in masked


def test_what_is_packed_and_collected(app: Flask, make: World, lily: Person, paid: list[str]) -> None:
    with app.app_context():
        line = scenes.lines_of(paid[0])[0].id
        scenes.shipping.ship_order(paid[0], "顺丰速运", "SF1234567", "staff:1", {line: 1})
        cash = scenes.place(lily, {make.sku(): 3}, PayMethod.CASH)
        scenes.give_up(cash, 1)
        begun, _, collected = sheets.by_ids(ids(app))
        assert [piece.count for piece in begun.pieces] == [1, 1], "what has left is not packed again"
        assert begun.to_collect is None
        assert (collected.count, collected.to_collect) == (2, Decimal("210.00"))


def test_sheets_cost_the_same_for_many(app: Flask, paid: list[str], count_queries: Any) -> None:
    for some in (ids(app)[:1], ids(app)):
        with app.app_context(), count_queries() as counted:
            assert len(sheets.by_ids(some)) == len(some)
        assert len(counted.sql) == 3


def test_the_actions_lead_to_the_printer(app: Flask, tom_client: PageClient, paid: list[str]) -> None:
    for name, kind in (("slips", "slip"), ("notes", "note")):
        form = {"action": name, "rowid": [str(each) for each in ids(app)]}
        answer = tom_client.post("/admin/orders/action/", form)
        assert f"kind={kind}" in answer.location
        assert tom_client.get(answer.location).text.count("<article") == 2
    assert tom_client.get(f"{PRINTS}?id=x&id=99999", fails=True).status_code == 404


def test_invoices_are_listed_and_issued_many_at_once(
    app: Flask, make: World, tom_client: PageClient, lily: Person, paid: list[str]
) -> None:
    with app.app_context():
        for number in paid:
            invoices.ask_invoice(number, lily.id, InvoiceWish("company", "试验有限公司", "91110000MA00000001"))
        rows = [str(each) for each in db.session.scalars(select(Invoice.id))]
    page = tom_client.get(f"{INVOICES}/?state=asked").text
    assert all(number in page for number in paid)
    assert "试验有限公司" in page
    eve = client_of(app, make.staff("evelyn", "13800000009", "auditor"))
    assert "试验有限公司" not in eve.get(f"{INVOICES}/").text
    assert eve.post(f"{INVOICES}/issue/", {f"invoice-{paid[0]}": "INV-1"}, fails=True).status_code == 403
    to = tom_client.post(f"{INVOICES}/action/", {"action": "issue", "rowid": rows})
    page = tom_client.get(to.location).text
    assert all(f'name="invoice-{number}"' in page for number in paid)
    tom_client.post(f"{INVOICES}/issue/", {f"invoice-{paid[0]}": "INV-1", f"invoice-{paid[1]}": ""})
    page = tom_client.get(f"{INVOICES}/?state=issued").text
    assert "已开具 1 张发票" in page
    assert "INV-1" in page
    assert paid[1] not in page
    form = {f"invoice-{paid[0]}": "INV-2", f"invoice-{paid[1]}": "<b>", "invoice-1": "INV-3"}
    tom_client.post(f"{INVOICES}/issue/", form)
    page = tom_client.get(f"{INVOICES}/?state=asked").text
    assert f"订单 {paid[0]}：发票已开具，不能修改" in page
    with app.app_context():
        assert sorted(db.session.scalars(select(Invoice.number))) == ["", "INV-1"]


def test_the_list_of_invoices_costs_the_same_for_many(
    app: Flask, tom_client: PageClient, lily: Person, paid: list[str], count_queries: Any
) -> None:
    costs = []
    tom_client.get("/admin/")  # the door looks once when the sign-in is from
    for number in paid:
        with app.app_context():
            invoices.ask_invoice(number, lily.id, InvoiceWish("personal", "莉莉"))
        with count_queries() as counted:
            tom_client.get(f"{INVOICES}/?state=asked")
        costs.append(len(counted.sql))
    assert costs[0] == costs[1] == 6, "\n".join(counted.sql)
