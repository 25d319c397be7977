"""The account page and what was looked at lately."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from redis import Redis

from app.goods.models import SKU
from app.shared.db import db
from app.shared.redis import redis
from app.users import store
from tests.factories.world import Person, World
from tests.pages import PageClient


def look(client: PageClient, sku_id: Any) -> tuple[int, Any]:
    return client.json("POST", "/browse_histories/", {"sku_id": sku_id})


def seen(client: PageClient) -> list[int]:
    return [sku["id"] for sku in client.json("GET", "/browse_histories/")[1]["skus"]]


def test_the_page_shows_who_it_is_with_a_masked_number(lily_client: PageClient, lily: Person) -> None:
    page = lily_client.get("/info/").text
    assert "lily" in page
    assert "138****0001" in page
    assert lily.mobile not in page
    status, answer = lily_client.json("GET", "/info/")
    assert (status, answer["mobile"], answer["email"], answer["email_active"]) == (200, "138****0001", "", False)


def test_the_last_five_newest_first_each_once(lily_client: PageClient, lily: Person, make: World) -> None:
    skus = [make.sku(name=f"看过的手机 {n}") for n in range(6)]
    for sku_id in (*skus, skus[2]):
        assert look(lily_client, sku_id)[0] == 200
    assert seen(lily_client) == [skus[2], skus[5], skus[4], skus[3], skus[1]]
    _, answer = lily_client.json("GET", "/browse_histories/")
    assert {**answer["skus"][0], "default_image_url": ""} == {
        "id": skus[2],
        "name": "看过的手机 2",
        "default_image_url": "",
        "price": "100.00",
    }
    assert "看过的手机 2" in lily_client.get("/info/").text
    with lily_client.app.app_context():
        assert 0 < redis().ttl(store.HISTORY(user_id=lily.id)) <= 90 * 86_400


def test_a_deleted_sku_is_dropped(lily_client: PageClient, lily: Person, make: World) -> None:
    kept = make.sku()
    look(lily_client, kept)
    with lily_client.app.app_context():
        store.remember_visit(lily.id, kept + 999)
    assert seen(lily_client) == [kept]
    assert lily_client.get("/info/").status_code == 200


@pytest.mark.parametrize(("sku_id", "status"), [(999_999, 404), ("abc", 400), (-1, 400), (None, 400), ("9" * 40, 400)])
def test_only_what_exists_is_remembered(lily_client: PageClient, sku_id: Any, status: int) -> None:
    assert look(lily_client, sku_id)[0] == status
    assert seen(lily_client) == []


def test_a_stranger_has_no_history(client: PageClient) -> None:
    assert look(client, 1)[0] == 401
    assert client.json("GET", "/browse_histories/")[0] == 401


def test_the_list_costs_the_same_for_one_and_for_five(
    lily_client: PageClient, lily: Person, make: World, count_queries: Callable[[], AbstractContextManager[Any]]
) -> None:
    costs = []
    for total in (1, 5):
        while len(seen(lily_client)) < total:
            look(lily_client, make.sku())
        with count_queries() as counted:
            seen(lily_client)
        costs.append(len(counted.sql))
    assert costs[0] == costs[1] <= 3  # who it is, and the cards


def test_the_page_stands_while_redis_is_away(lily_client: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setitem(lily_client.app.extensions, "meiduo_redis", Redis.from_url("unix:///nowhere/redis.sock"))
        assert lily_client.get("/info/").status_code == 200
        status, answer = lily_client.json("GET", "/browse_histories/")
        assert (status, answer["code"]) == (503, "5203")


def test_a_withdrawn_sku_is_still_remembered(lily_client: PageClient, make: World) -> None:
    sku_id = make.sku()
    look(lily_client, sku_id)

    def withdraw() -> None:
        db.session.get_one(SKU, sku_id).is_launched = False

    make.run(withdraw)
    assert seen(lily_client) == [sku_id]
