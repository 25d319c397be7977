"""Anything in any order: a machine that places, pays, ends, ships, returns and fails at random, and checks every book.

500 steps in the usual run; `DEEP=1` takes 10,000. The last tests break a rule each and see that the machine notices.
"""

import itertools
import os
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any, TypeVar

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from redis import Redis
from sqlalchemy import select, update

from app.aftersales import services as aftersales
from app.aftersales.models import AfterSale
from app.aftersales.services import Asking
from app.aftersales.states import Kind
from app.gateways.payment import GatewayAway, TradeStatus
from app.goods import services as goods
from app.goods import stock
from app.orders import placing, shipping
from app.orders import services as orders
from app.orders.models import Order, OrderLine, OrderStatus, PayMethod
from app.payment import cash, ledger, refunding, services, sweeping
from app.payment.errors import UnknownTrade, WrongAmount
from app.payment.models import PaymentAttempt, Receipt, Refund
from app.reviews import services as reviews
from app.shared import clock
from app.shared.db import db
from app.shared.errors import DomainError
from tests.factories.world import World
from tests.fixtures.mall import empty_tables
from tests.journeys.bank import Bank
from tests.journeys.books import Books

DEEP = os.environ.get("DEEP") == "1"
RUNS, STEPS = (100, 100) if DEEP else (10, 50)
PRICES = ("100.00", "19.90", "3.35")
OPENING = 6
T = TypeVar("T")
pick = st.integers(0, 999)
few = st.integers(1, 3)


