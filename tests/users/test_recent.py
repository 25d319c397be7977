"""Recently viewed, under a SKU's page: a member's by the shop, a guest's by their browser."""

import re

from flask import Flask

from tests.factories.world import World
from tests.goods.shelf import change_skus
from tests.pages import PageClient


def shown(client: PageClient, query: str) -> list[int]:
    page = client.get(f"/recent/?{query}", headers={"HX-Request": "true"}).text
    return [int(each) for each in re.findall(r'card-name[^<]*<a href="/detail/(\d+)/"', page)]


def test_a_guest_s_browser_says_which(make: World, client: PageClient, count_queries) -> None:
    first, second, gone = make.sku(), make.sku(), make.sku(is_launched=False)

    with count_queries() as counted:
        assert shown(client, f"but={first}&ids={second},{first},{gone},{second},x,-3,9999999999999,7 or") == [second]
    assert len(counted.sql) <= 2


def test_a_member_s_is_their_history(make: World, lily_client: PageClient) -> None:
    first, second, third = make.sku(), make.sku(), make.sku()
    for sku_id in (first, second, third):
        lily_client.json("POST", "/browse_histories/", {"sku_id": sku_id})
    change_skus(make, is_launched={first: False})

    assert shown(lily_client, f"but={third}&ids={first}") == [second]


def test_nothing_is_an_empty_fragment(app: Flask, client: PageClient) -> None:
    assert client.get("/recent/", headers={"HX-Request": "true"}).text.strip() == ""
