"""The demo mall in a browser: real names, real pictures, every page at the widths of phone, tablet and desk."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.factories.world import World
from tests.journeys.conftest import load_demo
from tests.journeys.visits import DESK, PHONE, Visit

pytestmark = pytest.mark.browser
TABLET = 768
CHINESE = ("提交订单", "我的订单", "订单详情", "去支付", "付款")
ENGLISH = ("Place order", "My orders", "Order details", "Pay now", "Pay")


@pytest.mark.parametrize("words", [CHINESE, ENGLISH], ids=["zh", "en"])
def test_every_page_fits_every_width(
    app: Flask, visit: Callable[..., Visit], make: World, words: tuple[str, ...]
) -> None:
    submit, orders, details, go_and_pay, pay = words
    load_demo(app)
    person = make.person("a_rather_long_name_x", "13800000001")
    window = visit(width=DESK)

    def fits(path: str = "") -> None:
        if path:
            window.go(path)
        for width in (PHONE, TABLET):
            window.narrow(width)
        window.narrow(DESK)

    if words is ENGLISH:
        window.go("/")
        window.click("button", "English")
    for path in ("/", "/list/1/1/", "/list/1/2/?sort=price", "/detail/1/", "/detail/655/", "/search/?q=手机"):
        fits(path)
    for path in ("/carts/", "/register/", "/login/", "/agreement/"):
        fits(path)
    window.enter(person)
    window.call("POST", "/browse_histories/", sku_id=7)
    for sku_id in (1, 100, 300, 655):
        window.call("POST", "/carts/", sku_id=sku_id, count=5)
    place = {"province_id": 130000, "city_id": 130100, "district_id": 130102, "place": "长" * 50}
    window.call("POST", "/addresses/create/", receiver="名" * 20, mobile="13800000001", **place)
    for path in ("/carts/", "/addresses/", "/info/", "/orders/settlement/"):
        fits(path)
    window.click("button", submit)
    fits()
    window.click("link", orders)
    fits()
    window.click("link", details)
    fits()
    window.click("button", go_and_pay)
    fits()
    window.click("button", pay, exact=True)
    window.page.wait_for_url("**/payment/status/**")
    fits()
    window.expect(404)
    fits("/nowhere/")
