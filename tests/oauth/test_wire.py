"""The wire between the adapters and the sandbox's providers: formats to the letter, and every way to go wrong."""

import json
import logging
import re
import socket
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask

import config
from app import wiring
from app.gateways.doors import gateways
from app.gateways.identity import ProviderAway, ProviderRefused, SignInCancelled, oauth2
from app.gateways.identity.qq import read_reply
from app.sandbox import gitee, qq
from tests.fixtures.browser import Server
from tests.oauth.test_flow import bindings
from tests.oauth.traveller import Traveller

APP_ID, SECRET = "101000001", "sandbox-qq-secret"


class Wire:
    """The sandbox's QQ, spoken to by hand."""

    def __init__(self, url: str) -> None:
        self.url = f"{url}/sandbox/qq"
        self.callback = f"{url}/oauth_callback/"

    def get(self, path: str, **query: str) -> requests.Response:
        return requests.get(self.url + path, params=query, timeout=10, allow_redirects=False)

    def code(self, person: str = "xiaoming", **form: str) -> str:
        query = {"response_type": "code", "client_id": APP_ID, "redirect_uri": self.callback, "state": "s"}
        data = {"person": person, **form}
        url = f"{self.url}/oauth2.0/authorize"
        answer = requests.post(url, params=query, data=data, timeout=10, allow_redirects=False)
        return parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]

    def token(self, code: str, **over: str) -> requests.Response:
        query = {"grant_type": "authorization_code", "client_id": APP_ID, "client_secret": SECRET, "code": code}
        query = {**query, "redirect_uri": self.callback, **over}
        return self.get("/oauth2.0/token", **{name: value for name, value in query.items() if value})

    def access_token(self, **form: str) -> str:
        return parse_qs(self.token(self.code(**form)).text)["access_token"][0]


@pytest.fixture
def wire(server: Server) -> Wire:
    return Wire(server.url)


# --- the sandbox speaks QQ ------------------------------------------------------------------------------------------


def test_tokens_come_as_a_query_string_by_default(wire: Wire) -> None:
    answer = wire.token(wire.code())
    assert answer.status_code == 200
    assert re.fullmatch(r"access_token=[0-9A-F]{32}&expires_in=7776000&refresh_token=[0-9A-F]{32}", answer.text)
    assert wire.token(wire.code(), fmt="json").json()["expires_in"] == "7776000"


def test_the_openid_comes_as_jsonp_to_the_letter(wire: Wire) -> None:
    answer = wire.get("/oauth2.0/me", access_token=wire.access_token())
    assert re.fullmatch(r'callback\( \{"client_id":"101000001","openid":"[0-9A-F]{32}"\} \);\n', answer.text)
    assert wire.get("/oauth2.0/me", access_token=wire.access_token(), fmt="json").json()["client_id"] == APP_ID
    told = read_reply(wire.get("/oauth2.0/me", access_token=wire.access_token(), unionid="1").text)
    assert told["unionid"].startswith("UID_")


def test_errors_are_jsonp_with_status_200(wire: Wire) -> None:
    code = wire.code()
    wire.token(code)
    answer = wire.token(code)
    assert answer.status_code == 200
    assert answer.text == 'callback( {"error": 100020, "error_description": "code is reused error"} );\n'.replace(
        '": ', '":'
    ).replace(", ", ",")


def test_one_error_has_a_comma_too_many(wire: Wire) -> None:
    answer = wire.get("/oauth2.0/me", access_token=wire.access_token(fault="me:100016"))
    assert answer.text == 'callback( {"error":100016,"error_description":"access token check failed",} );\n'
    with pytest.raises(ValueError, match=r"Illegal trailing comma|Expecting property name"):
        json.loads(answer.text[len("callback( ") : -len(" );\n")])
    assert read_reply(answer.text)["error"] == 100016


@pytest.mark.parametrize(
    ("over", "number"),
    [
        ({"grant_type": "password"}, 100004),
        ({"client_id": ""}, 100001),
        ({"client_id": "42"}, 100008),
        ({"client_secret": ""}, 100002),
        ({"client_secret": "wrong"}, 100009),
        ({"code": ""}, 100005),
        ({"code": "F" * 32}, 100019),
        ({"redirect_uri": "http://evil.example/"}, 100010),
    ],
)
def test_a_wrong_call_for_tokens_gets_qqs_own_number(wire: Wire, over: dict[str, str], number: int) -> None:
    assert read_reply(wire.token(**{"code": wire.code(), **over}).text)["error"] == number