class Machine(RuleBasedStateMachine):
    """Two shoppers, three SKUs, staff, a clock and a bank."""

    app: Flask
    steps = 0

    @initialize()
    def open_shop(self) -> None:
        with self.app.app_context():
            empty_tables()
        with Redis.from_url(self.app.config["REDIS_URL"]) as store:
            store.flushall()
        make = World(self.app)
        self.people = [make.person("lily", "13800000001"), make.person("fredrick", "13800000002")]
        self.addresses = [make.address(person.id) for person in self.people]
        self.skus = [make.sku(price=price, stock=OPENING) for price in PRICES]
        self.brought_in = dict.fromkeys(self.skus, OPENING)
        self.make, self.bank, self.serial = make, Bank(), itertools.count(1)
        self.numbers: list[str] = []
        self.orders_are_placed = False
        self.context = self.app.app_context()
        self.context.push()

    def tries(self, verb: Callable[..., T], *args: Any, **kwargs: Any) -> T | None:
        """A verb may refuse; what it leaves is for the books to say. Anything but a refusal is a bug."""
        try:
            return verb(*args, **kwargs)
        except (DomainError, GatewayAway):
            return None

    def order(self, which: int) -> Order:
        db.session.rollback()
        number = self.numbers[which % len(self.numbers)]
        return db.session.scalars(select(Order).where(Order.number == number)).one()

    def lines(self, order: Order, which: int, count: int) -> dict[int, int]:
        """One line of an order, or with an odd number every line."""
        ids = list(db.session.scalars(select(OrderLine.id).where(OrderLine.order_id == order.id)))
        chosen = ids if which % 2 else [ids[which % len(ids)]]
        return dict.fromkeys(chosen, count)

    def document(self, which: int) -> str:
        db.session.rollback()
        numbers = list(db.session.scalars(select(AfterSale.number).order_by(AfterSale.id)))
        return numbers[which % len(numbers)] if numbers else "S0"

    # -- buyers ------------------------------------------------------------------------------------------------------

    @rule(who=st.booleans(), cart=st.dictionaries(st.integers(0, 2), few, min_size=1), is_cash=st.booleans())
    def place(self, who: bool, cart: dict[int, int], is_cash: bool) -> None:
        total = sum((Decimal(PRICES[place]) * count for place, count in cart.items()), Decimal("10.00"))
        wish = placing.Wish(
            user_id=self.people[who].id,
            address_id=self.addresses[who],
            pay_method=PayMethod.CASH if is_cash else PayMethod.ALIPAY,
            submit_token=f"machine-{next(self.serial)}",
            agreed_total=total,
            counts={self.skus[place]: count for place, count in cart.items()},
            flat_freight=Decimal("10.00"),
            reservation_minutes=30,
        )
        number = self.tries(placing.place_order, wish)
        if number is not None:
            assert placing.place_order(wish) == number
            self.numbers.append(number)

    @precondition(lambda self: self.numbers)
    @rule(which=pick, looks=st.booleans())
    def start(self, which: int, looks: bool) -> None:
        order = self.order(which)
        link = self.tries(services.start_payment, order.number, order.user_id, self.bank)
        if link is not None and looks:
            self.bank.open(link.out_trade_no)

    @precondition(lambda self: self.bank.offers)
    @rule(which=pick, is_told=st.booleans())
    def pay(self, which: int, is_told: bool) -> None:
        """Perhaps long after the order has ended; and the notify may be late as well."""
        trade = self.bank.pay(list(self.bank.offers)[which % len(self.bank.offers)])
        if trade is not None and is_told:
            services.settle(self.bank.notice(trade))

    @precondition(lambda self: self.bank.paid())
    @rule(which=pick)
    def pay_twice(self, which: int) -> None:
        trade = self.bank.paid()[which % len(self.bank.paid())]
        services.settle(self.bank.notice(self.bank.pay_again(trade.out_trade_no)))

    @precondition(lambda self: self.bank.paid())
    @rule(which=pick, times=st.integers(1, 3))
    def notify(self, which: int, times: int) -> None:
        """Late, or once more: a notify that was understood is never an error."""
        notice = self.bank.notice(self.bank.paid()[which % len(self.bank.paid())])
        told = [services.settle(notice) for _ in range(times)]
        assert set(told[1:]) <= {"known"}

    @precondition(lambda self: self.bank.offers)
    @rule(which=pick, cents=st.sampled_from([-1, 1, 5000]))
    def notify_wrongly(self, which: int, cents: int) -> None:
        """Another amount, an unknown trade, and a trade that merely ended."""
        out_trade_no = list(self.bank.offers)[which % len(self.bank.offers)]
        amount = self.bank.offers[out_trade_no] + Decimal(cents) / 100
        said = Bank().notice(_trade(out_trade_no, f"W{next(self.serial)}", amount))
        for wrong, error in ((said, WrongAmount), (_elsewhere(said), UnknownTrade)):
            with pytest.raises(error):
                services.settle(wrong)

    @precondition(lambda self: self.numbers)
    @rule(which=pick)
    def cancel(self, which: int) -> None:
        order = self.order(which)
        self.tries(services.cancel_own, order.number, order.user_id, "不想要了", self.bank)

    @precondition(lambda self: self.numbers)
    @rule(which=pick, line=pick, count=few, kind=st.sampled_from(Kind))
    def ask_back(self, which: int, line: int, count: int, kind: Kind) -> None:
        order = self.order(which)
        token = f"machine-{next(self.serial)}"
        counts = self.lines(order, line, count)
        self.tries(aftersales.ask, Asking(order.user_id, order.number, kind, counts, "unwanted", "", token))

    @precondition(lambda self: self.numbers)
    @rule(which=pick)
    def receive(self, which: int) -> None:
        order = self.order(which)
        self.tries(orders.confirm_receipt, order.number, order.user_id)

    @precondition(lambda self: self.numbers)
    @rule(which=pick, sku=pick)
    def review(self, which: int, sku: int) -> None:
        order = self.order(which)
        draft = reviews.Draft(order.number, order.user_id, self.skus[sku % 3], 5, "很好很好的", False)
        self.tries(reviews.write_review, draft)

    # -- staff -------------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.numbers)
    @rule(which=pick, line=pick, count=few, is_all=st.booleans())
    def ship(self, which: int, line: int, count: int, is_all: bool) -> None:
        order = self.order(which)
        lines = None if is_all else self.lines(order, line, count)
        self.tries(shipping.ship_order, order.number, "顺丰速运", f"SF{next(self.serial):08}", "staff:1", lines)

    @precondition(lambda self: self.numbers)
    @rule(which=pick)
    def staff_cancel(self, which: int) -> None:
        order = self.order(which)
        number = order.number
        if self.tries(orders.cancel_by_staff, number, "地址不能送达", "staff:1") is None:
            self.tries(aftersales.cancel_paid, number, "staff:1", "地址不能送达")

    @rule(which=pick, step=st.sampled_from(["approve", "approve", "refuse", "goods_back", "goods_back", "take back"]))
    def answer(self, which: int, step: str) -> None:
        number = self.document(which)
        if step == "approve":
            self.tries(aftersales.approve, number, "staff:1")
        elif step == "refuse":
            self.tries(aftersales.refuse, number, "staff:1", "已使用")
        elif step == "goods_back":
            self.tries(aftersales.goods_back, number, "staff:1")
        else:
            self.tries(aftersales.cancel_own, self.people[which % 2].id, number)

    @precondition(lambda self: self.numbers)
    @rule(which=pick, is_whole=st.booleans())
    def collect(self, which: int, is_whole: bool) -> None:
        order = self.order(which)
        amount = order.total_amount if is_whole else order.total_amount - Decimal("3.00")
        self.tries(cash.record_cash, order.number, amount, "staff:1")

    @rule()
    def give_cash_back(self) -> None:
        db.session.rollback()
        due = select(Refund.request_no).join(Receipt, Receipt.id == Refund.receipt_id)
        for number in list(db.session.scalars(due.where(Receipt.method == "cash", Refund.state == "due"))):
            self.tries(refunding.pay_cash_back, number, "现金")

    @rule(which=pick, count=st.integers(0, 9))
    def count_stock(self, which: int, count: int) -> None:
        sku = self.skus[which % 3]
        self.brought_in[sku] += goods.set_stock(sku, count, reason="盘点", actor="staff:1")

    # -- clock, sweeps and weather -----------------------------------------------------------------------------------

    @precondition(lambda self: self.numbers)
    @rule(which=pick)
    def expire(self, which: int) -> None:
        number = self.order(which).number
        self._past(Order, Order.number == number, pay_before=clock.now() - timedelta(seconds=1))
        sweeping.expire_unpaid(self.bank)

    @rule()
    def reconcile(self) -> None:
        self._past(PaymentAttempt, True, created_at=clock.now() - timedelta(minutes=5))
        sweeping.reconcile(self.bank)

    @rule()
    def pay_refunds(self) -> None:
        sweeping.pay_refunds(self.bank)

    @rule(is_away=st.booleans(), loses_answers=st.booleans())
    def weather(self, is_away: bool, loses_answers: bool) -> None:
        self.bank.is_away, self.bank.loses_answers = is_away, loses_answers

    def _past(self, model: Any, which: Any, **values: Any) -> None:
        self.make.run(lambda: db.session.execute(update(model).where(which).values(**values)))

    # -- what is always true -----------------------------------------------------------------------------------------

    @invariant()
    def books_are_right(self) -> None:
        type(self).steps += 1
        books = Books()
        books.check_stock(self.brought_in)
        books.check_money()
        books.check_bank(self.bank)
        books.check_states()

    def teardown(self) -> None:
        """Let everything come to rest: then bank and shop agree on every order."""
        if not hasattr(self, "bank"):
            return
        try:
            self.bank.is_away = self.bank.loses_answers = False
            for trade in self.bank.paid():
                services.settle(self.bank.notice(trade))
            self._past(Order, Order.status == OrderStatus.UNPAID, pay_before=clock.now() - timedelta(seconds=1))
            sweeping.expire_unpaid(self.bank)
            sweeping.pay_refunds(self.bank)
            self.books_are_right()
            Books().check_quiet(self.bank)
        finally:
            db.session.rollback()
            self.context.pop()


