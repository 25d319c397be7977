"""Codes in Chromium: the picture renewed, the same by mail, the countdown, with scripts; nothing leaves the form."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from app.shared.redis import redis
from app.verifications import store
from tests.fixtures.browser import Server
from tests.journeys.visits import DESK, PHONE, Visit

pytestmark = pytest.mark.browser

MOBILE, EMAIL = "13912345678", "lily@mall.example"


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_code_by_mail_then_by_sms_without_leaving_the_form(
    visit: Callable[..., Visit], server: Server, width: int
) -> None:
    shopper = visit(width=width)
    page: Any = shopper.page
    shopper.go("/register/")
    page.fill("[name=username]", "alice_01")
    page.fill("[name=password]", "correct horse!")
    page.fill("[name=mobile]", MOBILE)

    before = page.input_value("[name=image_code_id]")
    page.click("[data-refresh]")
    page.wait_for_function("(old) => document.querySelector('[name=image_code_id]').value !== old", arg=before)

    page.click("summary")
    page.fill("[name=code_email]", EMAIL)
    page.click("[data-mail-code]")
    page.wait_for_selector("[data-mailed]:visible")
    assert page.locator("[data-captcha]").is_hidden()
    ident = page.input_value("[name=image_code_id]")
    with server.app.app_context():
        text = store.peek_image_code(ident)
    page.fill("[name=image_code]", text)
    page.click("[data-send-code]")
    page.wait_for_selector("[data-code-sent]:visible")

    button = page.locator("[data-send-code]")
    assert button.is_disabled()
    left = re.match(r"\d+", button.inner_text())
    assert left is not None
    assert 50 <= int(left[0]) <= 60, "what the server said is counted down"
    assert page.input_value("[name=password]") == "correct horse!"
    assert page.evaluate("document.activeElement.name") == "sms_code"
    with server.app.app_context():
        assert redis().hget(store.code_key("sms", "register", MOBILE), "code")
    shopper.look()


def test_a_wrong_picture_code_is_said_in_place_and_renewed(visit: Callable[..., Visit]) -> None:
    shopper = visit()
    shopper.expect(400)
    page: Any = shopper.page
    shopper.go("/register/")
    page.fill("[name=mobile]", MOBILE)
    page.fill("[name=image_code]", "----")
    before = page.input_value("[name=image_code_id]")
    page.click("[data-send-code]")
    page.wait_for_selector("[data-code-error]:visible")
    assert "图形验证码有误" in page.inner_text("[data-code-error]")
    page.wait_for_function("(old) => document.querySelector('[name=image_code_id]').value !== old", arg=before)
    assert page.locator("[data-send-code]").is_enabled()
