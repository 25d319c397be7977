"""Staff hang pictures on goods, brands and ads; nobody else does."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.contents.home import home_blocks
from app.contents.models import Content, ContentCategory
from app.gateways.doors import gateways
from app.goods import pictures
from app.goods.models import SKU, Brand
from app.goods.signals import sku_changed
from app.pictures import services
from app.pictures.models import Picture
from app.pictures.policy import UNUSED_FOR
from app.shared import clock
from app.shared.db import db
from tests.factories.world import Person, World
from tests.pages import PageClient
from tests.pictures.sent import form, picture, upload


@pytest.fixture
def staff(app: Flask, tom: Person) -> PageClient:
    """Tom's browser, signed in."""
    client = PageClient(app)
    client.sign_in(tom.username, tom.password)
    return client


def send(client: PageClient, path: str, fields: dict[str, Any]) -> Any:
    data = {"csrf_token": client.token(), **fields}
    return client.browser.post(path, **form(data), headers={"Accept": "text/html"}, follow_redirects=True)


def stems(app: Flask, sku: int) -> tuple[list[str], str]:
    with app.app_context():
        found = pictures.hanging(sku)
        return found.stems, found.default


def bring(staff: PageClient, app: Flask, sku: int, *colours: str) -> list[str]:
    before, _ = stems(app, sku)
    fields = {
        "stem": before,
        "place": [str(n) for n in range(1, len(before) + 1)],
    }
    send(staff, f"/admin/pictures/{sku}/", {**fields, "pictures": [upload(picture(colour=each)) for each in colours]})
    return stems(app, sku)[0]


def test_several_at_once_then_order_default_and_removal(app: Flask, make: World, staff: PageClient) -> None:
    sku = make.sku()
    told: list[tuple[int, ...]] = []

    def hear(_sender: object, sku_ids: tuple[int, ...]) -> None:
        told.append(sku_ids)

    sku_changed.connect(hear)
    first, second, third = bring(staff, app, sku, "#c8372d", "#2f7d4f", "#3f6fb5")
    assert stems(app, sku)[1] == first
    page = staff.get(f"/admin/pictures/{sku}/").text
    assert page.count('name="stem"') == 3
    fields = {"stem": [first, second, third], "place": ["3", "1", "2"], "remove": [second]}
    send(staff, f"/admin/pictures/{sku}/", fields)
    assert stems(app, sku) == ([third, first], third)
    send(staff, f"/admin/pictures/{sku}/", {"stem": [third, first], "place": ["1", "2"], "up": first})
    assert stems(app, sku) == ([first, third], first)
    send(staff, f"/admin/pictures/{sku}/", {"stem": [first, third], "place": ["1", "2"], "down": first})
    assert stems(app, sku) == ([third, first], third)
    assert told == [(sku,)] * 4
    sku_changed.disconnect(hear)
    shown = PageClient(app).get(f"/detail/{sku}/").text
    assert shown.index(third) < shown.index(first)
    assert second not in shown
    with app.app_context():
        assert db.session.get_one(SKU, sku).default_image == third


def test_what_hangs_is_not_swept(app: Flask, make: World, staff: PageClient) -> None:
    sku = make.sku()
    hung = bring(staff, app, sku, "#c8372d")
    old = clock.now() - UNUSED_FOR - timedelta(1)
    make.run(lambda: db.session.execute(update(Picture).values(created_at=old)))
    with app.app_context():
        assert services.clear(gateways().images) == 0
        assert gateways().images.exists(f"{hung[0]}-640.webp")


def test_without_pictures_the_default_goes(app: Flask, make: World, staff: PageClient) -> None:
    sku = make.sku()
    (only,) = bring(staff, app, sku, "#c8372d")
    send(staff, f"/admin/pictures/{sku}/", {"stem": [only], "place": ["1"], "remove": [only]})
    assert stems(app, sku) == ([], "")
    PageClient(app).get(f"/detail/{sku}/")


