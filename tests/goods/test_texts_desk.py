"""Staff write what is said of a family: previewed, cleaned, never over somebody else's words."""

import re

import pytest
from flask import Flask

from app.goods import queries
from tests.factories.world import Person, World
from tests.pages import PageClient

DIRTY = '<h3>轻</h3><script>alert(1)</script><img src="https://evil.example/x.webp" alt="外"><p style="x">结实</p>'


@pytest.fixture
def desk(app: Flask, tom: Person) -> PageClient:
    """Tom's browser, signed in."""
    client = PageClient(app)
    client.sign_in(tom.username, tom.password)
    return client


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', page)
    assert found
    return found[1]


def texts(app: Flask, spu_id: int) -> tuple[str, str, str]:
    with app.app_context():
        family = queries.get_family(spu_id)
        return family.desc_detail, family.desc_pack, family.desc_service


def test_preview_shows_what_would_be_kept_and_writes_nothing(make: World, app: Flask, desk: PageClient) -> None:
    spu_id = make.spu("有介绍的手机")
    path = f"/admin/spu-texts/{spu_id}/"
    assert "有介绍的手机" in desk.get(desk.get("/admin/spu-texts/?q=介绍").location).text

    form = {"seen": seen(desk.get(path).text), "detail": DIRTY, "pack": "", "service": "", "preview": "1"}
    page = desk.post(path, form).text

    assert "<h3>轻</h3>" in page
    assert "<script>alert" not in page
    assert texts(app, spu_id) == ("", "", "")


def test_saved_texts_are_clean_and_shown(make: World, app: Flask, desk: PageClient, client: PageClient) -> None:
    spu_id = make.spu()
    sku_id = make.sku(spu_id=spu_id)
    path = f"/admin/spu-texts/{spu_id}/"

    form = {"seen": seen(desk.get(path).text), "detail": DIRTY, "pack": "<p>一台</p>", "service": "<p>七天</p>"}
    assert desk.post(path, form).status_code == 303

    detail, pack, service = texts(app, spu_id)
    assert (pack, service) == ("<p>一台</p>", "<p>七天</p>")
    assert "evil" not in detail
    assert "<h3>轻</h3>" in client.get(f"/detail/{sku_id}/").text


def test_the_second_editor_is_told_and_loses_no_words(make: World, app: Flask, desk: PageClient) -> None:
    spu_id = make.spu()
    path = f"/admin/spu-texts/{spu_id}/"
    old = seen(desk.get(path).text)
    desk.post(path, {"seen": old, "detail": "<p>先来的</p>", "pack": "", "service": ""})

    page = desk.post(path, {"seen": old, "detail": "<p>后到的</p>", "pack": "", "service": ""}).text

    assert "刚被别人修改过" in page
    assert "后到的" in page
    assert texts(app, spu_id)[0] == "<p>先来的</p>"


def test_staff_only(make: World, lily_client: PageClient) -> None:
    spu_id = make.spu()
    assert lily_client.get(f"/admin/spu-texts/{spu_id}/", fails=True).status_code == 403


def test_staff_take_goods_from_the_shelf_for_good(make: World, desk: PageClient, client: PageClient) -> None:
    sku_id = make.sku()
    form = {"action": "remove", "rowid": str(sku_id)}
    assert "停止销售选中的商品" in desk.post("/admin/skus/action/", form).text
    assert client.get(f"/detail/{sku_id}/").status_code == 200, "asked, and not yet done"
    assert desk.post("/admin/skus/action/", {**form, "sure": "1"}).status_code == 303
    assert client.get(f"/detail/{sku_id}/", fails=True).status_code == 410
    desk.post("/admin/skus/action/", {"action": "launch", "rowid": str(sku_id), "sure": "1"})
    assert client.get(f"/detail/{sku_id}/").status_code == 200
