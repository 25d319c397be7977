"""Entering with a QQ: somebody new, and somebody who has an account here; at the sandbox's QQ, as a reader does it."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.oauth.models import OAuthUser
from app.shared.db import db
from app.users.models import User
from tests.factories.world import Person
from tests.journeys.conftest import RunningWorker
from tests.journeys.test_accessible import grave
from tests.journeys.test_first_purchase import first_sms, written_on
from tests.journeys.visits import DESK, PHONE, Visit

pytestmark = pytest.mark.browser
QQ_PAGE = "**/sandbox/qq/oauth2.0/authorize**"


def to_qq(window: Visit, next_page: str = "/carts/") -> None:
    """From the sign-in page, by the button."""
    window.go(f"/login/?next={next_page}")
    window.click("link", "QQ 登录")
    window.page.wait_for_url(QQ_PAGE)


def choose(window: Visit, person: str) -> None:
    """Say who one is."""
    window.click("button", person, exact=True)


def fill_in(window: Visit, mobile: str) -> None:
    """A new account: the suggested name, a number with its code, no password."""
    assert window.page.get_by_label("用户名").input_value() == "xiaomingtongxu"
    window.page.get_by_label("手机号").fill(mobile)
    picture = str(window.page.get_by_role("img", name="图形验证码").get_attribute("src")).split("/")[2]
    window.page.get_by_label("图形验证码", exact=True).fill(written_on(window, picture))
    window.click("button", "获取短信验证码")
    window.sees("验证码已发送")
    window.page.get_by_label("短信验证码").fill(first_sms(window, mobile))
    window.page.get_by_label("我已阅读并同意").check()
    window.click("button", "创建账号并登录")


@pytest.mark.parametrize(
    ("scripts", "width", "mobile"),
    [
        pytest.param(True, PHONE, "13900000011", id="phone", marks=pytest.mark.both),
        pytest.param(True, DESK, "13900000012", id="desk"),
        pytest.param(False, PHONE, "13900000013", id="plain"),
    ],
)
def test_qq_new_account(
    app: Flask, worker: RunningWorker, visit: Callable[..., Visit], scripts: bool, width: int, mobile: str
) -> None:
    window = visit(width=width, scripts=scripts)
    to_qq(window)
    choose(window, "小明同学")
    assert window.sees("小明同学，欢迎来到美多")
    fill_in(window, mobile)
    window.page.wait_for_url("**/carts/")
    with app.app_context():
        user = db.session.scalars(select(User)).one()
        assert (user.username, user.mobile, user.has_password) == ("xiaomingtongxu", mobile, False)

    again = visit(width=width, scripts=scripts)  # another browser: known by now
    to_qq(again, "/oauth/accounts/")
    choose(again, "小明同学")
    again.page.wait_for_url("**/oauth/accounts/")
    assert again.sees("唯一的登录方式")


@pytest.mark.parametrize(
    "scripts", [pytest.param(True, id="scripts", marks=pytest.mark.both), pytest.param(False, id="plain")]
)
def test_qq_binds_an_existing_account(app: Flask, visit: Callable[..., Visit], lily: Person, scripts: bool) -> None:
    window = visit(scripts=scripts)
    to_qq(window, "/addresses/")
    choose(window, "Lily")
    window.click("link", "用密码绑定")
    window.page.get_by_label("用户名或手机号").fill(lily.mobile)
    window.page.get_by_label("密码", exact=True).fill("not the password")
    window.expect(400)
    window.click("button", "绑定并登录")
    assert window.sees("用户名或密码错误")
    assert window.page.get_by_label("用户名或手机号").input_value() == lily.mobile
    window.page.get_by_label("密码", exact=True).fill(lily.password)
    window.click("button", "绑定并登录")
    window.page.wait_for_url("**/addresses/")
    with app.app_context():
        assert db.session.scalars(select(OAuthUser.user_id)).all() == [lily.id]

    window.go("/oauth/accounts/")
    window.click("button", "解除绑定 QQ")
    assert window.sees("已解除绑定")
    window.click("button", "绑定 QQ", exact=True)
    choose(window, "Lily")
    assert window.sees("QQ 已绑定")


def test_a_qq_that_fails_says_so_and_lets_one_try_again(visit: Callable[..., Visit], lily: Person) -> None:
    window = visit()
    window.expect(400, 409, 503)
    for fault, words in (("me:100016", "QQ 没有确认您的身份"), ("me:away", "QQ 暂时无法访问")):
        to_qq(window)
        window.page.get_by_label("让哪一步出错").select_option(fault)
        window.click("button", "出错并返回商城")
        assert window.sees(words)
    window.click("link", "重新用 QQ 登录")
    window.click("button", "取消登录")
    assert window.sees("您取消了 QQ 登录")
    window.click("link", "用账号密码登录")
    window.sign_in(lily)
    assert window.page.url.endswith("/carts/")


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_pages_are_accessible(visit: Callable[..., Visit], lily: Person, width: int) -> None:
    window = visit(width=width)
    violations = []
    to_qq(window)
    choose(window, "小明同学")
    for way in ("new", "password", "code"):
        window.go(f"/oauth/bind/?way={way}")
        violations += grave(window)
    window.expect(400)
    window.click("button", "绑定并登录")
    violations += grave(window)
    window.go("/oauth_callback/?state=forged")
    violations += grave(window)
    window.enter(lily)
    window.go("/oauth/accounts/")
    violations += grave(window)
    assert violations == []


def test_the_way_in_english(visit: Callable[..., Visit]) -> None:
    window = visit()
    window.go("/login/")
    window.click("button", "English")
    window.click("link", "Sign in with QQ")
    window.click("button", "Somebody without a nickname")
    assert window.sees("Welcome to Meiduo")
    for link in ("By password", "By SMS code", "New account"):
        window.click("link", link)
    assert window.sees("Create account and sign in")