def test_of_two_members_of_staff_the_second_is_told(app: Flask, make: World, staff: PageClient) -> None:
    sku = make.sku()
    first, second = bring(staff, app, sku, "#c8372d", "#2f7d4f")
    send(staff, f"/admin/pictures/{sku}/", {"stem": [first, second], "place": ["2", "1"]})
    answer = send(staff, f"/admin/pictures/{sku}/", {"stem": [first, second], "place": ["1", "2"], "remove": [first]})
    assert "刚被别人修改过" in answer.text
    assert stems(app, sku)[0] == [second, first]


def test_a_stem_that_is_no_picture_of_the_shop_is_not_hung(app: Flask, make: World, staff: PageClient) -> None:
    sku = make.sku()
    for stem in ("../../etc/passwd", "p/00/" + "0" * 32 + "-640x480-ffffff", "u/00/" + "0" * 32 + "-640x480-ffffff"):
        send(staff, f"/admin/pictures/{sku}/", {"stem": [stem], "place": ["1"]})
        send(staff, f"/admin/pictures/{sku}/", {"picture": [stem]})
        assert stems(app, sku) == ([], "")


def test_sec_27_what_is_no_picture_is_said_and_nothing_changes(app: Flask, make: World, staff: PageClient) -> None:
    sku = make.sku()
    bad = send(staff, f"/admin/pictures/{sku}/", {"pictures": [upload(picture()), upload(b"<svg/>", "logo.png")]})
    assert "请上传 JPEG、PNG 或 WebP 格式的图片" in bad.text
    assert stems(app, sku) == ([], "")
    with app.app_context():
        assert [row.used_at for row in db.session.scalars(select(Picture))] == [None]  # swept after a day


def test_shoppers_hang_nothing(app: Flask, make: World, lily_client: PageClient) -> None:
    sku = make.sku()
    answer = send(lily_client, f"/admin/pictures/{sku}/", {"pictures": [upload(picture((64, 64)))]})
    assert answer.status_code == 403
    assert stems(app, sku) == ([], "")


def test_large_bodies_at_the_desk_are_for_staff(make: World, lily_client: PageClient) -> None:
    data = form({"csrf_token": lily_client.token(), "pictures": upload(b"\0" * 2 * 2**20)})
    path = f"/admin/pictures/{make.sku()}/"
    assert lily_client.browser.post(path, **data, headers={"Accept": "application/json"}).status_code == 413


def test_a_brands_mark(app: Flask, make: World, staff: PageClient) -> None:
    make.sku()
    with app.app_context():
        brand = db.session.scalars(select(Brand.id)).one()
    send(staff, f"/admin/pictures/brands/{brand}/", {"pictures": upload(picture())})
    with app.app_context():
        logo = db.session.get_one(Brand, brand).logo
    assert f"{logo}-160.webp" in staff.get("/admin/pictures/brands/?q=Trial").text
    send(staff, f"/admin/pictures/brands/{brand}/", {"remove": "1"})
    with app.app_context():
        assert db.session.get_one(Brand, brand).logo == ""


def test_an_ads_picture_changes_the_home_page(app: Flask, make: World, staff: PageClient, client: PageClient) -> None:
    def slot() -> int:
        category = ContentCategory(name="轮播图", key="index_lbt")
        db.session.add(category)
        db.session.flush()
        ad = Content(category_id=category.id, title="焕新季", url="/")
        db.session.add(ad)
        db.session.flush()
        return ad.id

    ad_id = make.run(slot)
    client.get("/")
    send(staff, f"/admin/ad-pictures/{ad_id}/", {"pictures": upload(picture((1200, 750)))})
    with app.app_context():
        (ad,) = home_blocks().carousel
    assert ad.image.startswith("u/")
    home = client.get("/").text
    assert f"/media/{ad.image}-960.webp 960w" in home
    assert f"/media/{ad.image}-640.jpg" in home
    assert staff.get("/admin/ad-pictures/").status_code == 200
    assert send(staff, "/admin/ad-pictures/999999/", {"remove": "1"}).status_code == 200
