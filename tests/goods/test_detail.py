"""The page of one SKU."""

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.goods import policy
from app.goods.models import SPU, CategoryVisit, SKUImage
from app.goods.visits import count as count_visit
from app.goods.visits import keep as keep_visits
from app.shared import clock
from app.shared.db import db
from app.shared.redis import redis
from tests.factories.world import World
from tests.goods.shelf import change_skus, give_specs
from tests.pages import PageClient


def test_page_shows_what_there_is_to_know(make: World, client: PageClient) -> None:
    top, middle, leaf = make.categories()
    spu_id = make.spu()
    black, white = make.sku(spu_id=spu_id, price="1288.00"), make.sku(spu_id=spu_id, stock=0)
    give_specs(make, spu_id, {"颜色": ["黑色", "白色"]}, {black: {"颜色": "黑色"}, white: {"颜色": "白色"}})
    make.run(
        lambda: db.session.execute(update(SPU).values(desc_detail="<h3>轻而结实</h3>", desc_service="<p>七天</p>"))
    )
    make.run(lambda: db.session.add_all([SKUImage(sku_id=black, image=f"phone-1-{n}", sequence=n) for n in (2, 1)]))

    page = client.get(f"/detail/{black}/").text
    sku = client.json("GET", f"/detail/{black}/")[1]["sku"]

    assert "<h3>轻而结实</h3>" in page
    assert "试验牌" in page
    assert all(f"/list/{each}/1/" in page for each in (top, middle, leaf))
    assert f'href="/detail/{white}/"' in page
    assert 'name="count"' in page
    assert (sku["price"], sku["market_price"], sku["stock"]) == ("1288.00", "1298.00", 10)
    assert sku["images"] == ["/media/phone-1-1-640.webp", "/media/phone-1-2-640.webp"]
    assert sku["specs"] == [
        {
            "name": "颜色",
            "options": [
                {"value": "黑色", "sku_id": black, "current": True, "in_stock": True},
                {"value": "白色", "sku_id": white, "current": False, "in_stock": False},
            ],
        }
    ]


def test_cat_2_off_the_shelf_has_a_page_without_a_way_to_buy(make: World, client: PageClient) -> None:
    spu_id = make.spu()
    gone, sold = make.sku(spu_id=spu_id, is_launched=False), make.sku(spu_id=spu_id)
    give_specs(make, spu_id, {"颜色": ["黑色", "白色"]}, {gone: {"颜色": "黑色"}, sold: {"颜色": "白色"}})

    response = client.get(f"/detail/{gone}/")

    assert response.status_code == 200
    assert "已下架" in response.text
    assert 'name="count"' not in response.text
    assert '<meta name="robots" content="noindex, follow">' in response.text
    options = client.json("GET", f"/detail/{sold}/")[1]["sku"]["specs"][0]["options"]
    assert options[0]["sku_id"] is None, "a picker leads to nothing that is not sold"


def test_cat_2_missing_specs_and_pictures_are_borne(make: World, client: PageClient) -> None:
    spu_id = make.spu()
    bare, full = make.sku(spu_id=spu_id), make.sku(spu_id=spu_id)
    give_specs(make, spu_id, {"颜色": ["黑色"], "内存": []}, {full: {"颜色": "黑色"}})

    assert client.get(f"/detail/{bare}/").status_code == 200
    assert client.get(f"/detail/{full}/").status_code == 200


@pytest.mark.parametrize("path", ["/detail/99999/", "/detail/0/", "/detail/x/"])
def test_cat_2_unknown_sku_is_not_found(client: PageClient, path: str) -> None:
    assert client.get(path, fails=True).status_code == 404
    assert client.json("GET", path)[1]["code"] == "5003"


@pytest.mark.parametrize("siblings", [1, 12])
def test_statements_do_not_grow_with_siblings(
    make: World, lily_client: PageClient, count_queries, siblings: int
) -> None:
    spu_id = make.spu()
    ids = [make.sku(spu_id=spu_id) for _ in range(siblings)]
    colours = [f"颜色{n}" for n in range(siblings)]
    give_specs(make, spu_id, {"颜色": colours}, {sku_id: {"颜色": colours[n]} for n, sku_id in enumerate(ids)})
    lily_client.get(f"/detail/{ids[0]}/")

    with count_queries() as counted:
        lily_client.get(f"/detail/{ids[0]}/")

    assert len(counted.sql) == 6, counted.sql  # sign-in, SKU, specs, siblings, pictures, the goods beside


