"""A forgotten password: four steps, signed texts that work once, and one answer whether the account exists or not."""

import base64
import functools
import json
import re
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from rq import Queue

from app.shared import tokens
from app.shared.db import db
from app.shared.redis import redis
from app.users import passwords_lost
from app.users.errors import LinkSpent
from app.users.guessing import Caller
from app.users.models import User
from app.verifications import services as codes
from tests.factories.world import Person, World
from tests.pages import PageClient
from tests.users.post import at_once, let_another_code_go, picture, posted, sent_code

NEW = "new 词 pässword!"
HERE = Caller("10.0.0.1")


def begin(client: PageClient, account: str) -> tuple[int, Any]:
    return client.json("POST", "/find_password/", {"account": account, **picture(client)})


def proven(client: PageClient, person: Person, channel: str = "sms", to: str = "") -> str:
    """Steps one and two: the text that is worth one new password."""
    token = begin(client, person.username)[1]["access_token"]
    client.json("POST", "/find_password/send/", {"access_token": token, "channel": channel})
    code = sent_code(client.app, channel, "reset", to or person.mobile)
    status, answer = client.json(
        "POST", "/find_password/code/", {"access_token": token, "channel": channel, "code": code}
    )
    assert status == 200, answer
    return str(answer["access_token"])


def set_new(client: PageClient, token: str, new: str = NEW) -> tuple[int, Any]:
    return client.json("POST", "/find_password/new/", {"access_token": token, "password": new, "password2": new})


def opens(app: Flask, person: Person, password: str) -> bool:
    client = PageClient(app)
    return client.json("POST", "/login/", {"username": person.username, "password": password})[0] == 200


def own(make: World, person: Person, address: str) -> None:
    def write() -> None:
        row = db.session.get_one(User, person.id)
        row.email, row.verified_email, row.email_verified = address, address.casefold(), True

    make.run(write)


@pytest.mark.parametrize("account", ["lily", "LILY", "13800000001"])
def test_by_sms_in_four_steps(app: Flask, client: PageClient, lily: Person, account: str) -> None:
    phone = PageClient(app)
    phone.sign_in(lily.username, lily.password)
    status, answer = begin(client, account)
    assert (status, answer["code"], answer["mobile"], answer["email"]) == (200, "0", "138****0001", "")
    first = answer["access_token"]
    status, answer = client.json("POST", "/find_password/send/", {"access_token": first})
    assert (status, answer["retry_after"]) == (200, 60)
    code = sent_code(app, "sms", "reset", lily.mobile)
    assert re.fullmatch(r"[0-9]{6}", code)
    wrong = "000000" if code != "000000" else "111111"
    status, answer = client.json("POST", "/find_password/code/", {"access_token": first, "code": wrong})
    assert (status, answer["code"], answer["field"]) == (400, "4008", "code")
    second = client.json("POST", "/find_password/code/", {"access_token": first, "code": code})[1]["access_token"]
    assert set_new(client, second) == (200, {"code": "0", "errmsg": "OK"})
    assert phone.json("GET", "/info/")[0] == 401, "every device is signed out"
    assert not opens(app, lily, lily.password)
    assert opens(app, lily, NEW)
    assert posted(app, lily.mobile)[-1].kind == "sms", "she is told"


def test_by_the_confirmed_address(app: Flask, client: PageClient, lily: Person, make: World) -> None:
    own(make, lily, "Lily@mall.example")
    answer = begin(client, "lily")[1]
    assert (answer["mobile"], answer["email"]) == ("138****0001", "L***@mall.example")
    let_another_code_go(app)
    assert set_new(client, proven(client, lily, "mail", "Lily@mall.example"))[0] == 200
    assert opens(app, lily, NEW)
    assert posted(app, "Lily@mall.example")[-1].subject == "您的美多商城密码已修改"


def test_an_address_that_waits_gets_no_codes(app: Flask, client: PageClient, lily: Person, make: World) -> None:
    """Whoever wrote it down could take the account."""

    def write() -> None:
        db.session.get_one(User, lily.id).email = "thief@mall.example"

    make.run(write)
    answer = begin(client, "lily")[1]
    assert answer["email"] == ""
    client.json("POST", "/find_password/send/", {"access_token": answer["access_token"], "channel": "mail"})
    assert sent_code(app, "mail", "reset", "thief@mall.example") == ""


