"""The unit of work: one fresh transaction a verb, run again as a whole, and what follows follows the commit."""

import logging
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pymysql
import pytest
from flask import Flask
from sqlalchemy import event, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError

import config
from app.factory import create_app
from app.goods.models import Brand
from app.shared.db import MYSQL, db
from app.shared.errors import Busy, NotPossible
from app.shared.uow import ATTEMPTS, in_unit_of_work, savepoint, then, unit_of_work

# what the databases say when they want the whole unit again
AGAIN = {
    "1213 deadlock": pymysql.err.OperationalError(1213, "Deadlock found when trying to get lock"),
    "1205 lock wait": pymysql.err.OperationalError(1205, "Lock wait timeout exceeded"),
    "1020 snapshot": pymysql.err.OperationalError(1020, "Record has changed since last read"),
    "2013 lost connection": pymysql.err.OperationalError(2013, "Lost connection during query"),
    "SQLITE_BUSY": sqlite3.OperationalError("database is locked"),
}


def add_brand(name: str) -> None:
    """A row to recognise a transaction by."""
    db.session.add(Brand(name=name, name_en=name, first_letter="A"))
    db.session.flush()


def brands() -> list[str]:
    """What has been committed, read in a transaction of its own."""
    db.session.close()
    found = list(db.session.scalars(select(Brand.name).order_by(Brand.name)))
    db.session.close()
    return found


def failing(times: int, problem: Exception, after: Callable[..., object]) -> tuple[Callable[[], str], list[int]]:
    """A verb that writes, promises a follow-up, then meets `problem` the first `times` times; and its runs."""
    runs: list[int] = []

    @unit_of_work
    def verb() -> str:
        runs.append(len(runs) + 1)
        add_brand("华为")
        then(after, runs[-1])
        if len(runs) <= times:
            raise OperationalError("UPDATE skus", {}, problem)
        return f"run {runs[-1]}"

    return verb, runs


@pytest.mark.parametrize("problem", AGAIN.values(), ids=list(AGAIN))
@pytest.mark.parametrize("times", [1, ATTEMPTS - 1])
def test_the_whole_verb_runs_again(ctx: Flask, times: int, problem: Exception) -> None:
    followed: list[int] = []
    verb, runs = failing(times, problem, followed.append)
    assert verb() == f"run {times + 1}"
    assert len(runs) == times + 1
    assert brands() == ["华为"]
    assert followed == [times + 1]  # only what the committed run promised


def test_it_gives_up_and_says_busy(ctx: Flask) -> None:
    followed: list[int] = []
    verb, runs = failing(99, AGAIN["1213 deadlock"], followed.append)
    with pytest.raises(Busy):
        verb()
    assert len(runs) == ATTEMPTS
    assert brands() == []
    assert followed == []
    assert not in_unit_of_work()


def test_another_fault_of_the_database_is_raised_at_once(ctx: Flask) -> None:
    verb, runs = failing(99, pymysql.err.OperationalError(4025, "CONSTRAINT failed"), print)
    with pytest.raises(OperationalError):
        verb()
    assert len(runs) == 1
    assert brands() == []


def test_a_unique_violation_is_raised_at_once(ctx: Flask) -> None:
    runs = []

    @unit_of_work
    def twice() -> None:
        runs.append(1)
        add_brand("华为")
        add_brand("华为")

    with pytest.raises(IntegrityError):
        twice()
    assert len(runs) == 1
    assert brands() == []


def test_a_rule_that_is_not_met_undoes_everything(ctx: Flask) -> None:
    followed: list[int] = []

    @unit_of_work
    def verb() -> None:
        add_brand("华为")
        then(followed.append, 1)
        raise NotPossible()

    with pytest.raises(NotPossible):
        verb()
    assert brands() == []
    assert followed == []


