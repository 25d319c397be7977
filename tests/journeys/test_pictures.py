"""Pictures in Chromium: a review with photos, with scripts and without; the large view by keyboard; a face."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.factories.world import Person, World
from tests.journeys.test_accessible import grave
from tests.journeys.visits import DESK, PHONE, Visit
from tests.pictures.sent import picture, with_gps
from tests.reviews.arrived import arrive

pytestmark = pytest.mark.browser
SMALL = "[data-enlarge] a"


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    """Two photos on the visitor's disk."""
    for name, body in (("sideways.jpg", with_gps()), ("red.png", picture(colour="#c8372d", kind="PNG"))):
        (tmp_path / name).write_bytes(body)
    return [tmp_path / "sideways.jpg", tmp_path / "red.png"]


@pytest.mark.parametrize(("scripts", "width"), [(True, DESK), (False, PHONE)], ids=["scripts", "plain"])
def test_a_review_with_photos(
    visit: Callable[..., Visit], make: World, lily: Person, photos: list[Path], scripts: bool, width: int
) -> None:
    order = arrive(make, lily, [make.sku()])
    window = visit(scripts=scripts, width=width)
    window.sign_in(lily)
    window.go(f"/orders/comment/?order_id={order.number}")
    window.page.get_by_label("图片（选填）").set_input_files(photos)
    window.page.get_by_label("评价内容").fill("屏幕很亮，手感也好")
    window.click("button", "提交评价")
    assert window.sees("评价成功")
    window.go(f"/comments/{order.skus[0]}/")
    assert window.page.locator(SMALL).count() == 2
    window.page.wait_for_function("[...document.images].every((i) => i.complete)")
    window.look()
    if not scripts:
        assert window.page.locator(SMALL).first.get_attribute("href")
        return
    assert grave(window) == []
    window.page.locator(SMALL).first.focus()
    window.page.keyboard.press("Enter")
    large = window.page.locator("dialog.enlarged img")
    large.wait_for(state="visible")
    first = large.get_attribute("src")
    window.page.keyboard.press("ArrowRight")
    assert large.get_attribute("src") != first
    assert grave(window) == []
    window.page.keyboard.press("Escape")
    large.wait_for(state="detached")
    assert window.page.evaluate(f"document.activeElement === document.querySelector('{SMALL}')")


def test_a_face_on_a_phone(visit: Callable[..., Visit], lily: Person, photos: list[Path]) -> None:
    window = visit(scripts=False, width=PHONE)
    window.sign_in(lily)
    window.go("/profile/")
    window.page.get_by_label("选择图片").set_input_files(photos[0])
    window.click("button", "上传头像")
    assert window.sees("头像已更新")
    assert window.page.get_by_alt_text("我的头像").count() == 1
    window.click("button", "移除头像")
    assert window.sees("头像已移除")
