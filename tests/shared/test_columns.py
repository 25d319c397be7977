"""The column vocabulary means the same on both engines: exact money, moments with microseconds, keys by the byte."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Column, Integer, MetaData, Table, func, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlalchemy.schema import CreateTable

from app.shared import clock
from app.shared.db import MYSQL, Money, When, db, key

trials = Table(
    "column_trials",
    MetaData(),
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("amount", Money()),
    Column("moment", When()),
    Column("name", key(32), unique=True),
)


@pytest.fixture
def engine(ctx: Flask) -> Iterator[Any]:
    """The engine of this leg, with a table of its own."""
    trials.drop(db.engine, checkfirst=True)
    trials.create(db.engine)
    yield db.engine
    trials.drop(db.engine)


def keep(engine: Any, **values: Any) -> None:
    """One row, committed."""
    with engine.begin() as connection:
        connection.execute(insert(trials).values(**values))


def kept(engine: Any, what: Any) -> list[Any]:
    """Values of a column, or an expression, in the order of writing."""
    with engine.connect() as connection:
        return list(connection.scalars(select(what)))


EDGES = ["0.00", "0.01", "0.10", "0.29", "1.10", "4.35", "1000.01", "8999999.99", "99999999.98", "99999999.99"]


def test_amounts_come_back_as_they_went(engine: Any) -> None:
    seed = random.Random(5203)
    amounts = [Decimal(amount) for amount in EDGES]
    amounts += [Decimal(seed.randrange(10**10)) / 100 for _ in range(300)]
    with engine.begin() as connection:
        connection.execute(insert(trials), [{"amount": amount} for amount in amounts])
    with engine.connect() as connection:
        found = list(connection.scalars(select(trials.c.amount).order_by(trials.c.id)))
    assert found == amounts
    assert all(type(amount) is Decimal and amount.as_tuple().exponent == -2 for amount in found)


def test_a_thousand_dimes_are_a_hundred(engine: Any) -> None:
    with engine.begin() as connection:
        connection.execute(insert(trials), [{"amount": Decimal("0.10")} for _ in range(1000)])
    assert kept(engine, func.sum(trials.c.amount)) == [Decimal("100.00")]
    assert sum([0.1] * 1000) != 100  # what a float makes of it


def test_amounts_compare_and_sort_as_numbers(engine: Any) -> None:
    for amount in ("9.99", "10.00", "100.00", "0.50"):
        keep(engine, amount=Decimal(amount))
    with engine.connect() as connection:
        query = select(trials.c.amount).where(trials.c.amount >= Decimal("9.99")).order_by(trials.c.amount.desc())
        assert [str(amount) for amount in connection.scalars(query)] == ["100.00", "10.00", "9.99"]
        exact = select(func.count()).select_from(trials).where(trials.c.amount == Decimal("10"))
        assert connection.scalar(exact) == 1


def test_amounts_are_stored_exactly(engine: Any) -> None:
    """NUMERIC(10,2) on MariaDB; whole fen on SQLite, where NUMERIC would be a float."""
    keep(engine, amount=Decimal("12.34"))
    with engine.connect() as connection:
        if engine.dialect.name in MYSQL:
            kind = connection.execute(text("SHOW COLUMNS FROM column_trials LIKE 'amount'")).one()[1]
            assert kind == "decimal(10,2)"
        else:
            row = connection.execute(text("SELECT typeof(amount), amount FROM column_trials")).one()
            assert tuple(row) == ("integer", 1234)


@pytest.mark.parametrize("wrong", [1.5, 15, "15.00"])
def test_only_decimals_are_amounts(engine: Any, wrong: object) -> None:
    with pytest.raises(StatementError, match="money is Decimal") as told:
        keep(engine, amount=wrong)
    assert isinstance(told.value.orig, TypeError)


def test_a_fraction_of_a_fen_is_refused(engine: Any) -> None:
    with pytest.raises(StatementError, match="whole number of fen") as told:
        keep(engine, amount=Decimal("0.015"))
    assert isinstance(told.value.orig, ValueError)


def test_moments_keep_their_microseconds_and_come_back_aware(engine: Any) -> None:
    now = clock.now()
    moments = [
        now,
        datetime(2026, 2, 28, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(2026, 3, 1, 0, 0, 0, 1, tzinfo=UTC),
        datetime(2026, 3, 1, tzinfo=UTC),
    ]
    for moment in moments:
        keep(engine, moment=moment)
    found = kept(engine, trials.c.moment)
    assert found == moments
    assert all(moment.utcoffset() == timedelta(0) for moment in found)


def test_a_moment_of_another_zone_is_the_same_moment(engine: Any) -> None:
    shanghai = datetime(2026, 1, 1, 7, 30, tzinfo=timezone(timedelta(hours=8)))
    keep(engine, moment=shanghai)
    (found,) = kept(engine, trials.c.moment)
    assert found == shanghai
    assert (found.year, found.hour) == (2025, 23)


def test_moments_sort_and_compare(engine: Any) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for micro in (3, 1, 2):
        keep(engine, moment=start + timedelta(microseconds=micro))
    with engine.connect() as connection:
        later = select(trials.c.moment).where(trials.c.moment > start + timedelta(microseconds=1))
        assert [m.microsecond for m in connection.scalars(later.order_by(trials.c.moment))] == [2, 3]


def test_a_naive_moment_has_no_place(engine: Any) -> None:
    with pytest.raises(StatementError, match="naive"):
        keep(engine, moment=datetime(2026, 1, 1))


def test_keys_differ_by_case_width_and_accent(engine: Any) -> None:
    names = ["token", "Token", "TOKEN", "ｔoken", "tóken", "红米", "紅米"]
    for name in names:
        keep(engine, name=name)
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(trials).where(trials.c.name == "token")) == 1
    with pytest.raises(IntegrityError):
        keep(engine, name="Token")


def test_a_key_that_is_too_long_is_not_cut(engine: Any) -> None:
    """MariaDB refuses it in strict mode; SQLite keeps all of it. Neither keeps a part."""
    try:
        keep(engine, name="x" * 33)
    except DBAPIError:
        assert engine.dialect.name in MYSQL
    else:
        assert kept(engine, trials.c.name) == ["x" * 33]


def test_the_definitions_carry_the_collation() -> None:
    from sqlalchemy.dialects import mysql

    ddl = str(CreateTable(trials).compile(dialect=mysql.dialect()))
    assert "utf8mb4_bin" in ddl
    assert "DATETIME(6)" in ddl
    assert "NUMERIC(10, 2)" in ddl


def test_mariadb_runs_read_committed(ctx: Flask) -> None:
    """Engine-wide: a locking read must see what others have committed. SQLite has one writer and a WAL."""
    with db.engine.connect() as connection:
        if db.engine.dialect.name in MYSQL:
            assert connection.execute(text("SELECT @@tx_isolation")).scalar() == "READ-COMMITTED"
        else:
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
            assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 15_000