def test_follow_ups_see_the_commit_and_keep_their_order(app: Flask) -> None:
    seen: list[tuple[str, list[str], bool]] = []

    @unit_of_work
    def verb() -> None:
        then(lambda word: seen.append((word, brands(), in_unit_of_work())), "first")
        add_brand("华为")
        then(lambda word: seen.append((word, brands(), in_unit_of_work())), "second")
        assert seen == []

    with app.app_context():
        verb()
    assert seen == [("first", ["华为"], False), ("second", ["华为"], False)]


def test_a_follow_up_that_fails_hides_nothing(ctx: Flask, caplog: pytest.LogCaptureFixture) -> None:
    followed: list[str] = []

    def fall_over() -> None:
        raise ConnectionError("the queue is away")

    @unit_of_work
    def verb() -> str:
        add_brand("华为")
        then(fall_over)
        then(followed.append, "the next one")
        return "the result"

    with caplog.at_level(logging.ERROR):
        assert verb() == "the result"
    assert brands() == ["华为"]
    assert followed == ["the next one"]
    assert "fall_over" in caplog.text
    assert "the queue is away" in caplog.text


def test_a_follow_up_may_be_a_verb_of_its_own(ctx: Flask) -> None:
    @unit_of_work
    def second() -> None:
        add_brand("小米")

    @unit_of_work
    def first() -> None:
        add_brand("华为")
        then(second)

    first()
    assert brands() == ["华为", "小米"]


def test_units_do_not_nest(ctx: Flask) -> None:
    @unit_of_work
    def inner() -> None:
        add_brand("小米")

    @unit_of_work
    def outer() -> None:
        add_brand("华为")
        inner()

    with pytest.raises(AssertionError, match="do not nest"):
        outer()
    assert brands() == []
    assert not in_unit_of_work()


def test_a_promise_needs_a_unit(ctx: Flask) -> None:
    with pytest.raises(AssertionError, match="inside a unit of work"):
        then(print)


def test_a_stray_write_is_refused(ctx: Flask) -> None:
    db.session.add(Brand(name="华为", name_en="Huawei", first_letter="H"))
    with pytest.raises(AssertionError, match="call a verb"):
        db.session.commit()
    db.session.rollback()
    assert brands() == []


def test_a_stray_change_of_a_row_is_refused(ctx: Flask) -> None:
    unit_of_work(lambda: add_brand("华为"))()
    brand = db.session.scalars(select(Brand)).one()
    brand.name = "荣耀"
    with pytest.raises(AssertionError, match="call a verb"):
        db.session.flush()
    db.session.rollback()
    assert brands() == ["华为"]


def test_a_savepoint_undoes_its_own_part_only(ctx: Flask) -> None:
    def part() -> None:
        with savepoint():
            add_brand("小米")
            raise NotPossible()

    @unit_of_work
    def verb() -> None:
        add_brand("华为")
        with pytest.raises(NotPossible):
            part()
        add_brand("荣耀")

    verb()
    assert brands() == ["华为", "荣耀"]


def test_a_verb_reads_afresh(app: Flask) -> None:
    """What the request read before, and what others committed since, must not mix."""
    with app.app_context():
        unit_of_work(lambda: add_brand("华为"))()
        brand = db.session.scalars(select(Brand)).one()  # an open transaction with a row in the identity map
        assert brand.name == "华为"

        def elsewhere() -> None:
            with app.app_context():
                unit_of_work(lambda: db.session.execute(update(Brand).values(name="荣耀")))()

        other = threading.Thread(target=elsewhere)
        other.start()
        other.join(30)
        assert unit_of_work(lambda: db.session.scalars(select(Brand)).one().name)() == "荣耀"


