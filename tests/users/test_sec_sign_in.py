"""The defects of the original (spec 6.1, 6.5) that concern joining and entering; each test is named after its row."""

import logging
import threading
from datetime import timedelta
from typing import Any

import pytest
import requests
from flask import Flask
from sqlalchemy import func, select, update

from app.factory import create_app
from app.shared import clock
from app.shared.db import db
from app.shared.uow import unit_of_work
from app.users import guessing, security_log, services
from app.users.errors import WrongAccount
from app.users.guessing import Caller
from app.users.models import SecurityEvent, SignIn, User
from app.verifications import store
from tests.factories.world import Person
from tests.fixtures.browser import Server
from tests.pages import PageClient

CROWD = 50
MOBILE = "13912345678"


def sign_in(client: PageClient, username: str, password: str, **more: Any) -> tuple[int, Any]:
    return client.json("POST", "/login/", {"username": username, "password": password, **more})


def is_in(client: PageClient) -> bool:
    return client.json("GET", "/info/")[0] == 200


def picture(client: PageClient) -> dict[str, str]:
    """A picture code, read."""
    ident = client.json("POST", "/image_codes/")[1]["image_code_id"]
    with client.app.app_context():
        return {"image_code_id": ident, "image_code": store.peek_image_code(ident) or ""}


def join_form(**changes: Any) -> dict[str, Any]:
    good = {"username": "alice_01", "password": "correct horse!", "mobile": MOBILE, "sms_code": "123456", "allow": True}
    filled = {**good, **changes}
    return {"password2": filled["password"], **filled}


def codes_for(app: Flask, *mobiles: str) -> None:
    with app.app_context():
        for mobile in mobiles:
            store.keep_sms_code(f"for-{mobile}", mobile, "register", "123456")


# --- SEC-9: where a sign-in leads -----------------------------------------------------------------------------------

OUTSIDE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example",
    "http:evil.example",
    "javascript:alert(1)",
    "/\tevil",
    "/\r\nSet-Cookie: a=b",
    " //evil.example",
    "evil.example",
]


@pytest.mark.parametrize("target", OUTSIDE)
def test_sec_9_next_leads_nowhere_else(client: PageClient, lily: Person, target: str) -> None:
    codes_for(client.app, MOBILE)
    typed = {"username": "lily", "password": lily.password}
    assert client.post("/login/", {**typed, "next": target}).location == "/"
    client.post("/logout/")
    assert (
        client.browser.post(
            "/login/", query_string={"next": target}, data={**typed, "csrf_token": client.token()}
        ).location
        == "/"
    )
    assert client.browser.get("/login/", query_string={"next": target}).location == "/"
    client.post("/logout/")
    assert client.post("/register/", {**join_form(allow="on"), "next": target}).location == "/"


# --- SEC-15: guessing -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("account", ["lily", "13800000001", "nobody-here", "13999999999"])
def test_sec_15_after_three_failures_a_picture_code_is_asked_for(
    client: PageClient, lily: Person, account: str
) -> None:
    told = [sign_in(client, account, "wrong")[1] for _ in range(3)]
    assert [(each["code"], each["needs_image_code"]) for each in told] == [
        ("4005", False),
        ("4005", False),
        ("4005", True),
    ]
    status, answer = sign_in(client, account, lily.password)
    assert (status, answer["code"], answer["needs_image_code"], answer["field"]) == (400, "4001", True, "image_code")
    bad = {**picture(client), "image_code": "----"}
    status, answer = sign_in(client, account, lily.password, **bad)
    assert (status, answer["code"], answer["needs_image_code"]) == (400, "4001", True)
    read = picture(client)
    expected = "0" if account in {"lily", lily.mobile} else "4005"
    assert sign_in(client, account, lily.password, **read)[1]["code"] == expected
    if expected == "0":
        client.post("/logout/")
    fresh = PageClient(client.app)  # the address stays under suspicion, and a picture is good once
    assert sign_in(fresh, account, lily.password, **read)[1]["code"] == "4001"


