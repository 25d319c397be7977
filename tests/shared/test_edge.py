"""The edge: what goes in (methods, fields, bodies), how an error comes out, and the headers of every answer."""

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder

import config
from app.factory import create_app
from app.shared.errors import BadValue, Busy, DomainError, TooOften
from app.shared.forms import sent
from app.shared.log import current_id
from app.shared.methods import MethodOverride
from app.shared.web import safe_next
from tests.factories.world import Person
from tests.pages import PageClient

HTMX = {"HX-Request": "true", "Accept": "text/html"}
JSON = {"Accept": "application/json"}


# --- where to go next ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", ["/", "/carts/", "/list/115/1/?sort=hot", "/search/?q=手机&page=2", "/info/#top"])
def test_a_path_of_this_site_is_a_place_to_go(target: str) -> None:
    assert safe_next(target) == target


@pytest.mark.parametrize(
    "target",
    [
        "",
        None,
        "carts/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/carts/\r\nSet-Cookie: a=b",
        "/\x7f",
        "https://evil.example/",
        "http:evil.example",
        "javascript:alert(1)",
        " /carts/",
        "mailto:a@b.example",
    ],
)
def test_anything_else_is_not(target: str | None) -> None:
    assert safe_next(target) == "/"
    assert safe_next(target, "/carts/") == "/carts/"


# --- methods ---------------------------------------------------------------------------------------------------------


def method_seen(method: str, query: str) -> str:
    """The method that arrives behind the middleware."""
    seen: list[str] = []

    def application(environ: dict[str, Any], _start: object) -> list[bytes]:
        seen.append(environ["REQUEST_METHOD"])
        return []

    environ = EnvironBuilder(method=method, query_string=query).get_environ()
    MethodOverride(application)(environ, lambda *_: None)  # type: ignore[arg-type,return-value]
    return seen[0]


@pytest.mark.parametrize(
    ("method", "query", "expected"),
    [
        ("POST", "_method=PUT", "PUT"),
        ("POST", "_method=DELETE", "DELETE"),
        ("POST", "_method=delete", "DELETE"),
        ("POST", "next=%2Fcarts%2F&_method=PUT", "PUT"),
        ("POST", "_method=GET", "POST"),
        ("POST", "_method=PATCH", "POST"),
        ("POST", "_method=", "POST"),
        ("POST", "", "POST"),
        ("POST", "x_method=PUT", "POST"),
        ("GET", "_method=DELETE", "GET"),
        ("GET", "_method=PUT", "GET"),
        ("HEAD", "_method=DELETE", "HEAD"),
        ("PUT", "_method=DELETE", "PUT"),
    ],
)
def test_only_a_post_becomes_put_or_delete(method: str, query: str, expected: str) -> None:
    assert method_seen(method, query) == expected


def test_a_form_changes_the_cart_through_the_override(client: PageClient, make: Any) -> None:
    sku = make.sku(stock=9)
    client.post("/carts/", {"sku_id": sku, "count": "1"})
    client.post("/carts/?_method=PUT", {"sku_id": sku, "count": "3"})
    assert client.json("GET", "/carts/")[1]["cart_skus"][0]["count"] == 3
    client.post("/carts/?_method=DELETE", {"sku_id": sku})
    assert client.json("GET", "/carts/")[1]["cart_skus"] == []


def test_a_link_with_the_override_writes_nothing(client: PageClient, make: Any) -> None:
    sku = make.sku(stock=9)
    client.post("/carts/", {"sku_id": sku, "count": "1"})
    client.get(f"/carts/?_method=DELETE&sku_id={sku}")
    assert len(client.json("GET", "/carts/")[1]["cart_skus"]) == 1


def test_the_override_needs_a_token_like_any_write(client: PageClient, make: Any) -> None:
    sku = make.sku(stock=9)
    client.post("/carts/", {"sku_id": sku, "count": "1"})
    answer = client.browser.post("/carts/?_method=DELETE", data={"sku_id": sku}, headers=JSON)
    assert (answer.status_code, answer.get_json()["code"]) == (400, "4104")


# --- fields ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "form"),
    [
        ({"sku_id": 7, "count": 2}, {"sku_id": "7", "count": "2"}),
        ({"selected": True}, {"selected": "true"}),
        ({"selected": False}, {"selected": "false"}),
        ({"receiver": "莉莉", "tel": ""}, {"receiver": "莉莉", "tel": ""}),
        ({"amount": "110.00"}, {"amount": "110.00"}),
        ({"email": None, "place": "1"}, {"place": "1"}),
        ({}, {}),
    ],
)
def test_json_and_forms_say_the_same(app: Flask, body: dict[str, Any], form: dict[str, str]) -> None:
    with app.test_request_context("/", method="POST", json=body):
        from_json = dict(sent())
    with app.test_request_context("/", method="POST", data=form):
        assert dict(sent()) == from_json == form


