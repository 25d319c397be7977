"""Shelf days planned ahead: kept once, and overtaken by whoever decides later."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.goods import bulk, bulk_applying, scheduling, services
from app.goods.errors import BadPlan, NoSuchSKU, StaleEdit
from app.goods.models import SKU
from app.goods.repricing import Wish
from app.goods.signals import page_changed, restocked, sku_changed
from app.shared import clock
from app.shared.db import db
from app.staff.models import AuditEntry
from tests.factories.world import World
from tests.goods.shelf import values_of

HOUR = timedelta(hours=1)


def later(hours: float = 1) -> datetime:
    return clock.now() + HOUR * hours


def let_time_pass(make: World, sku_id: int, **columns: float) -> None:
    """The planned hours were so many hours ago."""
    values: dict[str, Any] = {name: clock.now() - HOUR * hours for name, hours in columns.items()}
    make.run(lambda: db.session.execute(update(SKU).where(SKU.id == sku_id).values(**values)))


def test_a_plan_is_kept_when_its_hour_comes(make: World, ctx: Flask) -> None:
    sku = make.sku(is_launched=False)
    assert scheduling.plan_shelf([sku], later(), later(2)) == 1
    assert scheduling.keep_plans() == 0
    let_time_pass(make, sku, launch_at=0.1)
    heard: list[str] = []

    def hear(name: str) -> Any:
        return lambda _sender, sku_ids: heard.append(f"{name} {sku_ids}")

    news = [(sku_changed, hear("lists")), (page_changed, hear("pages")), (restocked, hear("back"))]
    for signal, ear in news:
        signal.connect(ear)
    try:
        assert scheduling.keep_plans() == 1
        assert scheduling.keep_plans() == 0
    finally:
        for signal, ear in news:
            signal.disconnect(ear)
    launched, launch_at, withdraw_at, version = values_of(
        make, sku, "is_launched", "launch_at", "withdraw_at", "version"
    )
    assert (launched, launch_at, withdraw_at is not None, version) == (True, None, True, 3)
    assert sorted(heard) == sorted(f"{name} ({sku},)" for name in ("lists", "pages", "back"))
    db.session.rollback()
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.who, entry.what, entry.object) == ("system", "goods.shelf", f"skus:{sku}")


def test_of_two_hours_that_passed_the_later_counts(make: World, ctx: Flask) -> None:
    off, on = make.sku(is_launched=False), make.sku()
    let_time_pass(make, off, launch_at=2, withdraw_at=1)
    let_time_pass(make, on, launch_at=1, withdraw_at=2)

    assert scheduling.keep_plans() == 2

    fields = ("is_launched", "launch_at", "withdraw_at")
    assert values_of(make, off, *fields) == (False, None, None)
    assert values_of(make, on, *fields) == (True, None, None)


def test_a_later_decision_of_a_person_ends_the_plan(make: World, ctx: Flask) -> None:
    by_hand, removed, edited, grid = (make.sku(is_launched=False) for _ in range(4))
    for sku in (by_hand, removed, edited, grid):
        scheduling.plan_shelf([sku], later(), None)
    services.withdraw(by_hand)
    services.remove_sku(removed)
    services.edit_sku(edited, 2, is_launched=True)
    number = bulk.begin([grid], source="grid", actor="staff:1", wishes={grid: Wish(is_launched=True)})
    bulk_applying.apply(number, actor="staff:1")
    for sku in (by_hand, removed, edited, grid):
        assert values_of(make, sku, "launch_at") == (None,), sku


def test_a_price_edit_leaves_the_plan_alone(make: World, ctx: Flask) -> None:
    one, two = make.sku(), make.sku()
    scheduling.plan_shelf([one, two], None, later())
    services.edit_sku(one, 2, price=Decimal("90.00"))
    number = bulk.begin([two], source="grid", actor="staff:1", wishes={two: Wish(price=Decimal("90.00"))})
    bulk_applying.apply(number, actor="staff:1")
    assert None not in (*values_of(make, one, "withdraw_at"), *values_of(make, two, "withdraw_at"))


@pytest.mark.race
def test_eight_sweeps_keep_a_plan_once(make: World, app: Flask) -> None:
    skus = [make.sku(is_launched=False) for _ in range(3)]
    for sku in skus:
        let_time_pass(make, sku, launch_at=1)
    together = threading.Barrier(8)

    def sweep(_number: int) -> int:
        with app.app_context():
            together.wait(30)
            return scheduling.keep_plans()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(sweep, range(8))) == 3
    assert {values_of(make, sku, "is_launched", "version") for sku in skus} == {(True, 2)}


@pytest.mark.race
def test_a_person_and_the_sweep_at_the_same_moment(make: World, app: Flask) -> None:
    """Whoever comes first: in the end the SKU is as the person said, for the plan was decided earlier."""
    for _round in range(5):
        sku = make.sku(is_launched=False)
        let_time_pass(make, sku, launch_at=1)
        together = threading.Barrier(2)

        def person(sku: int = sku, together: threading.Barrier = together) -> None:
            with app.app_context():
                together.wait(30)
                services.withdraw(sku)

        def sweep(together: threading.Barrier = together) -> None:
            with app.app_context():
                together.wait(30)
                scheduling.keep_plans()

        with ThreadPoolExecutor(2) as pool:
            for each in [pool.submit(person), pool.submit(sweep)]:
                each.result(60)
        with app.app_context():
            scheduling.keep_plans()
        assert values_of(make, sku, "is_launched", "launch_at") == (False, None)


def test_a_sweep_that_looked_before_the_person_does_not_act_on_it(make: World, ctx: Flask) -> None:
    """What the sweep found due is asked again under the lock."""
    sku = make.sku(is_launched=False)
    let_time_pass(make, sku, launch_at=1)
    due = scheduling.shelving.due_ids(clock.now())
    db.session.close()
    services.withdraw(sku)
    assert (due, scheduling._keep(due)) == ([sku], 0)
    assert values_of(make, sku, "is_launched") == (False,)


def test_what_cannot_be_planned(make: World, ctx: Flask) -> None:
    sku, gone = make.sku(), make.sku()
    services.remove_sku(gone)
    same = later()
    for launch, withdraw in ((clock.now() - HOUR, None), (None, later(24 * 800)), (same, same)):
        with pytest.raises(BadPlan):
            scheduling.plan_shelf([sku], launch, withdraw)
    with pytest.raises(BadPlan):
        scheduling.plan_shelf([gone], later(), None)
    with pytest.raises(NoSuchSKU):
        scheduling.plan_shelf([999], later(), None)
    with pytest.raises(StaleEdit):
        scheduling.plan_shelf([sku], later(), None, version=7)
    assert scheduling.plan_shelf([sku, gone], later(), None) == 1
    assert scheduling.plan_shelf([sku], None, None, version=2) == 1
    assert values_of(make, sku, "launch_at", "version") == (None, 3)


def test_hours_are_shanghai_hours() -> None:
    read = scheduling.read_hour("2026-12-01T08:00")
    assert read is not None
    assert read.astimezone(clock.UTC).isoformat() == "2026-12-01T00:00:00+00:00"
    assert scheduling.read_hour("  ") is None
    for text in ("morgen", "2026-13-01T08:00", "2026-12-01T08:00+08:00", "9999-12-01T08:00"):
        with pytest.raises(BadPlan):
            scheduling.read_hour(text)


def test_the_sweep_is_one_of_the_mall(app: Flask) -> None:
    told = app.test_cli_runner().invoke(args=["sweeps", "list"]).output
    assert {"goods.shelf", "goods.bulk", "goods.drafts"} <= set(told.split())
