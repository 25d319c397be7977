"""The short way of the hot statements: the same text, the same errors, heard by whoever listens."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from sqlalchemy import bindparam, insert, select, text
from sqlalchemy.exc import IntegrityError

from app.areas.models import Area
from app.shared import uow
from app.shared.db import db, unit_line
from app.shared.prepared import Listed, Prepared, slots
from app.shared.uow import savepoint, unit_of_work
from tests.fixtures.mall import Counted

FIND = Prepared(select(Area.id, Area.name).where(Area.id == bindparam("wanted")))
MANY = Listed(lambda number: select(Area.id).where(Area.id.in_(slots("wanted", number))).order_by(Area.id))
WRITE = Prepared(insert(Area.__table__), ("id", "name", "parent_id", "level", "is_open", "version"))  # type: ignore[arg-type]  # wider FromClause

Counting = Callable[[], AbstractContextManager[Counted]]


def area(number: int, name: str) -> dict[str, object]:
    return {"id": number, "name": name, "parent_id": None, "level": 1, "is_open": True, "version": 1}


@unit_of_work
def write(*ids: int) -> None:
    WRITE.insert_all([area(each, f"area {each}") for each in ids])


def test_what_is_written_is_read(ctx: Flask) -> None:
    write(1, 2, 3)
    write(4)
    assert FIND.rows(wanted=3) == [(3, "area 3")]
    assert FIND.rows(wanted=5) == []
    assert [row[0] for row in MANY.rows(wanted=[4, 1, 3])] == [1, 3, 4]
    assert MANY.rows(wanted=[]) == []


def test_who_listens_hears_what_sqlalchemy_would_have_sent(ctx: Flask, count_queries: Counting) -> None:
    write(1)
    with count_queries() as short:
        FIND.rows(wanted=1)
    with count_queries() as long:
        db.session.connection().execute(FIND.statement, {"wanted": 1})
    assert [sql.replace("%(wanted)s", "%s") for sql in long.sql] == short.sql


def test_a_violation_is_sqlalchemys_error_and_costs_the_savepoint_only(ctx: Flask) -> None:
    @unit_of_work
    def twice() -> None:
        WRITE.insert_all([area(1, "first")])
        with pytest.raises(IntegrityError):
            behind_a_savepoint()

    def behind_a_savepoint() -> None:
        with savepoint():
            WRITE.insert_all([area(2, "second")])
            WRITE.insert_all([area(1, "again")])

    twice()
    assert [row[0] for row in MANY.rows(wanted=[1, 2])] == [1]


def test_a_line_that_died_runs_the_unit_again(ctx: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """On SQLite, which has no lines to lose, a database that is locked stands in."""
    runs: list[int] = []
    monkeypatch.setattr(uow, "PAUSE_S", 0.001)

    @unit_of_work
    def verb() -> None:
        runs.append(len(runs))
        line = unit_line.get()
        assert line is not None
        if not runs[-1]:
            if line.dialect.name == "sqlite":
                raise_locked()
            number = line.execute(text("SELECT CONNECTION_ID()")).scalar_one()
            with db.engine.connect() as other:
                other.execute(text(f"KILL {number}"))
        WRITE.insert_all([area(9, "nine")])

    verb()
    assert len(runs) == 2
    assert FIND.rows(wanted=9) == [(9, "nine")]
    assert unit_line.get() is None


def raise_locked() -> None:
    import sqlite3

    from sqlalchemy.exc import OperationalError

    raise OperationalError("INSERT", {}, sqlite3.OperationalError("database is locked"))
