"""From a word in pinyin to the other colour in the cart: with the mouse, on a phone, and by the keyboard alone."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.factories.world import World
from tests.goods.shelf import give_specs
from tests.journeys.visits import DESK, Visit

pytestmark = pytest.mark.browser

BLACK = f"s.{quote('颜色')}={quote('黑色')}"
TABS = 250  # no way through a page is longer


@pytest.fixture
def phones(make: World, reindex: Callable[[], int]) -> dict[str, int]:
    """A dear family in two colours, a cheap one in one, and a red one."""
    dear, cheap = make.spu("远见手机"), make.spu("近邻手机")
    found = {
        "black": make.sku(spu_id=dear, price="2000.00", name="远见手机 黑色 128GB"),
        "white": make.sku(spu_id=dear, price="2000.00", name="远见手机 白色 128GB"),
        "cheap": make.sku(spu_id=cheap, price="500.00", name="近邻手机 黑色 64GB"),
        "red": make.sku(spu_id=make.spu("花开手机"), price="900.00", name="花开手机 红色 64GB"),
    }
    give_specs(
        make, dear, {"颜色": ["黑色", "白色"]}, {found["black"]: {"颜色": "黑色"}, found["white"]: {"颜色": "白色"}}
    )
    give_specs(make, cheap, {"颜色": ["黑色"]}, {found["cheap"]: {"颜色": "黑色"}})
    reindex()
    return found


def names(window: Visit) -> list[str]:
    """The goods of the list in their order."""
    return [str(each.inner_text()) for each in window.page.locator("#listing .card-name").all()]


def arrive(window: Visit, *parts: str) -> None:
    """Wait for an address with these in it, in order."""
    window.page.wait_for_url(lambda url: all(part in url for part in parts))
    window.look()


def test_pinyin_facet_sort_detail_colour_cart(visit: Callable[..., Visit], phones: dict[str, int]) -> None:
    window = visit(DESK)
    window.go("/")
    window.page.get_by_role("combobox", name="搜索商品").fill("shouji")
    window.page.keyboard.press("Enter")
    arrive(window, "/search/?q=shouji")
    assert len(names(window)) == 3
    window.page.get_by_role("checkbox", name="黑色").check()
    arrive(window, "/search/", BLACK)
    assert len(names(window)) == 2
    assert window.sees("共 2 款商品")
    window.click("link", "价格")
    arrive(window, BLACK, "sort=price")
    assert names(window) == ["近邻手机 黑色 64GB", "远见手机 黑色 128GB"]
    window.page.evaluate("history.back()")
    window.page.wait_for_url(lambda url: BLACK in url and "sort=" not in url)
    expect(window.page.locator(".sort[aria-current]", has_text="综合")).to_be_visible()
    window.click("link", "价格")
    arrive(window, BLACK, "sort=price")
    window.click("link", "远见手机 黑色 128GB")
    arrive(window, f"/detail/{phones['black']}/")
    window.click("link", "白色")
    arrive(window, f"/detail/{phones['white']}/")
    window.click("button", "加入购物车", exact=True)
    assert window.sees("已加入购物车")
    window.go("/carts/")
    assert window.sees("远见手机 白色 128GB")


@pytest.mark.parametrize("scripts", [True, False])
def test_the_drawer_of_a_phone(visit: Callable[..., Visit], phones: dict[str, int], scripts: bool) -> None:
    window = visit(scripts=scripts)
    window.go("/search/?q=shouji")
    window.page.locator("summary.facets-open").click()
    window.page.get_by_role("checkbox", name="黑色").check()
    window.page.get_by_label("最高价").fill("1000")
    window.click("button", "应用筛选")
    expect(window.page.locator("#listing .card")).to_have_count(1)
    assert names(window) == ["近邻手机 黑色 64GB"]
    window.click("link", "取消 1000 元以下")
    expect(window.page.locator("#listing .card")).to_have_count(2)
    window.look()


def test_the_same_by_the_keyboard_alone(visit: Callable[..., Visit], phones: dict[str, int]) -> None:
    window = visit(DESK)
    window.go("/")
    press = window.page.keyboard.press
    tab_to(window, "input[name=q]")
    window.page.keyboard.type("shouji")
    press("Enter")
    arrive(window, "/search/?q=shouji")
    tab_to(window, "input[name='s.颜色'][value='黑色']")
    press("Space")
    arrive(window, "/search/", BLACK)
    expect(window.page.locator("input[name='s.颜色'][value='黑色']")).to_be_focused()
    tab_to(window, ".sorts a[href*='sort=price']")
    press("Enter")
    arrive(window, BLACK, "sort=price")
    tab_to(window, f".card-name a[href='/detail/{phones['black']}/']")
    press("Enter")
    arrive(window, f"/detail/{phones['black']}/")
    tab_to(window, f"a[href='/detail/{phones['white']}/']")
    press("Enter")
    arrive(window, f"/detail/{phones['white']}/")
    tab_to(window, "form[data-add-to-cart] button[type=submit]:not([name])")
    press("Enter")
    assert window.sees("已加入购物车")


def test_the_box_suggests_and_remembers(visit: Callable[..., Visit], phones: dict[str, int]) -> None:
    window = visit(DESK)
    window.go("/search/?q=" + quote("花开"))
    box: Any = window.page.get_by_role("combobox", name="搜索商品")
    options = window.page.get_by_role("option")
    box.fill("")
    box.press("ArrowDown")
    window.page.get_by_role("option", name="花开", exact=True).wait_for()
    assert box.get_attribute("aria-expanded") == "true"
    box.fill("近邻")
    window.page.get_by_role("option", name="近邻手机").wait_for()
    box.press("ArrowDown")
    chosen = box.get_attribute("aria-activedescendant")
    assert window.page.locator(f"#{chosen}").get_attribute("aria-selected") == "true"
    box.press("Escape")
    assert box.get_attribute("aria-expanded") == "false"
    assert box.input_value() == "近邻"
    assert options.count() == 0
    box.fill("")
    window.page.get_by_role("button", name="清空").click()
    window.page.get_by_role("option", name="花开", exact=True).wait_for(state="detached")
    box.fill("远见")
    window.page.get_by_role("option", name="远见手机").first.wait_for()
    box.press("ArrowUp")
    box.press("Enter")
    window.page.wait_for_url("**/detail/*/")
    window.look()


def tab_to(window: Visit, selector: str) -> None:
    """Press Tab until the element has the focus; it must be seen then."""
    for _ in range(TABS):
        window.page.keyboard.press("Tab")
        if window.page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            assert window.page.locator(":focus").is_visible()
            return
    raise AssertionError(f"no way to {selector} by Tab")