def test_sec_15_failures_on_many_accounts_count_for_their_address(client: PageClient, lily: Person) -> None:
    for n in range(3):
        sign_in(client, f"nobody{n}", "wrong")
    assert sign_in(client, "lily", lily.password)[1]["code"] == "4001"


def test_sec_15_failures_from_many_addresses_count_for_their_account(app: Flask, lily: Person) -> None:
    client = PageClient(app)
    for n in range(3):
        client.browser.environ_base["REMOTE_ADDR"] = f"10.0.0.{n}"
        sign_in(client, "lily", "wrong")
    client.browser.environ_base["REMOTE_ADDR"] = "10.0.9.9"
    assert sign_in(client, "LILY", lily.password)[1]["code"] == "4001"
    assert sign_in(client, "fredrick", "wrong")[1]["code"] == "4005"


def test_sec_15_a_stranger_who_guesses_does_not_lock_the_owner_out(app: Flask, lily: Person) -> None:
    app.config["SIGN_IN_TRIES_PER_ACCOUNT_PER_MINUTE"] = 5
    at_home, stranger = PageClient(app), PageClient(app)
    sign_in(at_home, "lily", lily.password)
    at_home.post("/logout/")
    stranger.browser.environ_base["REMOTE_ADDR"] = "10.9.9.9"
    for _ in range(6):
        answer = sign_in(stranger, "lily", "wrong")[1]
    assert answer["code"] == "4002"
    assert sign_in(at_home, "lily", lily.password)[0] == 200
    forged = PageClient(app)
    forged.browser.set_cookie("meiduo_browser", "bGlseQ.aaaa.bbbb")
    forged.browser.environ_base["REMOTE_ADDR"] = "10.9.9.8"
    assert sign_in(forged, "lily", lily.password)[1]["code"] == "4002"


def test_sec_15_a_known_browser_is_limited_too(client: PageClient, lily: Person) -> None:
    sign_in(client, "lily", lily.password)
    client.post("/logout/")
    told = [sign_in(client, "lily", "wrong")[1]["code"] for _ in range(4)]
    assert told == ["4005", "4005", "4005", "4001"]


def test_sec_15_a_day_ends_the_patience(client: PageClient, lily: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guessing, "FAILURES_BEFORE_PICTURE", 1000)
    monkeypatch.setattr(guessing, "FAILURES_A_DAY", 5)
    for account in ("lily", "nobody"):
        told = [sign_in(client, account, "wrong")[1]["code"] for _ in range(6)]
        assert told == ["4005"] * 5 + ["4002"]
    status, answer = sign_in(client, "lily", lily.password)
    assert (status, answer["code"]) == (429, "4002")
    assert 86_000 < answer["retry_after"] <= 86_400


def test_sec_15_while_redis_is_away_tries_are_still_limited(
    app: Flask, settings: dict[str, Any], lily: Person, tmp_path: Any
) -> None:
    mall = create_app({**settings, "INSTANCE": tmp_path, "REDIS_URL": f"unix://{tmp_path}/nobody.sock"})
    mall.config["SIGN_IN_TRIES_PER_ACCOUNT_PER_MINUTE"] = 5
    client = PageClient(mall)
    told = [sign_in(client, "lily", "wrong")[1]["code"] for _ in range(6)]
    assert told == ["4005"] * 5 + ["4002"]
    assert "图形验证码" not in client.get("/login/").text  # none can be made
    with mall.app_context():
        db.session.remove()
        db.engine.dispose()


