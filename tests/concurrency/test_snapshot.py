"""The retry of the unit and the guards once more where MariaDB is strictest: REPEATABLE READ with snapshot isolation
on, the default from 11.6 on, under which locking a row that changed since the snapshot fails with error 1020."""

import gc
import threading
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select, text, update

import config
from app.factory import create_app
from app.goods import guards, queries
from app.goods.errors import OutOfStock
from app.goods.models import SKU
from app.orders import placing
from app.orders.models import OrderLine, PayMethod
from app.orders.placing import Wish
from app.shared.db import db
from app.shared.errors import Busy
from app.shared.uow import unit_of_work
from launch.mariadb import MariaDB
from tests.concurrency.conftest import at_once
from tests.factories.world import World
from tests.fixtures.mall import ROOT

pytestmark = pytest.mark.race


class Strict(MariaDB):
    """With the isolation of 11.6, and little patience for locks."""

    def server_command(self) -> list[str]:
        return [*super().server_command(), "--innodb-snapshot-isolation=ON", "--innodb-lock-wait-timeout=1"]


@pytest.fixture(scope="module")
def strict(settings: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A mall of its own on such a server, at REPEATABLE READ."""
    server = Strict(Path(tmp_path_factory.mktemp("strict")) / "db")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # the driver leaves sockets of tries that met nobody
        server.start()
        gc.collect()
    try:
        url = config.database_url(server.url, Path(settings["INSTANCE"]))
        options = {**settings["SQLALCHEMY_ENGINE_OPTIONS"], "isolation_level": "REPEATABLE READ"}
        app = create_app({**settings, "SQLALCHEMY_DATABASE_URI": url, "SQLALCHEMY_ENGINE_OPTIONS": options})
        with app.app_context():
            upgrade(directory=str(ROOT / "migrations"))
            asked = db.session.execute(text("SELECT @@innodb_snapshot_isolation, @@tx_isolation")).one()
            assert tuple(asked) == (1, "REPEATABLE-READ")
        yield app
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
    finally:
        server.stop()


@pytest.fixture(scope="module")
def world(strict: Flask) -> World:
    """Recipes on that server."""
    return World(strict)


def taking(sku: int, runs: list[int], between: Callable[[int], None]) -> Callable[[], None]:
    """A verb that reads the SKU, lets something happen, then takes one piece."""

    @unit_of_work
    def verb() -> None:
        runs.append(len(runs) + 1)
        db.session.execute(select(SKU.stock).where(SKU.id == sku)).one()
        between(runs[-1])
        db.session.connection().execute(update(SKU.__table__).where(SKU.id == sku).values(stock=SKU.stock - 1))  # type: ignore[arg-type]

    return verb


def stock_of(sku: int) -> int:
    db.session.rollback()
    return int(db.session.scalars(select(SKU.stock).where(SKU.id == sku)).one())


def test_a_row_that_changed_since_the_snapshot_runs_the_unit_again(strict: Flask, world: World) -> None:
    sku, runs = world.sku(stock=10), []  # type: ignore[var-annotated]

    def somebody_else(run: int) -> None:
        if run == 1:
            with db.engine.begin() as other:
                other.execute(text("UPDATE skus SET stock = stock - 1 WHERE id = :id"), {"id": sku})

    with strict.app_context():
        taking(sku, runs, somebody_else)()
        assert runs == [1, 2]
        assert stock_of(sku) == 8


def test_a_row_that_changes_every_time_ends_in_busy_with_nothing_written(strict: Flask, world: World) -> None:
    sku, runs = world.sku(stock=20), []  # type: ignore[var-annotated]

    def somebody_else(_run: int) -> None:
        with db.engine.begin() as other:
            other.execute(text("UPDATE skus SET stock = stock - 1 WHERE id = :id"), {"id": sku})

    with strict.app_context():
        with pytest.raises(Busy):
            taking(sku, runs, somebody_else)()
        assert stock_of(sku) == 20 - len(runs)


def test_a_lock_held_too_long_runs_the_unit_again(strict: Flask, world: World) -> None:
    sku, runs = world.sku(stock=10), []  # type: ignore[var-annotated]
    with strict.app_context(), db.engine.connect() as holder:
        holder.execute(text("SELECT stock FROM skus WHERE id = :id FOR UPDATE"), {"id": sku})
        taking(sku, runs, lambda run: holder.rollback() if run == 2 else None)()
        assert runs == [1, 2]
        assert stock_of(sku) == 9


def test_a_deadlock_runs_the_loser_again(strict: Flask, world: World) -> None:
    first, second = world.sku(stock=10), world.sku(stock=10)
    met = threading.Barrier(2)
    runs: list[str] = []

    def crosswise(one: int, other: int) -> Callable[[], None]:
        met_once: list[bool] = []

        @unit_of_work
        def verb() -> None:
            runs.append(f"{one}")
            for place, sku in enumerate((one, other)):
                db.session.connection().execute(text("UPDATE skus SET stock = stock - 1 WHERE id = :id"), {"id": sku})
                if place == 0 and not met_once:
                    met_once.append(True)
                    met.wait(20)

        def run() -> None:
            with strict.app_context():
                verb()

        return run

    at_once([crosswise(first, second), crosswise(second, first)])
    with strict.app_context():
        assert len(runs) >= 3
        assert (stock_of(first), stock_of(second)) == (8, 8)


@pytest.mark.parametrize("guard", guards.GUARDS)
def test_the_guards_sell_no_more_than_there_is(strict: Flask, world: World, guard: str) -> None:
    """Who meets too many conflicts is asked to come again, and nothing of theirs is written."""
    sku, buyers = world.sku(stock=4), []
    for number in range(10):
        person = world.person(f"{guard}{number}", f"13{guards.NAMES.index(guard)}{number:08}")
        buyers.append((person.id, world.address(person.id)))

    def buy(user_id: int, address_id: int) -> str:
        wish = Wish(
            user_id, address_id, PayMethod.CASH, "one", Decimal("110.00"), {sku: 1}, Decimal("10.00"), 30, guard
        )
        with strict.app_context():
            try:
                placing.place_order(wish)
            except (OutOfStock, Busy) as problem:
                return type(problem).__name__
            return "placed"

    outcomes = Counter(at_once([lambda pair=pair: buy(*pair) for pair in buyers]))
    with strict.app_context():
        sold = db.session.scalar(select(func.coalesce(func.sum(OrderLine.count), 0)).where(OrderLine.sku_id == sku))
        assert 0 < outcomes["placed"] == sold <= 4
        assert sum(outcomes.values()) == 10
        assert stock_of(sku) == 4 - outcomes["placed"]
        assert [drift for drift in queries.stock_drifts() if drift.sku_id == sku] == []