@pytest.mark.parametrize(
    "junk",
    [
        b"",
        b"{",
        b"[]",
        b"7",
        b'"text"',
        b"null",
        b"\xff\xfe",
        b'{"sku_id": [1]}',
        b'{"sku_id": {"$gt": 0}}',
        b"[" * 9999,
    ],
)
def test_junk_is_a_bad_value_and_no_fault_of_ours(app: Flask, client: PageClient, junk: bytes) -> None:
    with (
        app.test_request_context("/", method="POST", data=junk, content_type="application/json"),
        pytest.raises(BadValue),
    ):
        sent()
    headers = {**JSON, "X-CSRFToken": client.token()}
    answer = client.browser.post("/carts/", data=junk, content_type="application/json", headers=headers)
    assert (answer.status_code, answer.get_json()["code"]) == (400, "5006")


# --- errors ----------------------------------------------------------------------------------------------------------


def test_an_unknown_address_has_three_faces(client: PageClient) -> None:
    assert client.json("GET", "/no/such/page/") == (404, {"code": "5003", "errmsg": "您访问的内容不存在"})
    page = client.get("/no/such/page/", fails=True)
    assert page.status_code == 404
    assert "您访问的内容不存在" in page.text
    fragment = client.browser.get("/no/such/page/", headers=HTMX)
    assert fragment.status_code == 404
    assert fragment.headers["HX-Retarget"] == "#flash"
    assert "您访问的内容不存在" in fragment.text
    assert "<html" not in fragment.text


def test_a_wrong_method_is_told(client: PageClient) -> None:
    status, answer = client.json("DELETE", "/areas/")
    assert (status, answer["code"]) == (405, "5006")


def test_a_stranger_is_asked_to_sign_in(client: PageClient) -> None:
    assert client.json("GET", "/info/")[0] == 401
    page = client.get("/orders/info/2/?a=b")
    assert page.status_code == 303
    assert page.headers["Location"] == "/login/?next=/orders/info/2/?a%3Db"
    fragment = client.browser.get("/info/", headers=HTMX)
    assert fragment.headers["HX-Redirect"] == "/login/?next=/info/"


def test_a_write_comes_back_to_the_page_it_was_sent_from(client: PageClient) -> None:
    """A POST cannot be repeated after the sign-in, and a foreign referrer is not a place to go."""
    home = client.post("/orders/commit/", headers={"Referer": "http://localhost/orders/settlement/"})
    assert home.headers["Location"] == "/login/?next=/orders/settlement/"
    foreign = client.post("/orders/commit/", headers={"Referer": "https://evil.example//evil.example"})
    assert foreign.headers["Location"] == "/login/?next=/"


def explode(problem: Exception) -> Callable[..., Any]:
    """A view that falls over."""

    def view() -> Any:
        raise problem

    return view


