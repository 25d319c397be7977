"""Changing the password: the old one is asked for and limited, the new one judged, every other device signed out."""

import functools
import threading
from collections import Counter
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.bench.shoppers import session_cookie
from app.shared.db import db
from app.shared.errors import NotPossible
from app.users import emails, passwords, services
from app.users.guessing import Caller
from app.users.models import SecurityEvent, SignIn, User, fold
from app.users.passwords import NOTICE, WRONG_TRIES
from app.users.seeding import Ready
from app.verifications import services as codes
from tests.factories.world import Person, World
from tests.pages import PageClient
from tests.users.post import at_once, posted, sent_code

NEW = "new 词 pässword!"


def change(client: PageClient, old: str, new: str = NEW, new2: str | None = None) -> tuple[int, Any]:
    body = {"old_password": old, "new_password": new, "new_password2": new if new2 is None else new2}
    return client.json("POST", "/password/", body)


def is_in(client: PageClient) -> bool:
    return client.json("GET", "/info/")[0] == 200


def opens(app: Flask, person: Person, password: str) -> bool:
    client = PageClient(app)
    return client.json("POST", "/login/", {"username": person.username, "password": password})[0] == 200


@pytest.fixture
def newcomer(make: World) -> Person:
    """Came by another provider: no password yet."""

    def write() -> int:
        row = User(
            username="newcomer",
            username_key=fold("newcomer"),
            mobile="13800000009",
            password_hash="",
            has_password=False,
        )
        db.session.add(row)
        db.session.flush()
        return row.id

    return Person(int(make.run(write)), "newcomer", "13800000009", "")


def entered(app: Flask, person: Person) -> PageClient:
    """Signed in without a password, as another provider does it."""
    client = PageClient(app)
    with app.app_context():
        sign_in_id = services.open_sign_in(person.id, Caller("10.0.0.1"), remembered=False)
    for name, value in session_cookie(app, Ready(person.id, sign_in_id, person.username)).items():
        client.browser.set_cookie(name, value)
    return client


def test_acc_8_every_other_device_is_signed_out(app: Flask, lily: Person, fred_client: PageClient) -> None:
    here, phone, tablet = PageClient(app), PageClient(app), PageClient(app)
    for client in (here, phone, tablet):
        client.sign_in(lily.username, lily.password)
    phone.json("POST", "/login/", {"username": "lily", "password": lily.password, "remembered": True})
    status, answer = change(here, lily.password)
    assert (status, answer["code"], answer["ended"]) == (200, "0", 2)
    assert is_in(here), "this device stays"
    assert not is_in(phone)
    phone.browser.delete_cookie("meiduo_session")
    assert not is_in(phone), "a remember cookie ends too"
    assert not is_in(tablet)
    assert is_in(fred_client), "nobody else is touched"
    assert not opens(app, lily, lily.password)
    assert opens(app, lily, NEW)
    with app.app_context():
        ended = list(db.session.scalars(select(SignIn.ended_reason).where(SignIn.ended_reason == "password_changed")))
        events = list(db.session.scalars(select(SecurityEvent.kind).where(SecurityEvent.user_id == lily.id)))
        assert db.session.get_one(User, lily.id).password_changed_at is not None
    assert len(ended) == 2
    assert "password_changed" in events


def test_acc_8_the_same_password_again_is_refused_by_the_server(lily: Person, lily_client: PageClient) -> None:
    """The original's page checked it, and the next check overwrote the result."""
    status, answer = change(lily_client, lily.password, lily.password)
    assert (status, answer["code"], answer["errmsg"]) == (400, "5006", "新密码不能与原密码相同")
    assert answer["field"] == "new_password"


@pytest.mark.parametrize(
    ("old", "new", "new2", "code", "errmsg"),
    [
        ("wrong password", NEW, None, "4005", "原密码错误"),
        ("x" * 5000, NEW, None, "4005", "原密码错误"),
        ("", NEW, None, "4003", "请输入原密码"),
        ("right", "", "", "4003", ""),
        ("right", NEW, "another one!", "5006", "两次输入的密码不一致"),
        ("right", "short 7", None, "5006", "密码为 8–64 位字符"),
        ("right", "x" * 65, None, "5006", "密码为 8–64 位字符"),
        ("right", "password1", None, "5006", "密码太容易被猜到，请换一个"),
        ("right", "12345678", None, "5006", "密码太容易被猜到，请换一个"),
        ("right", "13800000001", None, "5006", "密码太容易被猜到，请换一个"),
    ],
)
def test_what_is_refused(
    app: Flask, lily: Person, lily_client: PageClient, old: str, new: str, new2: str | None, code: str, errmsg: str
) -> None:
    status, answer = change(lily_client, lily.password if old == "right" else old, new, new2)
    assert (status, answer["code"]) == (400, code)
    assert errmsg in answer["errmsg"]
    assert opens(app, lily, lily.password)
    assert posted(app, lily.mobile) == []


def test_guessing_the_old_password_ends_soon(app: Flask, lily: Person, lily_client: PageClient) -> None:
    """Whoever finds an open browser has five tries, not a million."""
    for _ in range(WRONG_TRIES):
        assert change(lily_client, "wrong password")[1]["code"] == "4005"
    status, answer = change(lily_client, lily.password)
    assert (status, answer["code"]) == (429, "4002")
    assert 800 < answer["retry_after"] <= 900
    assert opens(app, lily, lily.password)


