"""The defects of the original that this room could have had, each by its number."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.oauth.models import OAuthUser
from app.oauth.names import suggest
from app.shared import clock
from app.shared.db import db
from app.users.models import User
from app.users.policy import is_username
from tests.factories.world import Person
from tests.oauth.test_flow import MOBILE, Sms, bindings, new_account
from tests.oauth.traveller import Traveller, hidden
from tests.pages import PageClient

EVIL = ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "http:evil", "/a\nb"]


def later(monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    """Move the house's clock, and the one that itsdangerous asks."""
    import itsdangerous.timed

    real, real_time = clock.now, itsdangerous.timed.time.time
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(seconds=seconds))
    monkeypatch.setattr(itsdangerous.TimestampSigner, "get_timestamp", lambda _self: int(real_time()) + seconds)


# --- SEC-9: where one is led afterwards -----------------------------------------------------------------------------


@pytest.mark.parametrize("target", EVIL)
def test_sec_9_a_bound_shopper_is_led_nowhere_else(traveller: Traveller, lily: Person, target: str) -> None:
    traveller.bind(traveller.arrive("password"), username=lily.username, password=lily.password)
    answer = traveller.come_back(traveller.travel(next_page=target))
    assert (answer.status_code, answer.location) == (303, "/")


@pytest.mark.parametrize("target", EVIL)
def test_sec_9_a_new_binding_leads_nowhere_else(traveller: Traveller, lily: Person, target: str) -> None:
    page = traveller.arrive("password", next_page=target)
    answer = traveller.bind(page, username=lily.username, password=lily.password, next=target)
    assert (answer.status_code, answer.location) == (303, "/")


# --- SEC-10: the state ----------------------------------------------------------------------------------------------


def refused(traveller: Traveller, path: str) -> None:
    """A clear page, and nobody signed in or bound."""
    answer = traveller.come_back(path, fails=True)
    assert answer.status_code == 400
    assert "登录请求已失效" in answer.text
    assert "login/" in answer.text  # the way on
    assert traveller.who() == ""
    assert bindings(traveller.client.app) == []


def test_sec_10_a_forged_state_is_refused(traveller: Traveller) -> None:
    back = traveller.travel()
    refused(traveller, re.sub(r"state=\w+", "state=forged", back))


def test_sec_10_an_absent_state_is_refused(traveller: Traveller) -> None:
    back = traveller.travel()
    refused(traveller, re.sub(r"&?state=\w+", "", back))
    refused(traveller, re.sub(r"state=\w+", "state=", back))


def test_sec_10_the_state_of_another_browser_is_refused(traveller: Traveller, another: Traveller, lily: Person) -> None:
    """Login CSRF: fred sends lily the address that would sign her in as him, or bind his QQ to her account."""
    back = another.travel(person="laowang")
    refused(traveller, back)


def test_sec_10_a_state_that_is_really_random_and_is_not_the_next_page(traveller: Traveller) -> None:
    states = {re.search(r"state=(\w+)", traveller.leave(next_page="/carts/"))[1] for _ in range(5)}  # type: ignore[index]
    assert len(states) == 5
    assert all(len(state) >= 22 for state in states)


def test_sec_10_a_state_is_good_once(traveller: Traveller, lily: Person) -> None:
    back = traveller.travel()
    assert traveller.come_back(back).status_code == 303
    refused(traveller, back)


def test_sec_10_a_copied_cookie_does_not_make_a_state_good_twice(app: Flask, traveller: Traveller) -> None:
    authorize = traveller.leave()
    cookie = traveller.client.browser.get_cookie("meiduo_session")
    assert cookie is not None
    assert traveller.come_back(traveller.agree(authorize)).status_code == 303
    traveller.client.browser.set_cookie("meiduo_session", cookie.value)
    refused(traveller, traveller.agree(authorize))  # the same state with a fresh code


def test_sec_10_a_state_lives_ten_minutes(traveller: Traveller, monkeypatch: pytest.MonkeyPatch) -> None:
    back = traveller.travel()
    later(monkeypatch, 601)
    refused(traveller, back)


def test_sec_10_a_state_for_one_provider_is_no_state_for_another(traveller: Traveller) -> None:
    back = traveller.travel("gitee")
    refused(traveller, back.replace("/oauth/gitee/callback/", "/oauth_callback/"))


# --- the signed open id ---------------------------------------------------------------------------------------------


def expired(traveller: Traveller, answer: Any) -> None:
    assert answer.status_code == 400
    assert "绑定请求已失效" in answer.text
    assert traveller.who() == ""
    assert bindings(traveller.client.app) == []


