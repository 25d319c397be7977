"""How much each page asks of the database, for a signed-in shopper: pinned, and the same for few rows and for many."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import select

from app.goods.models import Brand
from app.shared.db import db
from tests.factories.world import Person, World
from tests.fixtures.mall import Counted
from tests.pages import PageClient

Counting = Callable[[], AbstractContextManager[Counted]]
FEW_AND_MANY = pytest.mark.parametrize("rows", [1, 12])


def statements(client: PageClient, count_queries: Counting, path: str) -> list[str]:
    """The SQL of the second visit: what can be kept, is kept."""
    client.get(path)
    with count_queries() as counted:
        client.get(path)
    return counted.sql


def skus(make: World, rows: int) -> list[int]:
    family = make.spu()
    return [make.sku(spu_id=family, stock=99) for _ in range(rows)]


def order(client: PageClient, address_id: int, sku_ids: list[int]) -> str:
    """One order of these."""
    for sku_id in sku_ids:
        assert client.json("POST", "/carts/", {"sku_id": sku_id, "count": 1})[0] == 200
    shown = client.json("GET", "/orders/settlement/")[1]
    agreed = {"submit_token": shown["submit_token"], "total_amount": shown["total_amount"]}
    status, answer = client.json(
        "POST", "/orders/commit/", {"address_id": address_id, "pay_method": 1 + len(sku_ids) % 2, **agreed}
    )
    assert status == 200, answer
    return str(answer["order_id"])


@FEW_AND_MANY
def test_home(make: World, lily_client: PageClient, count_queries: Counting, rows: int) -> None:
    skus(make, rows)
    sql = statements(lily_client, count_queries, "/")
    assert len(sql) == 1, sql  # who is there; at most 3 are allowed


@FEW_AND_MANY
def test_list(make: World, lily_client: PageClient, count_queries: Counting, rows: int) -> None:
    skus(make, rows)
    sql = statements(lily_client, count_queries, f"/list/{make.categories()[2]}/1/")
    assert len(sql) == 4, sql  # who is there, what changed, cards, their specs; at most 6 are allowed


@FEW_AND_MANY
def test_list_with_facets(make: World, lily_client: PageClient, count_queries: Counting, rows: int) -> None:
    skus(make, rows)
    chosen = "?stock=1&price=1-1000&group=sku&sort=price"
    sql = statements(lily_client, count_queries, f"/list/{make.categories()[0]}/1/{chosen}")
    assert len(sql) == 4, sql


@FEW_AND_MANY
def test_brand(make: World, lily_client: PageClient, count_queries: Counting, rows: int) -> None:
    skus(make, rows)
    with make.app.app_context():
        brand_id = db.session.scalar(select(Brand.id))
    sql = statements(lily_client, count_queries, f"/brands/{brand_id}/")
    assert len(sql) == 5, sql  # as a list, and the brand's name


@FEW_AND_MANY
def test_detail(make: World, lily_client: PageClient, count_queries: Counting, rows: int) -> None:
    sql = statements(lily_client, count_queries, f"/detail/{skus(make, rows)[0]}/")
    assert len(sql) <= 6, sql


@FEW_AND_MANY
def test_cart(make: World, lily_client: PageClient, count_queries: Counting, rows: int) -> None:
    for sku_id in skus(make, rows):
        lily_client.json("POST", "/carts/", {"sku_id": sku_id, "count": 1})
    sql = statements(lily_client, count_queries, "/carts/")
    assert len(sql) == 3, sql  # who is there, the SKUs, their specs


@FEW_AND_MANY
def test_settlement(make: World, lily: Person, lily_client: PageClient, count_queries: Counting, rows: int) -> None:
    for sku_id in skus(make, rows):
        lily_client.json("POST", "/carts/", {"sku_id": sku_id, "count": 1})
    for number in range(rows):
        make.address(lily.id, receiver=f"收货人 {number}")
    sql = statements(lily_client, count_queries, "/orders/settlement/")
    assert len(sql) == 6, sql  # who is there, twice SKUs and specs (fitting, then settling), addresses


@FEW_AND_MANY
def test_my_orders(make: World, lily: Person, lily_client: PageClient, count_queries: Counting, rows: int) -> None:
    ids, address_id = skus(make, rows), make.address(lily.id)
    for number in range(min(rows, 6)):
        order(lily_client, address_id, ids[: number + 1])
    sql = statements(lily_client, count_queries, "/orders/info/")
    assert len(sql) == 4, sql


@FEW_AND_MANY
def test_an_order(make: World, lily: Person, lily_client: PageClient, count_queries: Counting, rows: int) -> None:
    number = order(lily_client, make.address(lily.id), skus(make, rows))
    sql = statements(lily_client, count_queries, f"/orders/{number}/")
    assert len(sql) == 4, sql
