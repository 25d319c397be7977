"""The door of the back office: idle staff, and staff about to move money or rights, give the password again."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from app.shared import clock
from app.shared.db import db
from app.shared.uow import unit_of_work
from app.staff import queries
from app.staff.policy import OWNER
from app.users.models import SignIn
from tests.factories.world import Person, World
from tests.pages import PageClient


@pytest.fixture
def client(app: Flask, tom: Person) -> PageClient:
    client = PageClient(app)
    client.sign_in(tom.username, tom.password)
    client.get("/admin/")
    return client


def pass_by(client: PageClient, minutes: int, *what: str) -> None:
    """So many minutes go by since the door last saw this browser, or its password."""
    with client.browser.session_transaction() as session:
        kept: dict[str, Any] = dict(session["staff"])
        session["staff"] = {**kept, **{name: kept[name] - 60 * minutes for name in what}}


def test_who_was_away_gives_the_password_again(client: PageClient, tom: Person) -> None:
    pass_by(client, 31, "seen")
    page = client.get("/admin/orders/")
    assert (page.status_code, page.location) == (303, "/admin/login/?next=/admin/orders/")
    status, answer = client.json("GET", "/admin/orders/")
    assert (status, answer["code"]) == (401, "4101")
    assert "再次输入" in client.get(page.location).text
    wrong = client.post("/admin/login/", {"password": "something else", "next": "/admin/orders/"})
    assert wrong.location == "/admin/login/?next=/admin/orders/"
    assert client.get("/admin/orders/").status_code == 303
    right = client.post("/admin/login/", {"password": tom.password, "next": "/admin/orders/"})
    assert right.location == "/admin/orders/"
    assert client.get("/admin/orders/").status_code == 200


def test_who_works_stays_in(client: PageClient) -> None:
    for _ in range(3):
        pass_by(client, 20, "seen")
        assert client.get("/admin/orders/").status_code == 200


def test_an_old_sign_in_opens_the_shop_and_not_the_back_office(app: Flask, tom: Person) -> None:
    client = PageClient(app)
    client.sign_in(tom.username, tom.password)
    with app.app_context():
        long_ago = clock.in_minutes(-40)
        unit_of_work(lambda: db.session.execute(update(SignIn).values(created_at=long_ago)))()
    assert client.get("/info/").status_code == 200
    assert client.get("/admin/").location == "/admin/login/?next=/admin/"


def test_rights_want_the_password_given_lately(app: Flask, make: World, client: PageClient, tom: Person) -> None:
    clerk = make.staff("clerk", "13800000004")
    pass_by(client, 11, "password")
    ask = {"username": "clerk", "role": "warehouse"}
    refused = client.post("/admin/roles/grant/", ask, headers={"Referer": "http://localhost/admin/roles/"})
    assert refused.location == "/admin/login/?next=/admin/roles/"
    assert client.get("/admin/roles/").status_code == 200, "looking does not want it"
    with app.app_context():
        assert queries.roles_of(clerk.id) == []
    client.post("/admin/login/", {"password": tom.password, "next": "/admin/roles/"})
    client.post("/admin/roles/grant/", ask)
    with app.app_context():
        assert queries.roles_of(clerk.id) == ["warehouse"]


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/admin/aftersales/case/S1/", {"action": "approve"}),
        ("/admin/aftersales/cancel-paid/", {"number": "1"}),
        ("/admin/aftersales/collect/", {"number": "1", "amount": "1.00"}),
    ],
)
def test_money_wants_the_password_given_lately(client: PageClient, path: str, form: dict[str, str]) -> None:
    pass_by(client, 11, "password")
    answer = client.post(path, form)
    assert answer.location.startswith("/admin/login/?next=")


def test_the_memory_of_another_sign_in_opens_nothing(app: Flask, make: World, client: PageClient) -> None:
    anna = make.staff("annabel", "13800000005", OWNER)
    client.sign_in(anna.username, anna.password)
    with app.app_context():
        long_ago = clock.in_minutes(-40)
        unit_of_work(lambda: db.session.execute(update(SignIn).values(created_at=long_ago)))()
    assert client.get("/admin/").status_code == 303


def test_the_door_leads_nowhere_else(client: PageClient, tom: Person) -> None:
    answer = client.post("/admin/login/", {"password": tom.password, "next": "//evil.example/"})
    assert answer.location == "/admin/"
