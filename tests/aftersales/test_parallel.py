"""Many at once, and at random: never more than was paid, exactly what was paid, once."""

import threading
from collections import Counter
from collections.abc import Callable
from decimal import Decimal

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.aftersales import services
from app.aftersales.models import AfterSale
from app.aftersales.states import Kind, State
from app.orders.models import OrderStatus
from app.payment.models import Refund
from app.shared.db import db
from app.shared.errors import DomainError
from tests.aftersales.bought import FREIGHT, TOTAL, Bought, buy
from tests.concurrency.conftest import at_once
from tests.factories.world import Person, World

ZERO = Decimal("0.00")


def in_context(app: Flask, verb: Callable[[], object]) -> Callable[[], str]:
    """The verb in a context of its own; the name of what went wrong, or `ok`."""

    def run() -> str:
        with app.app_context():
            try:
                verb()
            except DomainError as problem:
                return type(problem).__name__
            return "ok"

    return run


@pytest.mark.race
def test_fifty_ask_and_are_approved_at_once(bought: Bought) -> None:
    """Five pieces in all: exactly five of fifty requests for one piece each are taken, and paid to the cent."""

    def ask_one(turn: int) -> None:
        line = bought.first if turn % 2 else bought.second
        number = bought.ask({line: 1}, token=f"parallel-{turn:03}")
        services.approve(number, "staff:tommy")

    answers = Counter(at_once([in_context(bought.app, lambda turn=turn: ask_one(turn)) for turn in range(50)]))  # type: ignore[misc]  # mypy cannot infer a lambda's default
    assert answers["ok"] == 5, answers
    assert set(answers) <= {"ok", "TooManyPieces", "GoodsHaveLeft", "NotReturnable", "NothingPaid"}, answers
    assert bought.refunded() == [3, 2]
    assert bought.owed() == TOTAL  # the last of them brought the freight
    assert (bought.status(), bought.stock()) == (OrderStatus.CANCELLED, [10, 10])
    assert bought.pay_back() == 5
    assert bought.bank.given_back() == TOTAL


def ten_ask_for_one_of_three(bought: Bought) -> int:
    """How many of ten are taken, when three pieces can be asked for."""

    def ask(turn: int) -> None:
        bought.ask({bought.first: 1}, token=f"of-three-{turn:03}")

    answers = at_once([in_context(bought.app, lambda turn=turn: ask(turn)) for turn in range(10)])  # type: ignore[misc]  # mypy cannot infer a lambda's default
    return Counter(answers)["ok"]


@pytest.mark.race
def test_ten_ask_for_three_pieces_and_three_are_taken(bought: Bought) -> None:
    assert ten_ask_for_one_of_three(bought) == 3


