"""The desk of an SPU in Chromium: a phone in twelve, its texts with a picture, lines put in order."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.goods import catalogue, family_desk, queries, spec_templates
from app.goods.brands import BrandFacts, create_brand
from app.goods.models import SPU, SKUImage
from app.goods.spec_templates import Line
from app.shared.db import db
from tests.factories.world import Person, World
from tests.goods.family import PHONE
from tests.journeys.test_accessible import grave
from tests.journeys.visits import DESK, Visit
from tests.journeys.visits import PHONE as NARROW
from tests.pictures.sent import picture

pytestmark = pytest.mark.browser


class Clicks:
    """A visitor whose presses of buttons and links are counted."""

    def __init__(self, window: Visit) -> None:
        self.window, self.count = window, 0

    def press(self, name: str, role: str = "button") -> None:
        self.count += 1
        self.window.click(role, name, exact=True)


@pytest.fixture
def stock(app: Flask, make: World) -> None:
    """A brand, a branch of the tree, a template for phones."""
    leaf = make.categories()[2]
    with app.app_context():
        create_brand(BrandFacts("云杉", "Spruce"))
        spec_templates.save_template(
            0, None, "手机", leaf, [Line(name, "、".join(each)) for name, each in PHONE.items()]
        )


def drag(window: Visit, grip: Any, to: Any) -> None:
    """By the mouse, a little beyond the middle of the other."""
    grip.hover()
    window.page.mouse.down()
    box = to.bounding_box()
    window.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=8)
    window.page.mouse.up()


@pytest.mark.usefixtures("stock")
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_publish_a_phone_in_twelve(visit: Callable[..., Visit], app: Flask, tom: Person, scripts: bool) -> None:
    window = visit(scripts=scripts, width=DESK)
    window.go("/admin/spus/")
    window.sign_in(tom)
    staff, page = Clicks(window), window.page
    staff.press("新建", "link")
    page.get_by_label("SPU 名称").fill("云杉 5")
    page.get_by_label("品牌").fill("云")
    if scripts:
        page.locator("#brand-names option[value='云杉']").wait_for(state="attached")
        page.get_by_label("一级分类").select_option(label="手机数码")
    page.get_by_label("品牌").fill("云杉")
    page.get_by_label("三级分类").select_option(label="手机")
    staff.press("新建，接着写规格")
    staff.press("手机")
    page.get_by_label("价格（全部）", exact=True).fill("4999")
    page.get_by_label("期初库存（全部）").fill("20")
    page.get_by_label("黑 128GB 价格", exact=True).fill("4799")
    page.get_by_label("生成后立即上架").check()
    staff.count += 1
    if scripts:
        assert grave(window) == []
    staff.press("生成勾选的商品")
    window.sees("已生成 12 件商品")
    assert staff.count <= 6
    with app.app_context():
        spu = family_desk.get_desk(db.session.scalars(select(SPU.id).where(SPU.name == "云杉 5")).one())
    assert (len(spu.skus), spu.on_shelf, sum(sku.stock for sku in spu.skus)) == (12, 12, 240)
    if scripts:
        window.narrow(NARROW)
    window.go(f"/detail/{spu.skus[0].id}/")
    window.page.get_by_role("heading", level=1, name="云杉 5 黑 128GB").wait_for(state="visible")


def test_words_with_a_picture(
    visit: Callable[..., Visit], app: Flask, make: World, tom: Person, tmp_path: Path
) -> None:
    spu_id = make.spu("有话要说的手机")
    sku_id = make.sku(spu_id=spu_id)
    (tmp_path / "front.png").write_bytes(picture(colour="#c8372d", kind="PNG"))
    window = visit(width=DESK)
    window.go(f"/admin/spu-texts/{spu_id}/")
    window.sign_in(tom)
    page = window.page
    detail = page.locator("[data-rich]").first
    written = detail.get_by_role("textbox", name="商品详情")
    written.click()
    page.keyboard.type("轻得出奇")
    detail.get_by_role("button", name="标题", exact=True).click()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    detail.get_by_role("button", name="正文").click()
    detail.get_by_role("button", name="加粗").click()
    page.keyboard.type("结实")
    page.once("dialog", lambda asked: asked.accept("正面"))
    with page.expect_file_chooser() as chosen:
        detail.get_by_role("button", name="图片", exact=True).click()
    chosen.value.set_files(tmp_path / "front.png")
    written.locator("img").wait_for(state="visible")
    assert grave(window) == []
    detail.get_by_role("button", name="HTML 源码").click()
    source = detail.locator("textarea").input_value()
    assert "<h3>轻得出奇</h3>" in source
    assert "<p><strong>结实</strong></p>" in source
    assert source.count("<figure><img") == 1
    detail.get_by_role("button", name="HTML 源码").click()
    window.click("button", "保存", exact=True)
    window.sees("介绍已保存")
    with app.app_context():
        kept = queries.get_family(spu_id).desc_detail
    assert 'alt="正面"' in kept
    assert "style=" not in kept
    window.go(f"/detail/{sku_id}/")
    page.get_by_role("img", name="正面").first.scroll_into_view_if_needed()
    window.look()


def test_what_is_pasted_does_not_act(visit: Callable[..., Visit], make: World, tom: Person) -> None:
    spu_id = make.spu()
    window = visit(width=DESK)
    window.go(f"/admin/spu-texts/{spu_id}/")
    window.sign_in(tom)
    detail = window.page.locator("[data-rich]").first
    detail.get_by_role("button", name="HTML 源码").click()
    window.expect(404)  # a browser may ask for the pasted picture before it is thrown out
    bad = "<p onclick=x()>好<img src=x onerror=x()><script>x()</script><a href='javascript:x()'>a</a></b><style>"
    detail.locator("textarea").fill(bad)
    detail.get_by_role("button", name="HTML 源码").click()
    html = detail.locator(".rich-page").inner_html()
    assert "好" in html
    assert not any(each in html for each in ("onclick", "onerror", "script", "style"))


def test_lines_are_put_in_order_by_drag(visit: Callable[..., Visit], app: Flask, make: World, tom: Person) -> None:
    middle = make.categories()[1]
    sku_id = make.sku()
    stems = ["phone-112233-1", "phone-112233-2", "phone-112233-3"]
    with app.app_context():
        for name in ("对讲机", "座机"):
            catalogue.add_category(middle, name)
    rows = [SKUImage(sku_id=sku_id, image=stem, sequence=place) for place, stem in enumerate(stems, 1)]
    make.run(lambda: db.session.add_all(rows))
    window = visit(width=DESK)
    window.expect(404)  # the pictures are only names here
    window.page.route("**/phone-112233-*", lambda route: route.fulfill(path="app/static/images/favicon.svg"))
    window.go(f"/admin/categories/?at={middle}")
    window.sign_in(tom)
    lines = window.page.locator("[data-order-item]")
    drag(window, lines.nth(2).locator("[data-grip]"), lines.nth(0))
    assert [each.input_value() for each in window.page.locator("[data-place]").all()] == ["1", "2", "3"]
    window.click("button", "按编号保存顺序")
    assert "座机" in lines.all_inner_texts()[0]

    window.go(f"/admin/pictures/{sku_id}/")
    drag(window, lines.nth(2).locator("[data-grip]"), lines.nth(0))
    window.click("button", "保存", nth=1, exact=True)
    with app.app_context():
        query = select(SKUImage.image).where(SKUImage.sku_id == sku_id).order_by(SKUImage.sequence)
        assert list(db.session.scalars(query)) == [stems[2], stems[0], stems[1]]
