"""Comparisons as rows: kept once, seen again, gone by themselves, repaired or accepted by exactly one person."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.aftersales import services as aftersales
from app.gateways.payment import GatewayAway
from app.orders.models import Order, OrderStatus
from app.payment import differences, reconciling, runs, services, words
from app.payment.cli import cli
from app.payment.errors import AlreadyDecided, DayAhead, NotRepaired, NotSafe, NoWhy
from app.payment.models import Mismatch, PaymentAttempt, Receipt, Reconciliation, Refund
from app.shared import clock
from app.shared.db import db
from app.shared.uow import in_unit_of_work
from tests.aftersales.bought import Bought, buy
from tests.aftersales.test_parallel import in_context
from tests.concurrency.conftest import at_once
from tests.factories.world import Person, World
from tests.payment.provider import Provider, place


@dataclass
class Watched(Provider):
    """Nobody may wait for it with a transaction open."""

    def _called(self, what: str) -> None:
        assert not in_unit_of_work(), f"{what} inside a unit of work"
        assert not db.session().in_transaction(), f"{what} with a transaction open"
        super()._called(what)


@pytest.fixture
def unsettled(ctx: Flask, make: World, lily: Person) -> tuple[str, Watched]:
    """Paid there; nobody has told us."""
    number = place(make, lily, {make.sku(price="100.00"): 2}, "210.00")
    bank = Watched()
    services.start_payment(number, lily.id, bank)
    bank.buyer_pays(number, "210.00")
    db.session.rollback()
    return number, bank


def compare(bank: Provider, day: date | None = None, *, repair: bool = False) -> int:
    run_id = runs.ask(day, "staff:7", repair=repair, by_job=False)
    runs.carry_out(run_id, bank)
    return run_id


def rows() -> list[Mismatch]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(Mismatch).order_by(Mismatch.id)))


def only() -> Mismatch:
    (row,) = rows()
    return row


def run_of(run_id: int) -> Reconciliation:
    db.session.rollback()
    return db.session.get_one(Reconciliation, run_id, populate_existing=True)


def status(number: str) -> int:
    db.session.rollback()
    return db.session.scalars(select(Order.status).where(Order.number == number)).one()


def test_every_kind_has_its_words() -> None:
    kinds = {value for name, value in vars(reconciling).items() if name.isupper() and isinstance(value, str)}
    assert kinds - {"attempt", "receipt", "refund", "order"} == set(words.KIND)
    assert set(words.KIND) >= reconciling.SAFE


def test_a_difference_is_kept_once_however_often_it_is_seen(unsettled: tuple[str, Watched]) -> None:
    number, bank = unsettled
    first = compare(bank)
    row = only()
    assert (row.kind, row.subject, row.here, row.there, row.state) == (
        "paid_there_not_here",
        number,
        "-",
        "210.00",
        "open",
    )
    seen = row.first_seen_at, row.last_seen_at
    second = compare(bank)
    row = only()
    assert (row.first_seen_at, row.reconciliation_id) == (seen[0], second)
    assert row.last_seen_at > seen[1]
    assert (run_of(first).state, run_of(first).found, run_of(second).repaired) == ("done", 1, 0)


def test_what_heals_by_itself_is_gone(unsettled: tuple[str, Watched]) -> None:
    """Also when the next comparison is of another day."""
    number, bank = unsettled
    compare(bank)
    services.settle(bank.query(number))
    run_id = compare(bank, clock.today() - timedelta(days=1))
    assert (only().state, run_of(run_id).found) == ("gone", 0)


def test_a_silent_provider_proves_nothing(unsettled: tuple[str, Watched]) -> None:
    bank = unsettled[1]
    compare(bank)
    bank.is_away = True
    compare(bank, clock.today() - timedelta(days=1))
    assert [(row.kind, row.state) for row in rows()] == [("paid_there_not_here", "open"), ("no_answer", "open")]
    bank.is_away = False
    compare(bank)
    assert [(row.kind, row.state) for row in rows()] == [("paid_there_not_here", "open"), ("no_answer", "gone")]


def test_repaired_with_one_press(unsettled: tuple[str, Watched]) -> None:
    number, bank = unsettled
    compare(bank)
    assert differences.repair(only().id, bank, "staff:7") == "repaired"
    row = only()
    assert (row.state, row.decided_by, status(number)) == ("repaired", "staff:7", OrderStatus.UNSENT)
    with pytest.raises(AlreadyDecided):
        differences.repair(row.id, bank, "staff:8")
    compare(bank)
    assert only().state == "repaired"


def test_repair_looks_again_first(unsettled: tuple[str, Watched]) -> None:
    number, bank = unsettled
    compare(bank)
    services.settle(bank.query(number))
    assert differences.repair(only().id, bank, "staff:7") == "gone"
    assert db.session.scalar(select(func.count()).select_from(Receipt)) == 1


def test_what_has_become_something_else_is_not_repaired(unsettled: tuple[str, Watched]) -> None:
    number, bank = unsettled
    compare(bank)
    bank.trades[f"T{number}"].amount = Decimal("0.01")
    assert differences.repair(only().id, bank, "staff:7") == "gone"
    assert status(number) == OrderStatus.UNPAID
    compare(bank)
    assert [(row.kind, row.state) for row in rows()] == [("paid_there_not_here", "gone"), ("amount_differs", "open")]


def test_a_provider_that_is_away_leaves_it_open(unsettled: tuple[str, Watched]) -> None:
    number, bank = unsettled
    compare(bank)
    bank.is_away = True
    with pytest.raises(GatewayAway):
        differences.repair(only().id, bank, "staff:7")
    assert (only().state, status(number)) == ("open", OrderStatus.UNPAID)


def test_a_refused_repair_says_so(unsettled: tuple[str, Watched], monkeypatch: pytest.MonkeyPatch) -> None:
    bank = unsettled[1]
    compare(bank)
    monkeypatch.setattr(services, "settle", lambda notice: "noted")
    with pytest.raises(NotRepaired):
        differences.repair(only().id, bank, "staff:7")
    assert only().state == "open"


def test_a_refund_that_was_done_there(ctx: Flask, make: World, lily: Person) -> None:
    bought = buy(ctx, make, lily)
    number = bought.ask({bought.first: 1})
    aftersales.approve(number, "staff:7")
    bought.bank.loses_answers = True
    bought.pay_back()
    bought.bank.loses_answers = False
    compare(bought.bank)
    assert differences.repair(only().id, bought.bank, "staff:7") == "repaired"
    assert (bought.state(number), bought.bank.given_back()) == ("paid", Decimal("19.99"))


@pytest.fixture
def differing(ctx: Flask, make: World, lily: Person) -> Bought:
    """A receipt of another amount there: nothing a button could put right."""
    bought = buy(ctx, make, lily)
    bought.bank.trades[f"T{bought.number}"].amount = Decimal("70.16")
    db.session.rollback()
    compare(bought.bank)
    return bought


def test_what_needs_a_person_has_no_button(differing: Bought) -> None:
    with pytest.raises(NotSafe):
        differences.repair(only().id, differing.bank, "staff:7")
    with pytest.raises(NoWhy):
        differences.accept(only().id, "  ", "staff:7")
    differences.accept(only().id, "渠道优惠一分", "staff:7")
    assert (only().state, only().reason, only().decided_by) == ("accepted", "渠道优惠一分", "staff:7")
    with pytest.raises(AlreadyDecided):
        differences.accept(only().id, "也行", "staff:8")


def test_what_was_accepted_stays_so_until_it_is_another_one(differing: Bought) -> None:
    differences.accept(only().id, "渠道优惠一分", "staff:7")
    compare(differing.bank)
    assert (only().state, only().reason) == ("accepted", "渠道优惠一分")
    differing.bank.trades[f"T{differing.number}"].amount = Decimal("70.15")
    compare(differing.bank)
    assert (only().state, only().there, only().reason, only().decided_by) == ("open", "70.15", "", "")


def test_an_acceptance_can_be_taken_back(differing: Bought) -> None:
    with pytest.raises(AlreadyDecided):
        differences.take_up_again(only().id)
    differences.accept(only().id, "看错了", "staff:7")
    differences.take_up_again(only().id)
    assert (only().state, only().reason, only().decided_at) == ("open", "", None)


def test_a_look_that_began_earlier_does_not_undo_a_decision(unsettled: tuple[str, Watched]) -> None:
    bank = unsettled[1]
    compare(bank)
    began = clock.now()
    seen = reconciling.compare(bank)
    differences.repair(only().id, bank, "staff:7")
    differences._keep(seen, began, "staff:8")
    assert (only().state, only().decided_by) == ("repaired", "staff:7")


def test_a_run_may_repair(unsettled: tuple[str, Watched]) -> None:
    number, bank = unsettled
    run_id = compare(bank, repair=True)
    assert (only().state, only().decided_by, status(number)) == ("repaired", "staff:7", OrderStatus.UNSENT)
    assert (run_of(run_id).found, run_of(run_id).repaired) == (1, 1)


@pytest.mark.race
def test_repaired_by_ten_at_once(ctx: Flask, unsettled: tuple[str, Watched]) -> None:
    number, bank = unsettled
    compare(bank)
    mismatch_id = only().id
    calls = [lambda: differences.repair(mismatch_id, bank, "staff:7")] * 10
    answers = Counter(at_once([in_context(ctx, call) for call in calls]))
    assert answers == {"ok": 1, "AlreadyDecided": 9}
    assert status(number) == OrderStatus.UNSENT
    assert db.session.scalar(select(func.count()).select_from(Receipt)) == 1


@pytest.mark.race
def test_accepted_and_repaired_at_once(ctx: Flask, unsettled: tuple[str, Watched]) -> None:
    bank = unsettled[1]
    compare(bank)
    mismatch_id = only().id
    both: list[Callable[[], object]] = [
        lambda: differences.repair(mismatch_id, bank, "staff:7"),
        lambda: differences.accept(mismatch_id, "等客服回复", "staff:8"),
    ]
    answers = Counter(at_once([in_context(ctx, call) for call in both]))
    assert answers == {"ok": 1, "AlreadyDecided": 1}
    assert only().decided_by == {"repaired": "staff:7", "accepted": "staff:8"}[only().state]


@pytest.mark.race
def test_compared_by_five_at_once_is_one_row(ctx: Flask, unsettled: tuple[str, Watched]) -> None:
    bank = unsettled[1]
    ids = [runs.ask(None, "staff:7", by_job=False) for _ in range(5)]
    answers = at_once([in_context(ctx, lambda run_id=run_id: runs.carry_out(run_id, bank)) for run_id in ids])  # type: ignore[misc]  # mypy cannot infer a lambda's default
    assert set(answers) == {"ok"}
    assert (only().state, {run_of(run_id).state for run_id in ids}) == ("open", {"done"})


@pytest.mark.race
def test_a_run_is_carried_out_once(ctx: Flask, unsettled: tuple[str, Watched]) -> None:
    bank = unsettled[1]
    run_id = runs.ask(None, "staff:7", by_job=False)
    bank.calls.clear()
    at_once([in_context(ctx, lambda: runs.carry_out(run_id, bank))] * 5)
    assert len(bank.calls) == 1


def test_a_day_that_has_not_begun(ctx: Flask) -> None:
    with pytest.raises(DayAhead):
        runs.ask(clock.today() + timedelta(days=1), "staff:7")


def test_a_run_that_breaks_is_called_so(unsettled: tuple[str, Watched], monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_args: object, **_options: object) -> list[object]:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(reconciling, "compare", breaks)
    run_id = runs.ask(None, "staff:7", by_job=False)
    with pytest.raises(RuntimeError):
        runs.carry_out(run_id, unsettled[1])
    assert run_of(run_id).state == "failed"


def test_the_clock_compares_yesterday_once_and_finishes_what_was_left(
    unsettled: tuple[str, Watched], make: World
) -> None:
    bank = unsettled[1]
    lost, dead = (runs.ask(None, "staff:7", by_job=False) for _ in range(2))
    long_ago = clock.now() - timedelta(hours=2)
    make.run(lambda: db.session.execute(update(Reconciliation).values(created_at=long_ago)))
    buried = update(Reconciliation).where(Reconciliation.id == dead).values(state="running", began_at=long_ago)
    make.run(lambda: db.session.execute(buried))
    assert runs.finish_left(bank) == 2
    assert runs.finish_left(bank) == 0
    assert (run_of(lost).state, run_of(dead).state) == ("done", "failed")
    made = db.session.execute(select(Reconciliation.day, Reconciliation.actor, Reconciliation.state)).all()
    assert (clock.today() - timedelta(days=1), "system", "done") in [tuple(row) for row in made]


def test_small_is_counted_no_further_than_needed(ctx: Flask, make: World, lily: Person) -> None:
    assert runs.is_small(clock.today())
    number = place(make, lily, {make.sku(price="100.00"): 2}, "210.00")
    order_id = db.session.scalars(select(Order.id).where(Order.number == number)).one()
    many = [
        PaymentAttempt(
            order_id=order_id,
            sequence=turn,
            out_trade_no=f"{number}_{turn}",
            amount=Decimal("210.00"),
            state="closed",
            expires_at=clock.now(),
        )
        for turn in range(1, runs.SMALL + 2)
    ]
    make.run(lambda: db.session.add_all(many))
    db.session.rollback()
    assert not runs.is_small(clock.today())
    assert runs.is_small(clock.today() - timedelta(days=1))


def test_the_command_keeps_what_it_found(
    app: Flask, make: World, lily: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank = Watched()
    with app.app_context():
        number = place(make, lily, {make.sku(price="100.00"): 2}, "210.00")
        services.start_payment(number, lily.id, bank)
    bank.buyer_pays(number, "210.00")
    doors = app.extensions["meiduo_gateways"]
    monkeypatch.setitem(app.extensions, "meiduo_gateways", replace(doors, payment=bank))

    def run(*options: str) -> Any:
        return app.test_cli_runner().invoke(cli, ["reconcile", *options])

    assert run("--dry-run").exit_code == 1
    with app.app_context():
        assert (rows(), db.session.scalar(select(func.count()).select_from(Reconciliation))) == ([], 0)
    assert run("--date", f"{clock.today():%Y-%m-%d}").exit_code == 1
    with app.app_context():
        run_id = db.session.scalars(select(Reconciliation.id)).one()
        assert (only().state, run_of(run_id).actor, run_of(run_id).day) == ("open", "cli", clock.today())
    assert run("--repair").exit_code == 0
    with app.app_context():
        assert (only().state, status(number)) == ("repaired", OrderStatus.UNSENT)
        assert db.session.scalar(select(func.count()).select_from(Refund)) == 0
    assert "请选择今天或更早的日期" in run("--date", "2999-01-01").output
