"""A database that goes away in the middle: answers that were finished stay answers, verbs run again."""

import pymysql
import pytest
from flask import Flask, Response
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from app.goods.models import Brand
from app.shared.db import MYSQL, db
from app.shared.uow import is_retryable, unit_of_work
from tests.factories.world import World
from tests.pages import PageClient


def cut() -> None:
    """Break this session's line: MariaDB kills it, SQLite's file is closed under it."""
    line = db.session.connection()
    if db.engine.dialect.name in MYSQL:
        number = db.session.scalar(text("SELECT CONNECTION_ID()"))
        with db.engine.connect() as other:
            other.execute(text(f"KILL {int(number or 0)}"))
    else:
        raw = line.connection.dbapi_connection
        assert raw is not None
        raw.close()


def test_a_line_that_broke_after_the_last_read_does_no_harm(app: Flask) -> None:
    with app.app_context():
        assert db.session.scalars(select(Brand)).all() == []
        cut()
    with app.app_context():
        assert db.session.scalars(select(Brand)).all() == []


def test_the_answer_stands_when_the_line_breaks_behind_it(app: Flask, client: PageClient, make: World) -> None:
    sku = make.sku()

    def break_it(response: Response) -> Response:
        cut()
        return response

    app.after_request_funcs.setdefault(None, []).insert(0, break_it)  # last of all: they run backwards
    try:
        assert client.get(f"/detail/{sku}/").status_code == 200
    finally:
        app.after_request_funcs[None].remove(break_it)
    assert client.get(f"/detail/{sku}/").status_code == 200


def test_a_verb_whose_line_breaks_runs_again(ctx: Flask) -> None:
    on_mariadb = db.engine.dialect.name in MYSQL
    runs = []

    @unit_of_work
    def verb() -> None:
        runs.append(1)
        if on_mariadb and len(runs) == 1:
            cut()
        db.session.add(Brand(name="华为", name_en="", first_letter="H"))

    verb()
    assert len(runs) == (2 if on_mariadb else 1)
    assert db.session.scalars(select(Brand.name)).all() == ["华为"]


@pytest.mark.parametrize("code", [1053, 1927, 2002, 2003, 2006, 2013])
def test_a_server_that_is_not_there_is_a_reason_to_try_again(code: int) -> None:
    assert is_retryable(OperationalError("", {}, pymysql.err.OperationalError(code, "away")))


@pytest.mark.parametrize("path", ["/", "/carts/", "/orders/info/", "/detail/1/"])
def test_pages_say_that_it_is_busy_while_the_server_is_away(
    app: Flask, lily_client: PageClient, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """Also to somebody who is signed in, and with nothing kept in the cache."""

    def refuse(*_args: object, **_more: object) -> None:
        raise OperationalError("", {}, pymysql.err.OperationalError(2003, "Can't connect"))

    with app.app_context():
        monkeypatch.setattr(type(db.session()), "execute", refuse)
        monkeypatch.setattr(type(db.session()), "connection", refuse)
    page = lily_client.get(path, fails=True)
    assert page.status_code == 503
    assert page.headers["Retry-After"]
    fragment = lily_client.get(path, fails=True, headers={"HX-Request": "true"})
    assert fragment.status_code == 503
    assert "<html" not in fragment.text
    status, answer = lily_client.json("GET", path)
    assert (status, answer["code"]) == (503, "5203")
