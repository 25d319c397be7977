"""Signed-in devices: listed and ended by their owner, seen now and then, and told by mail when they are new."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError

from app.outbox.models import Message
from app.shared import clock
from app.shared.db import db
from app.shared.uow import unit_of_work
from app.users import services
from app.users.devices import name_of
from app.users.guessing import Caller
from app.users.models import SecurityEvent, SignIn, User
from app.users.policy import SEEN_EVERY
from tests.factories.world import Person
from tests.pages import PageClient

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1"


def device(app: Flask, person: Person, agent: str = WINDOWS, **more: Any) -> PageClient:
    """Somebody's browser, signed in."""
    client = PageClient(app)
    client.browser.environ_base["HTTP_USER_AGENT"] = agent
    status, answer = client.json("POST", "/login/", {"username": person.username, "password": person.password, **more})
    assert status == 200, answer
    return client


def is_in(client: PageClient) -> bool:
    return client.json("GET", "/info/")[0] == 200


def listed(client: PageClient) -> list[dict[str, Any]]:
    answer: dict[str, list[dict[str, Any]]] = client.json("GET", "/devices/")[1]
    return answer["devices"]


def confirm_email(app: Flask, person: Person) -> None:
    with app.app_context():
        row = update(User).where(User.id == person.id).values(verified_email="lily@example.com")
        unit_of_work(lambda: db.session.execute(row))()


def letters(app: Flask) -> list[Message]:
    with app.app_context():
        found = list(db.session.scalars(select(Message).order_by(Message.id)))
        db.session.expunge_all()
        return found


# --- names ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (WINDOWS, "Chrome · Windows"),
        (WINDOWS + " Edg/140.0", "Edge · Windows"),
        (IPHONE, "Safari · iPhone"),
        (IPHONE + " MicroMessenger/8.0.50", "WeChat · iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 15.0; rv:143.0) Gecko/20100101 Firefox/143.0", "Firefox · macOS"),
        (
            "Mozilla/5.0 (Linux; Android 15; PLK110) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36",
            "Chrome · Android",
        ),
        (
            "Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 Chrome/114 ArkWeb/4.1 HuaweiBrowser/5.1",
            "Huawei Browser · HarmonyOS",
        ),
        ("curl/8.5.0", "curl"),
        ("something else", ""),
        ("", ""),
    ],
)
def test_devices_have_names_that_people_know(agent: str, name: str) -> None:
    assert name_of(agent) == name


# --- the list -------------------------------------------------------------------------------------------------------


def test_the_list_names_each_device_and_marks_this_one(app: Flask, lily: Person, fred: Person) -> None:
    desk, phone = device(app, lily), device(app, lily, IPHONE, remembered=True)
    device(app, fred)
    found = listed(desk)
    assert [(each["device"], each["remembered"], each["is_this"]) for each in found] == [
        ("Safari · iPhone", True, False),
        ("Chrome · Windows", False, True),
    ]
    page = phone.get("/devices/").text
    assert page.count("Safari · iPhone") == 3  # the device, its button, and the history
    assert "本机" in page
    assert "登录成功" in page


def test_a_browser_that_signs_in_again_is_one_line(app: Flask, lily: Person) -> None:
    desk = device(app, lily)
    desk.browser.delete_cookie("meiduo_session")
    desk.json("POST", "/login/", {"username": "lily", "password": lily.password})
    assert len(listed(desk)) == 1
    with app.app_context():
        reasons = db.session.scalars(select(SignIn.ended_reason).order_by(SignIn.id)).all()
    assert reasons == ["replaced", ""]


def test_one_device_is_ended_from_another(app: Flask, lily: Person) -> None:
    desk, phone = device(app, lily), device(app, lily, IPHONE, remembered=True)
    (the_phone,) = [each["id"] for each in listed(desk) if not each["is_this"]]
    response = desk.post(f"/devices/{the_phone}/end/")
    assert response.location == "/devices/"
    assert not is_in(phone)
    assert is_in(desk)
    assert desk.json("POST", f"/devices/{the_phone}/end/")[1]["code"] == "0"  # safe to press twice
    assert "结束一台设备的登录" in desk.get("/devices/").text


def test_ending_this_device_leads_to_the_sign_in(app: Flask, lily: Person) -> None:
    desk = device(app, lily, remembered=True)
    (mine,) = [each["id"] for each in listed(desk)]
    assert desk.post(f"/devices/{mine}/end/").location == "/login/"
    assert not is_in(desk)
    assert desk.browser.get_cookie("meiduo_remember") is None


def test_all_others_or_everywhere(app: Flask, lily: Person, fred: Person) -> None:
    desk, phone, stranger = device(app, lily), device(app, lily, IPHONE), device(app, fred)
    assert desk.post("/devices/end/").location == "/devices/"
    assert (is_in(desk), is_in(phone), is_in(stranger)) == (True, False, True)
    phone = device(app, lily, IPHONE)
    assert desk.json("POST", "/devices/end/", {"everywhere": False})[1]["next"] == "/devices/"
    assert (is_in(desk), is_in(phone)) == (True, False)
    phone = device(app, lily, IPHONE)
    assert desk.post("/devices/end/", {"everywhere": "1"}).location == "/login/"
    assert (is_in(desk), is_in(phone), is_in(stranger)) == (False, False, True)


def test_somebody_elses_device_is_not_found_and_stays(app: Flask, lily: Person, fred: Person) -> None:
    desk, fred_s = device(app, lily), device(app, fred)
    (hers,) = [each["id"] for each in listed(desk)]
    status, answer = fred_s.json("POST", f"/devices/{hers}/end/")
    assert (status, answer["code"]) == (404, "5003")
    assert answer == fred_s.json("POST", f"/devices/{hers + 100}/end/")[1]
    assert is_in(desk)