def _trade(out_trade_no: str, trade_id: str, amount: Decimal) -> Any:
    from tests.journeys.bank import Trade

    return Trade(out_trade_no, trade_id, amount, TradeStatus.PAID)


def _elsewhere(notice: Any) -> Any:
    from dataclasses import replace

    return replace(notice, out_trade_no="20991231000000000000")


def run(app: Flask, runs: int, steps: int, **more: Any) -> int:
    """So many lives of so many steps each; how many steps were checked."""
    machine = type("MoneyMachine", (Machine,), {"app": app, "steps": 0})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=runs,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            print_blob=False,
            suppress_health_check=list(HealthCheck),
            **more,
        ),
    )
    return int(machine.steps)


def test_the_books_are_always_right(app: Flask) -> None:
    assert run(app, RUNS, STEPS) >= RUNS * STEPS


def release_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stock comes back twice when an order ends."""

    def again(counts: dict[int, int], **facts: Any) -> None:
        stock.release_stock(counts, **facts)
        stock.release_stock(counts, **{**facts, "round_no": facts["round_no"] + 50})

    monkeypatch.setattr(orders, "release_stock", again)


def forget_late_money(monkeypatch: pytest.MonkeyPatch) -> None:
    """Money that cannot be used is kept."""
    monkeypatch.setattr(services.ledger, "owe", lambda *args, **kwargs: [])


def close_without_asking(monkeypatch: pytest.MonkeyPatch) -> None:
    """A trade that proved paid at the bank is ended all the same, and its money never looked at."""
    monkeypatch.setattr(services, "settle", lambda notice: "noted")


def jump(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is received is finished at once, and the diary does not say so."""
    monkeypatch.setattr(
        orders, "move_order", lambda order, status, actor, reason, **also: setattr(order, "status", int(status))
    )


@pytest.mark.parametrize("harm", [release_twice, forget_late_money, close_without_asking, jump])
def test_the_machine_notices_a_broken_rule(
    app: Flask, monkeypatch: pytest.MonkeyPatch, harm: Callable[[pytest.MonkeyPatch], None]
) -> None:
    harm(monkeypatch)
    with pytest.raises(AssertionError):
        run(app, 40, 50, phases=(Phase.generate,), report_multiple_bugs=False)
