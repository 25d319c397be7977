"""A shopper's own reviews, and the name that stands over them."""

import pytest
from flask import Flask

from app.reviews import queries, services
from app.shared.db import db
from app.users.models import User
from tests.factories.world import Person, World
from tests.pages import PageClient
from tests.reviews.arrived import Arrived, arrive


def test_newest_first_with_the_goods_as_sold(lily_client: PageClient, arrived: Arrived, app: Flask) -> None:
    assert "还没有评价" in lily_client.get("/reviews/").text
    with app.app_context():
        services.write_review(arrived.draft(0, text="第一条评价在此"))
        services.write_review(arrived.draft(1, text="第二条评价在此", is_anonymous=True, score=2))
    page = lily_client.get("/reviews/").text
    assert page.index("第二条评价在此") < page.index("第一条评价在此")
    assert f'href="/orders/{arrived.number}/"' in page
    assert "匿名" in page
    told = lily_client.json("GET", "/reviews/")[1]
    assert [(each["comment"], each["score"]) for each in told["reviews"]] == [
        ("第二条评价在此", 2),
        ("第一条评价在此", 5),
    ]


def test_they_are_ones_own(fred_client: PageClient, arrived: Arrived, app: Flask) -> None:
    with app.app_context():
        services.write_review(arrived.draft(0))
    assert fred_client.json("GET", "/reviews/")[1]["total"] == 0


def test_pages_and_their_end(
    lily_client: PageClient, lily: Person, make: World, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE_SIZE", 1)
    arrived = arrive(make, lily, [make.sku(), make.sku()])
    with app.app_context():
        services.write_review(arrived.draft(0, text="第一条评价在此"))
        services.write_review(arrived.draft(1, text="第二条评价在此"))
    assert "第一条评价在此" in lily_client.get("/reviews/?page=2").text
    assert lily_client.get("/reviews/?page=3", fails=True).status_code == 404


def test_the_nickname_stands_over_them_masked_where_it_must_be(
    client: PageClient, lily: Person, make: World, arrived: Arrived, app: Flask
) -> None:
    with app.app_context():
        services.write_review(arrived.draft(0))
        services.write_review(arrived.draft(1, is_anonymous=True))

    def name(sku_id: int) -> str:
        return str(client.json("GET", f"/comments/{sku_id}/")[1]["comment_list"][0]["username"])

    def call(nickname: str) -> None:
        def write() -> None:
            db.session.get_one(User, lily.id).nickname = nickname

        make.run(write)

    assert [name(sku_id) for sku_id in arrived.skus] == ["lily", "l***y"]
    call("小鹿")
    assert [name(sku_id) for sku_id in arrived.skus] == ["小鹿", "小***鹿"]
    call("电话13800000001")  # a number in it is nobody's business (SEC-22)
    assert [name(sku_id) for sku_id in arrived.skus] == ["电***1", "电***1"]
