"""One list for categories, brands and words: facets on the page and in JSON, addresses, changes that are followed."""

from decimal import Decimal
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.goods import services as goods
from app.goods.models import SKU, SPU, Brand
from app.search.shelf import Shelf
from app.shared.db import db
from tests.factories.world import World
from tests.goods.shelf import change_skus, give_specs, other_leaf
from tests.pages import PageClient


def ask(client: PageClient, path: str) -> dict:
    status, answer = client.json("GET", path)
    assert status == 200, answer
    return answer


def ids(answer: dict) -> list[int]:
    return [sku["id"] for sku in answer["skus"]]


def options(answer: dict, param: str) -> dict[str, int]:
    found = [facet for facet in answer["facets"] if facet["param"] == param]
    return {each["label"]: each["count"] for facet in found for each in facet["options"]}


@pytest.fixture
def phones(make: World) -> dict[str, int]:
    """Two families: three kinds of one in two colours, one of the other."""
    one, two = make.spu("甲手机"), make.spu("乙手机")
    found = {
        "black 128": make.sku(spu_id=one, price="1000.00", name="甲手机 黑色 128GB"),
        "black 256": make.sku(spu_id=one, price="1200.00", name="甲手机 黑色 256GB"),
        "white 128": make.sku(spu_id=one, price="1000.00", stock=0, name="甲手机 白色 128GB"),
        "other": make.sku(spu_id=two, price="300.00", name="乙手机 黑色"),
    }
    chosen = {
        found["black 128"]: {"颜色": "黑色", "内存": "128GB"},
        found["black 256"]: {"颜色": "黑色", "内存": "256GB"},
        found["white 128"]: {"颜色": "白色", "内存": "128GB"},
    }
    give_specs(make, one, {"颜色": ["黑色", "白色"], "内存": ["128GB", "256GB"]}, chosen)
    give_specs(make, two, {"颜色": ["黑色"]}, {found["other"]: {"颜色": "黑色"}})
    return found


def test_facets_count_what_a_tick_would_show(make: World, client: PageClient, phones: dict[str, int]) -> None:
    leaf = make.categories()[2]
    answer = ask(client, f"/list/{leaf}/1/")

    assert options(answer, "s.颜色") == {"黑色": 3, "白色": 1}
    assert options(answer, "s.内存") == {"128GB": 2, "256GB": 1}
    assert answer["in_stock"] == 3
    chosen = ask(client, f"/list/{leaf}/1/?s.颜色={quote('白色')}")
    assert ids(chosen) == [phones["white 128"]]
    assert options(chosen, "s.颜色") == {"黑色": 3, "白色": 1}, "within a group as if nothing were chosen in it"
    assert options(chosen, "s.内存") == {}, "one value is no choice"
    both = ask(client, f"/list/{leaf}/1/?s.颜色={quote('白色')}&s.颜色={quote('黑色')}&s.内存=256GB")
    assert ids(both) == [phones["black 256"]], "or within a group, and between groups"
    families = ask(client, f"/list/{leaf}/1/?group=spu")
    assert options(families, "s.颜色") == {"黑色": 2, "白色": 1}
    assert families["total"] == 2


def test_families_show_one_card_with_their_colours(make: World, client: PageClient, phones: dict[str, int]) -> None:
    leaf = make.categories()[2]
    answer = ask(client, f"/list/{leaf}/1/?group=spu&sort=price")

    assert ids(answer) == [phones["other"], phones["black 128"]], "the cheapest stands for its family"
    card = answer["skus"][1]
    assert card["kinds"] == 3
    assert [each["value"] for each in card["colours"]] == ["黑色", "白色"]
    page = client.get(f"/list/{leaf}/1/").text
    assert "共 2 款商品" in page
    assert "共 3 款" in page
    assert f'href="/detail/{phones["white 128"]}/"' in page
    assert "共 4 件商品" in client.get(f"/list/{leaf}/1/?group=sku").text


def test_price_and_stock(make: World, client: PageClient, phones: dict[str, int]) -> None:
    leaf = make.categories()[2]

    assert set(ids(ask(client, f"/list/{leaf}/1/?price=300-1000&stock=1"))) == {phones["other"], phones["black 128"]}
    assert ids(ask(client, f"/list/{leaf}/1/?min=1000.01")) == [phones["black 256"]]
    assert ids(ask(client, f"/list/{leaf}/1/?max=999.99&min=")) == [phones["other"]]
    assert ask(client, f"/list/{leaf}/1/?price=1000-300")["total"] == 3, "ends in disorder change places"