def test_sec_2_the_tokens_are_signed_and_nothing_is_unpickled(app: Flask, client: PageClient, lily: Person) -> None:
    """The original took base64(pickle({username, mobile})) from anybody: code execution, and everybody's password."""
    token = proven(client, lily)
    with app.app_context():
        keeper = passwords_lost.find_keeper(User.id == lily.id)
        assert keeper is not None
        content = [lily.id, passwords_lost._fragment(keeper)]
        forged = [
            base64.b64encode(json.dumps({"user_id": lily.id}).encode()).decode(),
            "gASVJgAAAAAAAACMBXBvc2l4lIwGc3lzdGVtlJOUjAtlY2hvIHBpY2tsZZSFlFKULg==",
            tokens.sign(passwords_lost.ACCOUNT, content),
            tokens.sign("confirm-email", content),
            tokens.sign(passwords_lost.PASSWORD, [lily.id, "x" * 32]),
            tokens.sign(passwords_lost.PASSWORD, lily.id),
            tokens.sign(passwords_lost.PASSWORD, [lily.id + 1, content[1]]),
            token.rpartition(".")[0] + "." + token.rpartition(".")[2][::-1],  # the last sign has bits that say nothing
            begin(client, "lily")[1]["access_token"],
            "x",
        ]
        assert tokens.unsign(passwords_lost.PASSWORD, token, 60) == content
    for each in forged:
        assert set_new(client, each)[1]["code"] == "5006", each
    assert set_new(PageClient(app), "")[1]["code"] == "5006"
    assert opens(app, lily, lily.password)


def test_sec_2_a_token_works_once(app: Flask, client: PageClient, lily: Person) -> None:
    token = proven(client, lily)
    assert set_new(client, token)[0] == 200
    status, answer = set_new(client, token, "another good one!")
    assert (status, answer["code"]) == (400, "5006")
    assert opens(app, lily, NEW)


def test_sec_2_a_changed_password_makes_older_tokens_worthless(app: Flask, client: PageClient, lily: Person) -> None:
    older = proven(client, lily)
    let_another_code_go(app)
    newer = proven(client, lily)
    assert set_new(client, newer)[0] == 200
    assert set_new(client, older, "another good one!")[1]["code"] == "5006"
    assert opens(app, lily, NEW)


def test_race_50_uses_of_one_token_are_one_success(app: Flask, client: PageClient, lily: Person) -> None:
    token = proven(client, lily)
    works = [functools.partial(passwords_lost.set_password, token, f"{NEW} {n}", HERE) for n in range(50)]
    results = at_once(app, works)
    assert Counter(type(result) for result in results) == {int: 1, LinkSpent: 49}, results
    (winner,) = [n for n, result in enumerate(results) if isinstance(result, int)]
    assert opens(app, lily, f"{NEW} {winner}")
    assert len(posted(app, lily.mobile)) == 1, "one notice"


@pytest.mark.parametrize(("name", "purpose"), [("ACCOUNT_LIFE_S", "account"), ("PASSWORD_LIFE_S", "password")])
def test_sec_23_each_token_has_its_own_salt_and_life(
    app: Flask, client: PageClient, lily: Person, monkeypatch: pytest.MonkeyPatch, name: str, purpose: str
) -> None:
    assert (passwords_lost.ACCOUNT_LIFE_S, passwords_lost.PASSWORD_LIFE_S) == (900, 300)
    first, second = begin(client, "lily")[1]["access_token"], proven(client, lily)
    assert client.json("POST", "/find_password/send/", {"access_token": second})[1]["code"] == "5006"
    assert set_new(client, first)[1]["code"] == "5006"
    monkeypatch.setattr(passwords_lost, name, -1)  # every moment is too late
    if purpose == "account":
        assert client.json("POST", "/find_password/send/", {"access_token": first})[1]["code"] == "5006"
        assert client.json("POST", "/find_password/code/", {"access_token": first, "code": "1"})[1]["code"] == "5006"
    else:
        assert set_new(client, second)[1]["code"] == "5006"