def test_sec_15_the_page_asks_for_the_picture_and_takes_it(client: PageClient, lily: Person) -> None:
    page = client.get("/login/").text
    assert "image_code_id" not in page
    typed = {"username": "lily", "password": "not the right one"}
    for _ in range(3):
        page = client.post("/login/", typed, fails=True).text
    assert "用户名或密码错误" in page
    assert "image_code_id" in page
    page = client.post("/login/", {**typed, "password": lily.password}, fails=True).text
    assert "请输入图形验证码" in page
    assert "not the right one" not in page
    page = client.post("/login/picture/", {**typed, "refresh": "1"}).text
    assert 'value="lily"' in page
    ident = page.split('name="image_code_id" value="')[1].split('"')[0]
    with client.app.app_context():
        text = store.peek_image_code(ident)
    response = client.post(
        "/login/", {**typed, "password": lily.password, "image_code_id": ident, "image_code": text, "next": "/info/"}
    )
    assert (response.status_code, response.location) == (303, "/info/")


def test_sec_15_each_try_stands_in_the_security_log(
    client: PageClient, lily: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "app.users.security_log")
    sign_in(client, "lily", "typed-secret-one")
    sign_in(client, "typed-secret-two", "typed-secret-three")
    sign_in(client, "lily", lily.password)
    lines = [record.getMessage() for record in caplog.records if record.name == "app.users.security_log"]
    assert [line.split()[0] for line in lines] == ["sign_in_failed", "sign_in_failed", "signed_in"]
    assert "typed-secret" not in caplog.text
    assert "lily" not in " ".join(lines)
    with client.app.app_context():
        events = db.session.scalars(select(SecurityEvent).order_by(SecurityEvent.id)).all()
        assert [(each.kind, each.user_id) for each in events] == [
            ("sign_in_failed", lily.id),
            ("sign_in_failed", None),
            ("signed_in", lily.id),
        ]
        keys = [each.account_key for each in events[:2]]
        assert keys == [security_log.account_key("LILY"), security_log.account_key("typed-secret-two")]
        assert all(len(key) == 64 for key in keys)
        assert {each.address for each in events} == {"127.0.0.1"}


def test_sec_15_a_flood_of_failures_does_not_fill_the_table(
    client: PageClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guessing, "FAILURES_BEFORE_PICTURE", 1000)
    monkeypatch.setattr(security_log, "FAILURES_WRITTEN_AN_HOUR", 5)
    for n in range(8):
        assert sign_in(client, f"nobody{n}", "wrong")[0] == 400
    with client.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(SecurityEvent)) == 5
    assert caplog.text.count("sign_in_failed") == 8


def test_sec_15_a_browsers_name_makes_no_second_line(
    client: PageClient, lily: Person, caplog: pytest.LogCaptureFixture
) -> None:
    client.browser.environ_base["HTTP_USER_AGENT"] = "Odd\tBrowser\x1b[31m signed_in user=1"
    sign_in(client, "lily", "wrong")
    (line,) = [record.getMessage() for record in caplog.records if record.name == "app.users.security_log"]
    assert "\x1b" not in line
    assert "\t" not in line


def test_sec_15_old_rows_go(ctx: Flask, lily: Person) -> None:
    services.open_sign_in(lily.id, Caller("10.0.0.1"), remembered=False)
    services.open_sign_in(lily.id, Caller("10.0.0.2"), remembered=False)
    old = clock.now() - timedelta(days=181)
    first = select(func.min(SecurityEvent.id)).scalar_subquery()
    ids = db.session.scalar(select(first))
    unit_of_work(
        lambda: db.session.execute(update(SecurityEvent).where(SecurityEvent.id == ids).values(created_at=old))
    )()
    past = update(SignIn).where(SignIn.address == "10.0.0.1").values(expires_at=old)
    unit_of_work(lambda: db.session.execute(past))()
    assert security_log.forget_old() == 2
    assert db.session.scalars(select(SignIn.address)).all() == ["10.0.0.2"]
    assert security_log.forget_old() == 0
    assert db.session.scalar(select(func.count()).select_from(SecurityEvent)) == 1


# --- SEC-17: who has an account here --------------------------------------------------------------------------------


