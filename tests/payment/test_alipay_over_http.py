"""The whole way over HTTP: cashier, signed notify, forged notify, return, parallel notifies, expiry against payment."""

import json
from collections import Counter
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from alipay import AliPay
from flask import Flask
from sqlalchemy import func, select

from app.gateways.doors import gateways
from app.goods.models import SKU
from app.orders.models import Order, OrderStatus
from app.payment import services
from app.payment.models import Receipt, Refund
from app.sandbox.keys import Keys, ensure_keys
from app.shared.db import db
from tests.concurrency.conftest import Shopper, at_once
from tests.factories.world import Person, World
from tests.fixtures.browser import Server
from tests.payment.provider import sign_in


@pytest.fixture
def keys(app: Flask) -> Keys:
    return ensure_keys(Path(app.config["INSTANCE"]) / "sandbox-keys")


@pytest.fixture
def shopper(server: Server, lily: Person) -> Shopper:
    return sign_in(server.url, lily)


def order(shopper: Shopper, sku: int) -> tuple[str, dict[str, str]]:
    """Cart, settlement, commit, start of payment: the number, and alipay_url with out_trade_no."""
    address = shopper.ask("POST", "/addresses/create/", ADDRESS)[1]["address"]["id"]
    status, done = shopper.ask("POST", "/orders/commit/", shopper.ready(address, [(sku, 1)]))
    assert status == 200, done
    status, link = shopper.ask("POST", f"/payment/{done['order_id']}/")
    assert status == 200, link
    return done["order_id"], link


ADDRESS = {
    "receiver": "莉莉",
    "province_id": 130000,
    "city_id": 130100,
    "district_id": 130102,
    "place": "中山路 2 号",
    "mobile": "13800000001",
}


def status_of(shopper: Shopper, number: str) -> int:
    return int(shopper.ask("GET", f"/orders/{number}/")[1]["order"]["status"])


def signed(keys: Keys, app: Flask, number: str, **changes: str) -> dict[str, str]:
    """A notify as Alipay would sign it."""
    fields = {
        "notify_id": "forged-1",
        "notify_type": "trade_status_sync",
        "app_id": app.config["ALIPAY_APP_ID"],
        "seller_id": app.config["ALIPAY_SELLER_ID"],
        "charset": "utf-8",
        "version": "1.0",
        "trade_no": "2026112222001",
        "out_trade_no": number,
        "trade_status": "TRADE_SUCCESS",
        "total_amount": "110.00",
        "subject": "一件 +商品%&=",
        **changes,
    }
    alipay = AliPay("x", None, keys.alipay_private_pem, keys.alipay_public_pem)
    text = "&".join(f"{name}={value}" for name, value in sorted(fields.items()))
    return {**fields, "sign_type": "RSA2", "sign": alipay._sign(text)}


def tell(server: Server, fields: dict[str, str]) -> tuple[int, str]:
    answer = requests.post(f"{server.url}/payment/alipay/notify/", data=fields, timeout=10)
    return answer.status_code, answer.text


def test_pay_at_the_cashier_and_the_order_is_paid(server: Server, shopper: Shopper, make: World) -> None:
    number, link = order(shopper, make.sku())
    assert link["out_trade_no"] == number
    assert status_of(shopper, number) == OrderStatus.UNPAID
    status, answer = shopper.ask("POST", f"/sandbox/alipay/{number}/pay.json")
    assert (status, answer["code"]) == (200, "0")
    assert status_of(shopper, number) == OrderStatus.UNSENT


def test_the_pay_url_carries_the_orders_own_deadline_and_amount(server: Server, shopper: Shopper, make: World) -> None:
    number, link = order(shopper, make.sku())
    query = {name: values[0] for name, values in parse_qs(urlsplit(link["alipay_url"]).query).items()}
    content = json.loads(query["biz_content"])
    assert (content["out_trade_no"], content["total_amount"]) == (number, "110.00")
    with server.app.app_context():
        from app.shared.clock import local

        deadline = db.session.scalars(select(Order.pay_before)).one()
        assert deadline is not None
        assert content["time_expire"] == local(deadline).strftime("%Y-%m-%d %H:%M:%S")
    assert query["notify_url"] == f"{server.url}/payment/alipay/notify/"


