"""Staff at their desk: the panel's page of an order, its actions, and the same verbs as commands."""

import pytest
from flask import Flask
from sqlalchemy import select

from app.orders import invoices
from app.orders.errors import InvoiceIssued, NoInvoice
from app.orders.invoices import InvoiceWish
from app.orders.models import Invoice, Order, OrderStatus, PayMethod
from app.outbox.models import Message
from app.shared.db import db
from app.shared.errors import BadValue
from tests.factories.world import Person, World
from tests.orders import scenes
from tests.pages import PageClient

DESK = "/admin/orders"


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


def test_the_actions_of_the_list_lead_to_the_form(app: Flask, tom_client: PageClient, paid: str) -> None:
    with app.app_context():
        order_id = db.session.scalars(select(Order.id).where(Order.number == paid)).one()
    for name in ("ship", "cancel"):
        answer = tom_client.post(f"{DESK}/action/", {"action": name, "rowid": str(order_id)})
        assert answer.location.endswith(f"/desk/?number={paid}#{name}")


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
