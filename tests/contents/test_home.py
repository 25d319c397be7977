"""The home page: its slots, its cache, its language, and ads that lead into this shop."""

import re
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.contents import demo, services, store
from app.contents.home import compose
from app.contents.models import Content, ContentCategory
from app.contents.slots import AdRow
from app.goods.demo.catalogue import read_catalogue
from app.goods.demo.media import SHIPPED
from app.goods.drawing.banners import BANNERS
from app.goods.services import load_demo
from app.shared.db import db
from app.shared.uow import unit_of_work
from tests.factories.world import World
from tests.pages import PageClient

KEYS = [slot.key for slot in demo.SLOTS]


@pytest.fixture
def stocked(app: Flask) -> Flask:
    with app.app_context():
        load_demo(read_catalogue(), lambda _n: None)
        services.load_demo()
    return app


def row(key: str, title: str = "广告", **when: datetime) -> AdRow:
    return AdRow(key, title, "/list/1/1/", **when)


def test_there_are_19_slots() -> None:
    assert len(KEYS) == len(set(KEYS)) == 19


def test_tabs_of_the_second_floor_carry_their_own_ads() -> None:
    home = compose([row("index_2f_jjhg", "换购的"), row("index_2f_cxdj", "低价的")])

    assert [(str(tab.title), tab.ads[0].title) for tab in home.floors[0].tabs] == [
        ("畅享低价", "低价的"),
        ("加价换购", "换购的"),
    ]


def test_nothing_hung_is_a_page_too(client: PageClient) -> None:
    page = client.get("/").text

    assert "货架正在布置" in page
    assert client.json("GET", "/")[1]["contents"]["floors"] == []


def test_one_ad_a_slot_and_unknown_slots() -> None:
    for key in KEYS:
        assert compose([row(key)]) != compose([])
    assert compose([row("index_9f_xyz")]) == compose([])


def test_any_slot_may_be_empty(stocked: Flask, make: World, client: PageClient) -> None:
    for key in KEYS:
        chosen = select(ContentCategory.id).where(ContentCategory.key == key).scalar_subquery()
        make.run(
            lambda chosen=chosen: db.session.execute(update(Content).values(is_shown=Content.category_id != chosen))
        )
        with stocked.app_context():
            store.forget_home()
        assert client.get("/").status_code == 200, key


def test_load_fills_the_slots_once_and_leaves_editors_work(stocked: Flask, make: World) -> None:
    with stocked.app_context():
        before = db.session.query(Content).count()
        first = db.session.scalars(select(Content.id).order_by(Content.id)).first()
    make.run(lambda: db.session.execute(update(Content).where(Content.id == first).values(title="编辑写的")))

    result = stocked.test_cli_runner().invoke(args=["contents", "load-demo"])

    assert (before, result.exit_code, result.output) == (122, 0, "0 new ads on the home page\n")
    with stocked.app_context():
        assert db.session.query(Content).count() == 122
        assert db.session.get_one(Content, first).title == "编辑写的"


def test_ads_need_the_goods_first(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["contents", "load-demo"])

    assert result.exit_code == 1
    assert "flask goods load-demo" in result.output


def test_banners_are_those_that_are_drawn() -> None:
    hung = {
        (slot.key, ad.image.removeprefix("banners/"))
        for slot in demo.SLOTS
        for ad in slot.ads
        if isinstance(ad, demo.Poster) and ad.image
    }

    assert hung == {(banner.key, banner.stem) for banner in BANNERS}


@pytest.mark.once
def test_every_link_and_picture_of_the_page_is_there(stocked: Flask, client: PageClient) -> None:
    page = client.get("/").text
    main = page[page.index("<main") : page.index("</main>")]

    links = set(re.findall(r'href="(/(?:detail|list|search)/[^"]*)"', main))
    pictures = set(re.findall(r"/media/([a-z0-9_/-]+\.webp)", main))

    assert len(links) > 80
    for link in links:
        answer = client.get(link.replace("&amp;", "&")).text
        assert "没有找到您要查询的商品" not in answer, link
        assert "这个分类暂时没有商品" not in answer, link
    assert len(pictures) > 100
    assert [name for name in pictures if not (SHIPPED / name).exists()] == []


def test_prices_in_ads_are_those_of_the_goods(stocked: Flask, client: PageClient) -> None:
    new = client.json("GET", "/")[1]["contents"]["floors"][0]["tabs"][0]["ads"][0]
    sku_id = new["url"].split("/")[2]

    sku = client.json("GET", new["url"])[1]["sku"]

    assert new["text"].replace(",", "") == f"￥{sku['price']}"
    assert (new["title"], sku_id) == (sku["name"], str(sku["id"]))


def test_warm_page_asks_only_who_is_there(stocked: Flask, lily_client: PageClient, count_queries) -> None:
    lily_client.get("/")
    with count_queries() as warm:
        lily_client.get("/")
    with stocked.app_context():
        from app.goods.categories import forget_categories

        forget_categories()
        store.forget_home()
    with count_queries() as cold:
        lily_client.get("/")

    assert len(warm.sql) == 1, warm.sql
    assert len(cold.sql) == 3, cold.sql  # sign-in, menu, ads


def test_change_shows_at_once(stocked: Flask, client: PageClient) -> None:
    client.get("/")

    @unit_of_work
    def empty_slot() -> None:
        chosen = select(ContentCategory.id).where(ContentCategory.key == "index_kx").scalar_subquery()
        db.session.execute(Content.__table__.delete().where(Content.category_id == chosen))

    with stocked.app_context():
        empty_slot()
        services.load_demo()  # the verb drops the kept page
        make_again = db.session.query(Content).count()

    assert make_again == 122
    assert "iPhone 15 Pro 钛金属机身到店" in client.get("/").text


def test_language_is_kept_and_stays_on_this_site(client: PageClient) -> None:
    chosen = client.post("/language/", {"lang": "en", "next": "/search/?q=手机"})
    elsewhere = client.post("/language/", {"lang": "en", "next": "//evil.example/"})
    unknown = client.post("/language/", {"lang": "tlh"}, fails=True)

    assert (chosen.status_code, elsewhere.location) == (303, "/")
    assert chosen.location.startswith("/search/")
    assert '<html lang="en">' in client.get("/").text
    assert unknown.status_code == 400


def test_what_every_site_is_asked_for(client: PageClient) -> None:
    icon = client.browser.get("/favicon.ico", buffered=True)
    robots = client.browser.get("/robots.txt")

    assert (icon.status_code, icon.mimetype) == (200, "image/svg+xml")
    assert "Disallow: /orders/" in robots.text