def test_the_history_is_ones_own_and_has_pages(app: Flask, lily: Person, fred: Person) -> None:
    desk = device(app, lily)
    fred_s = PageClient(app)
    fred_s.browser.environ_base["REMOTE_ADDR"] = "10.6.6.6"
    for _ in range(2):
        fred_s.json("POST", "/login/", {"username": "lily", "password": "wrong"})
    fred_s.sign_in(fred.username, fred.password)
    page = desk.get("/devices/").text
    assert page.count("登录失败") == 2
    assert "10.6.6.6" in page
    assert "登录失败" not in fred_s.get("/devices/").text
    for _ in range(10):
        desk.post("/devices/end/")
    assert "登录失败" not in desk.get("/devices/").text
    assert desk.get("/devices/?page=2").text.count("登录失败") == 2
    assert desk.get("/devices/?page=-3").status_code == 200
    assert desk.get("/devices/?page=x").status_code == 200


# --- seen -----------------------------------------------------------------------------------------------------------


def test_last_seen_is_written_once_in_a_while(
    app: Flask, lily: Person, count_queries: Callable[[], AbstractContextManager[Any]]
) -> None:
    desk = device(app, lily)
    with count_queries() as counted:
        desk.get("/devices/")
    assert not [sql for sql in counted.sql if sql.startswith("UPDATE")]
    long_ago = clock.now() - SEEN_EVERY - timedelta(seconds=1)
    with app.app_context():
        unit_of_work(lambda: db.session.execute(update(SignIn).values(last_seen_at=long_ago)))()
    with count_queries() as counted:
        desk.get("/devices/")
        desk.get("/devices/")
    assert len([sql for sql in counted.sql if sql.startswith("UPDATE sign_ins")]) == 1
    with app.app_context():
        seen = db.session.scalar(select(SignIn.last_seen_at))
    assert seen is not None
    assert clock.now() - seen < timedelta(minutes=1)


def test_of_two_at_once_one_writes(ctx: Flask, lily: Person) -> None:
    sign_in_id = services.open_sign_in(lily.id, Caller("10.0.0.1"), remembered=False)
    before = db.session.scalar(select(SignIn.last_seen_at))
    db.session.close()
    services.note_seen(sign_in_id)
    assert db.session.scalar(select(SignIn.last_seen_at)) == before


def test_a_busy_database_does_not_spoil_the_answer(app: Flask, lily: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = device(app, lily)
    with app.app_context():
        unit_of_work(lambda: db.session.execute(update(SignIn).values(last_seen_at=None)))()

    def busy(_sign_in_id: int) -> None:
        raise OperationalError("UPDATE", {}, Exception("database is locked"))

    monkeypatch.setattr(services, "note_seen", busy)
    assert desk.get("/devices/").status_code == 200


# --- told by mail ---------------------------------------------------------------------------------------------------


def test_a_new_device_is_told_to_the_confirmed_address(app: Flask, lily: Person) -> None:
    confirm_email(app, lily)
    device(app, lily)  # the first sign-in of all: nobody to warn
    assert letters(app) == []
    device(app, lily, IPHONE)
    (letter,) = letters(app)
    assert (letter.kind, letter.to) == ("mail", "lily@example.com")
    assert "新设备" in letter.subject
    for text in (letter.text, letter.html or ""):
        assert "Safari · iPhone" in text
        assert "127.0.0.1" in text
        assert f"{app.config['PUBLIC_URL']}/devices/" in text


def test_a_known_device_is_not_told_again(app: Flask, lily: Person) -> None:
    confirm_email(app, lily)
    desk = device(app, lily)
    desk.post("/logout/")
    desk.browser.environ_base["HTTP_USER_AGENT"] = IPHONE  # a browser is its cookie, not what it says of itself
    desk.sign_in("lily", lily.password)
    assert letters(app) == []
    desk.browser.delete_cookie("meiduo_browser")
    desk.sign_in("lily", lily.password)
    assert len(letters(app)) == 1


def test_anothers_browser_is_new_to_this_account(app: Flask, lily: Person, fred: Person) -> None:
    confirm_email(app, lily)
    device(app, lily)
    shared = device(app, fred)
    shared.sign_in("lily", lily.password)
    assert len(letters(app)) == 1


def test_no_mail_to_an_address_that_nobody_confirmed(app: Flask, lily: Person) -> None:
    with app.app_context():
        unit_of_work(lambda: db.session.execute(update(User).values(email="lily@example.com")))()
    device(app, lily)
    device(app, lily, IPHONE)
    assert letters(app) == []


def test_the_letter_speaks_the_readers_language_and_trusts_nobodys_name(app: Flask, lily: Person) -> None:
    confirm_email(app, lily)
    device(app, lily)
    client = PageClient(app)
    client.browser.environ_base["HTTP_USER_AGENT"] = "<script>alert(1)</script> Chrome/1 Windows"
    client.browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.post("/language/", {"lang": "en"})
    client.sign_in("lily", lily.password)
    (letter,) = letters(app)
    assert "New device" in letter.subject
    assert "<script" not in (letter.html or "")


def test_a_sign_in_and_its_letter_are_one_transaction(
    app: Flask, lily: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    confirm_email(app, lily)
    device(app, lily)

    def fail(*_args: Any, **_more: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(services, "promise", fail)
    with app.app_context():
        with pytest.raises(RuntimeError):
            services.open_sign_in(lily.id, Caller("10.0.0.1"), remembered=False)
        assert db.session.scalar(select(func.count()).select_from(SignIn)) == 1
        assert db.session.scalar(select(func.count()).select_from(SecurityEvent)) == 1
