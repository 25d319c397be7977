"""What was looked at: fifty are kept, five are told to the original's client, and the list can be cleared."""

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


def look(client: PageClient, *sku_ids: int) -> None:
    for sku_id in sku_ids:
        assert client.json("POST", "/browse_histories/", {"sku_id": sku_id})[0] == 200


def kept(client: PageClient, person: Person) -> list[int]:
    with client.app.app_context():
        return store.visited(person.id)


def test_fifty_are_kept_and_five_are_told(lily_client: PageClient, lily: Person, make: World) -> None:
    first = make.sku(name="头一件")
    look(lily_client, first)
    with lily_client.app.app_context():
        for sku_id in range(1000, 1049):
            store.remember_visit(lily.id, sku_id)
    assert len(kept(lily_client, lily)) == 50
    assert kept(lily_client, lily)[-1] == first
    skus = [make.sku() for _ in range(6)]
    look(lily_client, *skus)
    assert len(kept(lily_client, lily)) == 50
    assert first not in kept(lily_client, lily)
    told = lily_client.json("GET", "/browse_histories/")[1]["skus"]
    assert [sku["id"] for sku in told] == skus[:0:-1]


def test_cat_13_one_query_missing_ones_dropped_order_kept_and_a_life(
    lily_client: PageClient, lily: Person, make: World, count_queries: Callable[[], AbstractContextManager[Any]]
) -> None:
    skus = [make.sku() for _ in range(3)]
    look(lily_client, *skus)
    with lily_client.app.app_context():
        store.remember_visit(lily.id, skus[-1] + 999)  # deleted since
        assert 0 < redis().ttl(store.HISTORY(user_id=lily.id)) <= 90 * 86_400
    page = lily_client.get("/history/").text
    places = [page.index(f'href="/detail/{sku_id}/"') for sku_id in reversed(skus)]
    assert places == sorted(places)
    with count_queries() as counted:
        lily_client.get("/history/")
    cards = [sql for sql in counted.sql if "FROM skus" in sql]
    assert len(cards) == 1


def test_the_page_is_paged_and_ends(lily_client: PageClient, make: World) -> None:
    skus = [make.sku() for _ in range(11)]
    look(lily_client, *skus)
    second = lily_client.get("/history/?page=2").text
    assert f'href="/detail/{skus[0]}/"' in second
    assert f'href="/detail/{skus[10]}/"' not in second
    assert lily_client.get("/history/?page=3", fails=True).status_code == 404


def test_one_is_taken_out_and_all_are_cleared(lily_client: PageClient, lily: Person, make: World) -> None:
    skus = [make.sku() for _ in range(3)]
    look(lily_client, *skus)
    answer = lily_client.post(f"/history/{skus[1]}/?_method=DELETE")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/history/")
    assert kept(lily_client, lily) == [skus[2], skus[0]]
    lily_client.post("/history/?_method=DELETE")
    assert kept(lily_client, lily) == []
    assert "还没有浏览记录" in lily_client.get("/history/").text


def test_nobody_clears_anothers(lily_client: PageClient, lily: Person, fred_client: PageClient, make: World) -> None:
    sku_id = make.sku()
    look(lily_client, sku_id)
    fred_client.json("DELETE", "/history/")
    fred_client.json("DELETE", f"/history/{sku_id}/")
    assert kept(lily_client, lily) == [sku_id]


def test_a_withdrawn_one_is_greyed(lily_client: PageClient, make: World) -> None:
    sku_id = make.sku()
    look(lily_client, sku_id)

    def withdraw() -> None:
        db.session.get_one(SKU, sku_id).is_launched = False

    make.run(withdraw)
    assert "kept-off" in lily_client.get("/history/").text


def test_the_page_says_so_while_redis_is_away(lily_client: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setitem(lily_client.app.extensions, "meiduo_redis", Redis.from_url("unix:///nowhere/redis.sock"))
        answer = lily_client.get("/history/")
        assert answer.status_code == 200
        assert "暂时读不到" in answer.text
        assert lily_client.json("DELETE", "/history/")[0] == 503