def test_a_right_password_starts_the_count_anew(lily: Person, lily_client: PageClient) -> None:
    for _ in range(WRONG_TRIES - 1):
        change(lily_client, "wrong password")
    assert change(lily_client, lily.password)[0] == 200
    for _ in range(WRONG_TRIES):
        assert change(lily_client, "wrong password")[1]["code"] == "4005"


def test_race_50_guesses_at_once_are_five(app: Flask, lily: Person) -> None:
    guess = functools.partial(passwords.change_password, lily.id, 0, "wrong password", NEW, Caller("10.0.0.1"))
    kinds = Counter(type(result).__name__ for result in at_once(app, [guess] * 50))
    assert kinds == {"WrongOldPassword": WRONG_TRIES, "TooManyPasswordTries": 50 - WRONG_TRIES}


def test_of_two_changes_at_once_one_holds(app: Flask, lily: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each read the same old hash: the second finds another one and says so, instead of overwriting."""
    all_have_read = threading.Barrier(4)
    read = passwords._get

    def read_with_the_others(user_id: int) -> passwords.Keeper:
        keeper = read(user_id)
        all_have_read.wait(timeout=30)
        return keeper

    monkeypatch.setattr(passwords, "_get", read_with_the_others)
    works = [
        functools.partial(passwords.change_password, lily.id, 0, lily.password, f"{NEW} {n}", Caller("10.0.0.1"))
        for n in range(4)
    ]
    results = at_once(app, works)
    assert [type(result) for result in results if not isinstance(result, int)] == [NotPossible] * 3
    winner = next(n for n, result in enumerate(results) if isinstance(result, int))
    assert opens(app, lily, f"{NEW} {winner}")


def test_a_notice_goes_to_the_confirmed_address(app: Flask, lily: Person, lily_client: PageClient, make: World) -> None:
    def confirm() -> None:
        row = db.session.get_one(User, lily.id)
        row.email, row.verified_email, row.email_verified = "new@mall.example", "lily@mall.example", False

    make.run(confirm)
    change(lily_client, lily.password)
    (notice,) = posted(app, "lily@mall.example")
    assert notice.subject == "您的美多商城密码已修改"
    assert "/find_password/" in notice.text
    assert NEW not in notice.text + str(notice.html)
    assert posted(app, "new@mall.example") == [], "an address that waits gets no notices"
    assert posted(app, lily.mobile) == []


def test_who_has_no_address_is_told_by_sms(app: Flask, lily: Person, lily_client: PageClient) -> None:
    with app.app_context():
        emails.set_email(lily.id, "waiting@mall.example")
    change(lily_client, lily.password)
    (notice,) = posted(app, lily.mobile)
    assert (notice.kind, notice.text) == ("sms", NOTICE)
    assert len(posted(app, "waiting@mall.example")) == 1, "the letter with the link"


def test_the_page_works_without_scripts(app: Flask, lily: Person, lily_client: PageClient) -> None:
    page = lily_client.get("/password/")
    assert "修改密码" in page.text
    fields = {"old_password": "wrong password", "new_password": NEW, "new_password2": NEW}
    page = lily_client.post("/password/", fields, fails=True)
    assert (page.status_code, "原密码错误" in page.text) == (400, True)
    assert NEW not in page.text, "a page never shows a password"
    page = lily_client.post("/password/", {**fields, "old_password": lily.password}, follow_redirects=True)
    assert "密码已修改" in page.text
    assert opens(app, lily, NEW)


def test_who_has_no_password_sets_one_after_an_sms_code(app: Flask, newcomer: Person) -> None:
    client = entered(app, newcomer)
    assert client.json("GET", "/password/")[1]["has_password"] is False
    page = client.get("/password/")
    assert "138****0009" in page.text
    page = client.post("/password/sms/", {"new_password": "", "new_password2": ""})
    assert "验证码已发送" in page.text
    code = sent_code(app, "sms", "password", newcomer.mobile)
    body = {"sms_code": "000000" if code != "000000" else "111111", "new_password": NEW, "new_password2": NEW}
    assert client.json("POST", "/password/", body)[1]["code"] == "4008"
    assert (
        client.json(
            "POST", "/password/", {**body, "sms_code": code, "new_password": "newcomer1", "new_password2": "newcomer1"}
        )[1]["code"]
        == "5006"
    )
    assert client.json("POST", "/password/", {**body, "sms_code": code})[0] == 200, "a weak one used up no code"
    assert opens(app, newcomer, NEW)
    assert client.json("POST", "/password/sms/", {})[1]["code"] == "5202", "from now on the old one is asked for"
    assert change(client, "wrong")[1]["code"] == "4005"


def test_a_code_for_something_else_sets_no_password(app: Flask, newcomer: Person) -> None:
    client = entered(app, newcomer)
    with app.app_context():
        codes.send_sms_code(newcomer.mobile, "reset", "10.0.0.1")
    body = {"sms_code": sent_code(app, "sms", "reset", newcomer.mobile), "new_password": NEW, "new_password2": NEW}
    assert client.json("POST", "/password/", body)[1]["code"] == "4008"


def test_an_sms_code_does_not_stand_for_an_old_password(app: Flask, lily: Person, lily_client: PageClient) -> None:
    assert lily_client.json("POST", "/password/sms/", {})[1]["code"] == "5202"
    body = {"sms_code": "123456", "new_password": NEW, "new_password2": NEW}
    assert lily_client.json("POST", "/password/", body)[1]["code"] == "4003"


def test_a_stranger_changes_nothing(client: PageClient) -> None:
    for method, path in (("GET", "/password/"), ("POST", "/password/"), ("POST", "/password/sms/")):
        assert client.json(method, path, {})[1]["code"] == "4101"
