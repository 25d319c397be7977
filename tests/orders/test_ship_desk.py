"""Sending many from the panel: ticked orders with a number each, and tables that are tried, sent and mended."""

import csv
import io
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.orders import tracking
from app.orders.models import Order, OrderStatus, PayMethod, Shipment
from app.shared.db import db
from app.staff.models import AuditEntry
from tests.account.planted import whole_database
from tests.factories.world import Person, World
from tests.orders import scenes
from tests.pages import PageClient

DESK = "/admin/shipping"


def client_of(app: Flask, person: Person) -> PageClient:
    client = PageClient(app)
    client.sign_in(person.username, person.password)
    return client


@pytest.fixture
def clerk_client(app: Flask, make: World) -> PageClient:
    """From the warehouse."""
    return client_of(app, make.staff("packer", "13800000007", "warehouse"))


@pytest.fixture
def waiting(app: Flask, make: World, lily: Person) -> list[str]:
    """Three that wait to be sent."""
    sku_id = make.sku(stock=20, name="红手机")
    with app.app_context():
        return [scenes.place(lily, {sku_id: 2}, PayMethod.CASH) for _ in range(3)]


def parcels(app: Flask) -> int:
    with app.app_context():
        return int(db.session.scalar(select(func.count()).select_from(Shipment)) or 0)


def table(numbers: list[str]) -> str:
    return "订单号,快递公司,运单号\n" + "".join(f"{number},顺丰速运,SF{at:08}\n" for at, number in enumerate(numbers))


def test_ticked_orders_get_a_number_each(app: Flask, clerk_client: PageClient, waiting: list[str]) -> None:
    with app.app_context():
        ids = db.session.scalars(select(Order.id).order_by(Order.id)).all()
        scenes.end(waiting[2])
    to = clerk_client.post("/admin/orders/action/", {"action": "ship", "rowid": [str(each) for each in ids]})
    page = clerk_client.get(to.location).text
    assert [f'name="tracking-{number}"' in page for number in waiting] == [True, True, False]
    assert "1 笔不在待发货状态" in page
    form = {"carrier": "顺丰速运", f"tracking-{waiting[0]}": "SF1234567", f"tracking-{waiting[1]}": " "}
    page = clerk_client.post(f"{DESK}/send/", form).text
    assert "已发出" in page
    with app.app_context():
        assert [scenes.status_of(number) for number in waiting[:2]] == [OrderStatus.UNRECEIVED, OrderStatus.UNSENT]
    assert "早已登记" in clerk_client.post(f"{DESK}/send/", form).text
    page = clerk_client.post(f"{DESK}/send/", {"carrier": "", f"tracking-{waiting[1]}": "SF7654321"}).text
    assert tracking.NO_CARRIER in page
    assert parcels(app) == 1
    assert clerk_client.post(f"{DESK}/send/", {"carrier": "顺丰速运"}).status_code == 303


def test_a_file_is_tried_then_sent_in_one_go(app: Flask, clerk_client: PageClient, waiting: list[str]) -> None:
    before = whole_database(app)
    upload = {"file": (BytesIO(table(waiting).encode("gb18030")), "today.csv")}
    page = clerk_client.post(f"{DESK}/table/", upload, content_type="multipart/form-data").text
    assert "发出 3 个包裹" in page
    assert whole_database(app) == before, "a trial writes nothing, not even to the log"
    page = clerk_client.post(f"{DESK}/table/", {"text": table(waiting), "do": "send"}).text
    assert "发货结果" in page
    assert parcels(app) == 3
    with app.app_context():
        told = db.session.scalars(select(AuditEntry.what)).all()
        assert told == ["admin_shipping.table"] * 3, "each parcel is a unit of its own, and told"
    page = clerk_client.post(f"{DESK}/table/", {"text": table(waiting), "do": "send"}).text
    assert page.count("早已登记，跳过</span>") >= 3
    assert parcels(app) == 3


def test_faulty_lines_come_back_as_a_table_to_mend(app: Flask, clerk_client: PageClient, waiting: list[str]) -> None:
    text = table(waiting[:1]) + f"{waiting[1]},=1+1,SF 1\n1,顺丰速运,SF99999\n"
    page = clerk_client.post(f"{DESK}/table/", {"text": text, "do": "send"}).text
    assert tracking.NO_TRACKING in page
    assert parcels(app) == 1
    answer = clerk_client.post(f"{DESK}/faults/", {"text": text})
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=faults-")
    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert [row[0] for row in rows] == ["行号", "3", "4"]
    assert rows[1][3] == "'=1+1", "no spreadsheet runs it"
    mended = answer.text.replace("'=1+1", "顺丰速运").replace("SF 1", "SF88888")
    parcel, foreign = tracking.read(mended)
    assert (parcel.number, parcel.fault, foreign.number) == (waiting[1], "", "1")
    assert waiting[1] in clerk_client.post(f"{DESK}/table/", {"text": text, "do": "mend"}).text


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_what_waits_can_be_taken_filled_in_and_brought_back(
    app: Flask, tom: Person, waiting: list[str], locale: str
) -> None:
    client = client_of(app, tom)
    client.post("/language/", {"language": locale}, fails=True)
    taken = client.get(f"{DESK}/waiting/").text
    rows = list(csv.reader(io.StringIO(taken.lstrip("\ufeff"))))
    assert [row[0].strip() for row in rows[1:]] == waiting
    for at, row in enumerate(rows[1:3]):
        row[1:3] = ["顺丰速运", f"SF{at:08}"]
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    brought = tracking.read(out.getvalue())
    assert [(each.number, each.fault, len(each.pieces)) for each in brought] == [(n, "", 1) for n in waiting[:2]]
    with app.app_context():
        assert db.session.scalars(select(AuditEntry.what)).all() == ["admin_shipping.waiting"]


def test_what_is_no_table_is_told(clerk_client: PageClient) -> None:
    for text in ("", "1,2,3\n" * 600):
        answer = clerk_client.post(f"{DESK}/table/", {"text": text})
        assert answer.location == f"{DESK}/"
    assert "一次最多 500 行" in clerk_client.get(f"{DESK}/").text


def test_only_who_ships_comes_in(app: Flask, make: World, waiting: list[str]) -> None:
    client = client_of(app, make.staff("evelyn", "13800000009", "customer_service"))
    assert client.get(f"{DESK}/", fails=True).status_code == 403
    for path in ("table", "send"):
        form: dict[str, Any] = {"text": table(waiting), "do": "send", f"tracking-{waiting[0]}": "SF1234567"}
        assert client.post(f"{DESK}/{path}/", form, fails=True).status_code == 403
    assert parcels(app) == 0
    assert f'href="{DESK}/"' not in client.get("/admin/orders/").text
