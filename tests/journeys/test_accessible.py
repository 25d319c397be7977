"""axe-core finds nothing serious on the pages of a purchase, at the width of a phone and of a desk."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.factories.world import Person, World
from tests.journeys.visits import DESK, PHONE, Visit

pytestmark = pytest.mark.browser
GRAVE = {"serious", "critical"}


def grave(window: Visit) -> list[Any]:
    """What axe calls serious or critical, with the pieces of the page it means."""
    found = Axe().run(window.page).response["violations"]
    return [
        (window.page.url, each["id"], [node["html"][:120] for node in each["nodes"][:3]])
        for each in found
        if each["impact"] in GRAVE
    ]


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_pages_of_a_purchase(visit: Callable[..., Visit], lily: Person, make: World, width: int) -> None:
    leaf = make.categories()[2]
    sku, last = make.sku(name="红色手机"), make.sku(name="黑色手机", stock=1)
    make.sku(name="白色手机", stock=0)
    window = visit(width=width)
    violations: list[Any] = []

    for path in ("/", f"/list/{leaf}/1/", f"/detail/{sku}/", "/search/?q=手机", "/carts/", "/register/", "/login/"):
        window.go(path)
        violations += grave(window)
    window.enter(lily)
    for each in (sku, last):
        window.call("POST", "/carts/", sku_id=each, count=1)
    for path in ("/carts/", "/orders/settlement/", "/addresses/", "/info/"):
        window.go(path)
        violations += grave(window)
    window.go("/orders/settlement/")
    window.click("button", "提交订单")
    violations += grave(window)
    window.click("link", "我的订单")
    violations += grave(window)
    window.click("link", "订单详情")
    violations += grave(window)

    assert violations == []