@pytest.mark.parametrize(
    "query",
    [
        "brand=x&brand=-1&brand=&brand=99999999999999999999",
        "cat=zzz&cat=999999",
        "s.=1&s.%E9%A2%9C%E8%89%B2=&s.nothing=such&s.\x00=\x00",
        "price=a-b&min=abc&max=1e9&price=--",
        "price=-5-&min=-1&max=99999999999",
        "sort=random();--&size=7&size=1e3&group=all&stock=2",
        "page=2&utm_source=x&%00=%00&a[]=b",
        "&".join(f"s.n{n}=v{n}" for n in range(400)),
        "brand=" + "9" * 5000,
        "%ff=%fe&brand=%ff",
    ],
)
def test_nonsense_in_an_address_is_left_aside(
    make: World, client: PageClient, phones: dict[str, int], query: str
) -> None:
    leaf = make.categories()[2]

    assert ask(client, f"/list/{leaf}/1/?{query}")["total"] == 4
    assert (
        f'<link rel="canonical" href="{client.app.config["PUBLIC_URL"]}/list/{leaf}/1/">'
        in client.get(f"/list/{leaf}/1/?{query}").text
    )
    assert client.get(f"/search/?q=手机&{query.replace('page=2', 'page=1')}").status_code == 200


def test_one_list_has_one_address(make: World, client: PageClient, phones: dict[str, int]) -> None:
    leaf, brand = make.categories()[2], brand_of(make, phones["other"])
    one = f"/list/{leaf}/1/?stock=1&s.颜色=黑色&sort=price&brand={brand}&size=20&group=spu&x=1"
    other = f"/list/{leaf}/1/?brand={brand}&brand={brand}&sort=price&min=&max=&s.颜色=黑色&stock=1"

    address = f"/list/{leaf}/1/?brand={brand}&amp;s.%E9%A2%9C%E8%89%B2=%E9%BB%91%E8%89%B2&amp;sort=price&amp;stock=1"
    canonical = f'<link rel="canonical" href="{client.app.config["PUBLIC_URL"]}{address}">'
    assert canonical in client.get(one).text
    assert canonical in client.get(other).text
    fragment = client.get(one, headers={"HX-Request": "true"})
    assert "<html" not in fragment.text
    assert fragment.headers["HX-Push-Url"] == address.replace("&amp;", "&")
    assert "HX-Request" in fragment.headers["Vary"]


def test_chips_take_one_thing_back(make: World, client: PageClient, phones: dict[str, int]) -> None:
    leaf = make.categories()[2]
    page = client.get(f"/list/{leaf}/1/?s.颜色=白色&stock=1&price=1-2000&sort=hot").text

    assert "没有符合筛选条件的商品" in page, "the white one is sold out"
    assert 'aria-label="取消 颜色：白色"' in page
    assert f'href="/list/{leaf}/1/?price=1-2000&amp;sort=hot&amp;stock=1"' in page
    assert f'href="/list/{leaf}/1/?s.%E9%A2%9C%E8%89%B2=%E7%99%BD%E8%89%B2&amp;sort=hot&amp;stock=1"' in page
    assert f'href="/list/{leaf}/1/?sort=hot"' in page, "clear all keeps the order"


def test_brand_pages(make: World, client: PageClient, phones: dict[str, int]) -> None:
    brand = brand_of(make, phones["other"])
    answer = ask(client, f"/brands/{brand}/?sort=price")

    assert answer["brand"] == {"id": brand, "name": "试验牌"}
    assert len(ids(answer)) == 4
    assert "<h1>试验牌</h1>" in client.get(f"/brands/{brand}/").text
    assert client.get("/brands/99999/", fails=True).status_code == 404
    for page in ("0", "2", "x", "-1"):
        assert client.get(f"/brands/{brand}/?page={page}", fails=True).status_code == 404, page


def test_words_are_marked_and_never_markup(make: World, client: PageClient) -> None:
    make.sku(name='<b>手机</b> & "壳"')

    page = client.get("/search/?q=手机").text
    assert "&lt;b&gt;<mark>手机</mark>&lt;/b&gt; &amp; " in page
    assert "<b>" not in page


def test_nothing_found_offers_what_others_buy(make: World, client: PageClient) -> None:
    sku_id = make.sku(name="畅销手机")
    page = client.get("/search/?q=zzzzzzzz").text

    assert "没有找到您要查询的商品" in page
    assert "大家都在买" in page
    assert f'href="/detail/{sku_id}/"' in page