@pytest.mark.parametrize(
    ("over", "number"),
    [
        ({"client_id": "42"}, "100008"),
        ({"redirect_uri": "http://evil.example/oauth_callback/"}, "100010"),
        ({"response_type": "token"}, "100000"),
        ({"state": ""}, "100000"),
    ],
)
def test_a_wrong_application_sends_the_browser_nowhere(wire: Wire, over: dict[str, str], number: str) -> None:
    query = {"response_type": "code", "client_id": APP_ID, "redirect_uri": wire.callback, "state": "s", **over}
    answer = wire.get("/oauth2.0/authorize", **query)
    assert answer.status_code == 400
    assert number in answer.text


def test_a_refresh_token_is_used_up_each_time(wire: Wire) -> None:
    refresh = parse_qs(wire.token(wire.code()).text)["refresh_token"][0]
    fresh = wire.token("", grant_type="refresh_token", refresh_token=refresh)
    assert parse_qs(fresh.text)["access_token"]
    again = wire.token("", grant_type="refresh_token", refresh_token=refresh)
    assert read_reply(again.text)["error"] == 100006


def test_the_profile_says_ret(wire: Wire) -> None:
    token = wire.access_token()
    openid = read_reply(wire.get("/oauth2.0/me", access_token=token).text)["openid"]
    query = {"access_token": token, "oauth_consumer_key": APP_ID}
    told = wire.get("/user/get_user_info", openid=openid, **query).json()
    assert (told["ret"], told["nickname"], told["gender"]) == (0, "小明同学", "男")
    assert wire.get("/user/get_user_info", openid="0" * 32, **query).json()["ret"] == -22


# --- what the mall makes of it --------------------------------------------------------------------------------------


def stays_a_stranger(traveller: Traveller, path: str, status: int, *words: str) -> None:
    """A clear page with a way on, never a 500, and nobody signed in."""
    answer = traveller.come_back(path, fails=True)
    assert answer.status_code == status, answer.text[:400]
    for word in words:
        assert word in answer.text
    assert "没有登录成功" in answer.text
    assert traveller.who() == ""
    assert bindings(traveller.client.app) == []


REFUSED = [fault for fault in qq.FAULTS if re.fullmatch(r"(return|token|me):(\d+|other)", fault)]
AWAY = [fault for fault in qq.FAULTS if re.fullmatch(r"(token|me):(garbage|away)", fault)]


def test_every_fault_of_the_sandbox_is_tried() -> None:
    assert {*REFUSED, *AWAY, *PROFILE} == set(qq.FAULTS)
    assert len(REFUSED) >= 9


@pytest.mark.parametrize("fault", REFUSED)
def test_a_no_of_qq_is_a_clear_page(traveller: Traveller, fault: str) -> None:
    stays_a_stranger(traveller, traveller.travel(fault=fault), 409, "QQ 没有确认您的身份", "重新用 QQ 登录")


@pytest.mark.parametrize("fault", AWAY)
def test_silence_and_gibberish_of_qq_are_a_clear_page(traveller: Traveller, fault: str) -> None:
    stays_a_stranger(traveller, traveller.travel(fault=fault), 503, "QQ 暂时无法访问", "用账号密码登录")


PROFILE = [fault for fault in qq.FAULTS if fault.startswith("profile:")]


@pytest.mark.parametrize("fault", PROFILE)
def test_without_a_nickname_one_comes_in_all_the_same(traveller: Traveller, fault: str) -> None:
    assert "欢迎来到美多" in traveller.arrive(fault=fault)


@pytest.mark.parametrize("fault", list(gitee.FAULTS))
def test_gitees_faults_are_clear_pages_too(traveller: Traveller, fault: str) -> None:
    refused = fault == "token:refused"
    words = "Gitee 没有确认您的身份" if refused else "Gitee 暂时无法访问"
    stays_a_stranger(traveller, traveller.travel("gitee", fault=fault), 409 if refused else 503, words)


