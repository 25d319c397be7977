"""`flask bench admin`: the walk finds what the back office offers, the figures are of what was asked."""

import json
import os
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app.bench.desks import explaining, measuring, repricing, staff, walking
from app.bench.desks.reading import Field, Page
from app.bench.desks.samples import NONSENSE, Samples
from app.goods.bulk_models import PriceChange
from app.goods.models import SKU
from app.shared.db import db
from app.staff.models import AuditEntry
from tests.factories.world import Person, World

HTML = """<nav><a href="/admin/elsewhere/">x</a></nav><main><a href="?sort=-id">s</a><a href="/detail/3/">shop</a>
<a href="/admin/skus/export/csv/">csv</a><form method="get" action="/admin/skus/"><input name="q" type="search">
<select name="state"><option value="">all</option><option value="1">one</option></select>
<input name="from" type="date"><input name="sort" type="hidden" value="-id"></form>
<form method="post" action="/admin/skus/drop/"><input name="id"></form><table><td>A very
long name</td><td>20261122483920175562</td></table></main><a href="/admin/outside/">x</a>"""


@pytest.fixture
def as_configured(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """What the command's children read is what this test's mall was made of."""
    for name, value in {
        "MALL_MODE": "test",
        "INSTANCE": str(app.config["INSTANCE"]),
        "REDIS_URL": app.config["REDIS_URL"],
        "DATABASE_URL": os.environ.get("TEST_DATABASE_URL", ""),
        "SECRET_KEY": app.config["SECRET_KEY"],
        "LOG_LEVEL": "WARNING",
    }.items():
        monkeypatch.setenv(name, value)
    return app


@pytest.fixture
def cookie(app: Flask, tom: Person, make: World) -> str:
    """Tom's, who owns the shop."""
    make.sku()
    with app.app_context():
        return staff.owner_cookie(app)


def test_a_page_is_read_for_what_it_offers() -> None:
    page = Page(HTML)
    assert page.links == ["?sort=-id", "/detail/3/", "/admin/skus/export/csv/"]
    (form,) = page.forms
    assert [(each.name, each.type, each.options) for each in form.fields] == [
        ("q", "search", []),
        ("state", "choice", ["1"]),
        ("from", "date", []),
        ("sort", "hidden", []),
    ]
    assert page.cells == ["A very long name", "20261122483920175562"]


def test_pages_of_one_kind_are_one() -> None:
    kind = walking.kind_of
    assert kind("/admin/roles/12/") == kind("/admin/roles/7/") == "/admin/roles/…/"
    assert kind("/admin/orders/?after=WzEsMl0") == "/admin/orders/?after=…"
    assert kind("/admin/orders/?status=2&q=x") == "/admin/orders/?q=…&status=2"
    assert kind("/admin/orders/?sort=-total") != kind("/admin/orders/?sort=total")


def test_fields_get_values_of_rows_that_are_there(app: Flask, make: World) -> None:
    sku_id = make.sku()
    with app.app_context():
        samples = Samples.read()
    assert samples.values(Field("sku", "numeric"), []) == [str(sku_id), "3"]
    assert samples.values(Field("state", "choice", options=["1", "2"]), []) == ["1", "2"]
    assert samples.values(Field("q", "search"), ["202611224839", "Phone"])[:2] == ["202611224839", "Phone"]
    assert NONSENSE in samples.values(Field("q", "search"), [])


def test_the_walk_finds_lists_sorts_searches_deep_pages_and_details(app: Flask, cookie: str) -> None:
    with app.app_context():
        before = db.session.scalar(select(func.count()).select_from(AuditEntry))
        db.session.close()
        walk = walking.Walker(app, cookie).go()
        assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == before
    assert {"/admin/", "/admin/skus/", "/admin/orders/", "/admin/audit/", "/admin/roles/…/"} <= walk.cases.keys()
    of_skus = [name for name in walk.cases if name.startswith("/admin/skus/")]
    assert any("sort=" in name for name in of_skus)
    assert any("after=" in name for name in of_skus)
    assert any("q=" in name for name in of_skus)
    assert any("after=" in name and "state=" in name for name in of_skus)
    assert not any("export" in name or "login" in name for name in walk.cases)
    broken = {name: case.status for name, case in walk.refused.items() if case.status >= 500}
    assert broken == {}


def test_a_stranger_finds_nothing(app: Flask, make: World) -> None:
    with app.app_context():
        assert walking.Walker(app, "").go().cases == {}


def test_statements_that_read_a_whole_table_are_named(app: Flask, cookie: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explaining, "LARGE", 1)
    with app.app_context():
        explainer = explaining.Explainer()
        explainer.hear("/scan/", lambda: db.session.execute(text("SELECT * FROM skus WHERE name LIKE '%x%'")).all())
        explainer.hear("/key/", lambda: db.session.execute(text("SELECT * FROM skus WHERE id = 1")).all())
    assert [(each.page, each.table, each.how) for each in explainer.findings.values()] == [
        ("/scan/", "skus", "whole table")
    ]


def test_lines_over_the_target_are_marked() -> None:
    lines = [
        measuring.Line("/fast/", 9, 0, 1.0, 2.0, 3.0, 4.0, "/fast/"),
        measuring.Line("/slow/", 9, 0, 1.0, 301.0, 302.0, 4.0, "/slow/"),
        measuring.Line("/broken/", 0, 3, 0.0, 0.0, 0.0, 0.0, "/broken/"),
    ]
    told = measuring.table(lines).splitlines()
    assert told[1].startswith("/slow/")
    assert told[1].endswith("SLOW")
    assert "3 FAILED" in told[-1]
    assert measuring.summary(lines)["over_300_ms"] == 1
    assert measuring.summary(lines)["failed"] == 3


def test_the_command_measures_over_http(as_configured: Flask, tom: Person, make: World) -> None:
    arguments = ["bench", "admin", "--only", "/admin/blocked-words/", "--seconds", "0.1", "--least", "1", "--json"]
    result = as_configured.test_cli_runner().invoke(args=arguments)
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["failed"] == 0
    assert "/admin/blocked-words/" in [run["page"] for run in told["runs"]]
    assert all(run["p50"] <= run["p95"] <= run["longest"] for run in told["runs"])


def test_prices_are_changed_and_are_afterwards_what_they_were(app: Flask, make: World) -> None:
    ids = [make.sku(price="9.00") for _ in range(3)]
    with app.app_context():
        done = repricing.measure(rows=2)
        assert (done.changed, done.taken_back) == (2, 2)
        assert set(db.session.scalars(select(SKU.price).where(SKU.id.in_(ids)))) == {Decimal("9.00")}
        assert db.session.scalar(select(func.count()).select_from(PriceChange)) == 4
        assert set(db.session.scalars(select(AuditEntry.who))) == {repricing.ACTOR}


def test_production_refuses_and_a_shop_without_owner_says_what_to_do(app: Flask, make: World) -> None:
    run = app.test_cli_runner().invoke
    assert "create-staff" in run(args=["bench", "admin"]).output
    app.config["MALL_MODE"] = "production"
    refused = run(args=["bench", "admin"])
    assert refused.exit_code == 1
    assert "not in production" in refused.output
