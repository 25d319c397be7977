"""The JSON of a client without a browser, the inbox, the consoles and the mounting."""

import multiprocessing
import os
import re
import stat
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alipay import AliPay
from flask import Flask

from app.sandbox import desk, payurls, routes
from app.sandbox.keys import Keys, ensure_keys
from tests.sandbox.shop import Shop

Opener = Callable[..., str]


@pytest.mark.parametrize("start", ["/start/A1", "/start-page/A1"])
def test_client_pays_without_visiting_the_cashier(client: Any, sdk: AliPay, shop: Shop, start: str) -> None:
    client.get(start)
    assert sdk.api_alipay_trade_query(out_trade_no="A1")["sub_code"] == "ACQ.TRADE_NOT_EXIST"

    answer = client.post("/sandbox/alipay/A1/pay.json")

    assert answer.status_code == 200
    assert answer.json["code"] == "0"
    assert (answer.json["trade_status"], answer.json["notified"]) == ("TRADE_SUCCESS", True)
    assert [told["out_trade_no"] for told in shop.told] == ["A1"]  # heard before the answer came
    again = client.post("/sandbox/alipay/A1/pay.json").json
    assert (again["trade_no"], again["notified"]) == (answer.json["trade_no"], True)


def test_paying_what_nobody_started_is_unknown(client: Any) -> None:
    for verb in ("pay", "cancel"):
        answer = client.post(f"/sandbox/alipay/A9/{verb}.json")
        assert (answer.status_code, answer.json["code"]) == (404, "5003")


def test_remembered_address_is_still_checked(client: Any, shop: Shop, app: Flask) -> None:
    forged = shop.address("A1").replace("88.80", "00.01")
    payurls.remember(app.extensions["sandbox"].ledger, forged)
    answer = client.post("/sandbox/alipay/A1/pay.json")
    assert (answer.status_code, answer.json["code"]) == (409, "5202")
    assert answer.json["sub_code"] == "isv.invalid-signature"


def test_cancel_leaves_the_trade_waiting_and_a_finished_one_alone(client: Any, sdk: AliPay) -> None:
    client.get("/start/A1")

    cancelled = client.post("/sandbox/alipay/A1/cancel.json")
    assert (cancelled.json["code"], cancelled.json["trade_status"]) == ("0", "WAIT_BUYER_PAY")

    sdk.api_alipay_trade_close(out_trade_no="A1")
    for verb in ("pay", "cancel"):
        answer = client.post(f"/sandbox/alipay/A1/{verb}.json")
        assert (answer.status_code, answer.json["code"]) == (409, "5202")
    late = client.post("/sandbox/alipay/A1/pay.json", json={"how": "late"})
    assert late.json["trade_status"] == "TRADE_SUCCESS"


def test_a_shop_that_cannot_answer_in_time_does_not_hold_the_client(
    client: Any, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "FIRST_NOTICE_S", 0.2)
    shop.delay_s = 1.0
    client.get("/start/A1")

    began = time.monotonic()
    answer = client.post("/sandbox/alipay/A1/pay.json")

    assert time.monotonic() - began < 0.9
    assert (answer.json["trade_status"], answer.json["notified"]) == ("TRADE_SUCCESS", False)


def test_inbox_takes_only_from_the_doors(client: Any, keys: Keys) -> None:
    message = {"to": "13800000001", "kind": "sms", "text": "验证码 123456"}
    token = {"X-Sandbox-Token": keys.inbox_token}

    assert client.post("/sandbox/inbox", json=message).status_code == 403
    assert client.post("/sandbox/inbox", json=message, headers={"X-Sandbox-Token": "guess"}).status_code == 403
    assert client.post("/sandbox/inbox", json=message, headers=token).json == {"code": "0", "errmsg": "OK"}
    mail = {"to": "lily@example.com", "kind": "mail", "text": "<b>您好</b> http://127.0.0.1/verify"}
    assert client.post("/sandbox/inbox", data=mail, headers=token).status_code == 200
    for wrong in ({}, {"to": "1", "kind": "fax", "text": "x"}, ["no"], {"to": 1, "kind": "sms", "text": "x"}):
        assert client.post("/sandbox/inbox", json=wrong, headers=token).status_code == 400

    everything = client.get("/sandbox/inbox.json").json["messages"]
    assert [each["to"] for each in everything] == ["lily@example.com", "13800000001"]
    (found,) = client.get("/sandbox/inbox.json?to=13800000001").json["messages"]
    assert (found["kind"], found["text"]) == ("sms", "验证码 123456")
    assert found["sent_at"].endswith("+00:00")
    assert set(found) == {"to", "kind", "text", "sent_at"}
    page = client.get("/sandbox/inbox/").text
    assert "&lt;b&gt;" in page
    assert "123456" in page
    assert "123456" not in client.get("/sandbox/inbox/?to=lily@example.com").text


