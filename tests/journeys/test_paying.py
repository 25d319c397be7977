"""At the sandbox cashier: changing one's mind, paying twice, paying too late, and not paying there at all."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.orders.models import Order, OrderStatus
from app.shared import clock
from app.shared.db import db
from tests.factories.world import Person, World
from tests.journeys.visits import Visit

pytestmark = pytest.mark.browser
Open = Callable[..., Visit]


@pytest.fixture
def ordered(visit: Open, lily: Person, make: World) -> Visit:
    """Lily on the settlement page with one phone, scripts off: the cashier must work for everybody."""
    window = visit(scripts=False)
    window.enter(lily)
    window.call("POST", "/carts/", sku_id=make.sku(price="100.00"), count=1)
    window.go("/orders/settlement/")
    return window


def submit(window: Visit) -> None:
    window.click("button", "提交订单")
    assert window.sees("订单提交成功")


def to_the_cashier(window: Visit) -> None:
    window.click("button", "去支付")
    assert "/sandbox/alipay/cashier/" in window.page.url
    assert window.sees("110.00")


def status(app: Flask) -> int:
    with app.app_context():
        return int(db.session.scalars(select(Order.status)).one())


def test_who_turns_back_at_the_cashier_can_pay_later(app: Flask, ordered: Visit) -> None:
    submit(ordered)
    to_the_cashier(ordered)
    ordered.click("button", "取消")
    assert status(app) == OrderStatus.UNPAID

    ordered.go("/orders/info/")
    to_the_cashier(ordered)
    ordered.click("button", "付款", exact=True)
    assert ordered.sees("订单支付成功")
    assert status(app) == OrderStatus.UNSENT


def test_paying_twice_is_one_paid_order(app: Flask, ordered: Visit) -> None:
    submit(ordered)
    to_the_cashier(ordered)
    ordered.click("button", "付两次")
    assert ordered.sees("订单支付成功")
    assert status(app) == OrderStatus.UNSENT


def test_cash_is_paid_at_the_door(app: Flask, ordered: Visit) -> None:
    ordered.page.get_by_label("货到付款").check()
    submit(ordered)
    assert ordered.page.get_by_role("button", name="去支付").count() == 0
    assert ordered.sees("我们会尽快为您发货")
    assert status(app) == OrderStatus.UNSENT


def test_after_the_deadline_nobody_is_sent_to_the_cashier(app: Flask, make: World, ordered: Visit) -> None:
    submit(ordered)
    late = clock.now() - timedelta(minutes=1)
    make.run(lambda: db.session.execute(update(Order).values(pay_before=late)))

    ordered.expect(409)
    ordered.click("button", "去支付")

    assert "/sandbox/" not in ordered.page.url
    assert ordered.sees("订单已不能支付")
    ordered.go("/orders/info/")
    assert ordered.page.get_by_role("button", name="去支付").count() == 0