@pytest.mark.parametrize("provider", ["qq", "gitee"])
def test_who_cancels_is_told_so_and_may_go_on(traveller: Traveller, provider: str) -> None:
    authorize = traveller.leave(provider, "/carts/")
    answer = traveller.client.browser.post(authorize, data={"cancel": "1"})
    path = urlsplit(answer.location).path + "?" + urlsplit(answer.location).query
    stays_a_stranger(traveller, path, 409, "您取消了", "/login/?next=/carts/")


def test_a_token_of_another_application_is_refused(traveller: Traveller) -> None:
    """Token substitution: a site that somebody once signed in to may not enter our shop as that person."""
    stays_a_stranger(traveller, traveller.travel(fault="me:other"), 409, "QQ 没有确认您的身份")


def test_errors_reach_a_client_without_pages_with_their_code(traveller: Traveller) -> None:
    for fault, status, code in (("token:100020", 409, "5202"), ("me:away", 503, "5203")):
        got, answer = traveller.client.json("GET", traveller.travel(fault=fault))
        assert (got, answer["code"]) == (status, code)
    got, answer = traveller.client.json("GET", "/oauth_callback/?code=1&state=2")
    assert (got, answer["code"]) == (400, "5006")


def test_a_code_is_good_once_and_ten_minutes(traveller: Traveller, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.sandbox import grants

    first = traveller.travel()
    code = parse_qs(urlsplit(first).query)["code"][0]
    traveller.come_back(first)
    again = re.sub(r"code=\w+", f"code={code}", traveller.travel())
    stays_a_stranger(traveller, again, 409)
    old = traveller.travel()
    monkeypatch.setattr(grants, "CODE_LIFE_S", -1)
    stays_a_stranger(traveller, old, 409)


@pytest.mark.parametrize("answers", [False, True])
def test_a_provider_that_says_nothing_costs_seconds_not_a_worker(
    app: Flask, monkeypatch: pytest.MonkeyPatch, answers: bool
) -> None:
    """It takes the connection and never answers; or nobody listens at all."""
    monkeypatch.setattr(oauth2, "TIMEOUT_S", (0.2, 0.2))
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    if answers:
        listener.listen(5)
    app.config["OAUTH_PROVIDERS"]["qq"]["url"] = f"http://127.0.0.1:{listener.getsockname()[1]}"
    doors = app.extensions["meiduo_gateways"]
    try:
        wiring.open_all(app)
        with app.app_context(), pytest.raises(ProviderAway):
            gateways().identity["qq"].identify("code", "http://127.0.0.1/")
    finally:
        app.config["OAUTH_PROVIDERS"]["qq"]["url"] = ""
        app.extensions["meiduo_gateways"] = doors
        listener.close()


def test_secrets_stay_out_of_the_log(
    traveller: Traveller, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even at DEBUG; the sandbox's own request lines belong to another site."""
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(logging.getLogger("werkzeug"), "disabled", True)
    for fault in ("", "token:100020", "token:garbage", "me:away", "me:other"):
        path = traveller.travel(fault=fault)
        traveller.come_back(path, fails=True)
        assert parse_qs(urlsplit(path).query)["code"][0] not in caplog.text
    assert SECRET not in caplog.text
    assert "access_token" not in caplog.text
    assert "QQ refused" in caplog.text


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ('{"a":1}', {"a": 1}),
        ('callback( {"a":1} );\n', {"a": 1}),
        ('\ncallback({"a":1})', {"a": 1}),
        ('callback( {"a":\n1,} );', {"a": 1}),
        ("a=1&b=2", {"a": "1", "b": "2"}),
        ("  a=%E4%BD%A0\n", {"a": "你"}),
    ],
)
def test_three_spellings_are_read(text: str, fields: dict[str, Any]) -> None:
    assert read_reply(text) == fields


