"""The user centre on a phone: a new number, addresses in 东莞市 and 香港, hearts and history; without scripts too."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.shared.db import db
from app.users import addresses
from app.users.models import User
from tests.factories.world import Person, World
from tests.journeys.conftest import RunningWorker
from tests.journeys.test_accessible import grave
from tests.journeys.test_first_purchase import first_sms
from tests.journeys.visits import DESK, PHONE, Visit

pytestmark = pytest.mark.browser
BOTH_WAYS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
# what a reader presses, in either language
WORDS = {
    "zh": {
        "code": "获取短信验证码",
        "sms": "短信验证码",
        "next": "下一步",
        "mobile": "新手机号",
        "change": "更换手机号",
        "done": "手机号已更换",
        "sent": "验证码已发送",
    },
    "en": {
        "code": "Get SMS code",
        "sms": "SMS code",
        "next": "Next",
        "mobile": "New mobile",
        "change": "Change mobile",
        "done": "Mobile changed",
        "sent": "Code sent",
    },
}


def speak(window: Visit, language: str) -> None:
    """The window's language, as the switch in the footer sets it."""
    if language == "en":
        window.go("/info/")
        window.page.get_by_role("button", name="English").last.click()
        window.look()


@pytest.mark.parametrize(
    ("language", "scripts", "turn"), [("zh", True, 1), ("zh", False, 2), ("en", True, 3), ("en", False, 4)]
)
def test_change_mobile(
    visit: Callable[..., Visit],
    app: Flask,
    make: World,
    worker: RunningWorker,
    language: str,
    scripts: bool,
    turn: int,
) -> None:
    words, new = WORDS[language], f"1390000020{turn}"  # the inbox remembers the numbers of earlier turns
    mover = make.person("mover", f"1390000010{turn}")
    window = visit(scripts=scripts)
    window.enter(mover)
    speak(window, language)
    window.go("/mobile/")
    for number, last in ((mover.mobile, words["next"]), (new, words["change"])):
        if number == new:
            window.page.get_by_label(words["mobile"]).fill(new)
        window.page.get_by_role("button", name=words["code"]).click()
        window.sees(words["sent"])
        window.page.get_by_label(words["sms"], exact=True).fill(first_sms(window, number))
        window.page.get_by_role("button", name=last).click()
        window.look()
    assert window.sees(words["done"])
    assert window.sees(f"139****{new[-4:]}")
    with app.app_context():
        assert db.session.scalar(select(User.mobile).where(User.id == mover.id)) == new


@BOTH_WAYS
def test_addresses_in_dongguan_and_hong_kong(
    visit: Callable[..., Visit], app: Flask, make: World, fred: Person, scripts: bool
) -> None:
    result = app.test_cli_runner().invoke(args=["areas", "load"])
    assert result.exit_code == 0, result.output
    window = visit(scripts=scripts)
    window.enter(fred)
    for receiver, chain in (
        ("东莞的王", ("广东省", "东莞市", "南城街道")),
        ("香港的李", ("香港特别行政区", None, None)),
    ):
        window.go("/addresses/")
        add(window, receiver, chain)
    with app.app_context():
        hong_kong, dongguan = sorted(addresses.list_addresses(fred.id), key=lambda card: card.id, reverse=True)
    assert (dongguan.region, dongguan.is_default) == ("广东省 东莞市 南城街道", True)
    assert hong_kong.region.startswith("香港特别行政区")
    window.go("/addresses/")
    window.click("button", "设为默认")
    window.click("button", "删除 香港的李 的地址")
    with app.app_context():
        (left,) = addresses.list_addresses(fred.id)
    assert (left.receiver, left.is_default) == ("东莞的王", True)


def add(window: Visit, receiver: str, chain: tuple[str, str | None, str | None]) -> None:
    """Fill the form; None takes the first that is offered."""
    page = window.page
    page.get_by_label("收货人").fill(receiver)
    page.get_by_label("手机号").fill("13912345678")
    page.get_by_label("详细地址").fill("一号楼 2 单元 301")
    for label, name in zip(("省 / 直辖市", "城市", "区 / 县"), chain, strict=True):
        picker = page.get_by_label(label)
        if label != "省 / 直辖市" and not window.scripts:
            page.get_by_role("button", name="选择", exact=True).click()
            window.look()
        picker.locator("option").nth(1).wait_for(state="attached")
        if name:
            picker.select_option(label=name)
        else:
            picker.select_option(index=1)
    page.get_by_role("button", name="保存地址").click()
    window.look()
    assert window.sees(receiver)


@BOTH_WAYS
def test_rename_an_address_in_its_place(visit: Callable[..., Visit], app: Flask, lily: Person, scripts: bool) -> None:
    window = visit(scripts=scripts)
    window.enter(lily)
    window.go("/addresses/")
    window.page.locator(".rename summary").click()
    window.page.locator(".rename").get_by_role("textbox", name="地址标签").fill("公司")
    window.page.locator(".rename").get_by_role("button", name="保存").click()
    window.look()
    with app.app_context():
        assert [card.title for card in addresses.list_addresses(lily.id)] == ["公司"]


@BOTH_WAYS
def test_mark_look_and_clear(visit: Callable[..., Visit], make: World, lily: Person, scripts: bool) -> None:
    sku_id = make.sku(name="心仪手机")
    window = visit(scripts=scripts)
    window.enter(lily)
    window.go(f"/detail/{sku_id}/")
    window.page.get_by_role("button", name="收藏", exact=True).click()
    window.page.get_by_role("button", name="已收藏").wait_for()
    window.go("/favourites/")
    window.sees("心仪手机")
    window.click("button", "取消收藏 心仪手机")
    window.sees("还没有收藏")
    window.call("POST", "/browse_histories/", sku_id=sku_id)
    window.go("/history/")
    window.sees("心仪手机")
    window.page.on("dialog", lambda dialog: dialog.accept())
    window.click("button", "清空")
    window.sees("还没有浏览记录")


def test_leave_the_mall(visit: Callable[..., Visit], app: Flask, lily: Person) -> None:
    window = visit()
    window.enter(lily)
    window.go("/security/")
    with window.page.expect_download() as caught:
        window.page.get_by_role("button", name="下载").click()
    assert caught.value.suggested_filename.endswith(".json")
    window.click("link", "注销")
    window.page.get_by_label("密码", exact=True).fill(lily.password)
    window.page.get_by_label("我了解注销后无法恢复").check()
    window.page.on("dialog", lambda dialog: dialog.accept())
    window.page.get_by_role("button", name="注销账号").click()
    window.sees("账号已注销")
    with app.app_context():
        assert db.session.get_one(User, lily.id).deleted_at is not None


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_its_pages_are_accessible(visit: Callable[..., Visit], make: World, lily: Person, width: int) -> None:
    sku_id = make.sku(name="心仪手机")
    make.sku(name="下架手机", is_launched=False)
    window = visit(width=width)
    window.enter(lily)
    window.call("POST", f"/favourites/{sku_id}/")
    window.call("POST", f"/favourites/{sku_id + 1}/")
    window.call("POST", "/browse_histories/", sku_id=sku_id)
    violations = []
    for path in (
        "/info/",
        "/profile/",
        "/security/",
        "/mobile/",
        "/favourites/",
        "/history/",
        "/reviews/",
        "/addresses/",
        "/account/delete/",
    ):
        window.go(path)
        violations += grave(window)
    assert violations == []
