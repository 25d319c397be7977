"""Staff at their desk: the panel's page of an order, its actions, and the same verbs as commands."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.orders import invoices, services
from app.orders.errors import InvoiceIssued, NoInvoice
from app.orders.invoices import InvoiceWish
from app.orders.models import Invoice, OrderStatus, PayMethod
from app.outbox.models import Message
from app.shared.db import db
from app.shared.errors import BadValue
from tests.factories.world import Person, World
from tests.orders import scenes
from tests.pages import PageClient

DESK = "/admin/orders"
DESK_STATEMENTS = 17


@pytest.fixture
def tom_client(app: Flask, tom: Person) -> PageClient:
    client = PageClient(app)
    client.sign_in(tom.username, tom.password)
    return client


@pytest.fixture
def paid(app: Flask, make: World, lily: Person) -> str:
    """Two lines, three pieces, paid."""
    with app.app_context():
        number = scenes.place(lily, {make.sku(name="红手机"): 2, make.sku(name="蓝手机"): 1})
        scenes.pay(number)
        return number


def said(client: PageClient, number: str) -> str:
    return client.get(f"{DESK}/desk/?number={number}").text


def test_a_parcel_by_line_from_the_desk(app: Flask, tom: Person, tom_client: PageClient, paid: str) -> None:
    assert f"/admin/orders/desk/?number={paid}" in tom_client.get(f"{DESK}/").text
    with app.app_context():
        first, second = (line.id for line in scenes.lines_of(paid))
    form = {"number": paid, "carrier": "顺丰速运", "tracking_number": "SF1234567"}
    answer = tom_client.post(f"{DESK}/ship/", {**form, f"line-{first}": "1", f"line-{second}": "0"})
    assert answer.location.endswith(f"?number={paid}")
    page = said(tom_client, paid)
    assert "SF1234567" in page
    assert "已完成" in page
    with app.app_context():
        assert [line.shipped for line in scenes.lines_of(paid)] == [1, 0]
    tom_client.post(f"{DESK}/ship/", {**form, "tracking_number": "SF7654321"})
    with app.app_context():
        assert scenes.status_of(paid) is OrderStatus.UNRECEIVED
        assert scenes.events_of(paid)[-1][3] == f"staff:{tom.id}"
    tom_client.post(f"{DESK}/ship/", {**form, "tracking_number": "SF0000000"})
    assert "订单已全部发出，不能再发货" in said(tom_client, paid)
    tom_client.post(f"{DESK}/receive/", {"number": paid})
    with app.app_context():
        assert scenes.status_of(paid) is OrderStatus.UNREVIEWED


@pytest.mark.parametrize("count", ["-1", "x", "3", "9999999"])
def test_a_count_that_is_none_sends_nothing(app: Flask, tom_client: PageClient, paid: str, count: str) -> None:
    with app.app_context():
        line = scenes.lines_of(paid)[0].id
    form = {"number": paid, "carrier": "顺丰速运", "tracking_number": "SF1234567", f"line-{line}": count}
    tom_client.post(f"{DESK}/ship/", form, fails=True)
    with app.app_context():
        assert [each.shipped for each in scenes.lines_of(paid)] == [0, 0]


def test_notes_and_cancelling_from_the_desk(
    app: Flask, lily: Person, make: World, tom: Person, tom_client: PageClient, paid: str
) -> None:
    with app.app_context():
        cash = scenes.place(lily, {make.sku(): 1}, PayMethod.CASH)
    tom_client.post(f"{DESK}/note/", {"number": cash, "text": "<i>来过电话</i>"})
    assert "&lt;i&gt;来过电话" in said(tom_client, cash)
    tom_client.post(f"{DESK}/cancel/", {"number": cash, "reason": "缺货"})
    tom_client.post(f"{DESK}/cancel/", {"number": paid, "reason": "缺货"})
    assert "订单已付款，请走退款流程" in said(tom_client, paid)
    with app.app_context():
        assert scenes.status_of(cash) is OrderStatus.CANCELLED
        assert scenes.events_of(cash)[-1] == ("move", 2, 6, f"staff:{tom.id}", "缺货")
        assert scenes.status_of(paid) is OrderStatus.UNSENT


def test_the_desk_shows_all_that_has_happened(app: Flask, tom: Person, tom_client: PageClient, paid: str) -> None:
    tom_client.post(f"{DESK}/note/", {"number": paid, "text": "周末送"})
    tom_client.post(f"{DESK}/ship/", {"number": paid, "carrier": "顺丰速运", "tracking_number": "SF1234567"})
    page = said(tom_client, paid)
    for part in (
        "SF1234567 由顺丰速运运送",
        "周末送",
        "138****0001",
        "消息等待发给",
        tom.username,
        "中山路 1 号",
        "付款成功",
    ):
        assert part in page, part
    assert f"staff:{tom.id}" not in page


def test_money_and_after_sales_stand_on_the_desk(app: Flask, tom_client: PageClient, lily: Person, paid: str) -> None:
    with app.app_context():
        case = scenes.with_money(paid, lily.id)
    page = said(tom_client, paid)
    for part in ("T-1", "支付宝到账", "应退", "¥100.00", case, "仅退款", "净收", "¥210.00"):
        assert part in page, part


def test_the_desk_costs_the_same_whatever_has_happened(
    app: Flask, tom_client: PageClient, lily: Person, paid: str, count_queries: Any
) -> None:
    """More of everything is no more statements."""
    with app.app_context():
        scenes.with_money(paid, lily.id)
        line = scenes.lines_of(paid)[0].id
        scenes.shipping.ship_order(paid, "顺丰速运", "SF0000001", "staff:1", {line: 1})
    said(tom_client, paid)
    with count_queries() as few:
        said(tom_client, paid)
    with app.app_context():
        scenes.shipping.ship_order(paid, "顺丰速运", "SF0000002", "staff:2", {line: 1})
        for at in range(5):
            services.add_note(paid, f"备注 {at}", f"staff:{at}")
    with count_queries() as many:
        said(tom_client, paid)
    assert len(few.sql) == len(many.sql) == DESK_STATEMENTS, "\n".join(many.sql)


@pytest.mark.parametrize(
    ("act", "form", "sentence"),
    [
        ("ship", {"carrier": "顺丰速运", "tracking_number": "SF1234567"}, "订单已取消，不能发货"),
        ("cancel", {"reason": "缺货"}, "订单已经取消过了"),
        ("receive", {}, "订单已取消，不能确认收货"),
    ],
)
def test_what_the_table_refuses_is_told_in_its_words(
    app: Flask, make: World, lily: Person, tom_client: PageClient, act: str, form: dict[str, str], sentence: str
) -> None:
    with app.app_context():
        number = scenes.bring_to(lily, make.sku(), OrderStatus.CANCELLED)
        events = scenes.events_of(number)
    tom_client.post(f"{DESK}/{act}/", {"number": number, **form})
    assert sentence in said(tom_client, number)
    with app.app_context():
        assert scenes.events_of(number) == events


def test_who_may_not_see_people_sees_a_mask(app: Flask, make: World, lily: Person, paid: str) -> None:
    eve = make.staff("evelyn", "13800000009", "auditor")
    client = PageClient(app)
    client.sign_in(eve.username, eve.password)
    for page in (said(client, paid), client.get(f"{DESK}/").text):
        assert "莉**" in page
        for part in ("莉莉", lily.mobile, "中山路", "lily"):
            assert part not in page, part


def test_the_desk_goes_along_its_list(app: Flask, make: World, lily: Person, tom_client: PageClient) -> None:
    sku_id = make.sku(stock=20)
    with app.app_context():
        numbers = [scenes.place(lily, {sku_id: 1}, PayMethod.CASH) for _ in range(3)]
        other = scenes.bring_to(lily, sku_id, OrderStatus.CANCELLED)
        last = scenes.place(lily, {sku_id: 1}, PayMethod.CASH)
    along = "status=2"
    page = tom_client.get(f"{DESK}/desk/", query_string={"number": numbers[2], "list": along}).text
    assert f"number={numbers[1]}&amp;list=status%3D2" in page
    assert f"number={last}&amp;list=status%3D2" in page, "what is cancelled is not in this list"
    assert other not in page
    form = {"number": numbers[2], "carrier": "顺丰速运", "tracking_number": "SF1234567", "list": along}
    answer = tom_client.post(f"{DESK}/ship/", form)
    page = tom_client.get(answer.location).text
    assert f"number={numbers[1]}&amp;list=status%3D2" in page, "who has left the list goes on from where it stood"
    assert tom_client.get(f"{DESK}/desk/", query_string={"number": other, "list": "status=x&sort=zz&after=1"})


def test_shoppers_and_strangers_stay_out(client: PageClient, lily_client: PageClient, paid: str) -> None:
    for path in ("desk", "ship", "cancel", "note", "receive", "invoice"):
        method = "GET" if path == "desk" else "POST"
        assert lily_client.json(method, f"{DESK}/{path}/?number={paid}", {})[0] == 403
        assert client.json(method, f"{DESK}/{path}/?number={paid}", {})[0] == 401


def test_an_invoice_is_issued_once_and_told(app: Flask, lily: Person, tom_client: PageClient, paid: str) -> None:
    with app.app_context():
        with pytest.raises(NoInvoice):
            invoices.issue_invoice(paid, "INV-1", "staff:1")
        invoices.ask_invoice(paid, lily.id, InvoiceWish("personal", "莉莉"))
    tom_client.post(f"{DESK}/invoice/", {"number": paid, "invoice": "24512000000012345678"})
    assert "已开具 24512000000012345678" in said(tom_client, paid)
    with app.app_context():
        invoice = db.session.scalars(select(Invoice)).one()
        assert (invoice.state, invoice.issued_at is not None) == ("issued", True)
        assert "24512000000012345678" in db.session.scalars(select(Message.text)).one()
        with pytest.raises(InvoiceIssued):
            invoices.issue_invoice(paid, "INV-2", "staff:1")
        with pytest.raises(InvoiceIssued):
            invoices.ask_invoice(paid, lily.id, InvoiceWish("personal", "别人"))
        with pytest.raises(BadValue):
            invoices.issue_invoice(paid, "<b>", "staff:1")


def test_the_commands_do_the_same(app: Flask, make: World, lily: Person, paid: str) -> None:
    run = app.test_cli_runner().invoke
    with app.app_context():
        line = scenes.lines_of(paid)[0].id
        invoices.ask_invoice(paid, lily.id, InvoiceWish("company", "试验有限公司", "91110000MA00000001"))
        cash = scenes.place(lily, {make.sku(): 1}, PayMethod.CASH)
        unpaid = scenes.place(lily, {make.sku(): 1})
    told = run(args=["orders", "ship", paid, "顺丰速运", "SF1234567", "--line", f"{line}:1"])
    assert told.output == f"order {paid}: parcel SF1234567 sent; the rest is still to be sent\n"
    assert "everything is on its way" in run(args=["orders", "ship", paid, "顺丰速运", "SF7654321"]).output
    assert "received" in run(args=["orders", "receive", paid]).output
    assert "noted" in run(args=["orders", "note", paid, "来过电话"]).output
    assert "issued" in run(args=["orders", "issue-invoice", paid, "INV-1"]).output
    assert "cancelled" in run(args=["orders", "cancel", cash, "--reason", "缺货"]).output
    assert "being closed" in run(args=["orders", "cancel", unpaid, "--reason", "缺货"]).output
    shown = run(args=["orders", "show", paid]).output
    for part in (
        "待评价",
        "红手机 × 2, sent 2",
        "SF7654321",
        "试验有限公司 91110000MA00000001 已开具 INV-1",
        "来过电话",
    ):
        assert part in shown
    assert "stateDiagram" in run(args=["orders", "states"]).output


@pytest.mark.parametrize(
    "args",
    [
        ["receive", "NUMBER"],
        ["cancel", "NUMBER", "--reason", "缺货"],
        ["ship", "NUMBER", "顺丰速运", "SF1234567", "--line", "x"],
        ["ship", "20260101000000000000", "顺丰速运", "SF1234567"],
        ["issue-invoice", "NUMBER", "INV-1"],
        ["show", "20260101000000000000"],
    ],
)
def test_a_refused_command_says_why_and_fails(app: Flask, paid: str, args: list[str]) -> None:
    told = app.test_cli_runner().invoke(args=["orders", *(paid if arg == "NUMBER" else arg for arg in args)])
    assert told.exit_code == 1
    assert told.output.startswith("Error: ")
    with app.app_context():
        assert scenes.status_of(paid) is OrderStatus.UNSENT
