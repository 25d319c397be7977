"""Joining: the form, the codes, and everything that can be wrong with them."""

import threading
from typing import Any

import pytest
from flask import Flask

from app.shared.db import db
from app.shared.redis import redis
from app.users import services
from app.users.errors import MobileTaken, NameTaken
from app.users.models import SignIn, User
from app.verifications import store
from tests.factories.world import Person, World
from tests.pages import PageClient

MOBILE = "13912345678"


def form(**changes: Any) -> dict[str, Any]:
    """A good form, and what the test changes in it; None leaves a field out."""
    fields = {
        "username": "alice_01",
        "password": "correct horse!",
        "password2": "correct horse!",
        "mobile": MOBILE,
        "sms_code": "123456",
        "allow": True,
        **changes,
    }
    return {name: value for name, value in fields.items() if value is not None}


@pytest.fixture
def code(app: Flask) -> str:
    """An SMS code on its way to the number."""
    with app.app_context():
        store.keep_sms_code("one", MOBILE, "register", "123456")
    return "123456"


def code_is_there(app: Flask) -> bool:
    with app.app_context():
        return bool(redis().exists(store.SMS(purpose="register", mobile=MOBILE)))


def test_a_new_shopper_is_signed_in(client: PageClient, code: str) -> None:
    status, answer = client.json("POST", "/register/", form())
    assert (status, answer["code"], answer["next"]) == (200, "0", "/")
    status, answer = client.json("GET", "/info/")
    assert (answer["username"], answer["mobile"]) == ("alice_01", "139****5678")
    assert not code_is_there(client.app)
    with client.app.app_context():
        user = db.session.query(User).one()
        assert user.password_hash.startswith("$argon2id$")
        assert (user.username_key, user.is_staff) == ("alice_01", False)
        assert db.session.query(SignIn).one().ended_at is None


@pytest.mark.parametrize(
    ("changes", "status", "number", "field"),
    [
        ({"username": None}, 400, "4003", "username"),
        ({"mobile": " "}, 400, "4003", "mobile"),
        ({"sms_code": None}, 400, "4003", "sms_code"),
        ({"password2": None}, 400, "4003", "password2"),
        ({"username": "bob"}, 400, "5006", "username"),
        ({"username": "13800138000"}, 400, "5006", "username"),
        ({"username": "alice_01\n<script>"}, 400, "5006", "username"),
        ({"mobile": "12345678901"}, 400, "5006", "mobile"),
        ({"password": "short", "password2": "short"}, 400, "5006", "password"),
        ({"password": "password1", "password2": "password1"}, 400, "5006", "password"),
        ({"password2": "correct horse?"}, 400, "5006", "password2"),
        ({"allow": None}, 400, "4009", "allow"),
        ({"allow": False}, 400, "4009", "allow"),
        ({"allow": "off"}, 400, "4009", "allow"),
        ({"sms_code": "654321"}, 400, "4008", "sms_code"),
    ],
)
def test_what_is_wrong_is_named(
    client: PageClient, code: str, changes: dict[str, Any], status: int, number: str, field: str
) -> None:
    got, answer = client.json("POST", "/register/", form(**changes))
    assert (got, answer["code"]) == (status, number)
    assert field in answer.get("errors", {}) or answer.get("field") == field
    assert code_is_there(client.app), "a mistake elsewhere must not burn the code"
    assert client.json("GET", "/info/")[0] == 401


def test_every_missing_field_is_named(client: PageClient) -> None:
    status, answer = client.json("POST", "/register/", {})
    assert (status, answer["code"]) == (400, "4003")
    assert {"username", "password", "password2", "mobile", "sms_code"} <= set(answer["errors"])


@pytest.mark.parametrize("body", [[1], "text", {"username": {"a": 1}}])
def test_a_body_of_another_shape_is_a_bad_value(client: PageClient, body: Any) -> None:
    status, answer = client.json("POST", "/register/", body)
    assert (status, answer["code"]) == (400, "5006")


@pytest.mark.parametrize(
    ("changes", "field"), [({"username": "LILY_01"}, "username"), ({"mobile": "13800000009"}, "mobile")]
)
def test_taken_names_and_numbers_keep_the_code(
    client: PageClient, make: World, code: str, changes: dict[str, Any], field: str
) -> None:
    make.person("lily_01", "13800000009")
    status, answer = client.json("POST", "/register/", form(**changes))
    assert (status, answer["code"], answer["field"]) == (400, "5006", field)
    assert code_is_there(client.app)


