"""After the order: parcels, receipt, invoice, once more, out of sight; and a deadline that runs down."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from app.orders.models import OrderStatus
from app.shared import clock
from tests.factories.world import Person, World
from tests.journeys.visits import DESK, PHONE, Visit
from tests.orders import scenes

pytestmark = pytest.mark.browser
Open = Callable[..., Visit]


@pytest.mark.parametrize(("width", "scripts"), [(PHONE, True), (DESK, False)], ids=["phone", "desk without scripts"])
def test_from_the_parcel_to_the_next_purchase(
    visit: Open, app: Flask, lily: Person, make: World, width: int, scripts: bool
) -> None:
    with app.app_context():
        number = scenes.bring_to(lily, make.sku(name="红色手机"), OrderStatus.UNRECEIVED)
    window = visit(width=width, scripts=scripts)
    window.sign_in(lily)
    window.go("/orders/info/?status=3")
    window.click("link", "订单详情")
    assert window.sees(f"SF{number[-8:]}")
    window.page.on("dialog", lambda dialog: dialog.accept())

    window.page.locator("summary").click()
    window.page.get_by_label("单位", exact=True).check()
    window.page.get_by_label("发票抬头").fill("试验有限公司")
    window.expect(400)
    window.click("button", "提交", exact=True)
    assert window.sees("单位抬头需要填写税号")
    window.page.get_by_label("税号", exact=True).fill("91110000MA00000001")
    window.click("button", "提交", exact=True)
    assert window.sees("已申请，等待开具")

    window.click("button", "确认收货")
    assert window.sees("已确认收货")
    with app.app_context():
        assert scenes.status_of(number) is OrderStatus.UNREVIEWED
        scenes.finish(number)
    window.click("button", "再次购买")
    assert window.sees("已放入购物车 1 种商品")
    assert window.page.url.endswith("/carts/")
    window.go(f"/orders/{number}/")
    window.click("button", "删除订单")
    assert window.sees("还没有订单")


def test_a_reason_is_chosen_or_written(visit: Open, app: Flask, lily: Person, make: World) -> None:
    with app.app_context():
        number = scenes.bring_to(lily, make.sku(), OrderStatus.UNPAID)
    window = visit()
    window.enter(lily)
    window.go(f"/orders/{number}/")
    window.page.on("dialog", lambda dialog: dialog.accept())
    window.page.get_by_label("取消原因").fill("家里已经有了")
    window.click("button", "取消订单")
    assert window.sees("家里已经有了")
    with app.app_context():
        assert scenes.events_of(number)[-1][3:] == (f"user:{lily.id}", "家里已经有了")


def test_the_time_to_pay_runs_down_and_out(visit: Open, app: Flask, lily: Person, make: World) -> None:
    with app.app_context():
        number = scenes.bring_to(lily, make.sku(), OrderStatus.UNPAID)
    window = visit()
    window.enter(lily)
    window.go(f"/orders/{number}/")
    timer = window.page.get_by_role("timer")
    first = timer.inner_text()
    assert first[:2] in {"29", "30"}
    window.page.wait_for_function("before => document.querySelector('[role=timer]').textContent !== before", arg=first)
    with app.app_context():
        scenes.set_columns(number, pay_before=clock.now() + timedelta(seconds=3))
    window.go(f"/orders/{number}/")
    assert window.page.get_by_role("button", name="去支付").is_visible()
    window.page.get_by_role("button", name="去支付").wait_for(state="detached")  # the page asks again by itself
    assert window.page.get_by_role("timer").count() == 0
