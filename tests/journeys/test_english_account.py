"""The whole account in English, on a phone and without scripts: join, addresses in 东莞市 and 香港, a forgotten
password, an own QQ. The same in Chinese, with and without scripts, stands in the journeys of each part."""

import re
import time
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.oauth.models import OAuthUser
from app.shared.db import db
from app.users import addresses
from app.users.models import User
from tests.journeys.conftest import RunningWorker
from tests.journeys.test_first_purchase import written_on
from tests.journeys.visits import Visit
from tests.users.post import let_another_code_go

pytestmark = pytest.mark.browser
MOBILE, FIRST, SECOND = "13900000301", "long-enough-7", "another long one 8"
PATIENCE_S = 30
HAN = re.compile(r"[\u4e00-\u9fff]")


def codes(window: Visit, number: int) -> str:
    """The newest code, once so many have come."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        messages = window.call("GET", f"/sandbox/inbox.json?to={MOBILE}")["messages"]
        if len(messages) >= number:
            return re.findall(r"\b\d{6}\b", messages[0]["text"])[0]
    raise AssertionError(f"SMS {number} did not come")


def reads_english(window: Visit) -> None:
    """No Chinese sentence in what the page itself says; names of people, areas and providers are theirs."""
    told = window.page.locator("main").inner_text()
    assert not [line for line in told.splitlines() if len(HAN.findall(line)) > 8 and "No. 1" not in line], told


def picture(window: Visit) -> str:
    shown = str(window.page.get_by_role("img", name="Image code").get_attribute("src")).split("/")[2]
    return written_on(window, shown)


def join(window: Visit) -> None:
    page = window.page
    window.go("/register/")
    window.click("button", "English")
    reads_english(window)
    page.get_by_label("Username").fill("alice_en")
    page.get_by_label("Mobile number").fill(MOBILE)
    page.get_by_label("Image code").fill(picture(window))
    window.click("button", "Get SMS code")
    page.get_by_label("SMS code", exact=True).fill(codes(window, 1))
    page.get_by_label("Password", exact=True).fill(FIRST)
    page.get_by_label("Confirm password").fill(FIRST)
    page.get_by_label("I have read and agree to").check()
    window.click("button", "Register", exact=True)
    page.wait_for_url(lambda url: "/register/" not in url)


def add(window: Visit, receiver: str, chain: tuple[str, str | None, str | None]) -> None:
    page = window.page
    window.go("/addresses/")
    page.get_by_label("Recipient").fill(receiver)
    page.get_by_label("Mobile number").fill(MOBILE)
    page.get_by_label("Street address").fill("No. 1")
    for label, name in zip(("Province / municipality", "City", "District / county"), chain, strict=True):
        picker = page.get_by_label(label)
        if name:
            picker.select_option(label=name)
        else:
            picker.select_option(index=1)
        if label != "District / county":
            window.click("button", "Choose", exact=True)
    window.click("button", "Save address")
    assert window.sees(receiver)
    reads_english(window)


def find_password(window: Visit, app: Flask) -> None:
    page = window.page
    window.go("/login/")
    window.click("link", "Forgot your password?")
    page.get_by_label("Username or mobile number").fill("alice_en")
    page.get_by_label("Image code").fill(picture(window))
    window.click("button", "Next")
    reads_english(window)
    let_another_code_go(app)
    window.click("button", "Send code")
    page.get_by_label("Code", exact=True).fill(codes(window, 2))
    window.click("button", "Next")
    page.get_by_label("New password", exact=True).fill(SECOND)
    page.get_by_label("Repeat the new password").fill(SECOND)
    window.click("button", "Save the new password")
    reads_english(window)


def test_an_account_in_english_without_scripts(visit: Callable[..., Visit], app: Flask, worker: RunningWorker) -> None:
    result = app.test_cli_runner().invoke(args=["areas", "load"])
    assert result.exit_code == 0, result.output
    window = visit(scripts=False)
    join(window)
    add(window, "Wang in Dongguan", ("广东省", "东莞市", "南城街道"))
    add(window, "Li in Hong Kong", ("香港特别行政区", None, None))
    with app.app_context():
        alice = db.session.scalars(select(User.id).where(User.username == "alice_en")).one()
        assert sorted(card.region.split(" ")[0] for card in addresses.list_addresses(alice)) == [
            "广东省",
            "香港特别行政区",
        ]
    window.go("/info/")
    window.click("button", "Sign out")
    find_password(window, app)

    window.go("/login/?next=/security/")
    window.click("link", "QQ")
    window.page.wait_for_url("**/sandbox/qq/oauth2.0/authorize**")
    window.page.get_by_role("button", name="Lily", exact=True).click()
    window.click("link", "By password")
    reads_english(window)
    window.page.get_by_label("Username or mobile number").fill(MOBILE)
    window.page.get_by_label("Password", exact=True).fill(SECOND)
    window.click("button", "Link and sign in")
    window.page.wait_for_url("**/security/")
    with app.app_context():
        assert db.session.scalars(select(OAuthUser.user_id)).all() == [alice]
