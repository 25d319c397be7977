"""Signing in and out: one row a device, one query a request, one answer to every way of being wrong."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import update

from app.shared import clock
from app.shared.db import db
from app.shared.uow import unit_of_work
from app.users import auth, guessing, services
from app.users.guessing import Caller
from app.users.models import SignIn, User
from tests.factories.world import Person, World
from tests.pages import PageClient

DAY = timedelta(days=1)


def sign_in(client: PageClient, username: str, password: str, **more: Any) -> tuple[int, Any]:
    return client.json("POST", "/login/", {"username": username, "password": password, **more})


def is_in(client: PageClient) -> bool:
    return client.json("GET", "/info/")[0] == 200


@pytest.fixture
def no_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Failures never ask for a picture code: what is tried here is something else."""
    monkeypatch.setattr(guessing, "FAILURES_BEFORE_PICTURE", 1000)


@pytest.mark.parametrize("account", ["lily", "LILY", "ｌｉｌｙ", "13800000001"])
def test_by_name_or_number(client: PageClient, lily: Person, account: str) -> None:
    status, answer = sign_in(client, account, lily.password)
    assert (status, answer["code"], answer["next"]) == (200, "0", "/")
    assert is_in(client)


def test_a_name_like_a_number_never_shadows_the_number(client: PageClient, make: World, lily: Person) -> None:
    squatter = make.person("13800000001", "13800000008")  # older data could hold such a name
    assert sign_in(client, lily.mobile, squatter.password)[1]["code"] == "4005"
    assert sign_in(client, lily.mobile, lily.password)[0] == 200


@pytest.mark.usefixtures("no_pictures")
def test_every_way_of_being_wrong_has_one_answer(client: PageClient, lily: Person, fred: Person) -> None:
    with client.app.app_context():
        unit_of_work(lambda: db.session.execute(update(User).where(User.id == fred.id).values(is_active=False)))()
    answers = [
        sign_in(client, "lily", "wrong password"),
        sign_in(client, "lily", "x" * 1000),
        sign_in(client, "nobody", lily.password),
        sign_in(client, "13999999999", lily.password),
        sign_in(client, fred.username, fred.password),
        sign_in(client, "' OR 1=1 --", "' OR 1=1 --"),
    ]
    assert {(status, answer["code"], answer["errmsg"]) for status, answer in answers} == {
        (400, "4005", "用户名或密码错误")
    }
    assert not is_in(client)


def test_missing_is_missing(client: PageClient) -> None:
    status, answer = client.json("POST", "/login/", {"username": "lily"})
    assert (status, answer["code"]) == (400, "4003")


