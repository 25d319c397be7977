"""Category pages: every level, order, pages, the hot list, and how much they ask of the database."""

from decimal import Decimal

import pytest
from flask import Flask

from app.goods import queries
from app.goods.models import Category
from app.shared.db import db
from tests.factories.world import World
from tests.goods.shelf import change_skus, other_leaf
from tests.pages import PageClient


def listed(client: PageClient, path: str) -> list[int]:
    status, answer = client.json("GET", path)
    assert status == 200, answer
    return [sku["id"] for sku in answer["skus"]]


def test_every_level_shows_its_children(make: World, client: PageClient) -> None:
    top, middle, leaf = make.categories()
    here = make.sku()
    there = make.sku()
    other = other_leaf(make)
    change_skus(make, category_id={there: other})

    assert listed(client, f"/list/{leaf}/1/") == [here]
    assert listed(client, f"/list/{other}/1/") == [there]
    assert sorted(listed(client, f"/list/{middle}/1/")) == [here, there]
    assert sorted(listed(client, f"/list/{top}/1/")) == [here, there]
    page = client.get(f"/list/{top}/1/").text
    assert f'href="/list/{middle}/1/"' in page


def test_orders_and_the_id_as_last_key(make: World, client: PageClient) -> None:
    leaf = make.categories()[2]
    a, b, c, d = (make.sku(price=price) for price in ("30.00", "10.00", "30.00", "20.00"))
    change_skus(make, age={a: 1, b: 4, c: 3, d: 2}, sales={a: 7, b: 7, c: 9, d: 0})

    assert listed(client, f"/list/{leaf}/1/") == [a, d, c, b]
    assert listed(client, f"/list/{leaf}/1/?sort=price") == [b, d, a, c]
    assert listed(client, f"/list/{leaf}/1/?sort=price_desc") == [c, a, d, b]
    assert listed(client, f"/list/{leaf}/1/?sort=hot") == [c, b, a, d]
    status, answer = client.json("GET", f"/list/{leaf}/1/?sort=random();--")
    assert (status, answer["sort"]) == (200, "default")


def test_pages_hold_each_sku_once(make: World, app: Flask, client: PageClient) -> None:
    app.config["LIST_PAGE_SIZE"] = 3
    leaf = make.categories()[2]
    spu_id = make.spu()
    ids = [make.sku(price="10.00", spu_id=spu_id) for _ in range(8)]

    seen = [listed(client, f"/list/{leaf}/{number}/?sort=price") for number in (1, 2, 3)]

    assert [len(page) for page in seen] == [3, 3, 2]
    assert sorted(sku_id for page in seen for sku_id in page) == ids
    page = client.get(f"/list/{leaf}/2/?sort=hot&group=sku").text
    assert f'href="/list/{leaf}/3/?group=sku&amp;sort=hot"' in page
    assert f'href="/list/{leaf}/1/?group=sku&amp;sort=price"' in page, "another order goes back to the first page"


@pytest.mark.parametrize("number", ["0", "2", "999999999999", "-1", "x"])
def test_page_out_of_range_is_not_found(make: World, client: PageClient, number: str) -> None:
    leaf = make.categories()[2]
    make.sku()

    assert client.get(f"/list/{leaf}/{number}/", fails=True).status_code == 404
    status, answer = client.json("GET", f"/list/{leaf}/{number}/")
    assert (status, answer["code"]) == (404, "5003")


def test_empty_category_and_unknown_category(make: World, client: PageClient) -> None:
    leaf = make.categories()[2]

    assert "这个分类暂时没有商品" in client.get(f"/list/{leaf}/1/").text
    assert client.get("/list/999/1/", fails=True).status_code == 404
    assert client.json("GET", "/hot/999/")[1]["code"] == "5003"


def test_off_the_shelf_is_neither_listed_nor_hot(make: World, client: PageClient) -> None:
    leaf = make.categories()[2]
    shown, hidden = make.sku(), make.sku(is_launched=False)
    change_skus(make, sales={hidden: 100})

    assert listed(client, f"/list/{leaf}/1/") == [shown]
    assert [sku["id"] for sku in client.json("GET", f"/hot/{leaf}/")[1]["hot_skus"]] == [shown]


def test_hot_list_is_the_best_five_in_three_forms(make: World, client: PageClient) -> None:
    top = make.categories()[0]
    spu_id = make.spu()
    ids = [make.sku(spu_id=spu_id, price="59.90") for _ in range(7)]
    change_skus(make, sales={sku_id: place for place, sku_id in enumerate(ids)})

    answer = client.json("GET", f"/hot/{top}/")[1]
    fragment = client.get(f"/hot/{top}/", headers={"HX-Request": "true"}).text
    page = client.get(f"/hot/{top}/")

    assert [sku["id"] for sku in answer["hot_skus"]] == ids[:1:-1]
    assert set(answer["hot_skus"][0]) == {"id", "default_image_url", "name", "price"}
    assert answer["hot_skus"][0]["price"] == "59.90"
    assert "<html" not in fragment
    assert f"/detail/{ids[-1]}/" in fragment
    assert (page.status_code, page.location) == (302, f"/list/{top}/1/?sort=hot")


def test_cards_in_two_statements(make: World, app: Flask, count_queries) -> None:
    spu_id = make.spu()
    ids = [make.sku(spu_id=spu_id) for _ in range(12)]
    hidden = make.sku(spu_id=spu_id, is_launched=False)

    with count_queries() as counted, app.app_context():
        cards = queries.sku_cards([*ids, hidden, 99999])

    assert len(counted.sql) == 2
    assert sorted(cards) == [*ids, hidden]
    assert cards[ids[0]].price == Decimal("100.00")
    assert not cards[hidden].is_launched
    with count_queries() as counted, app.app_context():
        assert queries.sku_cards([]) == {}
    assert counted.sql == []


@pytest.mark.parametrize("rows", [2, 25])
def test_statements_do_not_grow_with_rows(make: World, lily_client: PageClient, count_queries, rows: int) -> None:
    top = make.categories()[0]
    spu_id = make.spu()
    for _ in range(rows):
        make.sku(spu_id=spu_id)
    lily_client.get(f"/list/{top}/1/")

    with count_queries() as counted:
        lily_client.get(f"/list/{top}/1/")

    assert len(counted.sql) == 4, counted.sql  # sign-in, what changed, cards, their specs; 6 were allowed


def test_cold_menu_is_one_statement(make: World, client: PageClient, count_queries) -> None:
    make.categories()
    client.get("/search/")
    with client.app.app_context():
        from app.goods.categories import forget_categories

        forget_categories()

    with count_queries() as counted:
        client.get("/search/")

    assert len(counted.sql) == 1


def test_menu_shows_channels_in_their_order(make: World, app: Flask) -> None:
    from app.goods.categories import category_tree
    from app.goods.models import Channel, ChannelGroup

    top = make.categories()[0]

    def write() -> int:
        second = Category(name="电脑办公", level=1)
        unlisted = Category(name="仓库", level=1)
        late, early = ChannelGroup(name="后", sequence=2), ChannelGroup(name="先", sequence=1)
        db.session.add_all([second, unlisted, late, early])
        db.session.flush()
        db.session.add_all(
            [
                Channel(group_id=late.id, category_id=top, sequence=1),
                Channel(group_id=early.id, category_id=second.id, sequence=1),
            ]
        )
        return second.id

    second = make.run(write)

    with app.app_context():
        menu = category_tree().menu()
    assert [entry["category"]["id"] for entry in menu] == [second, top]
    assert menu[1]["children"][0]["children"] == [{"id": make.categories()[2], "name": "手机"}]