@pytest.mark.race
def test_without_the_orders_lock_more_is_promised_than_there_is(
    bought: Bought, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: whoever lets go of the order between looking and writing promises the same piece twice."""
    looked = threading.Barrier(10)
    whole = services.documents.claimed

    def look_and_let_go(order_id: int, states: frozenset[State]) -> dict[int, int]:
        seen = whole(order_id, states)
        db.session.commit()
        looked.wait(30)
        db.session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
        return seen

    monkeypatch.setattr(services.documents, "claimed", look_and_let_go)
    assert ten_ask_for_one_of_three(bought) == 10


@pytest.mark.race
@pytest.mark.parametrize("kind", list(Kind))
def test_decided_twenty_times_at_once_is_paid_once(bought: Bought, kind: Kind) -> None:
    if kind is Kind.RETURN:
        bought.ship()
    number = bought.ask({bought.first: 2}, kind)
    answers = Counter(
        at_once([in_context(bought.app, lambda: services.approve(number, "staff:tommy")) for _ in range(20)])
    )
    assert answers == {"ok": 1, "IllegalStep": 19}
    if kind is Kind.RETURN:
        answers = Counter(
            at_once([in_context(bought.app, lambda: services.goods_back(number, "staff:tommy")) for _ in range(20)])
        )
        assert answers == {"ok": 1, "IllegalStep": 19}
    paid = at_once([in_context(bought.app, lambda: bought.pay_back()) for _ in range(5)])
    assert set(paid) == {"ok"}
    assert bought.bank.given_back() == bought.owed() == Decimal("39.98")
    assert (bought.state(number), bought.stock()) == (State.PAID, [9, 8])


@pytest.mark.race
@pytest.mark.parametrize("other", ["refuse", "cancel", "ship", "cancel_paid"])
def test_approval_against_another_decision(bought: Bought, other: str) -> None:
    """Whoever comes second finds the other's result; money and goods fit together either way."""
    number = bought.ask({bought.first: 3, bought.second: 2})
    others: dict[str, Callable[[], object]] = {
        "refuse": lambda: services.refuse(number, "staff:anna", "不同意"),
        "cancel": lambda: services.cancel_own(bought.user_id, number),
        "ship": bought.ship,
        "cancel_paid": lambda: services.cancel_paid(bought.number, "staff:anna", "缺货"),
    }
    approve = in_context(bought.app, lambda: services.approve(number, "staff:tommy"))
    answers = at_once([approve, in_context(bought.app, others[other])])
    assert sorted(answers).count("ok") == 1, answers
    bought.pay_back()
    if bought.owed() == ZERO:
        assert (bought.stock(), bought.bank.given_back()) == ([7, 8], ZERO)
    else:
        assert (bought.stock(), bought.bank.given_back(), bought.status()) == ([10, 10], TOTAL, OrderStatus.CANCELLED)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["ask", "approve", "refuse", "cancel", "back", "pay", "ship"]),
        st.integers(0, 3),
        st.integers(0, 2),
        st.sampled_from(list(Kind)),
    ),
    max_size=14,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_random_parts_sum_to_exactly_what_was_paid(
    ctx: Flask, make: World, lily: Person, steps: list[tuple[str, int, int, Kind]]
) -> None:
    bought = buy(ctx, make, lily)
    was_sent = False
    for name, first, second, kind in steps:
        try:
            was_sent |= _take(bought, name, {bought.first: first, bought.second: second}, kind)
        except DomainError:
            continue
        finally:
            assert bought.owed() <= TOTAL
            assert bought.owed() + bought.balance() == TOTAL
    _finish(bought)
    expected = TOTAL - FREIGHT if was_sent else TOTAL
    assert bought.bank.given_back() == bought.owed() == expected
    assert bought.refunded() == [3, 2]
    assert bought.status() is (OrderStatus.UNRECEIVED if was_sent else OrderStatus.CANCELLED)


def _take(bought: Bought, name: str, counts: dict[int, int], kind: Kind) -> bool:
    """One step at the newest document that can take it; True when it sent goods."""
    if name == "ask":
        bought.ask(counts, kind)
    elif name == "ship":
        bought.ship()
        return True
    elif name == "pay":
        bought.pay_back()
    else:
        wanted = State.APPROVED if name == "back" else State.ASKED
        number = _newest(bought, wanted)
        verbs: dict[str, Callable[[], object]] = {
            "approve": lambda: services.approve(number, "staff:tommy"),
            "refuse": lambda: services.refuse(number, "staff:tommy", "不同意"),
            "cancel": lambda: services.cancel_own(bought.user_id, number),
            "back": lambda: services.goods_back(number, "staff:tommy"),
        }
        verbs[name]()
    return False


def _newest(bought: Bought, state: State) -> str:
    db.session.rollback()
    query = select(AfterSale.number).where(AfterSale.order_id == bought.order_id, AfterSale.state == state.value)
    return db.session.scalar(query.order_by(AfterSale.id.desc()).limit(1)) or "none"


def _finish(bought: Bought) -> None:
    """Refuse what waits, take back what is on its way, and give everything else back."""
    while (number := _newest(bought, State.ASKED)) != "none":
        services.refuse(number, "staff:tommy", "不同意")
    while (number := _newest(bought, State.APPROVED)) != "none":
        services.goods_back(number, "staff:tommy")
    left = dict(zip((bought.first, bought.second), (3, 2), strict=True))
    counts = {line: most - gone for (line, most), gone in zip(left.items(), bought.refunded(), strict=True)}
    if any(counts.values()):
        services.approve(bought.ask(counts), "staff:tommy")
    bought.pay_back()
    due = select(func.count()).select_from(Refund).where(Refund.order_id == bought.order_id, Refund.state == "due")
    assert db.session.scalar(due) == 0
    states = set(db.session.scalars(select(AfterSale.state).where(AfterSale.order_id == bought.order_id)))
    assert states <= {"paid", "refused", "cancelled"}