@pytest.mark.parametrize(
    ("target", "leads"),
    [
        ("/orders/info/1/?a=b", "/orders/info/1/?a=b"),
        ("//evil.example/", "/"),
        ("https://evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("", "/"),
    ],
)
def test_next_stays_on_this_site(client: PageClient, lily: Person, target: str, leads: str) -> None:
    assert sign_in(client, "lily", lily.password, next=target)[1]["next"] == leads


def test_a_page_redirects_and_a_mistake_shows_the_form_again(client: PageClient, lily: Person) -> None:
    page = client.get("/login/?next=/carts/").text
    assert 'value="/carts/"' in page
    wrong = {"username": "lily", "password": "not my password", "next": "/carts/"}
    response = client.post("/login/", wrong, fails=True)
    assert response.status_code == 400
    assert "用户名或密码错误" in response.text
    assert 'value="lily"' in response.text
    assert "not my password" not in response.text
    response = client.post("/login/", {**wrong, "password": lily.password})
    assert (response.status_code, response.location) == (303, "/carts/")
    assert client.get("/login/?next=/carts/").location == "/carts/"


def test_a_private_page_leads_to_the_sign_in_and_back(client: PageClient) -> None:
    response = client.get("/info/")
    assert (response.status_code, response.location) == (303, "/login/?next=/info/")
    assert client.json("GET", "/info/")[0] == 401


def row(app: Flask) -> SignIn:
    with app.app_context():
        found = db.session.query(SignIn).order_by(SignIn.id.desc()).first()
        assert found is not None
        db.session.expunge(found)
        return found


def test_a_browser_session_has_no_lasting_cookie_and_a_day(client: PageClient, lily: Person) -> None:
    sign_in(client, "lily", lily.password)
    assert client.browser.get_cookie("meiduo_remember") is None
    cookie = client.browser.get_cookie("meiduo_session")
    assert cookie is not None
    assert cookie.expires is None
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    kept = row(client.app)
    assert not kept.remembered
    assert abs(kept.expires_at - clock.now() - DAY) < timedelta(minutes=1)


def test_remembered_lasts_a_fortnight_in_cookie_and_row(client: PageClient, lily: Person) -> None:
    sign_in(client, "lily", lily.password, remembered=True)
    cookie = client.browser.get_cookie("meiduo_remember")
    assert cookie is not None
    assert cookie.expires is not None
    assert abs(cookie.expires - clock.now() - 14 * DAY) < timedelta(minutes=1)
    assert cookie.http_only
    assert abs(row(client.app).expires_at - clock.now() - 14 * DAY) < timedelta(minutes=1)
    client.browser.delete_cookie("meiduo_session")
    assert is_in(client)


def test_past_its_time_nobody_is_in(client: PageClient, lily: Person) -> None:
    sign_in(client, "lily", lily.password, remembered=True)
    with client.app.app_context():
        unit_of_work(lambda: db.session.execute(update(SignIn).values(expires_at=clock.now())))()
    assert not is_in(client)


def test_signing_out_ends_this_device_only_and_for_good(app: Flask, lily: Person) -> None:
    phone, desk = PageClient(app), PageClient(app)
    for client in (phone, desk):
        sign_in(client, "lily", lily.password, remembered=True)
    kept = {name: phone.browser.get_cookie(name) for name in ("meiduo_session", "meiduo_remember")}
    assert phone.json("POST", "/logout/")[0] == 200
    assert not is_in(phone)
    for name, cookie in kept.items():  # a thief who copied the cookies gets nothing either
        assert cookie is not None
        phone.browser.set_cookie(name, cookie.value)
    assert not is_in(phone)
    assert is_in(desk)
    with app.app_context():
        services.end_all_sign_ins(lily.id, Caller("10.0.0.1"))
    assert not is_in(desk)


def test_signing_out_is_a_post_with_a_token(client: PageClient, lily: Person) -> None:
    sign_in(client, "lily", lily.password)
    assert client.browser.get("/logout/").status_code == 405
    assert client.json("POST", "/logout/", token=False)[1]["code"] == "4104"
    assert is_in(client)
    assert client.post("/logout/").location == "/"
    assert not is_in(client)
    assert client.json("POST", "/logout/")[0] == 200


def test_signing_in_anew_ends_the_old_sign_in(client: PageClient, lily: Person, fred: Person) -> None:
    sign_in(client, "lily", lily.password, remembered=True)
    sign_in(client, fred.username, fred.password)
    with client.app.app_context():
        live = db.session.query(SignIn).filter(SignIn.ended_at.is_(None)).all()
        assert [each.user_id for each in live] == [fred.id]
    client.browser.delete_cookie("meiduo_session")
    assert not is_in(client)


@pytest.mark.parametrize("ident", ["", "1", "1:", ":1", "a:b", "1:1:1", "-1:1", "1:1\n", "9" * 40 + ":1", "١:١"])
def test_an_odd_ident_is_nobody(ctx: Flask, ident: str) -> None:
    assert auth.load_shopper(ident) is None


def test_the_loader_asks_once_and_only_for_its_owner(
    ctx: Flask, lily: Person, fred: Person, count_queries: Callable[[], AbstractContextManager[Any]]
) -> None:
    sign_in_id = services.open_sign_in(lily.id, Caller("10.0.0.1"), remembered=False)
    with count_queries() as counted:
        shopper = auth.load_shopper(f"{lily.id}:{sign_in_id}")
    assert len(counted.sql) == 1
    assert shopper is not None
    assert (shopper.id, shopper.username, shopper.is_staff) == (lily.id, "lily", False)
    assert shopper.get_id() == f"{lily.id}:{sign_in_id}"
    assert auth.load_shopper(f"{fred.id}:{sign_in_id}") is None
    assert auth.load_shopper(f"{lily.id}:{sign_in_id + 1}") is None


@pytest.mark.usefixtures("no_pictures")
def test_tries_are_limited_per_account_and_a_success_starts_anew(client: PageClient, lily: Person) -> None:
    client.app.config["SIGN_IN_TRIES_PER_ACCOUNT_PER_MINUTE"] = 3
    for _ in range(2):
        sign_in(client, "lily", "wrong")
    assert sign_in(client, "lily", lily.password)[0] == 200
    codes = [sign_in(client, "Lily", "wrong")[1]["code"] for _ in range(3)]
    assert codes == ["4005"] * 3
    status, answer = sign_in(client, "lily", lily.password)
    assert (status, answer["code"]) == (429, "4002")
    assert 0 < answer["retry_after"] <= 60
    assert sign_in(client, "fredrick", "wrong")[1]["code"] == "4005"


@pytest.mark.usefixtures("no_pictures")
def test_tries_are_limited_per_address(client: PageClient) -> None:
    client.app.config["SIGN_IN_TRIES_PER_ADDRESS_PER_MINUTE"] = 3
    statuses = [sign_in(client, f"nobody{n}", "wrong")[0] for n in range(4)]
    assert statuses == [400, 400, 400, 429]
    page = client.post("/login/", {"username": "nobody9", "password": "wrong"}, fails=True)
    assert page.status_code == 429
    assert "登录尝试过于频繁" in page.text


def test_while_redis_is_away_people_still_get_in_and_keep_their_guest_cart(
    client: PageClient, lily: Person, make: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sku_id = make.sku()
    client.json("POST", "/carts/", {"sku_id": sku_id, "count": 2})
    with monkeypatch.context() as patch:
        patch.setitem(client.app.extensions, "meiduo_redis", Redis.from_url("unix:///nowhere/redis.sock"))
        assert sign_in(client, "lily", lily.password)[0] == 200
        assert client.get("/info/").status_code == 200
    assert client.browser.get_cookie("carts") is not None


def test_the_merge_names_what_was_clamped(client: PageClient, lily: Person, make: World) -> None:
    sku_id = make.sku(stock=5, name="会缺货的手机")
    client.json("POST", "/carts/", {"sku_id": sku_id, "count": 4})

    def sell_out() -> None:
        from app.goods.models import SKU

        db.session.execute(update(SKU).values(stock=3))

    make.run(sell_out)
    status, answer = sign_in(client, "lily", lily.password)
    assert status == 200
    assert answer["notices"] == ["“会缺货的手机”的数量已调整为 3 件"]


def test_the_token_endpoint_is_not_cached(client: PageClient) -> None:
    response = client.browser.get("/csrf_token/")
    assert response.headers["Cache-Control"] == "no-store"
    assert response.json["csrf_token"]
