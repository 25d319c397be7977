"""What a SKU's page says: stock in three states, delivery, saving, what stands beside, and what robots read."""

import json
import re
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import update

from app.goods import services
from app.goods.models import SKU, SKUImage
from app.shared.db import db
from tests.factories.world import World
from tests.goods.shelf import change_skus, give_specs
from tests.pages import PageClient


def linked(page: str, kind: str) -> dict[str, object]:
    """The page's facts of this type."""
    texts = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    found = [json.loads(text) for text in texts]
    return next(each for each in found if isinstance(each, dict) and each["@type"] == kind)


@pytest.mark.parametrize(
    ("stock", "state", "said"),
    [(11, "in", "有货"), (10, "low", "仅剩 10 件"), (1, "low", "仅剩 1 件"), (0, "out", "无货")],
)
def test_stock_is_said_in_three_states(make: World, client: PageClient, stock: int, state: str, said: str) -> None:
    sku_id = make.sku(stock=stock)

    page = client.get(f"/detail/{sku_id}/").text

    assert f'data-stock="{state}"' in page
    assert said in page
    assert ('name="buy_now"' in page) is (stock > 0)
    assert client.json("GET", f"/detail/{sku_id}/")[1]["sku"]["stock_state"] == state


def test_the_threshold_is_a_setting(make: World, app: Flask, client: PageClient) -> None:
    app.config["LOW_STOCK"] = 3
    assert 'data-stock="in"' in client.get(f"/detail/{make.sku(stock=4)}/").text


@pytest.mark.parametrize(
    ("flat", "free_from", "said"),
    [
        ("10.00", "", "每单运费 ¥10.00，不论件数"),
        ("8.50", "99.00", "每单运费 ¥8.50，满 ¥99.00 免运费"),
        ("0.00", "", "免运费"),
    ],
)
def test_delivery_is_the_rule_of_the_settings(
    make: World, app: Flask, client: PageClient, flat: str, free_from: str, said: str
) -> None:
    app.config["FREIGHT"], app.config["FREIGHT_FREE_FROM"] = flat, free_from
    assert said in client.get(f"/detail/{make.sku()}/").text


def test_saving_is_market_price_less_price(make: World, client: PageClient) -> None:
    sku_id = make.sku(price="88.50")
    make.run(lambda: db.session.execute(update(SKU).values(market_price=Decimal("100.00"))))

    page = client.get(f"/detail/{sku_id}/").text

    assert "省 ¥11.50" in page
    assert "¥100.00" in page


def test_similar_goods_are_of_other_families_in_stock_and_near_in_price(make: World, client: PageClient) -> None:
    own = make.spu("自己")
    here, sibling = make.sku(spu_id=own, price="100.00"), make.sku(spu_id=own, price="101.00")
    near, twin = make.spu("近的"), make.spu("双胞胎")
    nearest = make.sku(spu_id=near, price="105.00", name="最近的")
    make.sku(spu_id=near, price="160.00", name="同族更远的")
    below = make.sku(spu_id=twin, price="90.00", name="便宜些的")
    make.sku(spu_id=make.spu(), price="100.00", stock=0, name="卖完的")
    make.sku(spu_id=make.spu(), price="100.00", is_launched=False, name="下架的")

    page = client.get(f"/detail/{here}/").text
    similar = page[page.index('id="similar-title"') :]

    assert [int(each) for each in re.findall(r'card-name[^<]*<a href="/detail/(\d+)/"', similar)] == [nearest, below]
    assert f'"/detail/{sibling}/"' not in similar


def test_a_price_beside_is_never_remembered(make: World, lily_client: PageClient) -> None:
    here, other = make.sku(price="100.00"), make.sku(price="100.00", spu_id=make.spu())
    lily_client.get(f"/detail/{here}/")

    change_skus(make, price={other: Decimal("77.77")})

    assert ">77<" in lily_client.get(f"/detail/{here}/").text