@pytest.mark.parametrize(
    "forged",
    [
        {"total_amount": "0.01"},
        {"app_id": "2021999999999999"},
        {"seller_id": "2088999999999999"},
        {"out_trade_no": "20261122999999999999"},
    ],
    ids=lambda forged: next(iter(forged)),
)
def test_a_signed_notify_that_is_not_ours_changes_nothing(
    app: Flask, server: Server, shopper: Shopper, make: World, keys: Keys, forged: dict[str, str]
) -> None:
    number, _ = order(shopper, make.sku())
    assert tell(server, signed(keys, app, number, **forged)) == (200, "failure")
    assert status_of(shopper, number) == OrderStatus.UNPAID


@pytest.mark.parametrize("field", ["total_amount", "trade_no", "subject", "sign", "sign_type"])
def test_a_tampered_notify_is_refused(
    app: Flask, server: Server, shopper: Shopper, make: World, keys: Keys, field: str
) -> None:
    number, _ = order(shopper, make.sku())
    fields = signed(keys, app, number)
    fields[field] = "RSA" if field == "sign_type" else fields[field][:-2] + "9="
    assert tell(server, fields) == (200, "failure")
    assert status_of(shopper, number) == OrderStatus.UNPAID


def test_ten_equal_notifies_at_once_are_one_receipt(
    app: Flask, server: Server, shopper: Shopper, make: World, keys: Keys
) -> None:
    number, _ = order(shopper, make.sku())
    fields = signed(keys, app, number)
    answers = Counter(at_once([lambda: tell(server, dict(fields)) for _ in range(10)]))
    assert answers == {(200, "success"): 10}
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Receipt)) == 1
        assert db.session.scalar(select(func.count()).select_from(Refund)) == 0
    assert status_of(shopper, number) == OrderStatus.UNSENT


@pytest.mark.race
def test_expiry_and_payment_at_the_same_moment_never_lose_money_or_goods(
    app: Flask, server: Server, shopper: Shopper, make: World, keys: Keys
) -> None:
    """Whoever is second sees the other's result: paid, or revived because the goods are still there."""
    sku = make.sku(stock=1)
    number, _ = order(shopper, sku)

    def expire() -> str:
        with app.app_context():
            order_id = db.session.scalars(select(Order.id)).one()
            return services.close_unpaid(order_id, "system", "到期", gateways().payment)

    results = at_once([expire, lambda: tell(server, signed(keys, app, number))[1]])
    assert results[1] == "success"
    with app.app_context():
        assert status_of(shopper, number) == OrderStatus.UNSENT
        assert db.session.scalar(select(SKU.stock).where(SKU.id == sku)) == 0
        assert db.session.scalar(select(func.count()).select_from(Refund)) == 0


def test_the_return_page_asks_and_shows_but_believes_no_forgery(
    app: Flask, server: Server, shopper: Shopper, make: World, keys: Keys
) -> None:
    number, link = order(shopper, make.sku())
    page = requests.get(link["alipay_url"], timeout=10)
    assert page.status_code == 200
    query = {"out_trade_no": number, "trade_no": "1", "total_amount": "110.00", "app_id": app.config["ALIPAY_APP_ID"]}
    status, answer = shopper.ask("GET", f"/payment/status/?{urlencode({**query, 'sign_type': 'RSA2', 'sign': 'AAAA'})}")
    assert (status, answer["code"]) == (400, "5006")
    back = signed(keys, app, number, trade_status="TRADE_SUCCESS")
    status, answer = shopper.ask("GET", f"/payment/status/?{urlencode(back)}")
    # validly signed, but the provider, when asked, knows of no money
    assert (status, answer["state"]) == (200, "waiting")
    assert status_of(shopper, number) == OrderStatus.UNPAID


def test_nobody_sees_or_pays_anothers_order(server: Server, shopper: Shopper, make: World, fred: Person) -> None:
    number, _ = order(shopper, make.sku())
    thief = sign_in(server.url, fred)
    for method, path in (
        ("GET", f"/orders/{number}/"),
        ("POST", f"/payment/{number}/"),
        ("POST", f"/orders/{number}/cancel/"),
        ("GET", f"/orders/success/?order_id={number}"),
    ):
        status, answer = thief.ask(method, path)
        assert (status, answer["code"]) == (404, "5003"), path
    assert status_of(shopper, number) == OrderStatus.UNPAID
