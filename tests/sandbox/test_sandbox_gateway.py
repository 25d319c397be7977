"""The gateway: signatures in both directions, and Alipay's rules for trades."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from urllib.parse import unquote_plus

import pytest
from alipay import AliPay
from alipay.exceptions import AliPayException
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask

from tests.sandbox.shop import Shop

Opener = Callable[..., str]


def path_of(shop: Shop, url: str) -> str:
    return url.removeprefix(shop.base)


def test_signed_address_opens_the_cashier(client: Any, open_cashier: Opener) -> None:
    page = client.get(open_cashier("A1", "88.80"))

    assert page.status_code == 200
    for shown in ("沙箱收银台", "88.80", "A1", "美多商城A1", "付款", "取消", "付两次", "迟到付款"):
        assert shown in page.text
    assert "style=" not in page.text
    assert "<script" not in page.text


def test_address_may_be_posted_as_a_form(client: Any, shop: Shop) -> None:
    url, _, query = shop.address("A1").partition("?")
    answer = client.post(path_of(shop, url), data=query, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 303


@pytest.mark.parametrize(
    ("old", "new"), [("88.80", "00.01"), ("notify", "notifz"), ("app_id=2021", "app_id=2022"), ("sign=", "sign=AAAA")]
)
def test_forged_address_is_refused(client: Any, shop: Shop, old: str, new: str) -> None:
    forged = path_of(shop, shop.address("A1")).replace(old, new, 1)

    answer = client.get(forged)

    assert answer.status_code == 400
    assert "isv.invalid-" in answer.text


def test_address_signed_by_a_stranger_is_refused(client: Any, shop: Shop, sdk: AliPay, app: Flask) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    public = app.extensions["sandbox"].keys.alipay_public_pem
    shop.sdk = AliPay(sdk.appid, None, pem, public)

    answer = client.get(path_of(shop, shop.address("A1")))

    assert answer.status_code == 400
    assert "isv.invalid-signature" in answer.text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("total_amount", "88.8"),
        ("total_amount", "0.00"),
        ("total_amount", "100000000.01"),
        ("total_amount", 88.8),
        ("out_trade_no", "A-1"),
        ("out_trade_no", "A" * 65),
        ("subject", "a/b"),
        ("subject", ""),
        ("product_code", "QUICK_WAP_PAY"),
        ("time_expire", "2020-01-01 00:00:00"),
        ("time_expire", "soon"),
    ],
)
def test_content_is_checked(client: Any, shop: Shop, sdk: AliPay, field: str, value: Any) -> None:
    content: dict[str, Any] = {
        "out_trade_no": "A1",
        "total_amount": "88.80",
        "subject": "美多商城",
        "product_code": "FAST_INSTANT_TRADE_PAY",
    }
    query = sdk.client_api("alipay.trade.page.pay", biz_content=content | {field: value})

    answer = client.get(f"/sandbox/alipay/gateway.do?{query}")

    assert answer.status_code == 400
    assert "ACQ.INVALID_PARAMETER" in answer.text


def test_notify_address_with_a_query_is_refused(client: Any, shop: Shop) -> None:
    answer = client.get(path_of(shop, shop.address("A1", notify_url="http://127.0.0.1/x?a=1")))
    assert "isv.invalid-parameter" in answer.text


def test_same_number_again_is_the_same_trade_but_other_terms_are_refused(
    client: Any, shop: Shop, open_cashier: Opener
) -> None:
    first = open_cashier("A1", "88.80")

    assert open_cashier("A1", "88.80") == first
    for url in (shop.address("A1", "88.81"), shop.address("A1", subject="另一件")):
        answer = client.get(path_of(shop, url))
        assert answer.status_code == 400
        assert "ACQ.CONTEXT_INCONSISTENT" in answer.text


def test_query_before_the_cashier_is_opened_knows_no_trade(sdk: AliPay, shop: Shop) -> None:
    shop.address("A1")
    answer = sdk.api_alipay_trade_query(out_trade_no="A1")
    assert (answer["code"], answer["sub_code"]) == ("40004", "ACQ.TRADE_NOT_EXIST")
    closed = sdk.api_alipay_trade_close(out_trade_no="A1")
    assert (closed["code"], closed["sub_code"]) == ("40004", "ACQ.TRADE_NOT_EXIST")


def test_query_follows_the_trade(client: Any, sdk: AliPay, open_cashier: Opener) -> None:
    cashier = open_cashier("A1")
    waiting = sdk.api_alipay_trade_query(out_trade_no="A1")
    client.post(f"{cashier}pay/")
    paid = sdk.api_alipay_trade_query(trade_no=waiting["trade_no"])

    assert waiting["trade_status"] == "WAIT_BUYER_PAY"
    assert "send_pay_date" not in waiting
    assert paid["trade_status"] == "TRADE_SUCCESS"
    assert (paid["out_trade_no"], paid["total_amount"], paid["receipt_amount"]) == ("A1", "88.80", "88.80")
    assert paid["fund_bill_list"] == [{"amount": "88.80", "fund_channel": "ALIPAYACCOUNT"}]


def test_only_a_waiting_trade_can_be_closed(client: Any, sdk: AliPay, shop: Shop, open_cashier: Opener) -> None:
    open_cashier("A1")
    paid_cashier = open_cashier("A2")
    client.post(f"{paid_cashier}pay/")

    closed = sdk.api_alipay_trade_close(out_trade_no="A1")
    again = sdk.api_alipay_trade_close(out_trade_no="A1")
    too_late = sdk.api_alipay_trade_close(out_trade_no="A2")

    assert (closed["code"], closed["out_trade_no"]) == ("10000", "A1")
    assert sdk.api_alipay_trade_query(out_trade_no="A1")["trade_status"] == "TRADE_CLOSED"
    assert again["sub_code"] == too_late["sub_code"] == "ACQ.TRADE_STATUS_ERROR"
    assert "ACQ.TRADE_HAS_CLOSE" in client.get(path_of(shop, shop.address("A1"))).text
    assert "ACQ.TRADE_HAS_SUCCESS" in client.get(path_of(shop, shop.address("A2"))).text


def test_trade_closes_itself_at_its_deadline(
    client: Any, sdk: AliPay, open_cashier: Opener, set_time: Callable[[timedelta], None]
) -> None:
    cashier = open_cashier("A1")
    set_time(timedelta(minutes=31))

    assert sdk.api_alipay_trade_query(out_trade_no="A1")["trade_status"] == "TRADE_CLOSED"
    assert client.post(f"{cashier}pay/").status_code == 409
    assert "迟到付款" in client.get(cashier).text


def test_refund_is_idempotent_and_never_above_the_total(client: Any, sdk: AliPay, open_cashier: Opener) -> None:
    client.post(f"{open_cashier('A1', '100.00')}pay/")

    first = sdk.api_alipay_trade_refund("30.00", out_trade_no="A1", out_request_no="R1")
    again = sdk.api_alipay_trade_refund("30.00", out_trade_no="A1", out_request_no="R1")
    other = sdk.api_alipay_trade_refund("31.00", out_trade_no="A1", out_request_no="R1")
    above = sdk.api_alipay_trade_refund("70.01", out_trade_no="A1", out_request_no="R2")
    unnumbered = sdk.api_alipay_trade_refund("1.00", out_trade_no="A1")
    rest = sdk.api_alipay_trade_refund("70.00", out_trade_no="A1", out_request_no="R3")
    repeated = sdk.api_alipay_trade_refund("70.00", out_trade_no="A1", out_request_no="R3")

    assert (first["code"], first["fund_change"], first["refund_fee"]) == ("10000", "Y", "30.00")
    assert (again["code"], again["fund_change"], again["refund_fee"]) == ("10000", "N", "30.00")
    assert other["sub_code"] == "ACQ.DISCORDANT_REPEAT_REQUEST"
    assert above["sub_code"] == "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL"
    assert unnumbered["sub_code"] == "ACQ.INVALID_PARAMETER"
    assert (rest["fund_change"], rest["refund_fee"]) == ("Y", "100.00")
    assert (repeated["fund_change"], repeated["refund_fee"]) == ("N", "100.00")
    assert sdk.api_alipay_trade_query(out_trade_no="A1")["trade_status"] == "TRADE_CLOSED"


def test_refund_query_tells_only_what_was_done(client: Any, sdk: AliPay, open_cashier: Opener) -> None:
    client.post(f"{open_cashier('A1', '100.00')}pay/")
    sdk.api_alipay_trade_refund("30.00", out_trade_no="A1", out_request_no="R1")

    done = sdk.api_alipay_trade_fastpay_refund_query("R1", out_trade_no="A1")
    unknown = sdk.api_alipay_trade_fastpay_refund_query("R9", out_trade_no="A1")
    no_trade = sdk.api_alipay_trade_fastpay_refund_query("R1", out_trade_no="A9")

    assert (done["refund_status"], done["refund_amount"], done["total_amount"]) == ("REFUND_SUCCESS", "30.00", "100.00")
    assert unknown["code"] == "10000"
    assert "refund_status" not in unknown
    assert no_trade["sub_code"] == "ACQ.TRADE_NOT_EXIST"


def test_unpaid_trade_cannot_be_refunded(sdk: AliPay, open_cashier: Opener) -> None:
    open_cashier("A1")
    answer = sdk.api_alipay_trade_refund("88.80", out_trade_no="A1")
    assert answer["sub_code"] == "ACQ.TRADE_STATUS_ERROR"


def test_parallel_refunds_with_one_number_pay_back_once(client: Any, sdk: AliPay, open_cashier: Opener) -> None:
    client.post(f"{open_cashier('A1', '100.00')}pay/")

    def ask(_: int) -> Any:
        return sdk.api_alipay_trade_refund("60.00", out_trade_no="A1", out_request_no="R1")

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(ask, range(6)))

    assert sorted(answer["fund_change"] for answer in answers) == ["N"] * 5 + ["Y"]
    assert {answer["refund_fee"] for answer in answers} == {"60.00"}


def test_parallel_opening_and_paying_give_one_trade(app: Flask, shop: Shop, sdk: AliPay) -> None:
    url = path_of(shop, shop.address("A1"))
    gate = threading.Barrier(8)

    def buy(_: int) -> str:
        client = app.test_client()
        gate.wait()
        cashier = client.get(url).location
        gate.wait()
        return str(client.post(f"{cashier}pay/").location)

    with ThreadPoolExecutor(8) as pool:
        places = list(pool.map(buy, range(8)))

    trade_no = sdk.api_alipay_trade_query(out_trade_no="A1")["trade_no"]
    assert all(f"trade_no={trade_no}" in place for place in places)


@pytest.mark.parametrize(
    ("change", "code", "sub_code"),
    [
        ({"method": "alipay.trade.nonsense"}, "40002", "isv.invalid-method"),
        ({"app_id": "2021999999999999"}, "40002", "isv.invalid-app-id"),
        ({"sign": "AAAA"}, "40002", "isv.invalid-signature"),
        ({"sign": ""}, "40001", "isv.missing-signature"),
        ({"timestamp": "yesterday"}, "40002", "isv.invalid-signature"),
        ({"biz_content": '{"out_trade_no":"B1"}'}, "40002", "isv.invalid-signature"),
        ({"charset": "gbk"}, "40002", "isv.invalid-charset"),
    ],
)
def test_wrong_calls_get_a_signed_error_response(
    client: Any, sdk: AliPay, change: dict[str, str], code: str, sub_code: str
) -> None:
    data = sdk.build_body("alipay.trade.query", {"out_trade_no": "A1"})
    params = dict(part.split("=", 1) for part in sdk.sign_data(data).split("&"))
    form = {key: unquote_plus(value) for key, value in params.items()} | change

    answer = client.post("/sandbox/alipay/gateway.do", data=form)

    inner = json.loads(answer.text)["error_response"]
    assert (inner["code"], inner["sub_code"]) == (code, sub_code)
    with pytest.raises(AliPayException):
        sdk._verify_and_return_sync_response(answer.text, "alipay_trade_query_response")


def test_old_and_malformed_timestamps_are_refused(client: Any, sdk: AliPay) -> None:
    for stamp in ("2020-01-01 00:00:00", "2026/01/01"):
        query = sdk.client_api("alipay.trade.query", biz_content={"out_trade_no": "A1"}, timestamp=stamp)
        inner = client.get(f"/sandbox/alipay/gateway.do?{query}").json["error_response"]
        assert inner["sub_code"] == "isv.invalid-timestamp"


def test_signature_covers_the_exact_bytes(client: Any, sdk: AliPay, open_cashier: Opener) -> None:
    """A shop that parses and writes the inner object again computes another text: the sign must not fit that one."""
    query = sdk.client_api("alipay.trade.query", biz_content={"out_trade_no": "无/此单"})
    raw = client.get(f"/sandbox/alipay/gateway.do?{query}").text
    inner = raw[raw.index(":") + 1 : raw.rindex(',"sign"')]
    sign = json.loads(raw)["sign"]

    assert sdk._verify(inner, sign)
    assert not sdk._verify(json.dumps(json.loads(inner)), sign)