def tell(client: PageClient, account: str) -> list[Any]:
    """Everything that somebody can learn about an account by these pages, its masks and tokens aside."""
    learnt: list[Any] = []

    def note(answer: tuple[int, Any]) -> Any:
        status, body = answer
        learnt.append(
            (status, {name: value for name, value in body.items() if name not in ("access_token", "mobile", "email")})
        )
        return body

    shown = note(begin(client, account))
    learnt += [bool(re.fullmatch(r"1[3-9][0-9]\*{4}[0-9]{4}", shown["mobile"]))]
    learnt += [shown["email"] == "" or bool(re.fullmatch(r"\S\*{3}@\S+\.\S+", shown["email"]))]
    held = {"access_token": shown["access_token"]}
    for channel in ("sms", "mail"):
        note(client.json("POST", "/find_password/send/", {**held, "channel": channel}))
        learnt += [note(client.json("POST", "/find_password/send/", {**held, "channel": channel}))["retry_after"] > 50]
        learnt[-2][1].pop("retry_after")
        learnt[-2][1].pop("errmsg")
        for _ in range(6):
            note(client.json("POST", "/find_password/code/", {**held, "channel": channel, "code": "12345x"}))
    note(client.json("POST", "/find_password/send/", {**held, "channel": "pigeon"}))
    return learnt


def test_sec_17_one_answer_for_known_and_unknown_accounts(app: Flask, lily: Person, fred: Person, make: World) -> None:
    own(make, fred, "fred@mall.example")

    closed = make.person("closed-one", "13800000077")
    make.run(lambda: setattr(db.session.get_one(User, closed.id), "is_active", False))
    accounts = ["lily", fred.username, "13800000001", "nobody-here", "13999999999", "closed-one", "' OR 1=1 --", "莉莉"]
    answers = {}
    for n, account in enumerate(accounts):
        client = PageClient(app)
        client.browser.environ_base["REMOTE_ADDR"] = f"10.0.{n}.1"
        if account == "13800000001":
            let_another_code_go(app)  # lily's number was asked for under her name
        answers[account] = tell(client, account)
    assert all(answer == answers["lily"] for answer in answers.values()), answers
    assert answers["lily"][0] == (200, {"code": "0", "errmsg": "OK"})


def test_sec_17_a_made_up_account_always_looks_the_same(app: Flask, client: PageClient) -> None:
    shown = [begin(client, account)[1] for account in ("nobody-here", "NOBODY-here", "nobody-else", "13999999999")]
    assert (shown[0]["mobile"], shown[0]["email"]) == (shown[1]["mobile"], shown[1]["email"])
    assert shown[0]["mobile"] != shown[2]["mobile"]
    assert shown[3]["mobile"] == "139****9999"
    with app.app_context():
        offers = [passwords_lost._made_up(f"nobody-{n}") for n in range(100)]
    assert 25 < sum(bool(offer.email) for offer in offers) < 75
    assert len({offer.mobile for offer in offers}) > 90


@pytest.mark.parametrize("channel", ["sms", "mail"])
def test_sec_17_known_and_unknown_accounts_cost_the_same_work(
    app: Flask, lily: Person, make: World, channel: str, count_queries: Callable[[], AbstractContextManager[Any]]
) -> None:
    """Statements, keys and jobs, counted: what differs could be timed."""
    own(make, lily, "lily@mall.example")
    costs = []
    for account in ("lily", "nobody-here"):
        client = PageClient(app)
        asked = {"account": account, **picture(client)}
        client.token()
        with app.app_context():
            redis().config_resetstat()
        with count_queries() as counted:
            token = client.json("POST", "/find_password/", asked)[1]["access_token"]
            held = {"access_token": token, "channel": channel}
            client.json("POST", "/find_password/send/", held)
            client.json("POST", "/find_password/code/", {**held, "code": "12345x"})
        with app.app_context():
            commands = {
                name: facts["calls"]
                for name, facts in redis().info("commandstats").items()
                if name not in ("cmdstat_config|resetstat", "cmdstat_info")
            }
            queue = Queue("sms" if channel == "sms" else "mail", connection=app.extensions["meiduo_rq"])
        costs.append((len(counted.sql), commands, len(queue.jobs)))
        queue.empty()
    assert costs[0] == costs[1]
    assert costs[0][0] == 3, "one look-up a step"
    assert costs[0][2] == 1


def test_sec_17_a_code_for_nobody_is_sent_to_nobody(app: Flask, client: PageClient, lily: Person) -> None:
    answer = begin(client, "13999999999")[1]
    client.json("POST", "/find_password/send/", {"access_token": answer["access_token"]})
    kept = sent_code(app, "sms", "reset", "13999999999")
    assert not re.fullmatch(r"[0-9]{6}", kept)
    status, told = client.json("POST", "/find_password/code/", {"access_token": answer["access_token"], "code": kept})
    assert (status, told["code"]) == (400, "5006"), "even its own text opens nothing"


