"""Prices by the hundred in Chromium: changed, looked at, taken back; two at one SKU; stock corrected after a count."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.goods import generating
from app.goods.models import SKU
from app.shared.db import db
from tests.factories.world import Person, World
from tests.goods.shelf import values_of
from tests.journeys.test_accessible import grave
from tests.journeys.visits import DESK, Visit
from tests.journeys.visits import PHONE as NARROW

pytestmark = pytest.mark.browser


def prices(app: Flask) -> dict[int, Decimal]:
    with app.app_context():
        return {row.id: row.price for row in db.session.execute(select(SKU.id, SKU.price))}


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_two_hundred_prices_and_back(
    visit: Callable[..., Visit], app: Flask, make: World, tom: Person, scripts: bool
) -> None:
    """Five clicks to change, one to take back."""
    with app.app_context():
        generating.generate(200, 4, lambda _n: None)
    make.run(lambda: db.session.execute(update(SKU).values(default_image="")))  # the drawings are elsewhere
    before = prices(app)
    window = visit(scripts=scripts, width=DESK)
    window.go("/admin/skus/")
    window.sign_in(tom)
    page = window.page

    page.get_by_role("button", name="批量修改全部符合条件的 200 件商品").click()
    page.get_by_label("数值").fill("-10")
    page.get_by_label("尾数").select_option(label=".90")
    page.get_by_role("button", name="套用价格").click()
    if scripts:
        assert grave(window) == []
        first = page.locator("input[data-old]").first
        first.press("ArrowDown")  # one row down in the same column
        assert page.evaluate("document.activeElement.name") == page.locator("input[data-old]").nth(3).get_attribute(
            "name"
        )
        assert page.locator("input[data-changed]").count() >= 100
    page.get_by_role("button", name="保存并预览").click()
    page.get_by_label("原因（写进价格历史和库存流水）").fill("双十一")
    page.get_by_role("button", name="应用到 200 件商品").click()
    page.get_by_text("已修改 200 件商品。").wait_for()
    assert all(str(price).endswith(".90") for price in prices(app).values())

    page.get_by_role("button", name="撤销这次修改").click()
    page.get_by_text("已恢复 200 件商品。").wait_for()
    assert prices(app) == before


def test_two_at_one_sku(visit: Callable[..., Visit], app: Flask, make: World, tom: Person) -> None:
    anna = make.staff("annabel", "13800000005", "operations")
    sku = make.sku(name="旧名", price="100.00")
    toms, annas = visit(width=DESK), visit(width=NARROW)
    for window, person in ((toms, tom), (annas, anna)):
        window.go(f"/admin/skus/{sku}/")
        window.sign_in(person)
    annas.page.get_by_label("价格", exact=False).first.fill("95")
    annas.page.get_by_role("button", name="保存", exact=True).click()
    annas.page.get_by_text("已保存").wait_for()

    toms.expect(409)
    toms.page.get_by_label("副标题").fill("限时")
    toms.page.get_by_role("button", name="保存", exact=True).click()

    toms.page.get_by_text("别人修改了这件商品").wait_for()
    assert "annabel" in toms.page.get_by_role("alert").inner_text()
    assert values_of(make, sku, "price", "caption") == (Decimal("95.00"), "测试用")
    toms.page.get_by_role("button", name="把我的修改放到最新内容上").click()
    toms.page.get_by_text("已保存").wait_for()
    assert values_of(make, sku, "price", "caption") == (Decimal("95.00"), "限时")


def test_a_count_corrects_stock(visit: Callable[..., Visit], app: Flask, make: World, tom: Person) -> None:
    sku = make.sku(stock=10)
    window = visit(width=NARROW)
    window.go("/admin/stock-counts/")
    window.sign_in(tom)
    page = window.page
    page.get_by_label("粘贴盘点表").fill(f"{sku},8,10")
    page.get_by_role("button", name="核对").click()
    page.get_by_role("button", name="更正 1 件商品的库存").click()
    page.get_by_text("已更正 1 件商品的库存").wait_for()
    assert values_of(make, sku, "stock") == (8,)