def test_our_fault_says_nothing_but_a_number(
    app: Flask, client: PageClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(app.view_functions, "account.up", explode(RuntimeError("password=hunter2")))
    with caplog.at_level(logging.ERROR):
        status, answer = client.json("GET", "/up/")
        page = client.get("/up/", fails=True)
    assert (status, answer["code"], answer["errmsg"]) == (500, "5000", "服务器开小差了，请稍后再试")
    assert page.status_code == 500
    for said in (json.dumps(answer), page.text):
        assert "hunter2" not in said
        assert "Traceback" not in said
    assert page.headers["X-Request-ID"] in page.text
    assert "hunter2" in caplog.text  # the log knows


def test_facts_and_waits_reach_the_caller(app: Flask, client: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.view_functions, "account.up", explode(TooOften(retry_after=42)))
    answer = client.browser.get("/up/", headers=JSON)
    assert (answer.status_code, answer.get_json()["retry_after"], answer.headers["Retry-After"]) == (429, 42, "42")
    monkeypatch.setitem(app.view_functions, "account.up", explode(Busy()))
    answer = client.browser.get("/up/", headers=JSON)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_sentence_with_a_percent_sign_survives(
    app: Flask, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.view_functions, "account.up", explode(BadValue("满 100% 减 %(much)s", other=1)))
    assert client.json("GET", "/up/")[1]["errmsg"] == "满 100% 减 %(much)s"


def test_markup_in_an_error_is_text(app: Flask, client: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.view_functions, "account.up", explode(BadValue("<b>粗</b>")))
    assert "&lt;b&gt;粗&lt;/b&gt;" in client.get("/up/", fails=True).text


def test_the_base_error_is_our_fault() -> None:
    assert (DomainError.code, DomainError.http_status) == ("5000", 500)


def test_a_body_that_is_too_big_is_refused(app: Flask, client: PageClient) -> None:
    headers = {**JSON, "X-CSRFToken": client.token()}
    big = b"x" * (app.config["MAX_CONTENT_LENGTH"] + 1)
    for kind in ("application/json", "application/x-www-form-urlencoded"):
        answer = client.browser.post("/login/", data=big, content_type=kind, headers=headers)
        assert (answer.status_code, answer.get_json()["code"]) == (413, "5006"), kind


# --- headers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/login/", "/static/css/base.css", "/no/such/page/", "/up/", "/areas/"])
def test_every_answer_carries_the_headers(client: PageClient, path: str) -> None:
    answer = client.browser.get(path)
    answer.close()
    headers = answer.headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'self'"
    assert policy["object-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in headers


def test_the_admin_site_is_as_strict_as_the_shop(app: Flask, tom: Person) -> None:
    client = PageClient(app)
    client.sign_in(tom.username, tom.password)
    policy = client.get("/admin/skus/").headers["Content-Security-Policy"]
    assert policy == client.get("/").headers["Content-Security-Policy"]
    assert "unsafe" not in policy


def test_a_mall_behind_https_says_so(settings: dict[str, Any], tmp_path: Any) -> None:
    mall = create_app({**settings, "INSTANCE": tmp_path, **_https(tmp_path)})
    with mall.test_client() as browser:
        answer = browser.get("/up/")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")


def _https(folder: Any) -> dict[str, Any]:
    """What config.py makes of an https address."""
    given = config.from_environ({"INSTANCE": str(folder), "PUBLIC_URL": "https://mall.example"})
    names = ("HTTPS", "SESSION_COOKIE_SECURE", "REMEMBER_COOKIE_SECURE", "PREFERRED_URL_SCHEME")
    assert all(given[name] for name in names)
    return {name: given[name] for name in names}


def test_a_request_has_an_id(client: PageClient) -> None:
    first, second = (client.browser.get("/up/").headers["X-Request-ID"] for _ in range(2))
    assert first != second
    assert len(first) >= 16
    kept = client.browser.get("/up/", headers={"X-Request-ID": "edge-0123456789"})
    assert kept.headers["X-Request-ID"] == "edge-0123456789"


@pytest.mark.parametrize("junk", ["short", "with space 1234", "<script>alert</script>", "x" * 65, "ünïcödé-1234"])
def test_an_id_that_is_no_id_is_replaced(client: PageClient, junk: str) -> None:
    given = client.browser.get("/up/", headers={"X-Request-ID": junk}).headers["X-Request-ID"]
    assert given != junk
    assert given.isalnum()


def test_the_id_is_on_the_log_line(
    app: Flask, client: PageClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[str] = []

    def view() -> Any:
        seen.append(current_id.get())
        return "up"

    monkeypatch.setitem(app.view_functions, "account.up", view)
    client.browser.get("/up/", headers={"X-Request-ID": "edge-0123456789"})
    assert seen == ["edge-0123456789"]


def test_session_cookies_are_kept_from_scripts(client: PageClient) -> None:
    cookies = client.browser.get("/csrf_token/").headers.getlist("Set-Cookie")
    assert cookies
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie


# --- language --------------------------------------------------------------------------------------------------------


def test_the_language_is_what_was_picked(client: PageClient) -> None:
    assert '<html lang="zh' in client.get("/agreement/").text
    answer = client.post("/language/", {"lang": "en", "next": "/agreement/"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/agreement/")
    assert '<html lang="en' in client.get("/agreement/").text
    client.post("/language/", {"lang": "zh_Hans_CN"})
    assert '<html lang="zh' in client.get("/agreement/").text


def test_the_browsers_wish_does_not_decide(client: PageClient) -> None:
    page = client.get("/agreement/", headers={"Accept-Language": "en-US,en;q=0.9"})
    assert '<html lang="zh' in page.text


def test_a_language_we_do_not_speak_is_refused(client: PageClient) -> None:
    assert client.post("/language/", {"lang": "tlh"}, fails=True).status_code == 400
    assert client.post("/language/", {"lang": "en", "next": "//evil.example"}).headers["Location"] == "/"
