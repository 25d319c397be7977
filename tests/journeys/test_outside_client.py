"""The contract of docs/SANDBOX.md, kept to by a program that has nothing but Python's standard library."""

import ast
import http.cookiejar
import json
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.factories.world import Person, World
from tests.fixtures.browser import Server
from tests.fixtures.mall import ROOT
from tests.journeys.conftest import RunningWorker, load_demo

PATIENCE_S = 30
MOBILE = "13912345678"
PASSWORD = "long-enough-7"


class Outsider:
    """urllib, a cookie jar and the form token; errors are answers, too."""

    def __init__(self, url: str) -> None:
        self.url = url
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar)
        self.token = ""

    def ask(self, method: str, path: str, **body: Any) -> tuple[int, dict[str, Any]]:
        """Status and JSON of one call."""
        headers = {"Accept": "application/json", "Content-Type": "application/json", "X-CSRFToken": self.token}
        data = None if method == "GET" else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with self.opener.open(request, timeout=PATIENCE_S) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as problem:
            with problem:
                return problem.code, json.load(problem)

    def call(self, method: str, path: str, **body: Any) -> dict[str, Any]:
        """One call that must succeed."""
        status, answer = self.ask(method, path, **body)
        assert (status, answer.get("code"), answer.get("errmsg")) == (200, "0", "OK"), (method, path, status, answer)
        return answer

    def fails(self, method: str, path: str, **body: Any) -> tuple[int, str]:
        """One call that must not; its status and code, after a look at the sentence."""
        status, answer = self.ask(method, path, **body)
        assert isinstance(answer["errmsg"], str)
        assert answer["errmsg"] not in ("", "OK")
        return status, answer["code"]

    def renew_token(self) -> "Outsider":
        self.token = self.call("GET", "/csrf_token/")["csrf_token"]
        return self

    def sign_in(self, person: Person) -> "Outsider":
        self.renew_token()
        self.call("POST", "/login/", username=person.username, password=person.password, remembered=False)
        return self.renew_token()

    def picture(self) -> tuple[str, str]:
        """A new picture code: its id and what it says."""
        ident = self.call("POST", "/image_codes/")["image_code_id"]
        return ident, self.call("GET", f"/sandbox/image_codes/{ident}.json")["text"]

    def first_sms(self, mobile: str) -> str:
        """The code in the newest SMS to this number; the worker needs a moment."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            messages = self.call("GET", f"/sandbox/inbox.json?to={mobile}")["messages"]
            if messages:
                assert {"to", "kind", "text", "sent_at"} <= set(messages[0])
                assert (messages[0]["to"], messages[0]["kind"]) == (mobile, "sms")
                return re.search(r"\d{6}", messages[0]["text"]).group()  # type: ignore[union-attr]
            time.sleep(0.05)
        raise AssertionError("no SMS came")

    def first_area(self) -> dict[str, int]:
        """Province, city and district, each the first of its list."""
        place: dict[str, int] = {}
        area = self.call("GET", "/areas/")["province_list"][0]
        for name in ("province_id", "city_id", "district_id"):
            place[name] = area["id"]
            if name != "district_id":
                sub_data = self.call("GET", f"/areas/?area_id={area['id']}")["sub_data"]
                assert (sub_data["id"], sub_data["name"]) == (area["id"], area["name"])
                area = sub_data["subs"][0]
        return place


@pytest.fixture
def outsider(server: Server) -> Outsider:
    """A program that has just arrived."""
    return Outsider(server.url).renew_token()


def register(client: Outsider) -> None:
    """Picture code, SMS, account: `alice_01`, signed in."""
    ident, text = client.picture()
    with client.opener.open(f"{client.url}/image_codes/{ident}/", timeout=PATIENCE_S) as picture:
        assert picture.headers["Content-Type"] == "image/png"
        assert picture.read().startswith(b"\x89PNG")
    asked = {"image_code": text, "image_code_id": ident, "purpose": "register"}
    assert client.call("POST", f"/sms_codes/{MOBILE}/", **asked)["retry_after"] == 60
    account = {"username": "alice_01", "password": PASSWORD, "password2": PASSWORD, "mobile": MOBILE}
    client.call("POST", "/register/", **account, sms_code=client.first_sms(MOBILE), allow=True)
    client.renew_token()


def counts(client: Outsider) -> list[tuple[int, int, bool]]:
    return [(line["id"], line["count"], line["selected"]) for line in client.call("GET", "/carts/")["cart_skus"]]


def test_from_the_first_token_to_a_paid_order(outsider: Outsider, worker: RunningWorker, make: World) -> None:
    make.areas()
    phone, case = make.sku(price="3999.00"), make.sku(price="29.90")
    outsider.call("POST", "/carts/", sku_id=phone, count=1)
    outsider.call("POST", "/carts/", sku_id=case, count=2, selected=False)

    register(outsider)
    assert counts(outsider) == [(phone, 1, True), (case, 2, False)]
    address = {"receiver": "小美", "place": "长安街 1 号", "mobile": MOBILE, "tel": "", "email": "", "title": "家"}
    created = outsider.call("POST", "/addresses/create/", **outsider.first_area(), **address)
    address_id = created["address"]["id"]

    line = outsider.call("PUT", "/carts/", sku_id=case, count=3, selected=True)["cart_sku"]
    assert (line["id"], line["count"], line["selected"]) == (case, 3, True)
    assert (line["price"], line["amount"]) == ("29.90", "89.70")
    outsider.call("PUT", "/carts/selection/", selected=False)
    assert counts(outsider) == [(phone, 1, False), (case, 3, False)]
    outsider.call("PUT", "/carts/selection/", selected=True)
    [first, _second] = outsider.call("GET", "/carts/simple/")["cart_skus"]
    assert {"id", "name", "count", "default_image_url"} == set(first)
    outsider.call("DELETE", "/carts/", sku_id=phone)
    assert counts(outsider) == [(case, 3, True)]

    shown = outsider.call("GET", "/orders/settlement/")
    assert [place["id"] for place in shown["addresses"]] == [address_id]
    assert [(line["sku_id"], line["count"]) for line in shown["lines"]] == [(case, 3)]
    assert (shown["freight"], shown["total_amount"]) == ("10.00", "99.70")
    agreed = {"submit_token": shown["submit_token"], "total_amount": shown["total_amount"]}
    wish = {"address_id": address_id, "pay_method": 2, **agreed}
    order_id = outsider.call("POST", "/orders/commit/", **wish)["order_id"]
    assert outsider.call("POST", "/orders/commit/", **wish)["order_id"] == order_id
    assert counts(outsider) == []
    order = outsider.call("GET", f"/orders/{order_id}/")["order"]
    assert (order["order_id"], order["status"], order["total_amount"]) == (order_id, 1, "99.70")

    pay = outsider.call("POST", f"/payment/{order_id}/")
    assert pay["out_trade_no"] == order_id
    assert pay["alipay_url"].startswith(f"{outsider.url}/sandbox/alipay/gateway.do?")
    waits = outsider.call("POST", f"/sandbox/alipay/{order_id}/cancel.json")
    assert waits["trade_status"] == "WAIT_BUYER_PAY"
    paid = outsider.call("POST", f"/sandbox/alipay/{order_id}/pay.json")
    assert (paid["trade_status"], paid["notified"]) == ("TRADE_SUCCESS", True)
    again = outsider.call("POST", f"/sandbox/alipay/{order_id}/pay.json")
    assert again["trade_no"] == paid["trade_no"]
    order = outsider.call("GET", f"/orders/{order_id}/")["order"]
    assert order["status"] == 2
    assert [Decimal(line["price"]) * line["count"] for line in order["lines"]] == [Decimal("89.70")]

    assert outsider.fails("POST", f"/payment/{order_id}/") == (409, "5202")
    outsider.call("POST", "/logout/")
    outsider.renew_token()
    assert outsider.fails("GET", f"/orders/{order_id}/") == (401, "4101")
    outsider.call("POST", "/login/", username=MOBILE, password=PASSWORD, remembered=True)
    assert outsider.call("GET", f"/orders/{order_id}/")["order"]["status"] == 2


@pytest.mark.once
def test_the_example_in_the_docs_runs_as_it_stands(
    app: Flask, server: Server, worker: RunningWorker, tmp_path: Path
) -> None:
    load_demo(app)
    text = (ROOT / "docs" / "SANDBOX.md").read_text()
    [example] = re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    program = tmp_path / "client.py"
    program.write_text(example)

    command = [sys.executable, "-I", "-S", str(program), server.url]  # -I -S: nothing installed can help it
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=90, check=False)

    assert done.returncode == 0, done.stderr
    paid, order = (ast.literal_eval(line) for line in done.stdout.splitlines())
    assert (paid["trade_status"], paid["notified"]) == ("TRADE_SUCCESS", True)
    assert order["status"] == 2


def test_neither_number_nor_code_is_in_the_workers_log(outsider: Outsider, worker: RunningWorker) -> None:
    mobile = "13987654321"  # the sandbox forgets nothing between tests
    ident, text = outsider.picture()
    outsider.call("POST", f"/sms_codes/{mobile}/", image_code=text, image_code_id=ident, purpose="register")
    code = outsider.first_sms(mobile)

    log = worker.stop()

    assert worker.process.returncode == 0, log
    assert "sms: Job OK" in log, log
    assert mobile not in log
    assert code not in log


def test_codes_of_pictures_and_messages(outsider: Outsider) -> None:
    ident, text = outsider.picture()
    path = f"/sms_codes/{MOBILE}/"
    good = {"image_code": text, "image_code_id": ident, "purpose": "register"}
    assert outsider.fails("POST", path, image_code_id=ident, purpose="register") == (400, "4003")
    assert outsider.fails("POST", "/sms_codes/12345/", **good) == (400, "5006")
    assert outsider.fails("POST", path, **{**good, "purpose": "marriage"}) == (400, "5006")
    assert outsider.fails("POST", path, **{**good, "image_code": "----"}) == (400, "4001")
    assert outsider.fails("POST", path, **good) == (400, "4001"), "a picture code works once"
    assert outsider.fails("GET", f"/image_codes/{'x' * 22}/") == (404, "5003")
    assert outsider.fails("GET", f"/sandbox/image_codes/{'x' * 22}.json") == (404, "5003")

    ident, text = outsider.picture()
    outsider.call("POST", path, image_code=text, image_code_id=ident, purpose="register")
    ident, text = outsider.picture()
    status, answer = outsider.ask("POST", path, image_code=text, image_code_id=ident, purpose="register")
    assert (status, answer["code"]) == (429, "4002")
    assert 0 < answer["retry_after"] <= 60


def test_codes_of_accounts(outsider: Outsider, lily: Person) -> None:
    account = {"username": "alice_01", "password": PASSWORD, "password2": PASSWORD, "mobile": MOBILE}
    assert outsider.fails("POST", "/register/", sms_code="000000", allow=True) == (400, "4003")
    assert outsider.fails("POST", "/register/", **account, sms_code="000000", allow=True) == (400, "4008")
    assert outsider.fails("POST", "/register/", **account, sms_code="000000", allow=False) == (400, "4009")
    other = {**account, "password2": "something-else-7"}
    assert outsider.fails("POST", "/register/", **other, sms_code="000000", allow=True) == (400, "5006")
    assert outsider.fails("POST", "/login/", username=lily.username) == (400, "4003")
    for name in (lily.username, "nobody_at_all"):
        assert outsider.fails("POST", "/login/", username=name, password="not-this-one-7") == (400, "4005")


def test_who_tries_passwords_is_told_to_wait(app: Flask, outsider: Outsider, lily: Person) -> None:
    app.config["SIGN_IN_TRIES_PER_ACCOUNT_PER_MINUTE"] = 2
    wrong = {"username": lily.username, "password": "not-this-one-7"}
    answers = [outsider.fails("POST", "/login/", **wrong) for _ in range(3)]
    assert answers == [(400, "4005"), (400, "4005"), (429, "4002")]


def test_codes_of_doors(outsider: Outsider, lily: Person) -> None:
    for method, path in (
        ("GET", "/orders/settlement/"),
        ("POST", "/orders/commit/"),
        ("GET", "/orders/1/"),
        ("POST", "/payment/1/"),
        ("POST", "/addresses/create/"),
        ("GET", "/admin/"),
    ):
        assert outsider.fails(method, path) == (401, "4101"), path
    outsider.sign_in(lily)
    assert outsider.fails("GET", "/admin/") == (403, "4103")
    assert outsider.fails("GET", "/nowhere/") == (404, "5003")
    outsider.token = "forged"
    assert outsider.fails("POST", "/logout/") == (400, "4104")
    outsider.token = ""
    for method, path in (("PUT", "/carts/"), ("DELETE", "/carts/"), ("POST", "/carts/"), ("POST", "/login/")):
        assert outsider.fails(method, path) == (400, "4104"), (method, path)


def test_codes_of_carts_and_areas(outsider: Outsider, make: World) -> None:
    make.areas()
    sku, gone = make.sku(stock=3), make.sku(is_launched=False)
    for path in ("/carts/", "/carts/selection/"):
        assert outsider.fails("PUT", path) == (400, "4003")
    assert outsider.fails("POST", "/carts/", count=1) == (400, "4003")
    assert outsider.fails("DELETE", "/carts/") == (400, "4003")
    assert outsider.fails("POST", "/carts/", sku_id=999_999, count=1) == (404, "5003")
    assert outsider.fails("POST", "/carts/", sku_id=gone, count=1)[0] in {404, 409}
    for wrong in (0, -1, "many", 1.5, 10**30):
        assert outsider.fails("POST", "/carts/", sku_id=sku, count=wrong) == (400, "5006"), wrong
    assert outsider.fails("POST", "/carts/", sku_id=sku, count=4) == (409, "5007")
    outsider.call("POST", "/carts/", sku_id=sku, count=3)
    assert outsider.fails("PUT", "/carts/", sku_id=sku, count=5, selected=True) == (409, "5007")
    assert counts(outsider) == [(sku, 3, True)]
    assert outsider.fails("GET", "/areas/?area_id=999999") == (404, "5003")
    assert outsider.fails("GET", "/areas/?area_id=north") == (400, "5006")


def test_codes_of_orders(app: Flask, outsider: Outsider, lily: Person, fred: Person, make: World) -> None:
    sku = make.sku(stock=3, price="50.00")
    outsider.sign_in(lily)
    assert outsider.fails("GET", "/orders/settlement/") == (400, "4003")
    outsider.call("POST", "/carts/", sku_id=sku, count=2)
    shown = outsider.call("GET", "/orders/settlement/")
    wish = {
        "address_id": shown["addresses"][0]["id"],
        "pay_method": 2,
        "submit_token": shown["submit_token"],
        "total_amount": shown["total_amount"],
    }
    assert outsider.fails("POST", "/orders/commit/", **{**wish, "submit_token": ""}) == (400, "4003")
    assert outsider.fails("POST", "/orders/commit/", **{**wish, "pay_method": 3}) == (400, "5006")
    assert outsider.fails("POST", "/orders/commit/", **{**wish, "total_amount": "free"}) == (400, "5006")
    assert outsider.fails("POST", "/orders/commit/", **{**wish, "address_id": make.address(fred.id)}) == (404, "5003")
    assert outsider.fails("POST", "/orders/commit/", **{**wish, "total_amount": "60.00"}) == (409, "5201")
    app.test_cli_runner().invoke(args=["goods", "set-stock", str(sku), "1", "--reason", "counted again"])
    assert outsider.fails("POST", "/orders/commit/", **wish) == (409, "5007")
    app.test_cli_runner().invoke(args=["goods", "set-stock", str(sku), "3", "--reason", "found two"])
    order_id = outsider.call("POST", "/orders/commit/", **wish)["order_id"]

    assert outsider.fails("GET", "/orders/20990101000000123456/") == (404, "5003")
    assert outsider.fails("POST", "/sandbox/alipay/nothing/pay.json") == (404, "5003")
    stranger = Outsider(outsider.url).sign_in(fred)
    assert stranger.fails("GET", f"/orders/{order_id}/") == (404, "5003")
    assert stranger.fails("POST", f"/payment/{order_id}/") == (404, "5003")
    assert stranger.fails("POST", f"/orders/{order_id}/cancel/") == (404, "5003")

    outsider.call("POST", f"/orders/{order_id}/cancel/")
    assert outsider.call("GET", f"/orders/{order_id}/")["order"]["status"] == 6
    assert outsider.fails("POST", f"/payment/{order_id}/") == (409, "5202")
