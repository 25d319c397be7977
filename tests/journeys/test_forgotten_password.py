"""An address confirmed by its letter, then a password forgotten and found again by mail; with and without scripts."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.factories.world import Person
from tests.fixtures.browser import Server
from tests.journeys.conftest import RunningWorker
from tests.journeys.visits import DESK, PHONE, Visit
from tests.users.post import let_another_code_go

pytestmark = pytest.mark.browser
NEW = "new 词 pässword!"
PATIENCE_S = 30


def letter_about(window: Visit, email: str, words: str) -> dict[str, Any]:
    """The newest letter to her whose subject says this, as soon as the worker has sent it."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        for message in window.call("GET", f"/sandbox/inbox.json?to={email}")["messages"]:
            if words in message["text"].split("\n")[0]:
                return dict(message)
    raise AssertionError(f"no letter about {words} came")


@pytest.mark.parametrize(("width", "scripts"), [(PHONE, False), (DESK, True)], ids=["plain phone", "desk"])
def test_confirm_an_address_and_come_back_by_it(
    visit: Callable[..., Visit],
    app: Flask,
    server: Server,
    worker: RunningWorker,
    lily: Person,
    width: int,
    scripts: bool,
) -> None:
    email = f"lily-{width}@mall.example"  # the sandbox keeps its letters from test to test
    member = visit(width=width, scripts=scripts)
    member.sign_in(lily)
    member.go("/emails/")
    member.page.get_by_label("电子邮箱").fill(email)
    member.click("button", "发送确认邮件")
    assert member.sees("待确认")
    letter_about(member, email, "邮箱验证")

    # the letter as a mail program shows it, in a frame that runs nothing; its button opens the shop
    member.go(f"/sandbox/inbox/?to={email}")
    member.page.locator("summary").first.click()
    with member.context.expect_page() as opened:
        member.page.frame_locator("iframe").first.get_by_role("link", name="确认邮箱").click()
    opened.value.get_by_role("button", name="确认邮箱").click()
    opened.value.get_by_text("邮箱已确认").wait_for()
    opened.value.close()

    stranger = visit(width=width, scripts=scripts)
    stranger.expect(400)
    stranger.go("/login/")
    stranger.click("link", "忘记密码")
    page = stranger.page
    page.get_by_label("用户名或手机号").fill(lily.username)
    page.get_by_label("图形验证码").fill("----")
    stranger.click("button", "下一步")
    assert stranger.sees("图形验证码有误")
    assert page.get_by_label("用户名或手机号").input_value() == lily.username, "what was typed is kept"
    ident = page.locator("[name=image_code_id]").input_value()
    page.get_by_label("图形验证码").fill(stranger.call("GET", f"/sandbox/image_codes/{ident}.json")["text"])
    stranger.click("button", "下一步")
    assert "138****0001" in page.locator("#channel").inner_text()
    assert lily.mobile not in page.content()

    let_another_code_go(app)
    page.select_option("#channel", "mail")
    page.get_by_role("button", name="获取验证码").click()
    assert stranger.sees("如果账号存在，验证码已发送")
    code = re.search(r"\b[0-9]{6}\b", letter_about(stranger, email, "验证码")["text"])
    assert code is not None
    page.get_by_label("验证码", exact=True).fill(code[0])
    stranger.click("button", "下一步")
    page.get_by_label("新密码", exact=True).fill(NEW)
    page.get_by_label("确认新密码").fill(NEW)
    stranger.click("button", "保存新密码")
    stranger.click("link", "去登录")

    member.go("/info/")
    assert "/login/" in member.page.url, "the reset signed every device out"
    letter_about(stranger, email, "密码已修改")
    stranger.sign_in(Person(lily.id, lily.username, lily.mobile, NEW))
    assert "lily" not in worker.stop(), "the worker's log names nobody"
