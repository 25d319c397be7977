"""The desk of an SPU in a browser without scripts: from nothing to twelve phones on the shelf, and what it refuses."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.goods import channels, family_desk, spec_templates
from app.goods.family_desk import Desk
from app.goods.models import SKU, SPU, Brand
from app.goods.spec_templates import Line
from app.shared.db import db
from tests.factories.world import Person, World
from tests.goods.family import PHONE
from tests.goods.shelf import other_leaf
from tests.pages import PageClient
from tests.pictures.sent import form as multipart
from tests.pictures.sent import picture, upload


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


def look(app: Flask, spu_id: int) -> Desk:
    with app.app_context():
        return family_desk.get_desk(spu_id)


def new_spu(app: Flask, desk: PageClient, make: World, name: str = "云杉 9") -> int:
    """Through the form."""
    make.spu()
    leaf = make.categories()[2]
    form = {"name": name, "caption": "轻", "brand": "试验牌", "category1": "", "category2": "", "category3": str(leaf)}
    answer = desk.post("/admin/spus/new/", form)
    assert answer.status_code == 303
    return int(answer.location.rstrip("/").rsplit("/", 1)[1])


def write_specs(desk: PageClient, spu_id: int) -> None:
    page = desk.get(f"/admin/spus/{spu_id}/").text
    form = {
        "seen": seen(page),
        "spec_id": ["0", "0"],
        "spec_place": ["1", "2"],
        "spec_name": list(PHONE),
        "spec_more": ["，".join(values) for values in PHONE.values()],
    }
    assert desk.post(f"/admin/spus/{spu_id}/specs/", form).status_code == 303


def make_all(desk: PageClient, spu_id: int) -> None:
    wanted = keys(desk.get(f"/admin/spus/{spu_id}/").text)
    desk.post(f"/admin/spus/{spu_id}/matrix/", {"combination": wanted, "price": "9"})


def keys(page: str) -> list[str]:
    return re.findall(r'name="combination" value="([0-9-]*)"', page)


def test_a_phone_in_four_colours_and_three_memories(
    app: Flask, desk: PageClient, make: World, client: PageClient
) -> None:
    spu_id = new_spu(app, desk, make)
    write_specs(desk, spu_id)
    page = desk.get(f"/admin/spus/{spu_id}/").text
    assert len(keys(page)) == 12
    first = keys(page)[0]
    form = {
        "combination": keys(page),
        "price": "4,999.00",
        "market_price": "5999",
        "stock": "8",
        f"price_{first}": "4888",
    }

    assert desk.post(f"/admin/spus/{spu_id}/matrix/", {**form, "launch": "1"}).status_code == 303

    spu = look(app, spu_id)
    assert (len(spu.skus), spu.on_shelf) == (12, 12)
    assert sorted({str(sku.price) for sku in spu.skus}) == ["4888.00", "4999.00"]
    assert {sku.stock for sku in spu.skus} == {8}
    assert "云杉 9 黑 128GB" in client.get(f"/detail/{spu.skus[0].id}/").text
    page = desk.get(f"/admin/spus/{spu_id}/").text
    assert "每个规格组合都有商品了" in page
    assert "看商品页" in page
    assert f"/admin/skus/{spu.skus[0].id}/" in page
    grid = desk.post(f"/admin/skus/all/?spu={spu_id}")
    assert (grid.status_code, "云杉 9 蓝 512GB" in desk.get(grid.location).text) == (303, True)


def test_what_cannot_be_is_said_and_keeps_what_was_typed(app: Flask, desk: PageClient, make: World) -> None:
    spu_id = new_spu(app, desk, make)
    write_specs(desk, spu_id)
    some = keys(desk.get(f"/admin/spus/{spu_id}/").text)[:2]
    for form, sentence in (
        ({"price": "0"}, "价格应大于 0"),
        ({"price": "12.345"}, "金额应为数字"),
        ({"price": "=1+1"}, "金额应为数字"),
        ({"price": "9", "market_price": "8"}, "价格不能高于市场价"),
        ({"price": "9", "stock": "-3"}, "库存应为"),
    ):
        answer = desk.post(f"/admin/spus/{spu_id}/matrix/", {"combination": some, **form}, fails=True)
        assert answer.status_code == 400
        assert sentence in answer.text
        assert answer.text.count("checked") == 2
    assert "请先勾选" in desk.post(f"/admin/spus/{spu_id}/matrix/", {"price": "9"}, fails=True).text
    odd = desk.post(f"/admin/spus/{spu_id}/matrix/", {"combination": ["x", "1-2-3"], "price": "9"}, fails=True)
    assert odd.status_code == 400
    assert look(app, spu_id).skus == []


def test_a_head_that_cannot_be(app: Flask, desk: PageClient, make: World) -> None:
    make.spu()
    _top, middle, leaf = make.categories()
    good = {"name": "新", "caption": "", "brand": "试验牌", "category1": "", "category2": "", "category3": str(leaf)}
    for change, sentence in (
        ({"brand": "没有的牌"}, "没有名为「没有的牌」的品牌"),
        ({"category3": str(middle)}, "三级分类不匹配"),
        ({"category1": str(middle)}, "三级分类不匹配"),
        ({"name": "  "}, "请填写内容"),
        ({"name": "长" * 101}, "最多 100 个字"),
    ):
        answer = desk.post("/admin/spus/new/", {**good, **change}, fails=True)
        assert answer.status_code == 400
        assert sentence in answer.text
    with app.app_context():
        assert len(list(db.session.scalars(select(SPU.id)))) == 1


def test_two_members_of_staff_at_one_spu(app: Flask, desk: PageClient, make: World) -> None:
    spu_id = new_spu(app, desk, make)
    old = seen(desk.get(f"/admin/spus/{spu_id}/").text)
    leaf = str(make.categories()[2])
    head = {"seen": old, "caption": "", "brand": "Trial", "category3": leaf}
    assert desk.post(f"/admin/spus/{spu_id}/", {**head, "name": "先来的"}).status_code == 303

    late = desk.post(f"/admin/spus/{spu_id}/", {**head, "name": "后到的"}, fails=True)
    specs = {"seen": old, "spec_id": "0", "spec_place": "1", "spec_name": "版本", "spec_more": "标准"}
    lost = desk.post(f"/admin/spus/{spu_id}/specs/", specs, fails=True)

    assert (late.status_code, lost.status_code) == (409, 409)
    assert "刚被别人修改过" in late.text
    assert 'value="后到的"' in late.text
    assert 'value="标准"' in lost.text
    assert look(app, spu_id).name == "先来的"
    for bad in ("", "yesterday", "2026-01-01T00:00:00"):
        assert desk.post(f"/admin/spus/{spu_id}/", {**head, "seen": bad, "name": "x"}, fails=True).status_code == 400


def test_a_template_at_one_press(app: Flask, desk: PageClient, make: World) -> None:
    spu_id = new_spu(app, desk, make)
    lines = {"spec": [*PHONE, ""], "options": [*("、".join(values) for values in PHONE.values()), ""]}
    made = desk.post("/admin/spec-templates/new/", {"name": "手机", "category": str(make.categories()[0]), **lines})
    assert made.status_code == 303
    with app.app_context():
        (template,) = spec_templates.all_templates()
    page = desk.get(f"/admin/spus/{spu_id}/").text
    assert "按模板加入" in page
    desk.post(f"/admin/spus/{spu_id}/template/", {"seen": seen(page), "template": str(template.id)})
    assert len(keys(desk.get(f"/admin/spus/{spu_id}/").text)) == 12
    assert "手机" in desk.get("/admin/spec-templates/").text
    edit = desk.get(f"/admin/spec-templates/{template.id}/").text
    form = {"seen": seen(edit), "name": "手机", "spec": "颜色", "options": "红"}
    desk.post(f"/admin/spec-templates/{template.id}/", form)
    late = {**form, "options": "绿"}
    assert desk.post(f"/admin/spec-templates/{template.id}/", late, fails=True).status_code == 409
    with app.app_context():
        assert spec_templates.get_template(template.id).lines == (Line("颜色", "红"),)
    desk.post(f"/admin/spec-templates/{template.id}/delete/")
    with app.app_context():
        assert spec_templates.all_templates() == []


def test_adm_5_what_is_in_use_explains_and_offers_the_shelf(app: Flask, desk: PageClient, make: World) -> None:
    sku_id = make.sku()
    with app.app_context():
        spu_id, brand_id = db.session.execute(select(SPU.id, SPU.brand_id)).one()
    top, _middle, leaf = make.categories()

    page = desk.get(f"/admin/spus/{spu_id}/delete/").text
    assert "不能删除：它有 1 件商品" in page
    assert "全部下架" in page
    for path in (
        f"spus/{spu_id}",
        f"spus/sku/{sku_id}",
        f"brands/{brand_id}",
        f"categories/{top}",
        f"categories/{leaf}",
    ):
        answer = desk.post(f"/admin/{path}/delete/", fails=True)
        assert answer.status_code in (200, 303), path
    assert "不能删除" in desk.get(f"/admin/spus/sku/{sku_id}/").text
    assert "有 SPU 的品牌不能删除" in desk.get(f"/admin/brands/{brand_id}/").text
    assert "有人在用，所以不能删除" in desk.get(f"/admin/categories/{leaf}/").text
    with app.app_context():
        assert db.session.scalar(select(SKU.id)) == sku_id

    desk.post(f"/admin/spus/{spu_id}/shelve/", {"withdraw": "1"})
    assert look(app, spu_id).on_shelf == 0


def test_ticked_skus_alone_change_the_shelf(app: Flask, desk: PageClient, make: World) -> None:
    spu_id = make.spu()
    first, second = make.sku(spu_id=spu_id), make.sku(spu_id=spu_id)
    desk.post(f"/admin/spus/{spu_id}/shelve/", {"withdraw": "1", "sku": [str(first), "99999"]})
    assert {sku.id: sku.is_launched for sku in look(app, spu_id).skus} == {first: False, second: True}


def test_a_copy_by_form(app: Flask, desk: PageClient, make: World) -> None:
    sku_id = make.sku(name="试验手机 黑")
    with app.app_context():
        spu_id = family_desk.spu_of(sku_id)
    answer = desk.post(f"/admin/spus/{spu_id}/copy/", {"name": "试验手机 2"})
    new = look(app, int(answer.location.rstrip("/").rsplit("/", 1)[1]))
    assert [(sku.name, sku.stock, sku.is_launched) for sku in new.skus] == [("试验手机 2 黑", 0, False)]
    assert desk.post(f"/admin/spus/{spu_id}/copy/", {"name": ""}, fails=True).status_code == 400


def test_specs_of_one_sku_by_form(app: Flask, desk: PageClient, make: World) -> None:
    spu_id = new_spu(app, desk, make)
    write_specs(desk, spu_id)
    some = keys(desk.get(f"/admin/spus/{spu_id}/").text)[:2]
    desk.post(f"/admin/spus/{spu_id}/matrix/", {"combination": some, "price": "9"})
    one, two = look(app, spu_id).skus
    path = f"/admin/spus/sku/{one.id}/"
    assert 'name="version" value="1"' in desk.get(path).text
    taken = desk.post(path, {"version": "1", "option": [str(each) for each in two.option_ids]}, fails=True)
    assert taken.status_code == 409
    assert two.name in taken.text
    assert desk.post(path, {"version": "1", "option": ""}).status_code == 303
    assert desk.post(path, {"version": "1", "option": ""}, fails=True).status_code == 409
    assert desk.post(f"{path}delete/").status_code == 303
    assert [sku.id for sku in look(app, spu_id).skus] == [two.id]


def send(client: PageClient, path: str, fields: dict[str, Any], accept: str = "text/html") -> Any:
    data = {"csrf_token": client.token(), **fields}
    return client.browser.post(path, **multipart(data), headers={"Accept": accept})


def test_one_picture_for_all_skus_of_a_colour(app: Flask, desk: PageClient, make: World) -> None:
    spu_id = new_spu(app, desk, make)
    write_specs(desk, spu_id)
    desk.post(
        f"/admin/spus/{spu_id}/matrix/", {"combination": keys(desk.get(f"/admin/spus/{spu_id}/").text), "price": "9"}
    )
    black = look(app, spu_id).specs[0].options[0].id
    path = f"/admin/spus/{spu_id}/pictures/"

    assert send(desk, path, {"option": str(black), "pictures": [upload(picture(colour="#c8372d"))]}).status_code == 303

    shown = [sku for sku in look(app, spu_id).skus if sku.image]
    assert len(shown) == 3
    assert all(black in sku.option_ids for sku in shown)
    assert send(desk, path, {"option": "", "pictures": [upload(picture(colour="#2f7d4f"))]}).status_code == 303
    assert all(sku.image for sku in look(app, spu_id).skus)
    assert send(desk, path, {"option": ""}).status_code == 400


def test_a_picture_in_a_text_without_scripts(app: Flask, desk: PageClient, make: World, client: PageClient) -> None:
    spu_id = make.spu()
    sku_id = make.sku(spu_id=spu_id)
    path = f"/admin/spu-texts/{spu_id}/"
    typed = {"detail": "<p>前言</p>", "pack": "", "service": ""}
    form = {**typed, "seen": seen(desk.get(path).text), "alt": "正面", "insert": "detail"}
    page = send(desk, path, {**form, "pictures": [upload(picture(colour="#c8372d"))]}).text
    stem = re.search(r"u/[0-9a-f]{2}/[0-9a-f]{32}-[0-9x]+-[0-9a-f]{6}", page)
    assert stem
    text = f'<p>前言</p><figure><img src="/uploads/{stem[0]}-640.webp" alt="正面"></figure>'
    with app.app_context():
        text = text.replace("/uploads/", app.config["UPLOADS_URL"])
    assert desk.post(path, {**typed, "seen": form["seen"], "detail": text}).status_code == 303
    assert stem[0] in client.get(f"/detail/{sku_id}/").text
    swept = text.replace(stem[0][:6], "u/00/0")
    again = seen(desk.get(path).text)
    assert "图片已失效" in desk.post(path, {**typed, "seen": again, "detail": swept}).text


def test_the_editor_brings_a_picture(app: Flask, desk: PageClient, make: World, lily_client: PageClient) -> None:
    path = "/admin/spu-texts/picture/"
    answer = send(desk, path, {"pictures": [upload(picture(colour="#c8372d"))]}, "application/json")
    assert answer.status_code == 200
    assert answer.get_json()["src"].endswith(".webp")
    assert send(desk, path, {"pictures": [(b"<svg/>", "x.svg")]}, "application/json").status_code == 400
    assert send(lily_client, path, {}, "application/json").status_code == 403


def test_the_list_of_spus_is_found_by_name_brand_category_and_state(app: Flask, desk: PageClient, make: World) -> None:
    make.sku(spu_id=make.spu("有货的手机"))
    make.spu("空的手机")
    leaf = str(make.categories()[2])
    for query, found in (
        ("q=有货", ["有货的手机"]),
        ("state=on", ["有货的手机"]),
        ("state=empty", ["空的手机"]),
        ("state=off", []),
        ("brand=试验", ["空的手机", "有货的手机"]),
        ("category=手机数码", ["空的手机", "有货的手机"]),
        (f"category={leaf}", ["空的手机", "有货的手机"]),
    ):
        page = desk.get(f"/admin/spus/?{query}").text
        assert re.findall(r'/admin/spus/\d+/">([^<]+)<', page) == found, query
    assert desk.get("/admin/spus/?brand=没有", fails=True).status_code == 400


def test_the_pages_cost_the_same_whatever_they_show(
    app: Flask, desk: PageClient, make: World, count_queries: Callable
) -> None:
    spu_id = new_spu(app, desk, make)
    write_specs(desk, spu_id)

    def cost() -> list[int]:
        sums = []
        for path in (
            f"/admin/spus/{spu_id}/",
            "/admin/spus/",
            "/admin/brands/",
            "/admin/categories/",
            "/admin/channels/",
        ):
            desk.get(path)
            with count_queries() as counted:
                desk.get(path)
            sums.append(len(counted.sql))
        return sums

    small = cost()
    desk.post(
        f"/admin/spus/{spu_id}/matrix/", {"combination": keys(desk.get(f"/admin/spus/{spu_id}/").text), "price": "9"}
    )
    for n in range(5):
        make.spu(f"又一个 {n}")
        desk.post("/admin/brands/new/", {"name": f"牌子 {n}"})
        desk.post("/admin/categories/add/", {"name": f"分类 {n}"})
        desk.post("/admin/channels/groups/add/", {"name": f"组 {n}"})
    assert cost() == small
    assert max(small) <= 12, small


def test_categories_by_form(app: Flask, desk: PageClient, make: World) -> None:
    _top, middle, leaf = make.categories()
    other = other_leaf(make)
    level = f"/admin/categories/?at={middle}"
    assert desk.get(level).text.index("手机") < desk.get(level).text.index("老人机")
    desk.post(f"/admin/categories/{other}/step/", {"at": str(middle), "up": "up"})
    order = {"at": str(middle), "row": [str(other), str(leaf)], "place": ["2", "1"]}
    assert "已保存" in desk.get(desk.post("/admin/categories/order/", order).location).text
    assert "刚被别人修改过" in desk.get(desk.post("/admin/categories/order/", order).location).text
    page = desk.get(f"/admin/categories/{other}/").text
    desk.post(f"/admin/categories/{other}/", {"seen": seen(page), "name": "功能机"})
    late = desk.post(f"/admin/categories/{other}/", {"seen": seen(page), "name": "旧机"})
    assert "刚被别人修改过" in desk.get(late.location).text
    assert "功能机" in desk.get(level).text
    page = desk.get(f"/admin/categories/{other}/").text
    assert (
        "不匹配"
        in desk.get(
            desk.post(f"/admin/categories/{other}/move/", {"seen": seen(page), "parent": str(leaf)}).location
        ).text
    )
    assert desk.post(f"/admin/categories/{other}/delete/").location.endswith(f"?at={middle}")
    for path in (
        "/admin/categories/99999/",
        "/admin/categories/?at=99999",
        "/admin/spus/99999/",
        "/admin/brands/99999/",
    ):
        assert desk.get(path, fails=True).status_code == 404, path


def test_forms_with_nothing_in_them_are_no_500(app: Flask, desk: PageClient, make: World) -> None:
    """Whatever is missing is said, and nothing is written."""
    spu_id, category = make.spu(), make.categories()[0]
    with app.app_context():
        brand = db.session.scalar(select(Brand.id))
        template = spec_templates.save_template(0, None, "手机", None, [])
        group = channels.add_group("组")
        channel = channels.add_channel(group, category)
    for path in (
        *(
            "spus/new/",
            f"spus/{spu_id}/",
            f"spus/{spu_id}/specs/",
            f"spus/{spu_id}/template/",
            f"spus/{spu_id}/matrix/",
        ),
        *(f"spus/{spu_id}/copy/", f"spus/{spu_id}/pictures/", "spus/sku/999/", "spus/sku/999/delete/"),
        *("brands/new/", f"brands/{brand}/", f"brands/{brand}/logo/", f"brands/{brand}/merge/"),
        *("categories/add/", "categories/order/", f"categories/{category}/", f"categories/{category}/move/"),
        *(
            "channels/groups/add/",
            f"channels/groups/{group}/",
            f"channels/{channel}/",
            f"channels/groups/{group}/order/",
        ),
        *("spec-templates/new/", f"spec-templates/{template}/", f"spu-texts/{spu_id}/", "spu-texts/picture/"),
    ):
        for odd in ({}, {"spec_id": "1", "option_id": ["1", "2"], "row": ["1", "x"], "place": "²", "spec": "x"}):
            assert desk.post(f"/admin/{path}", odd, fails=True).status_code < 500, path
    assert look(app, spu_id).name == "试验手机"


def test_channels_by_form(app: Flask, desk: PageClient, make: World) -> None:
    top = make.categories()[0]
    desk.post("/admin/channels/groups/add/", {"name": "数码"})
    desk.post("/admin/channels/groups/add/", {"name": "生活"})
    page = desk.get("/admin/channels/").text
    first, second = (int(each) for each in re.findall(r'id="group-(\d+)"', page))
    desk.post(f"/admin/channels/groups/{first}/add/", {"category": str(top)})
    page = desk.get("/admin/channels/").text
    (channel,) = set(re.findall(r"/admin/channels/(\d+)/", page))
    for do, more in (("up", {}), ("move", {"group": str(second)}), ("down", {})):
        desk.post(f"/admin/channels/{channel}/", {"do": do, **more})
    desk.post("/admin/channels/groups/order/", {"row": [str(first), str(second)], "place": ["2", "1"]})
    page = desk.get("/admin/channels/").text
    assert re.findall(r'id="group-(\d+)"', page) == [str(second), str(first)]
    desk.post(f"/admin/channels/groups/{second}/order/", {"row": channel, "place": "1"})
    desk.post(f"/admin/channels/groups/{first}/", {"do": "delete"})
    refused = desk.post(f"/admin/channels/groups/{second}/", {"do": "delete"})
    assert "有 1 个频道，不能删除" in desk.get(refused.location).text
    desk.post(f"/admin/channels/{channel}/", {"do": "delete"})
    desk.post(f"/admin/channels/groups/{second}/", {"do": "delete"})
    assert "还没有频道组" in desk.get("/admin/channels/").text


def test_brands_by_form(app: Flask, desk: PageClient, make: World) -> None:
    make.spu()
    path = desk.post("/admin/brands/new/", {"name": "小米", "name_en": "Xiaomi", "first_letter": ""}).location
    brand_id = int(path.rstrip("/").rsplit("/", 1)[1])
    assert 'value="X"' in desk.get(path).text
    assert desk.post("/admin/brands/new/", {"name": "小米"}, fails=True).status_code == 409
    page = desk.get(path).text
    desk.post(path, {"seen": seen(page), "name": "小米", "first_letter": "M"})
    assert desk.post(path, {"seen": seen(page), "name": "大米"}, fails=True).status_code == 409
    send(desk, f"{path}logo/", {"pictures": [upload(picture(colour="#c8372d"))]})
    status, found = desk.json("GET", "/admin/brands/lookup/?q=小")
    assert (status, found["names"], found["letter"]) == (200, ["小米"], "X")
    with app.app_context():
        trial = db.session.scalar(select(Brand.id).where(Brand.name == "试验牌"))
        assert db.session.scalar(select(Brand.logo).where(Brand.id == brand_id))
    asked = desk.post(f"/admin/brands/{trial}/merge/", {"into": "小米"}).text
    assert "「试验牌」的 1 个 SPU 会改为「小米」" in asked
    desk.post(f"/admin/brands/{trial}/merge/", {"into": "小米", "sure": "1"})
    with app.app_context():
        assert set(db.session.scalars(select(SPU.brand_id))) == {brand_id}
        assert db.session.scalar(select(Brand.id).where(Brand.id == trial)) is None
    assert "请填写另一个品牌" in desk.get(desk.post(f"/admin/brands/{brand_id}/merge/", {"into": "小米"}).location).text


def test_without_the_right_to_adjust_stock_there_is_none(app: Flask, make: World, desk: PageClient) -> None:
    from app.staff import queries as staff_queries
    from app.staff import services as staff

    spu_id = new_spu(app, desk, make)
    anna = make.staff("annabel", "13800000009")
    with app.app_context():
        staff.make_role("editors", "编辑", None)
        role = next(each for each in staff_queries.roles() if each.name == "editors")
        staff.set_rights(role.id, {"goods.view", "goods.edit"}, None)
        staff.grant(anna.id, "editors", None)
    client = PageClient(app)
    client.sign_in(anna.username, anna.password)
    form = {"combination": "", "price": "9", "stock": "5"}
    assert client.post(f"/admin/spus/{spu_id}/matrix/", form, fails=True).status_code == 403
    assert look(app, spu_id).skus == []
    assert client.post(f"/admin/spus/{spu_id}/matrix/", {**form, "stock": ""}).status_code == 303
    assert [sku.stock for sku in look(app, spu_id).skus] == [0]
    assert "新建" not in client.get("/admin/spus/").text.split("desk-tools")[1].split("</div>")[0]
