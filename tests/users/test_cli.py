"""Commands: staff, and the demo's people."""

from flask import Flask

from app.shared.db import db
from app.users import addresses as book
from app.users.models import User
from tests.factories.world import World
from tests.pages import PageClient


def run(app: Flask, *words: str, **env: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["users", *words], env=env)
    return result.exit_code, result.output


def test_staff_is_made_with_a_password_from_the_environment(app: Flask) -> None:
    code, said = run(app, "create-staff", "manager", "13700000001", STAFF_PASSWORD="shop keeper's pass")
    assert code == 0, said
    assert "shop keeper" not in said
    client = PageClient(app)
    client.sign_in("manager", "shop keeper's pass")
    with app.app_context():
        assert db.session.query(User).one().is_staff


def test_staff_follows_the_same_rules(app: Flask) -> None:
    for words, password in (
        (("boss", "13700000001"), "shop keeper's pass"),
        (("manager", "123"), "shop keeper's pass"),
        (("manager", "13700000001"), "password"),
    ):
        code, _ = run(app, "create-staff", *words, STAFF_PASSWORD=password)
        assert code != 0
    run(app, "create-staff", "manager", "13700000001", STAFF_PASSWORD="shop keeper's pass")
    code, said = run(app, "create-staff", "Manager", "13700000002", STAFF_PASSWORD="shop keeper's pass")
    assert code == 1
    assert "用户名已存在" in said


def test_the_demo_people_are_made_once(app: Flask, make: World) -> None:
    make.areas()
    for _ in range(2):
        code, said = run(app, "create-demo")
        assert code == 0, said
    with app.app_context():
        people = {user.username: user for user in db.session.query(User)}
        assert set(people) == {"lily", "tom"}
        assert people["tom"].is_staff
        assert not people["lily"].is_staff
        (card,) = book.list_addresses(people["lily"].id)
        assert card.is_default
        assert book.list_addresses(people["tom"].id) == []
    for name, password in app.config["DEMO_ACCOUNTS"].values():
        PageClient(app).sign_in(name, password)


def test_without_areas_the_demo_people_come_without_an_address(app: Flask) -> None:
    assert run(app, "create-demo")[0] == 0


def test_production_has_no_demo_people(app: Flask) -> None:
    app.config["MALL_MODE"] = "production"
    code, said = run(app, "create-demo")
    assert code == 1
    assert "not in production" in said
    with app.app_context():
        assert db.session.query(User).count() == 0
