"""Limits of refunds: held in the verb's transaction, so that refunds agreed at once cannot pass them together."""

import threading
from collections import Counter
from collections.abc import Callable
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.aftersales import limits, services
from app.aftersales.errors import OverDailyLimit, OverRefundLimit
from app.aftersales.models import RefundDay
from app.aftersales.states import State
from app.shared.db import db
from app.shared.errors import BadValue, Forbidden
from app.staff import queries
from app.staff import services as roles
from app.staff.errors import ReadyRole
from app.staff.limits import Limit, limit_of, role_limits, set_limit
from app.staff.policy import OWNER
from tests.aftersales.bought import TOTAL, Bought, buy
from tests.aftersales.test_parallel import in_context
from tests.concurrency.conftest import at_once
from tests.factories.world import Person, World


def role_id(name: str) -> int:
    db.session.rollback()
    return next(role.id for role in queries.roles() if role.name == name)


@pytest.fixture
def clerk(ctx: Flask, make: World, tom: Person) -> int:
    """Of operations: 20 yuan at once, 60 a day."""
    person = make.staff("clerk", "13800000004", "operations")
    set_limit(role_id("operations"), Decimal("20.00"), Decimal("60.00"), tom.id)
    return person.id


def spent(staff_id: int) -> Decimal:
    db.session.rollback()
    return sum(db.session.scalars(select(RefundDay.spent).where(RefundDay.staff_id == staff_id)), Decimal("0.00"))


def test_a_refund_above_the_limit_wants_somebody_else(bought: Bought, clerk: int, tom: Person) -> None:
    number = bought.ask({bought.first: 2})
    with pytest.raises(OverRefundLimit) as said:
        services.approve(number, "staff:clerk", by=clerk)
    assert said.value.facts == {"asked": "39.98", "most": "20.00"}
    assert (bought.state(number), bought.owed(), bought.refunded(), spent(clerk)) == (State.ASKED, 0, [0, 0], 0)
    services.approve(number, "staff:tom", by=tom.id)
    assert (bought.state(number), spent(tom.id)) == (State.PAYING, Decimal("39.98"))


def test_the_day_has_a_limit_too(ctx: Flask, make: World, lily: Person, bought: Bought, clerk: int) -> None:
    for _ in range(3):
        services.approve(bought.ask({bought.first: 1}), "staff:clerk", by=clerk)
    assert spent(clerk) == Decimal("59.97")
    other = buy(ctx, make, lily)
    number = other.ask({other.second: 1})
    with pytest.raises(OverDailyLimit):
        services.approve(number, "staff:clerk", by=clerk)
    assert (other.state(number), other.owed(), spent(clerk)) == (State.ASKED, 0, Decimal("59.97"))
    make.run(lambda: db.session.execute(update(RefundDay).values(spent=Decimal("59.90"))))
    services.approve(number, "staff:clerk", by=clerk)  # to the cent
    assert spent(clerk) == Decimal("60.00")


def test_every_verb_that_gives_money_back_is_held(ctx: Flask, make: World, lily: Person, clerk: int) -> None:
    bought = buy(ctx, make, lily)
    with pytest.raises(OverRefundLimit):
        services.cancel_paid(bought.number, "staff:clerk", "缺货", by=clerk)
    asking = services.Asking(
        lily.id, bought.number, services.Kind.REFUND, {bought.first: 2}, "other", "补偿", "token-1"
    )
    with pytest.raises(OverRefundLimit):
        services.open_case(asking, "staff:clerk", decide=True, by=clerk)
    assert (bought.owed(), bought.refunded(), bought.stock(), spent(clerk)) == (0, [0, 0], [7, 8], 0)
    services.cancel_paid(bought.number, "cli:root", "缺货")
    assert bought.owed() == TOTAL  # the command line has none