def timeless(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer without its seconds: they tell when it was asked, not about whom."""
    wait_s = answer.get("retry_after")
    said = answer["errmsg"].replace(f" {wait_s} ", " … ")
    return {**answer, "errmsg": said, "retry_after": wait_s is not None}


def test_sec_17_known_and_unknown_accounts_get_the_same_answers(app: Flask, lily: Person) -> None:
    """Word for word, header for header, try for try; that both cost a hash is proved in test_passwords."""
    told = {}
    for account in ("lily", "nobody-here"):
        client = PageClient(app)
        client.browser.environ_base["REMOTE_ADDR"] = f"10.0.{len(told)}.1"
        told[account] = [sign_in(client, account, "wrong") for _ in range(4)]
        picture_read = [sign_in(client, account, "wrong", **picture(client)) for _ in range(9)]
        told[account] += [(status, timeless(answer)) for status, answer in picture_read]
    assert told["lily"] == told["nobody-here"]


def test_sec_17_taken_names_cannot_be_listed(client: PageClient, lily: Person) -> None:
    client.app.config["LOOKUPS_PER_ADDRESS_PER_MINUTE"] = 4
    told = [client.json("GET", "/usernames/lily_/count/")[0] for _ in range(2)]
    told += [client.json("POST", "/register/", join_form(username="lily_1"))[0] for _ in range(2)]
    assert told == [200, 200, 400, 400]
    for method, path, body in (
        ("GET", "/usernames/lily_/count/", None),
        ("GET", "/mobiles/13800000001/count/", None),
        ("POST", "/register/", join_form()),
    ):
        status, answer = client.json(method, path, body)
        assert (status, answer["code"]) == (429, "4002"), path
        assert 0 < answer["retry_after"] <= 60


def test_sec_17_a_household_of_ipv6_addresses_is_one(app: Flask, lily: Person) -> None:
    app.config["LOOKUPS_PER_ADDRESS_PER_MINUTE"] = 3
    client, told = PageClient(app), []
    for n in range(5):
        client.browser.environ_base["REMOTE_ADDR"] = f"2001:db8:1:2::{n}"
        told.append(client.json("GET", "/usernames/lily_/count/")[0])
    assert told == [200, 200, 200, 429, 429]
    client.browser.environ_base["REMOTE_ADDR"] = "2001:db8:1:3::1"
    assert client.json("GET", "/usernames/lily_/count/")[0] == 200


def test_sec_17_the_account_page_masks_the_mobile(client: PageClient, lily: Person) -> None:
    sign_in(client, "lily", lily.password)
    assert client.json("GET", "/info/")[1]["mobile"] == "138****0001"
    assert lily.mobile not in client.get("/info/").text


# --- SEC-18: the name in the header ---------------------------------------------------------------------------------


def test_sec_18_the_name_comes_from_the_session_not_from_a_cookie(client: PageClient, lily: Person) -> None:
    client.browser.set_cookie("username", "mallory")
    assert "mallory" not in client.get("/").text
    sign_in(client, "lily", lily.password)
    page = client.get("/info/").text
    assert "mallory" not in page
    assert "lily" in page
    response = client.browser.post("/logout/", data={"csrf_token": client.token()})
    assert not [cookie for cookie in response.headers.getlist("Set-Cookie") if cookie.startswith("username=")]
    assert not is_in(client)


def test_sec_18_no_readable_cookie_says_who_it_is(client: PageClient, lily: Person) -> None:
    response = client.browser.post(
        "/login/",
        data={"username": "lily", "password": lily.password, "remembered": "on", "csrf_token": client.token()},
    )
    cookies = response.headers.getlist("Set-Cookie")
    assert {cookie.split("=")[0] for cookie in cookies} == {"meiduo_session", "meiduo_remember", "meiduo_browser"}
    assert all("HttpOnly" in cookie and "SameSite=Lax" in cookie and "lily" not in cookie for cookie in cookies)


# --- SEC-19: signing out --------------------------------------------------------------------------------------------


def test_sec_19_no_picture_tag_signs_anybody_out(client: PageClient, lily: Person) -> None:
    sign_in(client, "lily", lily.password)
    with client.app.app_context():
        mine = db.session.scalar(select(SignIn.id))
    for path in ("/logout/", f"/devices/{mine}/end/", "/devices/end/"):
        assert client.browser.get(path).status_code == 405
        assert client.browser.post(path, data={"everywhere": "1"}).status_code == 400
        assert client.json("POST", path, {"everywhere": "1"}, token=False)[1]["code"] == "4104"
    assert is_in(client)
    assert client.post("/logout/").status_code == 303
    assert not is_in(client)


# --- SEC-21: passwords ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "password", ["p@$$ {w}ö<r>d\"'", "密码可以是中文的呀", "长" * 21 + "shoes for lily 2026" + "!" * 24]
)
def test_sec_21_any_printable_characters_up_to_64_open_the_account(client: PageClient, password: str) -> None:
    codes_for(client.app, MOBILE)
    assert client.json("POST", "/register/", join_form(password=password))[1]["code"] == "0"
    client.post("/logout/")
    assert sign_in(client, "alice_01", password + "x")[1]["code"] == "4005"
    assert sign_in(client, "alice_01", password)[1]["code"] == "0"


@pytest.mark.parametrize(
    "password", ["password", "qwerty123", "iloveyou1", "alice_01", "meiduo123", "13912345678", "1" * 8]
)
def test_sec_21_common_passwords_are_refused(client: PageClient, password: str) -> None:
    codes_for(client.app, MOBILE)
    status, answer = client.json("POST", "/register/", join_form(password=password))
    assert (status, answer["code"]) == (400, "5006")
    assert answer["errors"] == {"password": "密码太容易被猜到，请换一个"}


@pytest.mark.parametrize("password", ["7 chars", "x" * 32 + "unlikely 2026" + "y" * 20, "line\nbreak in it"])
def test_sec_21_too_short_too_long_or_unprintable_is_refused(client: PageClient, password: str) -> None:
    assert "password" in client.json("POST", "/register/", join_form(password=password))[1]["errors"]


# --- ACC-1, ACC-2, ACC-4, ACC-8, ACC-9 ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["13800000001", "19999999999", "10000000000"])
def test_acc_1_nobody_takes_a_mobile_for_a_name(client: PageClient, lily: Person, name: str) -> None:
    codes_for(client.app, MOBILE)
    status, answer = client.json("POST", "/register/", join_form(username=name))
    assert (status, answer["code"]) == (400, "5006")
    assert "username" in answer["errors"]
    assert sign_in(client, lily.mobile, lily.password)[0] == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", "a" * 60),
        ("username", "alice<script>"),
        ("username", "alice\n_01"),
        ("mobile", "13912345678\n1"),
        ("mobile", "139123456789"),
    ],
)
def test_acc_2_patterns_fit_the_whole_text(client: PageClient, field: str, value: str) -> None:
    codes_for(client.app, MOBILE)
    status, answer = client.json("POST", "/register/", join_form(**{field: value}))
    assert (status, answer["code"]) == (400, "5006")
    assert field in answer["errors"]
    with client.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(User)) == 0


class Crowd:
    """People who press the button at the same moment, each with a browser of their own."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.gate = threading.Barrier(CROWD)
        self.answers: list[tuple[int, dict[str, Any]]] = []

    def press(self, path: str, forms: list[dict[str, Any]]) -> list[tuple[int, dict[str, Any]]]:
        threads = [threading.Thread(target=self._one, args=(path, form)) for form in forms]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert len(self.answers) == CROWD
        return self.answers

    def _one(self, path: str, form: dict[str, Any]) -> None:
        with requests.Session() as session:
            session.headers["Accept"] = "application/json"
            token = session.get(f"{self.url}/csrf_token/", timeout=30).json()["csrf_token"]
            self.gate.wait(60)
            answer = session.post(f"{self.url}{path}", json=form, headers={"X-CSRFToken": token}, timeout=60)
            self.answers.append((answer.status_code, answer.json()))


@pytest.mark.parametrize("same", ["username", "mobile"])
def test_acc_4_fifty_who_register_one_name_or_number_make_one_account(server: Server, same: str) -> None:
    server.app.config["LOOKUPS_PER_ADDRESS_PER_MINUTE"] = 1000
    mobiles = [f"139000000{n:02}" for n in range(CROWD)] if same == "username" else [MOBILE] * CROWD
    names = ["alice_01"] * CROWD if same == "username" else [f"alice_{n:02}" for n in range(CROWD)]
    codes_for(server.app, *set(mobiles))
    forms = [join_form(username=name, mobile=mobile) for name, mobile in zip(names, mobiles, strict=True)]
    answers = Crowd(server.url).press("/register/", forms)
    assert [status for status, _ in answers].count(200) == 1
    refused = [(status, answer["code"], answer["field"]) for status, answer in answers if status != 200]
    assert refused == [(400, "5006", same)] * (CROWD - 1)
    with server.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(User)) == 1
        assert db.session.scalar(select(func.count()).select_from(SignIn)) == 1