def test_sec_17_the_whole_number_is_never_shown(client: PageClient, lily: Person) -> None:
    client.post("/find_password/", {"account": "lily", **picture(client)})
    page = client.get("/find_password/code/").text
    assert "138****0001" in page
    assert lily.mobile not in page
    assert lily.mobile not in str(begin(client, "lily"))


def test_a_code_is_for_this_account_and_this_purpose(
    app: Flask, client: PageClient, lily: Person, fred: Person
) -> None:
    with app.app_context():
        codes.send_sms_code(lily.mobile, "register", "10.0.0.1")
    token = begin(client, "lily")[1]["access_token"]
    code = sent_code(app, "sms", "register", lily.mobile)
    assert client.json("POST", "/find_password/code/", {"access_token": token, "code": code})[1]["code"] == "4008"
    let_another_code_go(app)
    client.json("POST", "/find_password/send/", {"access_token": begin(client, fred.username)[1]["access_token"]})
    code = sent_code(app, "sms", "reset", fred.mobile)
    assert client.json("POST", "/find_password/code/", {"access_token": token, "code": code})[1]["code"] == "4008"


def test_the_first_step_wants_a_picture_code_each_time(app: Flask, client: PageClient, lily: Person) -> None:
    read = picture(client)
    for wrong in ({}, {"image_code_id": read["image_code_id"], "image_code": "0000"}, read):
        status, answer = client.json("POST", "/find_password/", {"account": "lily", **wrong})
        assert (status, answer["code"]) == (400, "4001")
    assert client.json("POST", "/find_password/", {"account": " ", **picture(client)})[1]["code"] == "4003"
    again = picture(client)
    assert client.json("POST", "/find_password/", {"account": "lily", **again})[0] == 200
    assert client.json("POST", "/find_password/", {"account": "lily", **again})[1]["code"] == "4001"


@pytest.mark.parametrize("new", ["short 7", "password1", "x" * 65, "lily13800000001"])
def test_a_weak_password_keeps_the_token(app: Flask, client: PageClient, lily: Person, new: str) -> None:
    token = proven(client, lily)
    assert set_new(client, token, new)[1]["code"] == "5006"
    assert set_new(client, token)[0] == 200


def test_the_pages_work_without_scripts_and_keep_what_was_typed(app: Flask, client: PageClient, lily: Person) -> None:
    page = client.get("/find_password/")
    assert page.headers["Cache-Control"] == "no-store"
    known = {"account": "lily"}
    page = client.post("/find_password/", {**known, "image_code": "0000", "image_code_id": "x"}, fails=True)
    assert (page.status_code, 'value="lily"' in page.text) == (400, True)
    page = client.post("/find_password/", {**known, "refresh": "1"})
    assert 'value="lily"' in page.text
    page = client.post("/find_password/", {**known, **picture(client)}, follow_redirects=True)
    assert "138****0001" in page.text
    assert "access_token" not in page.request.url
    page = client.post("/find_password/send/", {"channel": "sms"})
    assert "如果账号存在，验证码已发送" in page.text
    page = client.post("/find_password/code/", {"channel": "sms", "code": "12345x"}, fails=True)
    assert (page.status_code, 'value="12345x"' in page.text) == (400, True)
    code = sent_code(app, "sms", "reset", lily.mobile)
    page = client.post("/find_password/code/", {"channel": "sms", "code": code}, follow_redirects=True)
    assert "设置新密码" in page.text
    page = client.post("/find_password/new/", {"password": NEW, "password2": "other one 42"}, fails=True)
    assert "两次输入的密码不一致" in page.text
    page = client.post("/find_password/new/", {"password": NEW, "password2": NEW}, follow_redirects=True)
    assert page.request.path == "/find_password/done/"
    assert opens(app, lily, NEW)
    page = client.post("/find_password/new/", {"password": NEW, "password2": NEW}, follow_redirects=True)
    assert page.request.path == "/find_password/", "nothing is left to use again"


@pytest.mark.parametrize("path", ["/find_password/code/", "/find_password/new/"])
def test_a_later_page_without_the_earlier_ones_leads_to_the_first(client: PageClient, path: str) -> None:
    page = client.get(path, follow_redirects=True)
    assert page.request.path == "/find_password/"
    assert "链接已失效" in page.text