@pytest.mark.parametrize("same", ["username", "mobile"])
def test_of_two_who_take_one_name_at_once_one_gets_it(app: Flask, same: str) -> None:
    gate, results = threading.Barrier(2), list[str]()

    def run(n: int) -> None:
        name, mobile = ("alice", f"1390000000{n}") if same == "username" else (f"alice{n}", MOBILE)
        with app.app_context():
            gate.wait(10)
            try:
                services.register(name, mobile, "hash")
                results.append("in")
            except (NameTaken, MobileTaken) as problem:
                results.append(str(problem.facts["field"]))

    threads = [threading.Thread(target=run, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(results) == sorted(["in", same])


def test_the_guests_cart_comes_along(client: PageClient, make: World, code: str) -> None:
    sku_id = make.sku(stock=9)
    assert client.json("POST", "/carts/", {"sku_id": sku_id, "count": 2})[0] == 200
    client.json("POST", "/register/", form())
    _, answer = client.json("GET", "/carts/")
    assert [(line["id"], line["count"]) for line in answer["cart_skus"]] == [(sku_id, 2)]
    assert client.browser.get_cookie("carts") is None


# --- without JavaScript ---------------------------------------------------------------------------------------------


def hidden(page: str, name: str) -> str:
    """The value of a hidden input of the form."""
    start = page.index(f'name="{name}"', page.index("data-register"))
    value = page.index('value="', start) + len('value="')
    return page[value : page.index('"', value)]


def test_the_whole_way_without_scripts(client: PageClient) -> None:
    page = client.get("/register/?next=/carts/").text
    assert hidden(page, "next") == "/carts/"
    ident = hidden(page, "image_code_id")
    with client.app.app_context():
        text = store.peek_image_code(ident)
    typed = {"username": "alice_01", "mobile": MOBILE, "image_code": text, "image_code_id": ident, "next": "/carts/"}
    page = client.post("/register/sms/", {**typed, "password": "correct horse!"}).text
    assert "验证码已发送" in page
    assert 'value="alice_01"' in page
    assert "correct horse!" not in page
    assert hidden(page, "image_code_id") != ident
    with client.app.app_context():
        sms_code = redis().hget(store.SMS(purpose="register", mobile=MOBILE), "code")
    response = client.post("/register/", {**form(sms_code=sms_code, allow="on"), "next": "/carts/"})
    assert (response.status_code, response.location) == (303, "/carts/")
    assert client.get("/info/").status_code == 200


def test_a_mistake_shows_the_form_again_with_what_was_typed(client: PageClient, code: str) -> None:
    response = client.post("/register/", form(username="bob", allow="on"), fails=True)
    assert response.status_code == 400
    assert 'value="bob"' in response.text
    assert f'value="{MOBILE}"' in response.text
    assert "correct horse!" not in response.text
    assert "5–20 位" in response.text
    response = client.post("/register/", form(sms_code="000000", allow="on"), fails=True)
    assert response.status_code == 400
    assert "短信验证码有误" in response.text


def test_a_new_picture_without_scripts_keeps_the_form(client: PageClient) -> None:
    page = client.post("/register/sms/", {"refresh": "1", "username": "alice_01"}).text
    assert 'value="alice_01"' in page
    assert "请输入手机号" not in page


def test_a_wrong_picture_code_without_scripts_is_said_at_its_field(client: PageClient) -> None:
    ident = hidden(client.get("/register/").text, "image_code_id")
    typed = {"mobile": MOBILE, "image_code": "----", "image_code_id": ident}
    response = client.post("/register/sms/", typed, fails=True)
    assert response.status_code == 400
    assert "图形验证码有误" in response.text


def test_a_next_on_another_site_is_ignored(client: PageClient, code: str) -> None:
    status, answer = client.json("POST", "/register/", form(next="//evil.example/"))
    assert (status, answer["next"]) == (200, "/")


def test_counts_answer_and_are_limited(client: PageClient, lily: Person) -> None:
    assert client.json("GET", f"/mobiles/{lily.mobile}/count/")[1]["count"] == 1
    assert client.json("GET", "/mobiles/13912345678/count/")[1]["count"] == 0
    assert client.json("GET", "/usernames/nobody/count/")[1]["count"] == 0
    assert client.json("GET", "/usernames/x/count/")[0] == 404
    assert client.json("GET", "/mobiles/123/count/")[0] == 404
    client.app.config["LOOKUPS_PER_ADDRESS_PER_MINUTE"] = 3
    status, answer = client.json("GET", "/usernames/nobody/count/")
    assert (status, answer["code"]) == (429, "4002")
    assert 0 < answer["retry_after"] <= 60


def test_the_agreement_can_be_read(client: PageClient) -> None:
    assert "协议" in client.get("/agreement/").text
