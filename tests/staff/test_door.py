"""The door of the back office: idle staff, and staff about to move money or rights, prove again who they are."""

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
from tests.staff.phone import code_now


@pytest.fixture
def client(app: Flask, tom: Person) -> PageClient:
    client = PageClient(app)
    client.sign_in(tom.username, tom.password)
    client.get("/admin/")
    return client


def pass_by(client: PageClient, minutes: int, *what: str) -> None:
    """So many minutes go by since the door last saw this browser, its password, its second factor."""
    with client.browser.session_transaction() as session:
        kept: dict[str, Any] = dict(session["staff"])
        session["staff"] = {**kept, **{name: kept[name] - 60 * minutes for name in what}}


def open_door(client: PageClient, app: Flask, person: Person, target: str = "/admin/") -> str:
    """Password and code; where it leads."""
    both = {"password": person.password, "code": code_now(app, person), "next": target}
    return str(client.post("/admin/login/", both).location)


def test_who_was_away_proves_it_again(app: Flask, client: PageClient, tom: Person) -> None:
    pass_by(client, 31, "seen")
    page = client.get("/admin/orders/")
    assert (page.status_code, page.location) == (303, "/admin/login/?next=/admin/orders/")
    status, answer = client.json("GET", "/admin/orders/")
    assert (status, answer["code"]) == (401, "4101")
    asked = client.get(page.location).text
    assert 'name="password"' in asked
    assert 'name="code"' in asked
    wrong = client.post("/admin/login/", {"password": "something else", "code": code_now(app, tom)})
    assert wrong.location == "/admin/login/?next=/admin/"
    assert client.get("/admin/orders/").status_code == 303
    assert open_door(client, app, tom, "/admin/orders/") == "/admin/orders/"
    assert client.get("/admin/orders/").status_code == 200


def test_away_the_factor_is_gone_even_when_the_password_is_right(app: Flask, client: PageClient, tom: Person) -> None:
    pass_by(client, 31, "seen")
    client.post("/admin/login/", {"password": tom.password, "code": "000000"})
    assert client.get("/admin/orders/").location == "/admin/login/?next=/admin/orders/"
    asked = client.get("/admin/login/").text
    assert 'name="password"' not in asked, "the password was right just now"
    client.post("/admin/login/", {"code": code_now(app, tom)})
    assert client.get("/admin/orders/").status_code == 200


def test_who_works_stays_in(client: PageClient) -> None:
    for _ in range(3):
        pass_by(client, 20, "seen")
        assert client.get("/admin/orders/").status_code == 200


def test_an_old_sign_in_opens_the_shop_and_not_the_back_office(app: Flask, make: World) -> None:
    clerk = make.staff("clerk", "13800000004", "warehouse")
    client = PageClient(app)
    client.sign_in(clerk.username, clerk.password)
    with app.app_context():
        long_ago = clock.in_minutes(-40)
        unit_of_work(lambda: db.session.execute(update(SignIn).values(created_at=long_ago)))()
    assert client.get("/info/").status_code == 200
    assert client.get("/admin/").location == "/admin/login/?next=/admin/"
    assert 'name="code"' not in client.get("/admin/login/").text, "a role without money or rights needs no factor"
    client.post("/admin/login/", {"password": clerk.password})
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("old", [("password",), ("factor",), ("password", "factor")])
def test_rights_want_both_given_lately(
    app: Flask, make: World, client: PageClient, tom: Person, old: tuple[str, ...]
) -> None:
    clerk = make.staff("clerk", "13800000004")
    pass_by(client, 11, *old)
    ask = {"username": "clerk", "role": "warehouse"}
    refused = client.post("/admin/roles/grant/", ask, headers={"Referer": "http://localhost/admin/roles/"})
    assert refused.location == "/admin/login/?next=/admin/roles/"
    assert client.get("/admin/roles/").status_code == 200, "looking does not want it"
    with app.app_context():
        assert queries.roles_of(clerk.id) == []
    half = {"password": tom.password} if "factor" in old else {"code": code_now(app, tom)}
    client.post("/admin/login/", half)
    assert client.post("/admin/roles/grant/", ask).location.startswith("/admin/login/")
    open_door(client, app, tom)
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
@pytest.mark.parametrize("old", ["password", "factor"])
def test_money_wants_both_given_lately(client: PageClient, path: str, form: dict[str, str], old: str) -> None:
    pass_by(client, 11, old)
    answer = client.post(path, form)
    assert answer.location.startswith("/admin/login/?next=")


def test_the_memory_of_another_sign_in_opens_nothing(app: Flask, make: World, client: PageClient) -> None:
    anna = make.staff("annabel", "13800000005", OWNER)
    with client.browser.session_transaction() as session:
        kept = dict(session["staff"])
    client.sign_in(anna.username, anna.password)
    with client.browser.session_transaction() as session:
        session["staff"] = kept
    assert client.get("/admin/").location == "/admin/login/?next=/admin/"


def test_the_door_leads_nowhere_else(app: Flask, client: PageClient, tom: Person) -> None:
    assert open_door(client, app, tom, "//evil.example/") == "/admin/"
