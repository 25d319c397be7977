"""Health: what a load balancer and `make up` ask."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from app.shared.db import db
from tests.pages import PageClient


def test_up_answers_and_touches_nothing(client: PageClient, count_queries: Callable[[], Any]) -> None:
    with count_queries() as counted:
        assert client.json("GET", "/up/") == (200, {"code": "0", "errmsg": "OK", "status": "up"})
    assert counted.sql == []


def test_deps_names_what_the_mall_stands_on(client: PageClient) -> None:
    status, answer = client.json("GET", "/up/deps/")
    assert (status, answer["database"], answer["redis"]) == (200, True, True)


def test_deps_without_a_database(app: Flask, client: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise OperationalError("SELECT 1", {}, ConnectionRefusedError())

    with app.app_context():
        monkeypatch.setattr(db.session, "execute", away)
        status, answer = client.json("GET", "/up/deps/")
    assert (status, answer["database"], answer["redis"]) == (503, False, True)


def test_health_is_not_kept_by_a_cache(client: PageClient) -> None:
    for path in ("/up/", "/up/deps/"):
        assert client.browser.get(path).headers["Cache-Control"] == "no-store"
