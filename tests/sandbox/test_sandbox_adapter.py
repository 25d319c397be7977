"""The mall's own Alipay door and SMS door against the sandbox, over HTTP."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from app.gateways.payment import BadSignature, TradeStatus
from app.gateways.payment.alipay import AlipayGateway
from app.gateways.sms.inbox import InboxSms
from app.sandbox.keys import Keys
from app.shared import clock
from tests.sandbox.shop import APP_ID, SELLER_ID, Shop, return_fields, until


@pytest.fixture
def door(app: Flask, keys: Keys, shop: Shop) -> AlipayGateway:
    return AlipayGateway(
        gateway=shop.gateway,
        app_id=APP_ID,
        seller_id=SELLER_ID,
        app_private_key=keys.app_private_pem,
        alipay_public_key=keys.alipay_public_pem,
        notify_url=shop.notify_url,
        return_url=shop.return_url,
    )


def test_one_payment_through_the_mall_s_door(door: AlipayGateway, client: Any, shop: Shop) -> None:
    number = f"N{secrets.token_hex(6)}"
    url = door.pay_url(number, Decimal("12.30"), "美多商城 a/b=&c", clock.now() + timedelta(minutes=30))
    assert door.query(number).status is TradeStatus.NONE

    cashier = client.get(url.removeprefix(shop.base)).location
    assert door.query(number).status is TradeStatus.WAITING
    back = client.post(f"{cashier}pay/").location

    notice = door.read_notice(until(lambda: shop.told)[0])
    assert (notice.out_trade_no, notice.amount, notice.refunded) == (number, Decimal("12.30"), Decimal("0.00"))
    assert notice.status is TradeStatus.PAID
    answer = door.read_return(return_fields(back))
    assert (answer.out_trade_no, answer.trade_id) == (number, notice.trade_id)
    assert door.query(number).trade_id == notice.trade_id
    with pytest.raises(BadSignature):
        door.read_notice(shop.told[0] | {"total_amount": "0.01"})


def test_one_refund_through_the_mall_s_door(door: AlipayGateway, client: Any, shop: Shop) -> None:
    url = door.pay_url("N1", Decimal("12.30"), "美多商城", clock.now() + timedelta(minutes=30))
    client.post(f"{client.get(url.removeprefix(shop.base)).location}pay/")

    trade_id = door.query("N1").trade_id

    assert door.refund(trade_id, "R1", Decimal("2.30"), "不想要了") == Decimal("2.30")
    assert door.refund(trade_id, "R1", Decimal("2.30"), "不想要了") == Decimal("2.30")
    assert door.refunded(trade_id, "R1")
    assert not door.refunded(trade_id, "R2")
    told = until(lambda: [form for form in shop.told if "refund_fee" in form])
    assert door.read_notice(told[0]).refunded == Decimal("2.30")


def test_closing_through_the_mall_s_door(door: AlipayGateway, client: Any, shop: Shop) -> None:
    def opened(number: str) -> str:
        url = door.pay_url(number, Decimal("1.00"), "美多商城", clock.now() + timedelta(minutes=30))
        return str(client.get(url.removeprefix(shop.base)).location)

    opened("N1")
    client.post(f"{opened('N2')}pay/")
    results = [door.close(number) for number in ("N1", "N2", "N3")]
    assert results == [TradeStatus.CLOSED, TradeStatus.PAID, TradeStatus.NONE]


def test_deadline_of_the_order_is_the_deadline_of_the_trade(
    door: AlipayGateway, client: Any, shop: Shop, set_time: Callable[[timedelta], None]
) -> None:
    url = door.pay_url("N1", Decimal("1.00"), "美多商城", clock.now() + timedelta(minutes=30))
    client.get(url.removeprefix(shop.base))
    set_time(timedelta(minutes=29))
    assert door.query("N1").status is TradeStatus.WAITING
    set_time(timedelta(minutes=30, seconds=1))
    assert door.query("N1").status is TradeStatus.CLOSED


def test_sms_door_delivers_to_the_inbox(app: Flask, client: Any, shop: Shop, keys: Keys) -> None:
    InboxSms(shop.base, keys.inbox_token).send_text("13800000001", "您好")
    (message,) = client.get("/sandbox/inbox.json?to=13800000001").json["messages"]
    assert (message["kind"], message["text"]) == ("sms", "您好")