def test_robots_read_offer_rating_and_one_address(make: World, client: PageClient) -> None:
    sku_id = make.sku(price="1288.00", name="能看见的手机")
    make.run(lambda: db.session.execute(update(SKU).values(comments=4, score_total=18)))
    make.run(lambda: db.session.add(SKUImage(sku_id=sku_id, image="phone-1-1", sequence=1)))

    page = client.get(f"/detail/{sku_id}/?utm_source=x").text
    product = linked(page, "Product")

    assert product["offers"]["price"] == "1288.00"
    assert product["offers"]["availability"] == "https://schema.org/InStock"
    assert product["aggregateRating"] == {
        "@type": "AggregateRating",
        "ratingValue": "4.5",
        "reviewCount": 4,
        "bestRating": 5,
    }
    assert linked(page, "BreadcrumbList")["itemListElement"][-1]["name"] == "能看见的手机"
    assert re.search(rf'<link rel="canonical" href="http[^"]+/detail/{sku_id}/">', page)
    assert re.search(rf'hreflang="en" href="http[^"]+/detail/{sku_id}/\?lang=en"', page)
    assert '<meta property="og:type" content="product">' in page
    assert '<meta property="og:title" content="能看见的手机">' in page
    assert "noindex" not in page


def test_nobody_s_rating_is_made_up(make: World, client: PageClient) -> None:
    assert "aggregateRating" not in linked(client.get(f"/detail/{make.sku()}/").text, "Product")


def test_cat_2_removed_is_gone_and_friendly(make: World, client: PageClient) -> None:
    gone = make.sku(name="停产的手机")
    make.sku(spu_id=make.spu(), name="还在卖的手机")
    with make.app.app_context():
        services.remove_sku(gone)
        services.remove_sku(gone)

    response = client.get(f"/detail/{gone}/", fails=True)

    assert response.status_code == 410
    assert "停产的手机" in response.text
    assert "这件商品已停止销售" in response.text
    assert "还在卖的手机" in response.text
    assert "buy_now" not in response.text
    assert "noindex" in response.text
    status, answer = client.json("GET", f"/detail/{gone}/")
    assert (status, answer["code"]) == (404, "5003")


def test_a_removed_sku_can_come_back(make: World, client: PageClient) -> None:
    sku_id = make.sku()
    with make.app.app_context():
        services.remove_sku(sku_id)
        services.launch(sku_id)

    assert client.get(f"/detail/{sku_id}/").status_code == 200


def test_combinations_that_are_not_sold_are_grey(make: World, client: PageClient) -> None:
    spu_id = make.spu()
    first, second = make.sku(spu_id=spu_id), make.sku(spu_id=spu_id, stock=0)
    options = {"颜色": ["黑色", "白色", "红色"], "内存": ["小", "大"]}
    give_specs(make, spu_id, options, {first: {"颜色": "黑色", "内存": "小"}, second: {"颜色": "白色", "内存": "大"}})

    page = client.get(f"/detail/{first}/").text

    assert page.count('aria-current="true"') == 2
    red = page[page.index("option-none") :]
    assert "红色" in red[:200]
    other = re.search(rf'<a class="([^"]+)"\s+id="option-1-2"\s+href="/detail/{second}/"', page)
    assert other
    assert {"option-other", "option-out"} <= set(other[1].split())


@pytest.mark.parametrize("state", ["in stock", "sold out", "off the shelf"])
def test_cat_14_every_control_leads_somewhere(make: World, app: Flask, client: PageClient, state: str) -> None:
    spu_id = make.spu()
    here = make.sku(spu_id=spu_id, stock=0 if state == "sold out" else 5, is_launched=state != "off the shelf")
    other = make.sku(spu_id=spu_id)
    give_specs(make, spu_id, {"颜色": ["黑", "白"]}, {here: {"颜色": "黑"}, other: {"颜色": "白"}})
    make.sku(spu_id=make.spu("旁边的"))

    page = client.get(f"/detail/{here}/").text
    ids = set(re.findall(r'\sid="([^"]+)"', page))
    ways = app.url_map.bind("localhost")

    for method, address in [
        *(("GET", each) for each in re.findall(r'<a[^>]*\shref="([^"]*)"', page)),
        *(("POST", each) for each in re.findall(r'<form[^>]*method="post"[^>]*action="([^"]*)"', page)),
    ]:
        if address.startswith("#"):
            assert address[1:] in ids, address
        else:
            assert ways.match(address.partition("?")[0].partition("#")[0], method=method), address


def test_an_import_puts_a_removed_sku_back(make: World, client: PageClient) -> None:
    sku_id = make.sku()
    with make.app.app_context():
        services.remove_sku(sku_id)
    change_skus(make, is_launched={sku_id: True})

    assert client.get(f"/detail/{sku_id}/").status_code == 200
    assert "buy_now" in client.get(f"/detail/{sku_id}/").text