def test_lists_follow_every_change(make: World, app: Flask, client: PageClient, phones: dict[str, int]) -> None:
    leaf = make.categories()[2]
    client.get(f"/list/{leaf}/1/")
    with app.app_context():
        goods.withdraw(phones["other"])
        goods.set_stock(phones["white 128"], 7, reason="came in", actor="staff:1")
        version = db.session.scalar(select(SKU.version).where(SKU.id == phones["black 256"])) or 0
        goods.edit_sku(phones["black 256"], version, price=Decimal("1.00"))

    answer = ask(client, f"/list/{leaf}/1/?sort=price")
    assert ids(answer) == [phones["black 256"], phones["black 128"], phones["white 128"]]
    assert answer["in_stock"] == 3
    new = make.sku(price="0.50")
    assert ids(ask(client, f"/list/{leaf}/1/?sort=price"))[0] == new
    with app.app_context():
        goods.launch(phones["other"])
    assert ask(client, f"/list/{leaf}/1/")["total"] == 5


def test_a_family_that_moves_takes_its_goods_along(make: World, client: PageClient, phones: dict[str, int]) -> None:
    leaf, there = make.categories()[2], other_leaf(make)
    assert ask(client, f"/list/{leaf}/1/")["total"] == 4

    def move() -> int:
        brand = Brand(name="新牌", name_en="New", first_letter="X")
        db.session.add(brand)
        db.session.flush()
        spu_id = db.session.scalar(select(SKU.spu_id).where(SKU.id == phones["other"]))
        db.session.execute(update(SPU).where(SPU.id == spu_id).values(brand_id=brand.id))
        return brand.id

    brand = make.run(move)
    change_skus(make, category_id={phones["other"]: there})

    assert ids(ask(client, f"/list/{there}/1/")) == [phones["other"]]
    assert ask(client, f"/list/{leaf}/1/")["total"] == 3
    assert ids(ask(client, f"/brands/{brand}/")) == [phones["other"]]


def test_a_stale_list_drops_what_left_the_shelf(
    make: World, app: Flask, client: PageClient, phones: dict[str, int]
) -> None:
    leaf = make.categories()[2]
    client.get(f"/list/{leaf}/1/")
    shelf: Shelf = app.extensions["meiduo_shelf"]
    shelf.follow_s = 3600
    try:
        with app.app_context():
            goods.withdraw(phones["other"])
        change_skus(make, price={phones["black 128"]: Decimal("7.00")})
        answer = ask(client, f"/list/{leaf}/1/")
    finally:
        shelf.follow_s = 0

    assert phones["other"] not in ids(answer)
    prices = {sku["id"]: sku["price"] for sku in answer["skus"]}
    assert prices[phones["black 128"]] == "7.00", "the price of the database, not of the columns"


def test_without_columns_there_are_lists_without_facets(
    make: World, app: Flask, client: PageClient, phones: dict[str, int], monkeypatch, caplog
) -> None:
    def broken(_self: Shelf) -> None:
        raise MemoryError("no room for columns")

    monkeypatch.setattr(Shelf, "now", broken)
    leaf, brand = make.categories()[2], brand_of(make, phones["other"])

    for path in (f"/list/{leaf}/1/?sort=rating&stock=1", f"/brands/{brand}/?sort=price", "/search/?q=手机&sort=new"):
        answer = ask(client, path)
        assert len(answer["skus"]) == 4
        assert answer["facets"] == []
        assert "甲手机 黑色 256GB" in client.get(path).text
    assert client.get(f"/list/{leaf}/2/", fails=True).status_code == 404
    assert "lists without facets" in caplog.text


def test_a_crowd_of_changes_is_read_anew(make: World, client: PageClient, monkeypatch) -> None:
    from app.search import listing_rows

    leaf, spu_id = make.categories()[2], make.spu()
    first = [make.sku(spu_id=spu_id) for _ in range(3)]
    monkeypatch.setattr(listing_rows, "TOO_MANY", 4)
    assert len(ids(ask(client, f"/list/{leaf}/1/"))) == 3
    more = [make.sku(spu_id=spu_id) for _ in range(6)]

    assert sorted(ids(ask(client, f"/list/{leaf}/1/"))) == [*first, *more]
    last = make.sku(spu_id=spu_id)
    assert last in ids(ask(client, f"/list/{leaf}/1/"))


def brand_of(make: World, sku_id: int) -> int:
    with make.app.app_context():
        found = db.session.scalar(select(SPU.brand_id).join(SKU, SKU.spu_id == SPU.id).where(SKU.id == sku_id))
        assert found is not None
        return found
