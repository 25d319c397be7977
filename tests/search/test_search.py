"""Plain words in the name."""

import pytest
from flask import Flask

from app.search.services import words_of
from tests.factories.world import World
from tests.pages import PageClient


def found(client: PageClient, q: str, **args: str) -> list[int]:
    query = {"q": q, **args}
    response = client.browser.get("/search/", query_string=query, headers={"Accept": "application/json"})
    assert response.status_code == 200, response.text
    return [sku["id"] for sku in response.get_json()["skus"]]


def test_every_word_must_occur(make: World, client: PageClient) -> None:
    spu_id = make.spu()
    red = make.sku(spu_id=spu_id, name="小米手环 8 红色")
    blue = make.sku(spu_id=spu_id, name="小米手环 8 蓝色")
    make.sku(spu_id=spu_id, name="华为手表 红色")

    assert found(client, "手环") == [blue, red]
    assert found(client, "红色 小米") == [red]
    assert found(client, " 小米　手环 ") == [blue, red], "a full-width space parts words too"
    assert found(client, "小米 手表") == []


@pytest.mark.parametrize("sign", ["%", "_", "\\", "/", "'", '"', "(", "--"])
def test_signs_stand_for_themselves(make: World, client: PageClient, sign: str) -> None:
    spu_id = make.spu()
    plain, signed = make.sku(spu_id=spu_id, name="纯棉毛巾"), make.sku(spu_id=spu_id, name=f"棉{sign}麻毛巾")

    assert found(client, sign) == [signed]
    assert found(client, f"棉{sign}麻") == [signed]
    assert found(client, "毛巾") == [signed, plain]


def test_letters_of_either_case(make: World, client: PageClient) -> None:
    sku_id = make.sku(name="Apple iPhone 15")

    assert found(client, "IPHONE") == found(client, "iphone") == [sku_id]


def test_only_what_is_on_the_shelf(make: World, client: PageClient) -> None:
    make.sku(name="下架的手机", is_launched=False)

    assert found(client, "手机") == []


def test_nothing_asked_is_an_invitation(make: World, client: PageClient, count_queries) -> None:
    make.sku()
    client.get("/search/")

    with count_queries() as counted:
        page = client.get("/search/?q=+++").text

    assert "想找什么" in page
    assert counted.sql == []


def test_page_echoes_the_words_safely(client: PageClient) -> None:
    page = client.get("/search/", query_string={"q": '<b>"&手机'}).text

    assert "没有找到您要查询的商品" in page
    assert "<b>" not in page


def test_pages_and_orders(make: World, app: Flask, client: PageClient) -> None:
    app.config["LIST_PAGE_SIZE"] = 2
    spu_id = make.spu()
    ids = [make.sku(spu_id=spu_id, price=f"{price}.00", name="A&B 手机") for price in (30, 10, 20)]

    assert found(client, "A&B", sort="price") == [ids[1], ids[2]]
    assert found(client, "A&B", sort="price", page="2") == [ids[0]]
    assert "q=A%26B" in client.get("/search/", query_string={"q": "A&B", "sort": "price"}).text
    for page in ("0", "3", "-1", "x", "１", "9" * 30):
        assert client.get("/search/", query_string={"q": "A&B", "page": page}, fails=True).status_code == 404, page


def test_long_questions_are_cut() -> None:
    assert words_of("词 " * 500) == ["词"]
    assert words_of("x" * 1000) == ["x" * 64]
    assert len(words_of(" ".join(f"w{n}" for n in range(30)))) == 8


def test_statements_do_not_grow_with_rows(make: World, client: PageClient, count_queries) -> None:
    spu_id = make.spu()
    for _ in range(15):
        make.sku(spu_id=spu_id)
    client.get("/search/?q=手机")

    with count_queries() as counted:
        client.get("/search/?q=手机")

    assert len(counted.sql) <= 4, counted.sql  # what changed, cards, their specs, and names where there is no index