def visits(app: Flask) -> list[tuple[int, object, int]]:
    with app.app_context():
        rows = db.session.execute(select(CategoryVisit.category_id, CategoryVisit.date, CategoryVisit.count))
        return [tuple(row) for row in rows]


def test_cat_7_visits_are_counted_by_category_and_day(
    make: World, app: Flask, client: PageClient, count_queries
) -> None:
    leaf = make.categories()[2]
    client.json("POST", f"/detail/visit/{leaf}/")

    with count_queries() as counted:
        answers = [client.json("POST", f"/detail/visit/{leaf}/") for _ in range(2)]

    assert [status for status, _answer in answers] == [200, 200]
    assert counted.sql == [], "a look costs no statement"
    with app.app_context():
        assert (keep_visits(), keep_visits()) == (1, 0)
    assert visits(app) == [(leaf, clock.today(), 3)]


def test_cat_7_who_loads_a_page_over_and_over_is_counted_a_few_times(
    make: World, app: Flask, client: PageClient
) -> None:
    leaf = make.categories()[2]
    token = client.token()

    for _ in range(policy.VISITS_A_MINUTE + 5):
        headers = {"Accept": "application/json", "X-CSRFToken": token}
        assert client.browser.post(f"/detail/visit/{leaf}/", headers=headers).status_code == 200
    somebody_else = PageClient(app)
    somebody_else.json("POST", f"/detail/visit/{leaf}/")

    with app.app_context():
        keep_visits()
    assert visits(app) == [(leaf, clock.today(), policy.VISITS_A_MINUTE + 1)]


def test_cat_7_sums_survive_a_redis_that_forgot(make: World, ctx: Flask) -> None:
    leaf, today = make.categories()[2], clock.today()
    for _ in range(5):
        count_visit(leaf, today)
    keep_visits()
    redis().flushall()

    count_visit(leaf, today)
    keep_visits()
    keep_visits()

    assert visits(ctx) == [(leaf, today, 6)]


def test_visit_needs_a_token_a_category_and_a_person(make: World, app: Flask, client: PageClient) -> None:
    leaf = make.categories()[2]
    robot = {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)", "X-CSRFToken": client.token()}

    assert client.json("POST", f"/detail/visit/{leaf}/", token=False)[1]["code"] == "4104"
    assert client.json("POST", "/detail/visit/999/")[1]["code"] == "5003"
    assert client.browser.post(f"/detail/visit/{leaf}/", headers=robot).status_code == 200
    with app.app_context():
        assert keep_visits() == 0
    assert visits(app) == []


def test_pictures_are_kept_for_good_and_nothing_else_is_served(app: Flask, client: PageClient) -> None:
    media = app.config["INSTANCE"] / "media"
    (media / "banners").mkdir(parents=True, exist_ok=True)
    (media / "phone-1-1-160.webp").write_bytes(b"RIFF")
    (media / "banners" / "lbt-1-600.webp").write_bytes(b"RIFF")
    (media / "notes.txt").write_text("not a picture")

    response = client.browser.get("/media/phone-1-1-160.webp", buffered=True)

    assert (response.status_code, response.content_type) == (200, "image/webp")
    assert {"public", "immutable", "max-age=31536000"} == {
        part.strip() for part in response.headers["Cache-Control"].split(",")
    }
    assert client.browser.get("/media/banners/lbt-1-600.webp", buffered=True).status_code == 200
    for name in ("notes.txt", "../secret_key", "..%2Fsecret_key", "banners", "banners/../notes.txt", "none.webp"):
        assert client.browser.get(f"/media/{name}").status_code == 404, name


def test_sold_out_says_so(make: World, client: PageClient) -> None:
    sku_id = make.sku(stock=3)
    change_skus(make, stock={sku_id: 0})

    page = client.get(f"/detail/{sku_id}/").text

    assert "暂时缺货" in page
    assert 'name="count"' not in page