def test_opposite_lock_orders_end_in_one_winner_and_one_retry(app: Flask) -> None:
    """Two verbs take two rows in opposite order: MariaDB answers one with 1213, the unit runs it again."""
    with app.app_context():
        unit_of_work(lambda: (add_brand("甲"), add_brand("乙")))()
        ids = list(db.session.scalars(select(Brand.id).order_by(Brand.id)))
        on_mariadb = db.engine.dialect.name in MYSQL
    holding = [threading.Event(), threading.Event()]
    runs = [0, 0]
    problems: list[BaseException] = []

    def swap(who: int) -> None:
        first, second = (ids[0], ids[1]) if who == 0 else (ids[1], ids[0])

        @unit_of_work
        def verb() -> None:
            runs[who] += 1
            mark(first)
            holding[who].set()
            if on_mariadb:  # SQLite has one writer: the other one waits before its first row
                assert holding[1 - who].wait(30)
            mark(second)

        with app.app_context():
            try:
                verb()
            except BaseException as problem:
                problems.append(problem)

    def mark(brand_id: int) -> None:
        db.session.execute(update(Brand).where(Brand.id == brand_id).values(name_en=Brand.name_en + "+"))

    threads = [threading.Thread(target=swap, args=(who,)) for who in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert problems == []
    assert sum(runs) == (3 if on_mariadb else 2)
    with app.app_context():
        assert list(db.session.scalars(select(Brand.name_en).order_by(Brand.id))) == ["甲++", "乙++"]


@pytest.fixture
def hasty(tmp_path: Path) -> Any:
    """A mall on a SQLite file of its own that waits 20 ms for the writer's place, and another program at the file."""
    environ = {"MALL_MODE": "test", "INSTANCE": str(tmp_path), "REDIS_URL": "unix:///nowhere", "LOG_LEVEL": "ERROR"}
    mall = create_app(config.from_environ(environ))
    other = sqlite3.connect(tmp_path / "mall.db", timeout=0, isolation_level=None, check_same_thread=False)
    with mall.app_context():

        @event.listens_for(db.engine, "connect")
        def hurry(raw: sqlite3.Connection, _record: object) -> None:
            raw.execute("PRAGMA busy_timeout=20")

        with db.engine.begin() as connection:
            connection.execute(text("CREATE TABLE turns (who VARCHAR(9))"))
        yield mall, other
        db.session.remove()
        db.engine.dispose()
    other.close()


def write_turn() -> None:
    """One row without a model."""
    db.session.execute(text("INSERT INTO turns VALUES ('mall')"))


@pytest.mark.once
def test_a_busy_sqlite_is_tried_again(hasty: tuple[Flask, sqlite3.Connection]) -> None:
    """Another program holds the file until our first attempt has failed for real."""
    _, other = hasty
    other.execute("BEGIN IMMEDIATE")
    met: list[str] = []

    def let_go(context: Any) -> None:
        met.append(str(context.original_exception))
        if other.in_transaction:
            other.execute("COMMIT")

    event.listen(db.engine, "handle_error", let_go)
    unit_of_work(write_turn)()
    assert met == ["database is locked"]
    assert other.execute("SELECT COUNT(*) FROM turns").fetchone() == (1,)


@pytest.mark.once
def test_a_sqlite_that_stays_busy_is_busy(hasty: tuple[Flask, sqlite3.Connection]) -> None:
    _, other = hasty
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Busy):
        unit_of_work(write_turn)()
    other.execute("COMMIT")
    assert other.execute("SELECT COUNT(*) FROM turns").fetchone() == (0,)


@pytest.mark.once
def test_on_sqlite_a_unit_is_a_writer_from_the_start(hasty: tuple[Flask, sqlite3.Connection]) -> None:
    """Begun as a reader it would fail half-way whenever another writer had committed meanwhile."""
    _, other = hasty

    @unit_of_work
    def verb() -> None:
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")

    verb()
    other.execute("BEGIN IMMEDIATE")
    other.execute("COMMIT")


@pytest.mark.once
def test_on_sqlite_reading_holds_nobody_up(hasty: tuple[Flask, sqlite3.Connection]) -> None:
    _, other = hasty
    assert db.session.scalar(text("SELECT COUNT(*) FROM turns")) == 0  # a read transaction of a request is open
    other.execute("INSERT INTO turns VALUES ('other')")
    unit_of_work(write_turn)()
    assert db.session.scalar(text("SELECT COUNT(*) FROM turns")) == 2
