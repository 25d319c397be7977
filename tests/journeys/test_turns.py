"""What happens on the way: carts that meet, goods that run out, prices that move, fingers that click twice."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.goods.models import SKU
from app.orders.models import Order, OrderStatus
from app.shared.db import db
from tests.factories.world import Person, World
from tests.journeys.visits import DESK, Visit

pytestmark = pytest.mark.browser
Open = Callable[..., Visit]


def set_stock(app: Flask, sku_id: int, count: int) -> None:
    """Somebody counts the shelf."""
    result = app.test_cli_runner().invoke(args=["goods", "set-stock", str(sku_id), str(count), "--reason", "counted"])
    assert result.exit_code == 0, result.output


def stock_of(app: Flask, sku_id: int) -> int:
    with app.app_context():
        return int(db.session.scalars(select(SKU.stock).where(SKU.id == sku_id)).one())


def orders(app: Flask) -> list[tuple[int, str]]:
    with app.app_context():
        return [(row.status, str(row.total_amount)) for row in db.session.scalars(select(Order))]


def at_settlement(window: Visit, person: Person, counts: dict[int, int]) -> None:
    """Signed in, goods in the cart, the settlement page open."""
    window.enter(person)
    for sku_id, count in counts.items():
        window.call("POST", "/carts/", sku_id=sku_id, count=count)
    window.go("/orders/settlement/")


def test_carts_that_meet_are_clamped_and_say_so(visit: Open, app: Flask, lily: Person, make: World) -> None:
    scarce, plenty = make.sku(name="稀罕手机", stock=9), make.sku(name="平常手机", stock=9)
    desk = visit(width=DESK)
    desk.enter(lily)
    desk.call("POST", "/carts/", sku_id=plenty, count=1)
    phone = visit()
    phone.call("POST", "/carts/", sku_id=scarce, count=5)
    phone.call("POST", "/carts/", sku_id=plenty, count=3)
    set_stock(app, scarce, 2)

    phone.go("/login/?next=/carts/")
    phone.sign_in(lily)

    assert phone.sees("“稀罕手机”的数量已调整为 2 件")
    assert phone.page.get_by_label("稀罕手机 的数量").input_value() == "2"
    assert phone.page.get_by_label("平常手机 的数量").input_value() == "3"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_out_of_stock_while_settling_is_told(visit: Open, app: Flask, lily: Person, make: World, scripts: bool) -> None:
    sku = make.sku(name="稀罕手机", stock=2)
    window = visit(scripts=scripts)
    at_settlement(window, lily, {sku: 2})
    set_stock(app, sku, 1)

    window.click("button", "提交订单")

    assert "/carts/" in window.page.url
    assert window.sees("库存不足：稀罕手机 仅剩 1 件")
    assert orders(app) == []
    assert stock_of(app, sku) == 1


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_a_double_click_is_one_order(visit: Open, app: Flask, lily: Person, make: World, scripts: bool) -> None:
    sku = make.sku(stock=5, price="100.00")
    window = visit(scripts=scripts)
    at_settlement(window, lily, {sku: 1})

    window.page.get_by_role("button", name="提交订单").dblclick()
    window.page.wait_for_url("**/orders/success/**")

    assert window.sees("订单提交成功")
    assert orders(app) == [(OrderStatus.UNPAID, "110.00")]
    assert stock_of(app, sku) == 4


def test_a_price_that_moved_is_shown_before_it_is_paid(visit: Open, app: Flask, lily: Person, make: World) -> None:
    sku = make.sku(name="走俏手机", price="100.00")
    window = visit()
    at_settlement(window, lily, {sku: 2})
    make.run(lambda: db.session.execute(update(SKU).where(SKU.id == sku).values(price=Decimal("120.00"))))

    window.expect(409)
    window.click("button", "提交订单")

    said = window.page.get_by_role("alert")
    assert "走俏手机 的价格由 ¥100.00 变为 ¥120.00" in said.inner_text()
    assert "应付总额由 ¥210.00 变为 ¥250.00" in said.inner_text()
    assert orders(app) == []
    window.click("button", "提交订单")
    window.page.wait_for_url("**/orders/success/**")
    assert orders(app) == [(OrderStatus.UNPAID, "250.00")]


def test_an_unpaid_order_can_be_cancelled(visit: Open, app: Flask, lily: Person, make: World) -> None:
    sku = make.sku(stock=5)
    window = visit()
    at_settlement(window, lily, {sku: 3})
    window.click("button", "提交订单")
    window.page.wait_for_url("**/orders/success/**")
    assert stock_of(app, sku) == 2
    window.click("link", "我的订单")
    questions: list[str] = []
    window.page.once("dialog", lambda dialog: (questions.append(dialog.message), dialog.accept()))

    window.click("button", "取消订单")

    assert window.sees("订单已取消")
    assert questions == ["确定取消这笔订单吗？"]
    assert window.page.get_by_role("button", name="去支付").count() == 0
    assert orders(app) == [(OrderStatus.CANCELLED, orders(app)[0][1])]
    assert stock_of(app, sku) == 5


def test_a_bought_now_is_settled_alone(visit: Open, lily: Person, make: World) -> None:
    waiting, wanted = make.sku(name="等着的手机"), make.sku(name="想要的手机", price="88.00")
    window = visit()
    window.enter(lily)
    window.call("POST", "/carts/", sku_id=waiting, count=2)
    window.go(f"/detail/{wanted}/")

    window.click("button", "立即购买")

    window.page.wait_for_url("**/orders/settlement/")
    assert window.sees("98.00")
    assert window.page.get_by_text("等着的手机").count() == 0


def test_the_cart_follows_every_click(visit: Open, lily: Person, make: World) -> None:
    sku, other = make.sku(name="红色手机", price="10.00", stock=4), make.sku(name="黑色手机", price="7.00")
    window = visit(width=DESK)
    window.enter(lily)
    for each in (sku, other):
        window.call("POST", "/carts/", sku_id=each, count=1)
    window.go("/carts/")
    summary = window.page.get_by_label("结算", exact=True)

    window.page.get_by_label("红色手机 的数量").fill("4")
    window.page.get_by_label("红色手机 的数量").press("Tab")
    summary.get_by_text("47").first.wait_for()
    assert window.page.locator("#line-" + str(sku)).get_by_role("button", name="增加一件").is_disabled()
    window.page.get_by_role("checkbox", name="选中 红色手机").click()
    summary.get_by_text("1 件").wait_for()
    assert window.page.get_by_role("checkbox", name="选中 红色手机").get_attribute("aria-checked") == "false"
    window.page.get_by_role("checkbox", name="全选").first.click()
    summary.get_by_text("5 件").wait_for()
    window.page.get_by_role("button", name="从购物车删除 黑色手机").click()
    summary.get_by_text("4 件").wait_for()
    assert window.page.get_by_text("黑色手机").count() == 0
    window.look()
    assert window.call("GET", "/carts/")["selected_amount"] == "40.00"


def test_another_language_and_back(visit: Open, make: World) -> None:
    make.sku(name="红色手机")
    window = visit(width=DESK)
    window.go("/search/?q=手机")

    window.click("button", "English")

    assert window.page.locator("html").get_attribute("lang") == "en"
    assert "/search/" in window.page.url
    assert window.page.get_by_role("button", name="Search").is_visible()
    assert "红色手机" in window.page.get_by_role("main").inner_text(), "goods keep their names"
    window.click("button", "中文")
    assert window.page.locator("html").get_attribute("lang") == "zh-CN"
    assert window.page.get_by_role("button", name="搜索").is_visible()


# a ring may be drawn around the thing itself or around the box it sits in: something must change when focus leaves
FOCUS = """() => {
    const here = document.activeElement;
    const around = [here, here.parentElement, here.parentElement?.parentElement, here.closest("form")];
    const style = (each) => {
        const { outline, boxShadow, borderColor } = getComputedStyle(each ?? here);
        return [outline, boxShadow, borderColor].join();
    };
    const looks = () => {
        around.map(style);  // starts what moves; what counts is how it ends
        document.getAnimations().forEach((each) => each.finish());
        return around.map(style).join();
    };
    const focused = looks();
    here.blur();
    const left = looks();
    here.focus();
    return { id: here.id, name: here.getAttribute("aria-label") || here.textContent.trim(), shown: focused !== left };
}"""


def tab_to(window: Visit, wanted: str, most: int = 80) -> None:
    """Press Tab until something of this name or id has the focus, and see that it shows."""
    for _ in range(most):
        window.page.keyboard.press("Tab")
        here = window.page.evaluate(FOCUS)
        if wanted in (here["id"], here["name"]):
            assert here["shown"], f"nothing shows that {wanted} has the focus"
            return
    raise AssertionError(f"no way to {wanted} by keyboard")


def test_a_purchase_begins_without_a_mouse(visit: Open, make: World) -> None:
    sku = make.sku(name="红色手机")
    window = visit(width=DESK)
    window.go("/")

    tab_to(window, "跳到主要内容", most=1)
    tab_to(window, "q")
    window.page.keyboard.type("红色")
    window.page.keyboard.press("Enter")
    window.page.wait_for_url("**/search/**")
    window.look()
    tab_to(window, "把 红色手机 加入购物车")
    window.page.keyboard.press("Enter")
    assert window.sees("已加入购物车")
    assert [line["id"] for line in window.call("GET", "/carts/simple/")["cart_skus"]] == [sku]
    tab_to(window, "去购物车结算")
    window.page.keyboard.press("Enter")
    window.page.wait_for_url("**/carts/")
    window.look()
    tab_to(window, "选中 红色手机")
    window.page.keyboard.press("Space")
    window.page.get_by_role("checkbox", name="选中 红色手机", checked=False).wait_for()


def test_the_back_office_is_for_staff(visit: Open, lily: Person, tom: Person, make: World) -> None:
    make.sku(name="红色手机")
    stranger, shopper, staff = visit(), visit(), visit(width=DESK)

    stranger.go("/admin/")
    assert "/login/?next=" in stranger.page.url

    shopper.enter(lily)
    shopper.expect(403)
    for path in ("/admin/", "/admin/skus/", "/admin/orders/", "/admin/users/"):
        shopper.go(path)
        assert shopper.sees("您没有权限执行此操作"), path

    staff.go("/admin/")
    staff.sign_in(tom)
    assert "/admin/" in staff.page.url
    staff.page.get_by_role("link", name="商品 SKU").first.click()
    staff.look()
    assert staff.sees("红色手机")
    for path in ("/admin/orders/", "/admin/users/"):
        staff.go(path)
    assert staff.sees(lily.username)
