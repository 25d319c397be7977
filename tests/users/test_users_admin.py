"""Users for staff: found quickly, masked, looked at with a trace, disabled and opened again."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.shared.db import db
from app.staff.models import AuditEntry
from app.users.models import User
from tests.factories.world import Person, World
from tests.pages import PageClient


@pytest.fixture
def desk(app: Flask, tom: Person) -> PageClient:
    client = PageClient(app)
    client.sign_in(tom.username, tom.password)
    return client


@pytest.fixture
def clerk_desk(app: Flask, make: World) -> PageClient:
    """Somebody who may look at users and not see people."""
    clerk = make.staff("clerk", "13800000004", "operations")
    client = PageClient(app)
    client.sign_in(clerk.username, clerk.password)
    return client


def names_on(client: PageClient, query: str) -> list[str]:
    page = client.get(f"/admin/users/{query}").text
    known = ("lily", "fredrick", "tommy", "clerk")
    rows = page.partition("<tbody>")[2]
    return [name for name in known if f">{name}<" in rows]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["lily", "fredrick", "tommy"]),
        ("?q=LIL", ["lily"]),
        ("?q=13800000002", ["fredrick"]),
        ("?q=1380000", []),
        ("?q=lily@mall.example", ["lily"]),
        ("?q=%25", []),
        ("?mobile=13800000001", ["lily"]),
        ("?staff=1", ["tommy"]),
        ("?active=0", ["fredrick"]),
        ("?joined_from=2020-01-01&joined_to=2020-12-31", []),
        ("?joined_from=2020-01-01&active=1&staff=0", ["lily"]),
        ("?sort=created_at", ["lily", "fredrick", "tommy"]),
    ],
)
def test_the_list_finds(
    app: Flask, make: World, lily: Person, fred: Person, desk: PageClient, query: str, found: list[str]
) -> None:
    make.run(lambda: db.session.execute(text("UPDATE users SET is_active = 0 WHERE username = 'fredrick'")))
    address = f"UPDATE users SET verified_email = 'lily@mall.example' WHERE id = {lily.id}"
    make.run(lambda: db.session.execute(text(address)))
    assert sorted(names_on(desk, query)) == sorted(found)


def test_a_number_finds_the_account_of_that_number(desk: PageClient, lily: Person) -> None:
    assert "lily" in names_on(desk, f"?q={lily.id}")


@pytest.mark.parametrize("query", ["?mobile=12", "?joined_from=yesterday", "?active=2", "?sort=mobile"])
def test_what_cannot_be_understood_finds_nothing(desk: PageClient, query: str) -> None:
    assert desk.get(f"/admin/users/{query}", fails=True).status_code == 400


def test_the_list_costs_the_same_for_many(
    make: World, lily: Person, desk: PageClient, count_queries: Callable[[], Any]
) -> None:
    desk.get("/admin/users/")  # the shop's navigation is kept from here on
    with count_queries() as few:
        desk.get("/admin/users/")
    for number in range(30):
        make.person(f"person{number:02}", f"139000000{number:02}")
    with count_queries() as many:
        desk.get("/admin/users/")
    assert len(few.sql) == len(many.sql) == 5
    assert not any("password_hash" in statement for statement in many.sql)


def test_without_the_right_everybody_is_masked_everywhere(
    app: Flask, make: World, lily: Person, lily_client: PageClient, clerk_desk: PageClient
) -> None:
    make.run(lambda: db.session.execute(text(f"UPDATE users SET email = 'lily@mall.example' WHERE id = {lily.id}")))
    page = clerk_desk.get(f"/admin/users/{lily.id}/").text
    csv = clerk_desk.get("/admin/users/export/csv/", fails=True)
    csv.close()
    assert csv.status_code == 403
    for word in (lily.mobile, "lily@mall.example", "127.0.0.1", "中山路"):
        assert word not in page + clerk_desk.get("/admin/users/").text
    assert "l***@mall.example" in page
    assert "显示完整个人信息" not in page
    assert clerk_desk.post(f"/admin/users/{lily.id}/reveal/", fails=True).status_code == 403


def test_to_see_a_person_is_an_act_that_is_told(app: Flask, lily: Person, desk: PageClient) -> None:
    masked = desk.get(f"/admin/users/{lily.id}/").text
    assert lily.mobile not in masked
    with app.app_context():
        assert db.session.scalars(select(AuditEntry.id)).all() == []
    shown = desk.post(f"/admin/users/{lily.id}/reveal/")
    assert lily.mobile in shown.text
    assert "中山路" in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    with app.app_context():
        (entry,) = db.session.scalars(select(AuditEntry)).all()
    assert (entry.what, entry.object) == ("admin_users.reveal", f"users:{lily.id}")
    assert lily.mobile not in entry.before + entry.after
    assert f"/admin/audit/{entry.id}/" in desk.get(f"/admin/audit/?about=users:{lily.id}").text


def test_nothing_secret_is_on_any_page(lily: Person, desk: PageClient) -> None:
    pages = [desk.get("/admin/users/").text, desk.post(f"/admin/users/{lily.id}/reveal/").text]
    assert not any("argon2" in page or "password_hash" in page for page in pages)


def test_disabled_with_a_reason_and_opened_again(
    app: Flask, lily: Person, lily_client: PageClient, desk: PageClient
) -> None:
    desk.post(f"/admin/users/{lily.id}/disable/", {"reason": ""})
    assert lily_client.json("GET", "/info/")[0] == 200
    desk.post(f"/admin/users/{lily.id}/disable/", {"reason": "退款欺诈"})
    assert lily_client.json("GET", "/info/")[0] == 401
    page = desk.get(f"/admin/users/{lily.id}/").text
    assert "退款欺诈" in page
    assert "账号被停用" in page
    desk.post(f"/admin/users/{lily.id}/enable/")
    lily_client.sign_in(lily.username, lily.password)
    desk.post(f"/admin/users/{lily.id}/end-sign-ins/")
    assert lily_client.json("GET", "/info/")[0] == 401
    with app.app_context():
        told = db.session.scalars(select(AuditEntry.what).order_by(AuditEntry.id)).all()
    acts = ("disable", "disable", "enable", "end_sign_ins")
    assert list(told) == [f"admin_users.{act}" for act in acts], "a refusal is told, too"


def test_a_colleague_is_not_disabled_here(app: Flask, make: World, desk: PageClient) -> None:
    clerk = make.staff("clerk", "13800000004", "warehouse")
    desk.post(f"/admin/users/{clerk.id}/disable/", {"reason": "why"})
    assert "由店主" in desk.get(f"/admin/users/{clerk.id}/").text
    with app.app_context():
        assert db.session.get_one(User, clerk.id).is_active


def test_nobody_is_404(desk: PageClient) -> None:
    assert desk.get("/admin/users/999999/", fails=True).status_code == 404