def test_acc_8_every_other_sign_in_ends_at_once(app: Flask, lily: Person, fred: Person) -> None:
    here, there, fred_s = PageClient(app), PageClient(app), PageClient(app)
    for client, person in ((here, lily), (there, lily), (fred_s, fred)):
        sign_in(client, person.username, person.password, remembered=True)
    kept = there.browser.get_cookie("meiduo_remember")
    with app.app_context():
        mine = db.session.scalar(select(func.min(SignIn.id)))
        assert services.end_all_sign_ins(lily.id, Caller("10.0.0.1"), mine, "password_changed") == 1
    assert is_in(here)
    assert not is_in(there)
    assert kept is not None
    there.browser.set_cookie("meiduo_remember", kept.value)  # the long-lived cookie opens nothing either
    assert not is_in(there)
    assert is_in(fred_s)


def test_acc_8_a_sign_in_under_way_does_not_outlive_the_change_of_its_password(ctx: Flask, lily: Person) -> None:
    caller = Caller("10.0.0.1")
    services.check_password("lily", lily.password, caller)
    changed = update(User).where(User.id == lily.id).values(password_changed_at=clock.now())
    unit_of_work(lambda: db.session.execute(changed))()
    with pytest.raises(WrongAccount):
        services.open_sign_in(lily.id, caller, remembered=True)
    services.open_sign_in(lily.id, Caller("10.0.0.1"), remembered=True)


