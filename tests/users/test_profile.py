"""Nickname, orders at a glance, the security page, and the change of mobile with a code to either number."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask

from app.orders.models import Order
from app.outbox.models import Message
from app.shared.db import db
from app.users import profile
from app.users.errors import MobileTaken, ProofStale
from app.users.guessing import Caller
from app.users.models import User
from app.users.routes import profile as pages
from tests.factories.world import Person, World
from tests.pages import PageClient
from tests.users.codes import sms_code

NEW = "13900000009"


def mobile_of(app: Flask, person: Person) -> str:
    with app.app_context():
        return db.session.get_one(User, person.id).mobile


def prove_old(client: PageClient, person: Person) -> None:
    assert client.json("POST", "/mobile/old/sms/", {})[0] == 200
    code = sms_code(client.app, person.mobile, "change_old")
    assert client.json("POST", "/mobile/old/", {"sms_code": code})[0] == 200


def ask_new(client: PageClient, mobile: str = NEW) -> str:
    status, answer = client.json("POST", "/mobile/new/sms/", {"mobile": mobile})
    assert (status, answer["retry_after"]) == (200, 60), answer
    return sms_code(client.app, mobile, "change_new")


def test_the_home_shows_name_masked_number_and_member_since(lily_client: PageClient, lily: Person) -> None:
    page = lily_client.get("/info/").text
    assert "138****0001" in page
    assert lily.mobile not in page
    assert "加入" in page
    assert 'aria-current="page"' in page


def test_a_nickname_is_shown_kept_and_taken_back(lily_client: PageClient) -> None:
    assert lily_client.post("/profile/", {"nickname": " 小鹿 <b> "}).headers["Location"] == "/info/"
    page = lily_client.get("/info/").text
    assert "小鹿 &lt;b&gt;" in page
    assert lily_client.json("GET", "/info/")[1]["nickname"] == "小鹿 <b>"
    lily_client.post("/profile/", {"nickname": ""})
    assert "<h1>lily</h1>" in lily_client.get("/info/").text


@pytest.mark.parametrize("nickname", ["名" * 21, "a\u202eb", "a\x00b"])
def test_a_nickname_that_pages_cannot_show_is_refused(lily_client: PageClient, nickname: str) -> None:
    assert lily_client.post("/profile/", {"nickname": nickname}, fails=True).status_code == 400
    status, answer = lily_client.json("POST", "/profile/", {"nickname": nickname})
    assert (status, answer["code"]) == (400, "5006")


def test_orders_at_a_glance(lily_client: PageClient, lily: Person, make: World) -> None:
    def write() -> None:
        for number, status in enumerate((1, 2, 2, 4, 6)):
            db.session.add(
                Order(
                    number=f"2026112300000000{number}",
                    user_id=lily.id,
                    submit_token=f"t{number}",
                    status=status,
                    pay_method=1,
                    total_count=1,
                    goods_amount=Decimal("1.00"),
                    freight=Decimal("0.00"),
                    total_amount=Decimal("1.00"),
                    receiver="莉莉",
                    mobile=lily.mobile,
                    address_text="x",
                )
            )

    make.run(write)
    page = lily_client.get("/info/").text
    for status, count in ((1, 1), (2, 2), (3, 0), (4, 1)):
        part = page[page.index(f'href="/orders/info/?status={status}"') :]
        assert f">{count}</strong>" in part[: part.index("</a>")]


def test_the_security_page_tells_each_state(lily_client: PageClient, lily: Person, make: World) -> None:
    page = lily_client.get("/security/").text
    assert "1 台设备已登录" in page
    assert "138****0001" in page
    assert lily.mobile not in page
    assert "还没有绑定" in page

    def write() -> None:
        user = db.session.get_one(User, lily.id)
        user.email, user.verified_email, user.email_verified = "Lily@example.com", "lily@example.com", True
        user.has_password = False

    make.run(write)
    page = lily_client.get("/security/").text
    assert "已验证：Lily@example.com" in page
    assert "还没有设置密码" in page


def test_the_pages_cost_few_statements(
    lily_client: PageClient, count_queries: Callable[[], AbstractContextManager[Any]]
) -> None:
    for path, most in (("/info/", 3), ("/security/", 3), ("/profile/", 2)):
        lily_client.get(path)
        with count_queries() as counted:
            lily_client.get(path)
        assert len(counted.sql) <= most, (path, counted.sql)


def test_codes_to_the_old_and_the_new_number_change_it(lily_client: PageClient, lily: Person, app: Flask) -> None:
    prove_old(lily_client, lily)
    code = ask_new(lily_client)
    assert lily_client.json("POST", "/mobile/", {"mobile": NEW, "sms_code": code})[0] == 200
    assert mobile_of(app, lily) == NEW
    assert "139****0009" in lily_client.get("/info/").text  # this device stays signed in
    fresh = PageClient(app)
    assert fresh.json("POST", "/login/", {"username": lily.mobile, "password": lily.password})[0] == 400
    fresh.sign_in(NEW, lily.password)


def test_it_works_without_scripts(lily_client: PageClient, lily: Person, app: Flask) -> None:
    assert "验证原手机号" in lily_client.get("/mobile/").text
    assert lily_client.post("/mobile/old/sms/").status_code == 200
    code = sms_code(app, lily.mobile, "change_old")
    assert lily_client.post("/mobile/old/", {"sms_code": code}).headers["Location"] == "/mobile/"
    assert 'name="mobile"' in lily_client.get("/mobile/").text
    page = lily_client.post("/mobile/new/sms/", {"mobile": NEW}).text
    assert f'value="{NEW}"' in page
    done = lily_client.post("/mobile/", {"mobile": NEW, "sms_code": sms_code(app, NEW, "change_new")})
    assert done.headers["Location"] == "/security/"
    assert mobile_of(app, lily) == NEW


def test_without_the_old_numbers_code_nothing_goes(lily_client: PageClient, lily: Person, app: Flask) -> None:
    assert lily_client.json("POST", "/mobile/new/sms/", {"mobile": NEW})[0] == 409
    assert lily_client.json("POST", "/mobile/", {"mobile": NEW, "sms_code": "123456"})[0] == 409
    answer = lily_client.post("/mobile/", {"mobile": NEW, "sms_code": "123456"})
    assert answer.headers["Location"] == "/mobile/"
    assert mobile_of(app, lily) == lily.mobile


def test_a_wrong_code_for_either_number_changes_nothing(lily_client: PageClient, lily: Person, app: Flask) -> None:
    lily_client.json("POST", "/mobile/old/sms/", {})
    status, answer = lily_client.json("POST", "/mobile/old/", {"sms_code": "x"})
    assert (status, answer["code"], answer["field"]) == (400, "4008", "sms_code")
    code = sms_code(app, lily.mobile, "change_old")
    lily_client.json("POST", "/mobile/old/", {"sms_code": code})
    ask_new(lily_client)
    status, answer = lily_client.json("POST", "/mobile/", {"mobile": NEW, "sms_code": code})
    assert (status, answer["code"]) == (400, "4008")
    page = lily_client.post("/mobile/", {"mobile": NEW, "sms_code": "x"}, fails=True)
    assert page.status_code == 400
    assert f'value="{NEW}"' in page.text
    assert mobile_of(app, lily) == lily.mobile


def test_a_code_is_good_for_its_purpose_alone(lily_client: PageClient, lily: Person, app: Flask) -> None:
    prove_old(lily_client, lily)
    code = ask_new(lily_client)
    assert lily_client.json("POST", "/mobile/old/", {"sms_code": code})[0] == 400


def test_a_taken_number_is_named_before_a_code_is_spent(
    lily_client: PageClient, lily: Person, fred: Person, app: Flask
) -> None:
    prove_old(lily_client, lily)
    status, answer = lily_client.json("POST", "/mobile/new/sms/", {"mobile": fred.mobile})
    assert (status, answer["field"]) == (400, "mobile")
    page = lily_client.post("/mobile/new/sms/", {"mobile": fred.mobile}, fails=True)
    assert "手机号已注册" in page.text
    assert lily_client.json("POST", "/mobile/new/sms/", {"mobile": lily.mobile})[1]["field"] == "mobile"
    code = ask_new(lily_client)
    with app.app_context():
        other = db.session.get_one(User, fred.id)
        assert other.mobile == fred.mobile
    assert lily_client.json("POST", "/mobile/", {"mobile": fred.mobile, "sms_code": code})[1]["field"] == "mobile"
    assert lily_client.json("POST", "/mobile/", {"mobile": NEW, "sms_code": code})[0] == 200


def test_the_unique_key_names_the_field_when_another_was_faster(
    lily: Person, fred: Person, make: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with make.app.app_context():
        monkeypatch.setattr(profile, "check_free", lambda *_: None)
        monkeypatch.setattr(profile, "check_sms_code", lambda *_: None)
        with pytest.raises(MobileTaken) as told:
            profile.change_mobile(lily.id, lily.mobile, fred.mobile, "", Caller("1.2.3.4"), None)
        assert told.value.facts["field"] == "mobile"
        with pytest.raises(ProofStale):  # the number the proof was for is no longer the account's
            profile.change_mobile(lily.id, "13700000000", NEW, "", Caller("1.2.3.4"), None)
    assert mobile_of(make.app, lily) == lily.mobile


def test_of_many_who_want_one_number_one_gets_it(make: World, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    people = [make.person(f"racer{n}", f"1370000000{n}") for n in range(8)]
    monkeypatch.setattr(profile, "check_free", lambda *_: None)
    monkeypatch.setattr(profile, "check_sms_code", lambda *_: None)
    gate, results = Barrier(len(people)), []

    def want(person: Person) -> None:
        with app.app_context():
            gate.wait()
            try:
                profile.change_mobile(person.id, person.mobile, NEW, "", Caller("1.2.3.4"), None)
                results.append("changed")
            except MobileTaken as problem:
                results.append(str(problem.facts["field"]))

    threads = [Thread(target=want, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(results) == ["changed"] + ["mobile"] * 7


def test_a_confirmed_address_is_told_and_old_messages_go(
    lily_client: PageClient, lily: Person, app: Flask, make: World
) -> None:
    def write() -> None:
        user = db.session.get_one(User, lily.id)
        user.email, user.verified_email, user.email_verified = "lily@example.com", "lily@example.com", True

    make.run(write)
    prove_old(lily_client, lily)
    lily_client.json("POST", "/mobile/", {"mobile": NEW, "sms_code": ask_new(lily_client)})
    with app.app_context():
        (letter,) = db.session.query(Message).filter(Message.kind == "mail").all()
    assert letter.to == "lily@example.com"
    assert "139****0009" in letter.text
    assert NEW not in letter.text
    assert letter.html


def test_an_unconfirmed_address_is_not_told(lily_client: PageClient, lily: Person, app: Flask, make: World) -> None:
    def write() -> None:
        db.session.get_one(User, lily.id).email = "somebody@example.com"

    make.run(write)
    prove_old(lily_client, lily)
    lily_client.json("POST", "/mobile/", {"mobile": NEW, "sms_code": ask_new(lily_client)})
    with app.app_context():
        assert db.session.query(Message).filter(Message.kind == "mail").count() == 0


def test_the_proof_dies_with_its_time_and_its_number(
    lily_client: PageClient, lily: Person, monkeypatch: pytest.MonkeyPatch, make: World
) -> None:
    prove_old(lily_client, lily)
    assert 'name="mobile"' in lily_client.get("/mobile/").text

    def write() -> None:
        db.session.get_one(User, lily.id).mobile = "13700000001"

    make.run(write)
    assert 'name="mobile"' not in lily_client.get("/mobile/").text

    def write_back() -> None:
        db.session.get_one(User, lily.id).mobile = lily.mobile

    make.run(write_back)
    assert 'name="mobile"' in lily_client.get("/mobile/").text
    monkeypatch.setattr(pages, "PROOF_LIFE_S", -1)
    assert 'name="mobile"' not in lily_client.get("/mobile/").text
