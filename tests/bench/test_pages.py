"""`flask bench pages`: a mall of its own on the configured database, bare views beside it, figures that add up."""

import json
import os

import pytest
from flask import Flask

from app.bench import pages
from app.bench.pages import Case, Load, Took
from tests.factories.world import World
from tests.goods.shelf import give_specs


@pytest.fixture
def as_configured(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """What the command's children read is what this test's mall was made of."""
    config = app.config
    for name, value in {
        "MALL_MODE": "test",
        "INSTANCE": str(config["INSTANCE"]),
        "REDIS_URL": config["REDIS_URL"],
        "DATABASE_URL": os.environ.get("TEST_DATABASE_URL", ""),
        "SECRET_KEY": config["SECRET_KEY"],
        "LOG_LEVEL": "WARNING",
    }.items():
        monkeypatch.setenv(name, value)
    return app


def test_pages_stand_beside_bare_views(make: World, as_configured: Flask) -> None:
    spu_id = make.spu()
    ids = [make.sku(spu_id=spu_id) for _ in range(3)]
    give_specs(make, spu_id, {"颜色": ["黑"]}, {each: {"颜色": "黑"} for each in ids})
    by_itself = f"{as_configured.config['REMEMBER_COOKIE_NAME']}=none"
    paths = [f"/list/{make.categories()[2]}/1/", "/search/?q=zzz"]
    cases = [Case("lists", paths, by_itself, "made"), Case("home", ["/"], against="page"), Case("lost", ["/list/9/9/"])]

    lists, home, lost = pages.measure(cases, ["gthread"], Load(2, 0.3), workers=1, threads=2)

    assert (lists.failed, home.failed) == (0, 0)
    assert lists.requests > 0
    assert 0 < lists.p50 <= lists.p95 <= lists.p99
    assert lists.bare_per_s
    assert lists.ratio is not None
    assert (lists.kept, home.kept) == (False, True)
    assert home.bare_per_s
    assert (lost.requests, lost.p50) == (0, 0.0)
    assert lost.failed > 0
    assert "FAILED" in pages.table([lists, home, lost])


def test_percentiles_are_of_what_was_measured() -> None:
    took = Took(times=[n / 1000 for n in range(1, 101)], span_s=2.0)

    assert [took.percentile_ms(each) for each in (50, 95, 99)] == [51.0, 96.0, 100.0]
    assert took.per_s == 50.0
    assert Took().percentile_ms(95) == 0.0


def test_the_command_prints_json(make: World, as_configured: Flask) -> None:
    make.sku()
    make.areas()
    arguments = ["bench", "pages", "--only", "suggest", "--seconds", "0.2", "--kind", "sync", "--json"]
    result = as_configured.test_cli_runner().invoke(args=arguments)

    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["SKUs"] == "1"
    assert [run["page"] for run in told["runs"]] == ["suggest"]
    assert told["runs"][0]["failed"] == 0