def test_a_signed_open_id_lives_300_seconds(
    traveller: Traveller, lily: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = traveller.arrive("password", next_page="/carts/")
    later(monkeypatch, 301)
    answer = traveller.bind(page, username=lily.username, password=lily.password, fails=True)
    expired(traveller, answer)
    assert "/qq/login/?next=/carts/" in answer.text  # and again from there


def test_a_forged_open_id_binds_nothing(traveller: Traveller, lily: Person) -> None:
    page = traveller.arrive("password")
    token = hidden(page)["access_token_openid"]
    payload, stamp, signature = token.split(".")
    for forged in ("", "x", f"{payload}x.{stamp}.{signature}", f"{payload}.{stamp}.{signature[::-1]}", "a.b.c"):
        fields = {"way": "password", "access_token_openid": forged}
        answer = traveller.client.post(
            "/oauth/bind/", {**fields, "username": lily.username, "password": lily.password}, fails=True
        )
        expired(traveller, answer)


def test_a_token_with_another_salt_is_no_open_id(app: Flask, traveller: Traveller, lily: Person) -> None:
    from app.shared import tokens

    page = traveller.arrive("password")
    with app.test_request_context():
        value = tokens.unsign("oauth-binding", hidden(page)["access_token_openid"], 300)
        other = tokens.sign("password-reset", value)
    answer = traveller.bind(page, username=lily.username, password=lily.password, access_token_openid=other, fails=True)
    expired(traveller, answer)


def test_another_browsers_open_id_binds_nothing_here(traveller: Traveller, another: Traveller, lily: Person) -> None:
    """Fred's QQ must not come into lily's account because she sent a form with his token in it."""
    freds = hidden(another.arrive("password", person="laowang"))["access_token_openid"]
    page = traveller.arrive("password")
    answer = traveller.bind(page, username=lily.username, password=lily.password, access_token_openid=freds, fails=True)
    expired(traveller, answer)
    stranger = PageClient(traveller.client.app)
    form = {"way": "password", "access_token_openid": freds, "username": lily.username, "password": lily.password}
    assert stranger.post("/oauth/bind/", form, fails=True).status_code == 400
    assert bindings(traveller.client.app) == []


def test_the_bind_page_without_a_way_behind_it_explains(client: PageClient) -> None:
    answer = client.get("/oauth/bind/", fails=True)
    assert answer.status_code == 400
    assert "绑定请求已失效" in answer.text


# --- ACC-3: nothing typed is lost -----------------------------------------------------------------------------------


def test_acc_3_every_failed_attempt_keeps_the_open_id_and_what_was_typed(
    traveller: Traveller, lily: Person, fred: Person, sms: Sms
) -> None:
    page = traveller.arrive(next_page="/carts/")
    good = new_account(sms)
    wrongs: list[tuple[dict[str, Any], str]] = [
        ({"username": "ab"}, "用户名为 5–20 位"),
        ({"username": fred.username}, "用户名已存在"),
        ({"mobile": "123"}, "请输入正确的手机号"),
        ({"mobile": lily.mobile}, "手机号已注册"),
        ({"sms_code": "000000"}, "短信验证码有误"),
        ({"password": "short"}, "密码为 8–64 位"),
        ({"allow": ""}, "请阅读并同意"),
    ]
    for wrong, sentence in wrongs:
        answer = traveller.bind(page, **{**good, **wrong}, fails=True)
        assert answer.status_code == 400
        assert sentence in answer.text, wrong
        page = answer.text
        assert hidden(page)["way"] == "new"
        assert f'value="{wrong.get("username", good["username"])}"' in page
        assert f'value="{wrong.get("mobile", good["mobile"])}"' in page
    assert traveller.bind(page, **good).location == "/carts/"


def test_acc_3_the_other_ways_keep_it_too(traveller: Traveller, lily: Person, sms: Sms) -> None:
    page = traveller.arrive("password")
    answer = traveller.bind(page, username=lily.username, password="wrong", fails=True)
    assert answer.status_code == 400
    assert "用户名或密码错误" in answer.text
    assert f'value="{lily.username}"' in answer.text
    page = traveller.client.get("/oauth/bind/?way=code").text
    answer = traveller.bind(page, mobile=lily.mobile, sms_code="000000", fails=True)
    page = answer.text
    assert f'value="{lily.mobile}"' in page
    assert traveller.bind(page, mobile=lily.mobile, sms_code=sms(lily.mobile, "bind")).status_code == 303


def test_acc_3_who_waits_for_a_code_is_not_thrown_out(
    traveller: Traveller, lily: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each showing signs anew, for half an hour in all."""
    page = traveller.arrive("password")
    later(monkeypatch, 290)
    page = traveller.bind(page, username=lily.username, password="wrong", fails=True).text
    monkeypatch.undo()
    later(monkeypatch, 500)
    assert traveller.bind(page, username=lily.username, password=lily.password).status_code == 303


# --- SEC-15: guessing -----------------------------------------------------------------------------------------------


def test_sec_15_passwords_are_not_guessed_through_the_bind_page(app: Flask, traveller: Traveller, lily: Person) -> None:
    """The same counts as at sign-in: after some failures a picture code, after more a wait."""
    app.config["SIGN_IN_TRIES_PER_ACCOUNT_PER_MINUTE"] = 5
    page = traveller.arrive("password")
    statuses, pictures = [], []
    for guess in range(7):
        answer = traveller.bind(page, username=lily.username, password=f"guess number {guess}", fails=True)
        statuses.append(answer.status_code)
        pictures.append('name="image_code"' in answer.text)
    assert statuses[-1] == 429
    assert 429 not in statuses[:3]
    assert pictures[3]
    assert not pictures[0]
    answer = traveller.bind(page, username=lily.username, password=lily.password, fails=True)
    assert answer.status_code == 429
    assert bindings(app) == []
    # and the sign-in page counts with it
    status, _ = PageClient(app).json("POST", "/login/", {"username": lily.username, "password": lily.password})
    assert status in {400, 429}


def test_sec_15_codes_are_not_guessed_either(app: Flask, traveller: Traveller, lily: Person, sms: Sms) -> None:
    right = sms(lily.mobile, "bind")
    page = traveller.arrive("code")
    for guess in range(5):
        assert traveller.bind(page, mobile=lily.mobile, sms_code=f"00000{guess}", fails=True).status_code == 400
    assert traveller.bind(page, mobile=lily.mobile, sms_code=right, fails=True).status_code == 400
    assert bindings(app) == []


def test_sec_15_one_address_comes_back_only_so_often(app: Flask, traveller: Traveller) -> None:
    app.config["SIGN_IN_TRIES_PER_ADDRESS_PER_MINUTE"] = 2
    answers = [traveller.come_back("/oauth_callback/?code=1&state=2", fails=True).status_code for _ in range(3)]
    assert answers == [400, 400, 429]


# --- SEC-22: a number is no name ------------------------------------------------------------------------------------


def test_sec_22_the_username_is_never_the_mobile(app: Flask, traveller: Traveller, sms: Sms) -> None:
    page = traveller.arrive(person="laowang")  # whose nickname is a number
    suggested = re.search(r'name="username"[^>]*value="([^"]*)"|value="([^"]*)"[^>]*name="username"', page)
    assert suggested
    assert not re.search(r"[0-9]{5}", suggested[1] or suggested[2] or "")
    for name in (MOBILE, f"m{MOBILE}", f"{MOBILE}_a", "13800138000"):
        answer = traveller.bind(page, **new_account(sms, username=name), fails=True)
        assert answer.status_code == 400
        page = answer.text
    assert traveller.bind(page, **new_account(sms, username="laowang")).status_code == 303
    with app.app_context():
        user = db.session.scalars(select(User)).one()
        assert MOBILE not in user.username


@pytest.mark.parametrize(
    "nickname",
    ["13800138000", "小明 13912345678", "", "💖💖", "a", "<script>alert(1)</script>", "李-四_5", "x" * 60, "---___---"],
)
def test_sec_22_suggestions_keep_the_rules(ctx: Flask, nickname: str) -> None:
    name = suggest(nickname)
    assert is_username(name)
    assert not re.search(r"[0-9]{5}", name)


def test_a_taken_suggestion_gets_a_number_behind_it(ctx: Flask, make: Any) -> None:
    make.person("xiaoming", "13800000009")
    assert re.fullmatch(r"xiaoming_[0-9]{4}", suggest("小明"))


# --- what other people say ------------------------------------------------------------------------------------------


def test_a_nickname_is_text_and_never_markup(traveller: Traveller) -> None:
    for way in ("new", "password", "code"):
        page = traveller.arrive(way, person="script")
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


def test_somebody_without_a_nickname_is_greeted_all_the_same(traveller: Traveller) -> None:
    assert "欢迎来到美多" in traveller.arrive(person="nameless")


# --- ACC-10: one open id, one account -------------------------------------------------------------------------------


def test_acc_10_an_open_id_belongs_to_one_account(
    app: Flask, traveller: Traveller, another: Traveller, lily: Person, fred: Person
) -> None:
    mine, theirs = traveller.arrive("password"), another.arrive("password")
    assert traveller.bind(mine, username=lily.username, password=lily.password).status_code == 303
    answer = another.bind(theirs, username=fred.username, password=fred.password, fails=True)
    assert answer.status_code == 409
    assert "已绑定其他美多账号" in answer.text
    assert bindings(app) == [(lily.id, "qq")]


def test_acc_10_an_account_has_one_of_each_provider(app: Flask, traveller: Traveller, lily: Person) -> None:
    traveller.bind(traveller.arrive("password"), username=lily.username, password=lily.password)
    page = traveller.arrive("password", person="lily")
    answer = traveller.bind(page, username=lily.username, password=lily.password, fails=True)
    assert answer.status_code == 409
    assert "已绑定该平台的另一个账号" in answer.text
    page = traveller.arrive("password", provider="gitee")
    assert traveller.bind(page, username=lily.username, password=lily.password).status_code == 303
    assert bindings(app) == [(lily.id, "qq"), (lily.id, "gitee")]


def test_acc_10_open_ids_are_kept_as_the_provider_says_them(app: Flask, traveller: Traveller, lily: Person) -> None:
    traveller.bind(traveller.arrive("password"), username=lily.username, password=lily.password)
    with app.app_context():
        assert re.fullmatch(r"[0-9A-F]{32}", db.session.scalars(select(OAuthUser.open_id)).one())
