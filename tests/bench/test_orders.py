"""The load test of ordering: what it prints is true, and it runs only where it may."""

import json

from flask import Flask
from sqlalchemy import func, select

from app.goods import guards, queries
from app.goods.models import SKU
from app.orders.models import Order
from app.shared.db import db
from tests.factories.world import World

SHORT = ("--seconds", "0.4", "--buyers", "3", "--processes", "1")


def bench(app: Flask, *args: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["bench", "orders", *args])
    return result.exit_code, result.stdout + result.stderr


def test_every_guard_sells_and_none_oversells(app: Flask, make: World) -> None:
    make.areas()
    make.sku()
    code, said = bench(app, *SHORT, "--json")
    assert code == 0, said
    told = json.loads(said[said.index("{") :])
    runs = [run for run in told["runs"] if run["way"] == "verb"]
    assert {run["guard"] for run in runs} == set(guards.NAMES)
    assert all(run["placed"] > 0 for run in runs)
    assert {(run["oversold"], run["failed"]) for run in told["runs"]} == {(0, 0)}
    assert all(run["of_bare"] is not None for run in runs if run["goods"] != "50 pieces")
    with app.app_context():
        assert queries.stock_drifts() == []
        placed = sum(run["placed"] for run in runs)
        bare = sum(run["placed"] for run in told["runs"] if run["way"] == "bare driver")
        listened = 2  # once for each kind of goods
        assert db.session.scalar(select(func.count()).select_from(Order)) == placed + bare + listened
        on_shelf = select(func.count()).select_from(SKU).where(SKU.is_launched)
        assert db.session.scalar(on_shelf) == 1


def test_production_and_other_machines_are_left_alone(app: Flask, make: World) -> None:
    make.areas()
    make.sku()
    assert "on this machine" in bench(app, "--url", "http://mall.example:80")[1]
    app.config["MALL_MODE"] = "production"
    code, said = bench(app, *SHORT)
    assert (code, "not in production" in said) == (1, True)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Order)) == 0


def test_it_says_what_is_missing(app: Flask, make: World) -> None:
    assert "flask areas load" in bench(app, *SHORT)[1]
    make.areas()
    assert "flask goods load-demo" in bench(app, *SHORT)[1]