def test_a_letter_is_shown_and_can_do_nothing(client: Any, keys: Keys) -> None:
    """The text stays readable with its links; the HTML stands in a frame without scripts, forms or an origin."""
    token = {"X-Sandbox-Token": keys.inbox_token}
    html = "<p>请<a href='https://mall.example/'>确认</a></p><script>alert(1)</script>"
    mail = {
        "to": "lily@example.com",
        "kind": "mail",
        "text": "验证\n\nhttps://mall.example/?token=a.b-c_d",
        "subject": "验证",
    }
    for more in ({"html": html}, {"html": 7}, {}):
        answer = client.post("/sandbox/inbox", json={**mail, **more}, headers=token)
        assert answer.status_code == (400 if more.get("html") == 7 else 200)
    plain, full = client.get("/sandbox/inbox.json").json["messages"]
    assert set(plain) == {"to", "kind", "text", "sent_at"}
    assert (full["subject"], full["html"]) == ("验证", html)

    page = client.get("/sandbox/inbox/").text
    assert '<a href="https://mall.example/?token=a.b-c_d"' in page
    assert "<script>alert" not in page
    (frame,) = re.findall(r"<iframe[^>]*>", page)
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in frame
    path = re.search(r'src="([^"]+)"', frame)
    assert path is not None
    letter = client.get(path[1])
    assert letter.text == html
    rules = letter.headers["Content-Security-Policy"]
    assert "default-src 'none'" in rules
    assert "script-src" not in rules
    assert "form-action 'none'" in rules
    assert re.search(r"(?:^|; )sandbox allow-popups allow-popups-to-escape-sandbox(?:;|$)", rules)
    assert letter.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert client.get("/sandbox/inbox/999/letter/").status_code == 404


def test_console_shows_trades_and_notices(client: Any, shop: Shop, open_cashier: Opener) -> None:
    assert "还没有人打开过收银台" in client.get("/sandbox/").text
    shop.answers = [(200, "failure")] * 8
    client.post(f"{open_cashier('A1')}pay/")
    trade_no = open_cashier("A2").rstrip("/").rsplit("/", 1)[1]
    assert client.post(f"/sandbox/trades/{trade_no}/late/").status_code == 303

    page = client.get("/sandbox/")

    for shown in ("A1", "A2", "88.80", "重发通知", "已付款"):
        assert shown in page.text
    with client.get("/sandbox/static/sandbox.css") as css:
        assert css.status_code == 200


def test_unknown_trades_and_notices_are_404(client: Any) -> None:
    assert client.get("/sandbox/alipay/cashier/123/").status_code == 404
    assert client.post("/sandbox/alipay/cashier/123/pay/").status_code == 404
    assert client.post("/sandbox/alipay/cashier/123/cancel/").status_code == 404
    assert client.post("/sandbox/notices/1/resend/").status_code == 404


def test_production_refuses_the_sandbox(tmp_path: Path) -> None:
    app = Flask(__name__)
    app.config.update(MALL_MODE="production", INSTANCE=tmp_path, ALIPAY_APP_ID="1", ALIPAY_SELLER_ID="2")
    with pytest.raises(RuntimeError):
        routes.mount(app, app.config)
    assert "sandbox" not in app.blueprints
    assert list(tmp_path.iterdir()) == []


def test_processes_that_start_at_once_agree_on_the_keys(tmp_path: Path) -> None:
    folder = tmp_path / "sandbox-keys"
    with ProcessPoolExecutor(3, mp_context=multiprocessing.get_context("spawn")) as pool:
        made = list(pool.map(ensure_keys, [folder] * 3))

    assert made[0] == made[1] == made[2]
    assert made[0].app_private_pem != made[0].alipay_private_pem
    for file in folder.iterdir():
        assert stat.S_IMODE(os.stat(file).st_mode) == 0o600
    assert "PRIVATE" not in repr(made[0])
