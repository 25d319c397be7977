"""`make screenshots`: the pages of the running demo mall at 390, 768 and 1280 pixels, into ./screenshots."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import config
from launch import packages, place
from launch.words import Refusal, complain, say

if TYPE_CHECKING:
    from playwright.sync_api import Page

WIDTHS = (390, 768, 1280)
FOLDER = Path("screenshots")
STRANGER = {
    "home": "/",
    "list": "/list/115/1/",
    "detail": "/detail/1/",
    "search": "/search/?q=手机",
    "cart-guest": "/carts/",
    "login": "/login/",
    "register": "/register/",
    "missing": "/no-such-page/",
    "sandbox": "/sandbox/",
    "inbox": "/sandbox/inbox/",
}
SHOPPER = {
    "cart": "/carts/",
    "settlement": "/orders/settlement/",
    "orders": "/orders/info/1/",
    "info": "/info/",
    "addresses": "/addresses/",
}
STAFF = {"admin": "/admin/"}


def sign_in(page: "Page", address: str, role: str) -> None:
    """Through the form, as a person would."""
    name, password = config.DEMO_ACCOUNTS[role]
    page.goto(f"{address}login/")
    page.fill("main [name=username]", name)
    page.fill("main [name=password]", password)
    with page.expect_navigation():
        page.press("main [name=password]", "Enter")
    if role == "staff":
        page.goto(f"{address}admin/login/")
        page.fill("main [name=code]", page.request.get(f"{address}sandbox/totp.json").json()["totp"])
        with page.expect_navigation():
            page.press("main [name=code]", "Enter")


def shoot(page: "Page", address: str, pages: dict[str, str]) -> None:
    for name, path in pages.items():
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(address.rstrip("/") + path)
            page.wait_for_load_state("networkidle")
            page.screenshot(path=FOLDER / f"{name}-{width}.png", full_page=True)
        say(f"{name:12} {path}")


def main() -> int:
    from playwright.sync_api import Error, sync_playwright

    browser_path = packages.chromium()
    if browser_path is None:
        complain("找不到 Chromium。 / No Chromium here: apt install chromium fonts-noto-cjk.")
        return 2
    try:
        where = place.from_environ("demo", os.environ)
        FOLDER.mkdir(exist_ok=True)
        with sync_playwright() as engine:
            browser = engine.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
            for role, pages in (("", STRANGER), ("shopper", SHOPPER), ("staff", STAFF)):
                page = browser.new_context(locale="zh-CN").new_page()
                if role:
                    sign_in(page, where.address, role)
                shoot(page, where.address, pages)
            browser.close()
    except Refusal as problem:
        complain(problem)
        return 2
    except Error as problem:
        complain(f"截图失败，商城是否在运行？ / No pictures; is the mall running? {problem.message.splitlines()[0]}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
