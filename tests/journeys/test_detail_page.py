"""A SKU's page in Chromium: pictures by keyboard, another colour, being told when it is back, and no scripts at all."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select

from app.goods import services
from app.shared.db import db
from app.users import notices
from app.users.models import StockNotice
from tests.factories.world import World
from tests.goods.shelf import give_specs
from tests.journeys.conftest import load_demo
from tests.journeys.visits import DESK, PHONE, Visit

pytestmark = pytest.mark.browser


@pytest.fixture
def colours(make: World) -> tuple[int, int]:
    """Black, which is in stock, and white, which is not."""
    spu_id = make.spu("远见手机")
    black = make.sku(spu_id=spu_id, name="远见手机 黑色")
    white = make.sku(spu_id=spu_id, name="远见手机 白色", stock=0)
    give_specs(make, spu_id, {"颜色": ["黑色", "白色"]}, {black: {"颜色": "黑色"}, white: {"颜色": "白色"}})
    return black, white


def pressed(window: Visit, *keys: str) -> Any:
    """Press them; the dialog."""
    for key in keys:
        window.page.keyboard.press(key)
    return window.page.get_by_role("dialog", name="商品大图")


def test_the_gallery_by_keyboard(app: Flask, visit: Callable[..., Visit]) -> None:
    load_demo(app)
    window = visit(DESK)
    window.go("/detail/1/")
    first = window.page.get_by_role("link", name="查看大图：第 1 张，共 2 张")
    first.focus()

    dialog = pressed(window, "Enter")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_text("1 / 2")).to_be_visible()
    expect(dialog.get_by_role("button", name="关闭大图")).to_be_focused()
    pressed(window, "ArrowRight")
    expect(dialog.get_by_text("2 / 2")).to_be_visible()
    assert "-2-960.webp" in str(dialog.get_by_role("img").get_attribute("src"))
    stage = dialog.get_by_role("button", name="放大或缩小")
    stage.focus()
    pressed(window, "Enter")
    expect(stage).to_have_attribute("aria-pressed", "true")
    pressed(window, "Escape")

    expect(dialog).to_be_hidden()
    expect(window.page.get_by_role("link", name="查看大图：第 2 张，共 2 张")).to_be_focused()
    window.look()


def test_the_gallery_on_a_phone_and_without_scripts(app: Flask, visit: Callable[..., Visit]) -> None:
    load_demo(app)
    phone = visit(PHONE)
    phone.go("/detail/1/")
    phone.page.get_by_role("link", name="查看大图：第 1 张").click()
    expect(phone.page.get_by_role("dialog")).to_be_visible()
    phone.page.get_by_role("button", name="下一张").click()
    expect(phone.page.get_by_text("2 / 2")).to_be_visible()
    phone.page.get_by_role("button", name="关闭大图").click()
    expect(phone.page.get_by_role("dialog")).to_be_hidden()
    phone.look()

    plain = visit(DESK, scripts=False)
    plain.go("/detail/1/")
    link = plain.page.get_by_role("link", name="查看大图：第 1 张")
    large = plain.context.request.get(str(link.get_attribute("href")))
    assert (large.status, large.headers["content-type"]) == (200, "image/webp")
    plain.page.get_by_role("radio").first.focus()
    plain.page.keyboard.press("ArrowRight")
    expect(plain.page.get_by_role("link", name="查看大图：第 2 张")).to_be_visible()


def test_another_colour_without_leaving_the_page(visit: Callable[..., Visit], colours: tuple[int, int]) -> None:
    black, white = colours
    window = visit(DESK)
    window.go(f"/detail/{black}/")
    window.page.evaluate("window.stayed = true")
    window.page.get_by_role("link", name="黑色", exact=True).focus()

    window.page.keyboard.press("ArrowRight")
    window.page.keyboard.press("Enter")

    window.page.wait_for_url(f"**/detail/{white}/")
    expect(window.page.get_by_role("heading", level=1)).to_have_text("远见手机 白色")
    assert window.page.evaluate("window.stayed") is True, "fetched into place"
    expect(window.page).to_have_title("远见手机 白色 - 美多商城")
    expect(window.page.locator("a.option-current")).to_be_focused()
    expect(window.page.locator("[data-stock='out']")).to_be_visible()
    window.page.go_back()
    expect(window.page.get_by_role("heading", level=1)).to_have_text("远见手机 黑色")
    window.page.get_by_role("button", name="加入购物车", exact=True).first.click()
    assert window.sees("已加入购物车")
    window.look()


def test_tell_me_when_it_is_back(
    app: Flask, make: World, visit: Callable[..., Visit], colours: tuple[int, int]
) -> None:
    _black, white = colours
    lily = make.person("lily_waits", "13800000001")
    window = visit(PHONE)
    window.go(f"/detail/{white}/")
    window.click("link", "登录后设置到货提醒")
    window.sign_in(lily)
    window.page.wait_for_url(f"**/detail/{white}/")

    window.page.get_by_role("button", name="到货提醒我").click()
    expect(window.page.get_by_role("button", name="到货后会通知您")).to_have_attribute("aria-pressed", "true")
    with app.app_context():
        services.set_stock(white, 3, reason="到货", actor="staff:1")
        notices.sweep()
        assert db.session.scalar(select(StockNotice.told_at)) is not None

    window.go("/info/")
    assert window.sees("有 1 件您等待的商品到货了")
    window.go("/stock_notices/")
    window.click("link", "远见手机 白色")
    assert window.sees("仅剩 3 件")


def test_a_guest_sees_what_they_looked_at_and_may_forget_it(
    visit: Callable[..., Visit], colours: tuple[int, int]
) -> None:
    black, white = colours
    window = visit(DESK)
    window.go(f"/detail/{white}/")
    window.go(f"/detail/{black}/")

    recent = window.page.get_by_role("region", name="最近浏览")
    expect(recent.get_by_role("link", name="远见手机 白色")).to_be_visible()
    recent.get_by_role("button", name="清空").click()
    expect(recent).to_have_count(0)
    window.go(f"/detail/{white}/")
    window.page.wait_for_load_state("networkidle")
    expect(recent.get_by_role("link", name="远见手机 黑色")).to_have_count(0)


def test_a_kept_page_sells_without_scripts(visit: Callable[..., Visit], colours: tuple[int, int]) -> None:
    black, _white = colours
    visit(DESK).go(f"/detail/{black}/")  # now it is kept
    window = visit(PHONE, scripts=False)
    window.go(f"/detail/{black}/")
    assert window.page.locator("input[name=csrf_token]").first.input_value() == ""
    window.expect(400)

    window.click("button", "加入购物车", exact=True)
    assert window.sees("请再确认一次")
    window.click("button", "继续")

    assert window.sees("已加入购物车")
    assert window.sees("远见手机 黑色")
