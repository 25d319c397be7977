"""How the sweeps go is written down: the last turn, what it finished, and what went wrong without anybody's words."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.shared import clock, sweeps
from app.shared.db import db
from app.shared.uow import unit_of_work
from app.system import queries, services
from app.system.models import SweepRun
from app.system.queries import SweepState


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> dict[str, sweeps.Sweep]:
    """Only the test's own sweeps."""
    own: dict[str, sweeps.Sweep] = {}
    monkeypatch.setattr(sweeps, "REGISTER", own)
    monkeypatch.setattr(queries, "REGISTER", own)
    return own


def state(name: str) -> SweepState:
    return next(each for each in queries.sweep_states() if each.name == name)


def test_a_turn_is_told_with_its_time_and_its_work(ctx: Flask, register: object) -> None:
    sweeps.Sweep("orders.works", lambda: 3, every_s=20)
    assert queries.sweep_states() == [SweepState("orders.works", 20)]
    assert queries.scheduler_age_s() is None
    sweeps.run_due(100.0)
    kept = state("orders.works")
    assert (kept.finished, kept.last_error, kept.is_failing, kept.is_running) == (3, "", False, False)
    assert kept.began_at is not None
    assert kept.ended_at is not None
    assert kept.began_at <= kept.ended_at
    age = queries.scheduler_age_s()
    assert age is not None
    assert 0 <= age < 60


def test_a_bad_turn_says_kind_and_place_but_no_words(ctx: Flask, register: dict[str, sweeps.Sweep]) -> None:
    good = [True]

    def sometimes() -> int:
        if good[0]:
            return 7
        raise RuntimeError("13800000001 lily@example.com")

    sweeps.Sweep("orders.sometimes", sometimes, every_s=1)
    sweeps.run_due(100.0)
    good[0] = False
    sweeps.run_due(200.0)
    kept = state("orders.sometimes")
    assert kept.is_failing
    assert kept.finished == 7, "of the last good turn"
    assert kept.last_error.startswith("RuntimeError · shared/sweeps.py:")
    assert "138" not in kept.last_error
    good[0] = True
    sweeps.run_due(300.0)
    assert not state("orders.sometimes").is_failing
    assert state("orders.sometimes").failed_at is not None, "when it last failed is still known"


def test_a_turn_that_never_ended_is_seen(ctx: Flask, register: object) -> None:
    sweeps.Sweep("orders.long", lambda: 0, every_s=20)
    services.note_began("orders.long")
    assert state("orders.long").is_running


def test_a_table_that_cannot_be_written_stops_no_sweep(
    ctx: Flask, register: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(name: str) -> None:
        raise RuntimeError("no table")

    monkeypatch.setattr(services, "note_began", broken)
    sweeps.Sweep("orders.works", lambda: 3, every_s=20)
    assert sweeps.run_due(100.0) == {"orders.works": 3}


def test_the_list_by_command_shows_the_last_turn(app: Flask, register: object) -> None:
    sweeps.Sweep("orders.works", lambda: 3, every_s=20)
    sweeps.Sweep("orders.fails", lambda: 1 // 0, every_s=30)
    with app.app_context():
        sweeps.run_due(100.0)
    said = app.test_cli_runner().invoke(args=["sweeps", "list"]).output
    fails, problem, works = said.splitlines()
    assert fails.startswith("orders.fails")
    assert "every   30 s" in fails
    assert "ZeroDivisionError" in problem
    assert works.endswith("3 done")


def test_health_by_command(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["system", "health"])
    assert result.exit_code == 1, "no scheduler and no worker in a test"
    assert "ok   数据库" in result.output
    assert "BAD  调度进程" in result.output
    assert app.config["SECRET_KEY"] not in result.output


def test_an_old_pulse_is_silence(ctx: Flask, register: object) -> None:
    sweeps.Sweep("orders.works", lambda: 0, every_s=20)
    sweeps.run_due(100.0)

    @unit_of_work
    def long_ago() -> None:
        hour = clock.now() - timedelta(hours=1)
        db.session.execute(update(SweepRun).values(began_at=hour, ended_at=hour))

    long_ago()
    age = queries.scheduler_age_s()
    assert age is not None
    assert age >= 3600
    assert db.session.scalar(select(SweepRun.name)) == "orders.works"