def test_who_has_no_right_gives_nothing_back(bought: Bought, make: World) -> None:
    writer = make.staff("writer", "13800000006", "content_editor")
    number = bought.ask({bought.second: 1})
    with pytest.raises(Forbidden):
        services.approve(number, "staff:writer", by=writer.id)
    assert bought.state(number) == State.ASKED


def test_limits_follow_the_roles(ctx: Flask, make: World, tom: Person, clerk: int) -> None:
    db.session.rollback()
    assert limit_of(tom.id) is None
    assert limit_of(clerk) == Limit(Decimal("20.00"), Decimal("60.00"))
    night = roles.make_role("night_shift", "夜班", tom.id)
    roles.grant(clerk, "night_shift", tom.id)
    set_limit(night, Decimal("900.00"), Decimal("900.00"), tom.id)
    db.session.rollback()
    assert limit_of(clerk) == Limit(Decimal("20.00"), Decimal("60.00")), "a role that may not refund lends no limit"
    roles.set_rights(night, {"aftersales.refund"}, tom.id)
    db.session.rollback()
    assert limit_of(clerk) == Limit(Decimal("900.00"), Decimal("900.00"))
    shown = {each.name: each for each in role_limits()}
    assert (shown[OWNER].limit, shown["auditor"].may_refund, shown["night_shift"].is_own) == (None, False, True)
    assert shown["auditor"].limit == Limit(Decimal("500"), Decimal("2000"))


@pytest.mark.parametrize("pair", [("1.00", "0.50"), ("-1.00", "5.00"), ("1.00", "100000000.00")])
def test_numbers_that_cannot_be(ctx: Flask, tom: Person, clerk: int, pair: tuple[str, str]) -> None:
    with pytest.raises(BadValue):
        set_limit(role_id("operations"), Decimal(pair[0]), Decimal(pair[1]), tom.id)
    with pytest.raises(ReadyRole):
        set_limit(role_id(OWNER), Decimal("1.00"), Decimal("1.00"), tom.id)
    with pytest.raises(Forbidden):
        set_limit(role_id("operations"), Decimal("1.00"), Decimal("1.00"), clerk)


def ten_approve_at_once(app: Flask, make: World, lily: Person, clerk: int) -> tuple[Counter[str], list[Bought]]:
    """Ten orders, ten documents of 19.99, one clerk in ten tabs: three fit into 60.00."""
    all_of_them = [buy(app, make, lily) for _ in range(10)]
    numbers = [bought.ask({bought.first: 1}) for bought in all_of_them]
    calls: list[Callable[[], str]] = [
        in_context(app, lambda number=number: services.approve(number, "staff:clerk", by=clerk))  # type: ignore[misc]  # mypy cannot infer a lambda's default
        for number in numbers
    ]
    return Counter(at_once(calls)), all_of_them


@pytest.mark.race
def test_refunds_at_once_do_not_pass_the_day_together(ctx: Flask, make: World, lily: Person, clerk: int) -> None:
    answers, orders = ten_approve_at_once(ctx, make, lily, clerk)
    assert answers == {"ok": 3, "OverDailyLimit": 7}
    assert sum(order.owed() for order in orders) == spent(clerk) == Decimal("59.97")


@pytest.mark.race
def test_without_the_condition_in_the_update_they_do(
    ctx: Flask, make: World, lily: Person, clerk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: whoever looks first and adds afterwards lets all ten through."""
    looked = threading.Barrier(10)

    def look_then_add(by: int | None, amount: Decimal) -> None:
        assert by is not None
        limit = limit_of(by)
        before = db.session.scalar(select(RefundDay.spent).where(RefundDay.staff_id == by)) or Decimal("0.00")
        db.session.commit()
        looked.wait(30)
        db.session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
        if limit is not None and before + amount > limit.per_day:
            raise OverDailyLimit(asked="", most="")

    monkeypatch.setattr(limits, "spend", look_then_add)
    answers, orders = ten_approve_at_once(ctx, make, lily, clerk)
    assert answers == {"ok": 10}
    assert sum(order.owed() for order in orders) > Decimal("60.00")
