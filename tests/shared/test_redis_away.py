"""Redis is away: pages are served, the cart and ordering say 503, nothing is lost and nobody waits long."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.factory import create_app
from app.shared import cache, limits
from app.shared.db import db
from tests.factories.world import Person, World
from tests.pages import PageClient

PATIENCE_S = 3.0  # a page that waited for a timeout at every look would take far longer


@pytest.fixture
def alone(app: Flask, settings: dict[str, Any], tmp_path: Path) -> Iterator[Flask]:
    """The same database, and a Redis address where nobody listens."""
    mall = create_app({**settings, "INSTANCE": tmp_path, "REDIS_URL": f"unix://{tmp_path}/nobody.sock"})
    yield mall
    with mall.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def sku(make: World) -> int:
    """Something to look at."""
    return make.sku(stock=5)


def test_the_shop_window_stays_open(alone: Flask, sku: int, make: World) -> None:
    client = PageClient(alone)
    begun = time.monotonic()
    paths = ["/", f"/list/{make.categories()[2]}/1/", f"/detail/{sku}/", "/search/?q=手机", "/login/", "/areas/"]
    for path in paths:
        assert client.get(path).status_code == 200
    assert time.monotonic() - begun < PATIENCE_S * len(paths)


def test_a_guests_cart_needs_no_redis(alone: Flask, sku: int) -> None:
    client = PageClient(alone)
    assert client.json("POST", "/carts/", {"sku_id": sku, "count": 2})[0] == 200
    assert client.json("GET", "/carts/")[1]["cart_skus"][0]["count"] == 2


def test_a_member_signs_in_and_the_cart_and_ordering_say_busy(alone: Flask, lily: Person, sku: int) -> None:
    client = PageClient(alone)
    assert client.json("POST", "/carts/", {"sku_id": sku, "count": 2})[0] == 200
    client.sign_in(lily.username, lily.password)  # the guest's lines stay in the cookie for the next sign-in
    body = {"address_id": 1, "pay_method": 2, "submit_token": "0123456789abcdef", "total_amount": "110.00"}
    for method, path, sent in (
        ("GET", "/carts/", None),
        ("POST", "/carts/", {"sku_id": sku, "count": 1}),
        ("GET", "/carts/simple/", None),
        ("GET", "/orders/settlement/", None),
        ("POST", "/orders/commit/", body),
    ):
        status, answer = client.json(method, path, sent)
        assert (status, answer["code"]) == (503, "5203"), (method, path, answer)
    page = client.get("/carts/", fails=True)
    assert page.status_code == 503
    assert page.headers["Retry-After"] == "5"


def test_what_lives_in_the_database_is_at_hand(alone: Flask, lily: Person) -> None:
    client = PageClient(alone)
    client.sign_in(lily.username, lily.password)
    for path in ("/info/", "/addresses/", "/orders/info/"):
        assert client.get(path).status_code == 200


def test_the_cookie_cart_survives_the_sign_in_and_is_adopted_later(
    app: Flask, alone: Flask, lily: Person, sku: int
) -> None:
    away = PageClient(alone)
    away.json("POST", "/carts/", {"sku_id": sku, "count": 2})
    away.sign_in(lily.username, lily.password)
    kept = away.browser.get_cookie("carts")
    assert kept is not None
    back = PageClient(app)  # Redis is back; the same browser signs in again
    back.browser.set_cookie("carts", kept.value)
    back.sign_in(lily.username, lily.password)
    assert back.json("GET", "/carts/")[1]["cart_skus"][0]["count"] == 2


def test_codes_say_busy(alone: Flask) -> None:
    status, answer = PageClient(alone).json("POST", "/image_codes/")
    assert (status, answer["code"]) == (503, "5203")


def test_health_tells_which_is_away(alone: Flask, app: Flask) -> None:
    status, answer = PageClient(alone).json("GET", "/up/deps/")
    assert (status, answer["database"], answer["redis"]) == (503, True, False)
    assert PageClient(alone).json("GET", "/up/")[0] == 200
    assert PageClient(app).json("GET", "/up/deps/")[0] == 200


def test_limits_count_in_memory_and_the_cache_lets_pass(alone: Flask) -> None:
    with alone.app_context():
        assert [limits.hit("sms:1", 2, 60) > 0 for _ in range(3)] == [False, False, True]
        assert limits.wait_for("sms:1", 2, 60) > 0
        assert limits.hit("sms:2", 2, 60) == 0
        limits.forget("sms:1")
        assert limits.hit("sms:1", 2, 60) == 0
        assert cache.remember("trial", lambda: "fresh") == "fresh"
        cache.forget("trial")
