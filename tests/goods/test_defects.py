"""The catalogue's defects of the original, each under its number: none of them is here."""

from flask import Flask

from app.goods.categories import forget_categories
from app.goods.models import Category
from app.shared.db import db
from tests.factories.world import World
from tests.goods.shelf import change_skus, give_specs, other_leaf
from tests.pages import PageClient


def listed(client: PageClient, path: str) -> list[int]:
    status, answer = client.json("GET", path)
    assert status == 200, answer
    return [sku["id"] for sku in answer["skus"]]


def test_cat_1_menu_and_pages_cost_a_few_statements(make: World, app: Flask, client: PageClient, count_queries) -> None:
    """Once the menu alone was 150 statements on every page."""
    spu_id = make.spu()
    ids = [make.sku(spu_id=spu_id) for _ in range(12)]
    give_specs(make, spu_id, {"颜色": ["黑"]}, {each: {"颜色": "黑"} for each in ids})
    for path in ("/", f"/list/{make.categories()[0]}/1/", f"/detail/{ids[0]}/", "/search/?q=手机"):
        with app.app_context():
            forget_categories()
        with count_queries() as counted:
            client.get(path)
        assert len(counted.sql) <= 10, (path, counted.sql)


def test_cat_2_what_is_not_there_says_so(make: World, client: PageClient) -> None:
    """Once an unknown SKU was a page with status 200, and incomplete specs were a 500."""
    spu_id = make.spu()
    bare, gone = make.sku(spu_id=spu_id), make.sku(spu_id=spu_id, is_launched=False)
    give_specs(make, spu_id, {"颜色": ["黑", "白"], "内存": ["64GB"]}, {gone: {"颜色": "黑"}})

    assert client.get("/detail/99999999/", fails=True).status_code == 404
    assert client.get(f"/detail/{bare}/").status_code == 200
    page = client.get(f"/detail/{gone}/", fails=True).text
    assert "立即购买" not in page


def test_cat_3_upper_levels_show_what_is_below(make: World, client: PageClient) -> None:
    """Once lists of levels 1 and 2 were empty, and a level-2 category without children was taken for level 3."""
    top, middle, leaf = make.categories()
    sku_id = make.sku()

    def lonely() -> int:
        row = Category(name="没有下级", parent_id=top, level=2)
        db.session.add(row)
        db.session.flush()
        return row.id

    childless = make.run(lonely)
    for category_id in (top, middle, leaf):
        assert listed(client, f"/list/{category_id}/1/") == [sku_id]
    answer = client.json("GET", f"/list/{childless}/1/")[1]
    assert answer["category"]["level"] == 2
    assert [each["id"] for each in answer["breadcrumb"]] == [top, childless]


def test_cat_4_pages_that_are_not_there_are_404_everywhere(make: World, client: PageClient) -> None:
    """Once they were 404, 403 or 500, and another order kept the page number."""
    leaf = make.categories()[2]
    spu_id = make.spu()
    for _ in range(45):
        make.sku(spu_id=spu_id)
    for path in (f"/list/{leaf}/4/?group=sku", f"/list/{leaf}/0/", "/search/?q=手机&page=9", "/search/?q=手机&page=0"):
        assert client.get(path, fails=True).status_code == 404, path
    page = client.get(f"/list/{leaf}/3/?group=sku").text
    assert f'href="/list/{leaf}/1/?group=sku&amp;sort=price"' in page
    assert f"/list/{leaf}/3/?group=sku&amp;sort" not in page


def test_cat_5_equal_keys_never_jump_between_pages(make: World, client: PageClient) -> None:
    """Once eight SKUs at two prices changed places from page to page."""
    leaf, spu_id = make.categories()[2], make.spu()
    ids = [make.sku(spu_id=spu_id, price="10.00") for _ in range(50)]
    change_skus(make, age={each: 1 for each in ids})
    for sort in ("default", "price", "price_desc", "hot", "rating"):
        seen = [each for number in (1, 2, 3) for each in listed(client, f"/list/{leaf}/{number}/?sort={sort}")]
        assert seen == (ids if sort == "price" else ids[::-1]), sort


def test_cat_6_the_default_is_the_newest_and_hot_is_by_sales(make: World, client: PageClient) -> None:
    """Once the default was the oldest first, prices began with the dearest, and the hot list was in no order."""
    leaf = make.categories()[2]
    old, new, mid = make.sku(price="3.00"), make.sku(price="1.00"), make.sku(price="2.00")
    change_skus(make, age={old: 9, new: 1, mid: 5}, sales={old: 1, new: 2, mid: 3})
    other_leaf(make)

    assert listed(client, f"/list/{leaf}/1/") == [new, mid, old]
    assert listed(client, f"/list/{leaf}/1/?sort=price") == [new, mid, old]
    assert listed(client, f"/list/{leaf}/1/?sort=price_desc") == [old, mid, new]
    assert listed(client, f"/list/{leaf}/1/?sort=hot") == [mid, new, old]
    assert [each["id"] for each in client.json("GET", f"/hot/{leaf}/")[1]["hot_skus"]] == [mid, new, old]