@pytest.mark.parametrize(("remembered", "days"), [(True, 14), (False, 0)])
def test_acc_9_session_remember_cookie_and_row_live_by_one_rule(
    client: PageClient, lily: Person, remembered: bool, days: int
) -> None:
    sign_in(client, "lily", lily.password, remembered=remembered)
    session, remember = (client.browser.get_cookie(f"meiduo_{name}") for name in ("session", "remember"))
    assert session is not None
    assert session.expires is None
    with client.app.app_context():
        row = db.session.scalars(select(SignIn)).one()
        life = row.expires_at - row.created_at
    if not remembered:
        assert remember is None
        assert life == pytest.approx(timedelta(days=1), abs=timedelta(minutes=1))
        client.browser.delete_cookie("meiduo_session")  # the browser is closed
        assert not is_in(client)
        return
    assert remember is not None
    assert remember.expires is not None
    assert life == pytest.approx(timedelta(days=days), abs=timedelta(minutes=1))
    assert remember.expires - clock.now() == pytest.approx(timedelta(days=days), abs=timedelta(minutes=1))
    assert remember.http_only
    assert remember.same_site == "Lax"
    client.browser.delete_cookie("meiduo_session")
    assert is_in(client)
    client.post("/logout/")
    assert client.browser.get_cookie("meiduo_remember") is None
