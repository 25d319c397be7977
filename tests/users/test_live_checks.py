"""Registering in Chromium: names and numbers are looked up while they are typed, and the way in without scripts."""

from typing import Any

import pytest
from playwright.sync_api import expect

from app.verifications import store
from tests.factories.world import Person
from tests.fixtures.browser import Server
from tests.journeys.visits import DESK, PHONE, Visit

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_taken_names_and_numbers_are_said_while_typing(server: Server, chromium: Any, fred: Person, width: int) -> None:
    visit = Visit(chromium, server.url, width=width)
    visit.go("/register/")
    page = visit.page
    page.get_by_label("用户名").fill("FREDRICK")
    page.get_by_text("用户名已存在").wait_for()
    page.get_by_label("用户名").fill("fredrick_2")
    page.get_by_text("用户名已存在").wait_for(state="hidden")
    page.get_by_label("手机号").fill(fred.mobile)
    page.get_by_text("手机号已注册").wait_for()
    page.get_by_label("手机号").fill("13912345678")
    page.get_by_text("手机号已注册").wait_for(state="hidden")
    visit.look()
    visit.context.close()


def test_who_asks_too_often_is_told_nothing_and_can_go_on(server: Server, chromium: Any, fred: Person) -> None:
    server.app.config["LOOKUPS_PER_ADDRESS_PER_MINUTE"] = 0
    visit = Visit(chromium, server.url)
    visit.expect(429)
    visit.go("/register/")
    with visit.page.expect_response("**/usernames/fredrick/count/") as answer:
        visit.page.get_by_label("用户名").fill("fredrick")
    assert answer.value.status == 429
    visit.look()
    assert not visit.page.get_by_text("用户名已存在").is_visible()
    visit.context.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_picture_code_after_failures_and_the_devices_page(
    server: Server, chromium: Any, lily: Person, scripts: bool
) -> None:
    visit = Visit(chromium, server.url, scripts=scripts)
    visit.expect(400)
    visit.go("/login/?next=/devices/")
    page = visit.page
    for _ in range(3):
        page.get_by_label("用户名或手机号").fill("lily")
        page.get_by_label("密码", exact=True).fill("not the right one")
        page.get_by_role("button", name="登录", exact=True).click()
        page.get_by_text("用户名或密码错误").wait_for()
    old = page.locator("[name=image_code_id]").input_value()
    page.get_by_role("button", name="换一张").click()
    expect(page.locator("[name=image_code_id]")).not_to_have_value(old)
    ident = page.locator("[name=image_code_id]").input_value()
    with server.app.app_context():
        text = store.peek_image_code(ident)
    page.get_by_label("图形验证码", exact=True).fill(text)
    page.get_by_label("密码", exact=True).fill(lily.password)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url("**/devices/")
    page.get_by_text("本机").wait_for()
    assert page.get_by_text("登录失败").count() == 3
    page.get_by_role("button", name="退出所有设备").click()
    page.wait_for_url("**/login/")
    visit.context.close()