@pytest.mark.parametrize("text", ["", "<html>", "[1]", "null", "callback( [1] );", "callback( {x} );", "<a=b>", "=1"])
def test_anything_else_is_gibberish(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_reply(text)


def test_an_open_id_must_be_one(app: Flask, traveller: Traveller, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.sandbox.grants import Person

    for odd in ("", "a b", "x" * 65, "你"):
        monkeypatch.setattr(Person, "open_id", lambda _self, _client_id, odd=odd: odd)
        stays_a_stranger(traveller, traveller.travel(), 503)


# --- more providers, by settings ------------------------------------------------------------------------------------


def test_a_second_provider_is_settings_and_nothing_else(app: Flask, traveller: Traveller, lily: Any) -> None:
    page = traveller.arrive("password", provider="gitee", next_page="/carts/")
    assert "Gitee" in page
    answer = traveller.bind(page, username=lily.username, password=lily.password)
    assert answer.location == "/carts/"
    assert bindings(app) == [(lily.id, "gitee")]
    assert traveller.come_back(traveller.travel("gitee", "/addresses/")).location == "/addresses/"


def test_a_third_one_that_nobody_knew_before(app: Flask, server: Server, lily: Any) -> None:
    """Any name: its addresses, field names and the place of its token are settings."""
    given = {
        "MALL_MODE": "test",
        "INSTANCE": str(app.config["INSTANCE"]),
        "OAUTH_PROVIDERS": "qq, gitee, club",
        "CLUB_TITLE": "俱乐部",
        "CLUB_URL": f"{server.url}/sandbox/gitee/",
        "CLUB_CLIENT_ID": "sandbox-gitee",
        "CLUB_CLIENT_SECRET": "sandbox-gitee-secret",
        "CLUB_USER": "/api/v5/user",
        "CLUB_ID_FIELD": "login",
        "CLUB_NAME_FIELD": "name",
        "CLUB_BEARER_IN": "header",
    }
    app.config["OAUTH_PROVIDERS"] = config.from_environ(given)["OAUTH_PROVIDERS"]
    wiring.open_all(app)  # the fixture opens the usual doors again
    from tests.pages import PageClient

    traveller = Traveller(PageClient(app))
    assert "俱乐部 登录" in traveller.client.get("/login/").text
    page = traveller.arrive("password", provider="club")
    assert "小明同学，欢迎" in page
    traveller.bind(page, username=lily.username, password=lily.password)
    assert bindings(app) == [(lily.id, "club")]


def test_ports_say_what_went_wrong(app: Flask, server: Server) -> None:
    with app.app_context():
        provider = gateways().identity["qq"]
        with pytest.raises(SignInCancelled):
            provider.read_return({"usercancel": "1"})
        with pytest.raises(ProviderRefused):
            provider.read_return({"code": "100010", "msg": "redirect uri is illegal"})
        with pytest.raises(ProviderRefused):
            provider.read_return({})
        with pytest.raises(SignInCancelled):
            gateways().identity["gitee"].read_return({"error": "access_denied"})


PRODUCTION = {
    "MALL_MODE": "production",
    "SECRET_KEY": "k" * 40,
    "PUBLIC_URL": "https://mall.example",
    "ALIPAY_APP_ID": "1",
    "ALIPAY_SELLER_ID": "2",
    "ALIPAY_APP_PRIVATE_KEY_FILE": "a",
    "ALIPAY_PUBLIC_KEY_FILE": "b",
}


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"OAUTH_PROVIDERS": "qq"}, "id and the secret"),
        ({"OAUTH_PROVIDERS": "qq", "QQ_APP_ID": "1"}, "id and the secret"),
        ({"OAUTH_PROVIDERS": "gitee"}, "id and the secret"),
        ({"OAUTH_PROVIDERS": "qq", "QQ_URL": "https://mall.example/sandbox/qq"}, "QQ_URL"),
        ({"OAUTH_PROVIDERS": "qq", "QQ_URL": "http://graph.qq.com"}, "QQ_URL"),
        ({"OAUTH_PROVIDERS": "club"}, "CLUB_URL"),
        ({"OAUTH_PROVIDERS": "../qq"}, "short names"),
    ],
)
def test_production_refuses_sandbox_identities(tmp_path: Any, given: dict[str, str], word: str) -> None:
    with pytest.raises(config.BadSetting, match=word):
        config.from_environ({**PRODUCTION, "INSTANCE": str(tmp_path), **given})


def test_production_offers_none_unless_told(tmp_path: Any) -> None:
    assert config.from_environ({**PRODUCTION, "INSTANCE": str(tmp_path)})["OAUTH_PROVIDERS"] == {}
    given = {"OAUTH_PROVIDERS": "qq", "QQ_APP_ID": "1", "QQ_APP_SECRET": "2"}
    found = config.from_environ({**PRODUCTION, "INSTANCE": str(tmp_path), **given})["OAUTH_PROVIDERS"]
    assert found["qq"]["url"] == "https://graph.qq.com"
