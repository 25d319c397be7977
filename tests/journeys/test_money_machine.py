"""Anything in any order: a machine that places, pays, ends, ships, returns and fails at random, and checks every book.

500 steps in the usual run; `DEEP=1` takes 10,000. The last tests break a rule each and see that the machine notices.
"""

import itertools
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
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
from sqlalchemy.exc import DBAPIError

from app.aftersales import services as aftersales
from app.aftersales.models import AfterSale
from app.aftersales.services import Asking
from app.aftersales.states import Kind, State
from app.gateways.payment import GatewayAway, TradeStatus
from app.goods import services as goods
from app.goods import stock
from app.orders import placing, shipping
from app.orders import services as orders
from app.orders.models import Order, OrderLine, OrderStatus, PayMethod
from app.payment import cash, refunding, services, sweeping
from app.payment.errors import UnknownTrade, WrongAmount
from app.payment.models import PaymentAttempt, Receipt, Refund
from app.reviews import services as reviews
from app.shared import clock
from app.shared.db import db
from app.shared.errors import DomainError
from tests.factories.world import World
from tests.fixtures.mall import empty_tables
from tests.journeys.bank import Bank, Trade
from tests.journeys.books import Books

DEEP = os.environ.get("DEEP") == "1"
RUNS, STEPS = (100, 100) if DEEP else (10, 50)
PRICES = ("100.00", "19.90", "3.35")
OPENING = 12
SENT = (OrderStatus.UNRECEIVED, OrderStatus.UNREVIEWED, OrderStatus.FINISHED)
PAID = (OrderStatus.UNSENT, *SENT)
T = TypeVar("T")
pick = st.integers(0, 999)
few = st.integers(1, 3)
carts = st.dictionaries(st.integers(0, 2), few, min_size=1)


class Machine(RuleBasedStateMachine):
    """Two shoppers, three SKUs, staff, a clock and a bank."""

    app: Flask
    steps = 0
    done: Counter[str] = Counter()
    refused: Counter[str] = Counter()

    @initialize(
        first=st.lists(st.tuples(st.booleans(), carts, st.booleans(), st.integers(0, 3)), min_size=2, max_size=6)
    )
    def open_shop(self, first: list[tuple[bool, dict[int, int], bool, int]]) -> None:
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
        self.asked = False
        self.context = self.app.app_context()
        self.context.push()
        for wish in first:
            self.place(*wish)

    def tries(self, verb: Callable[..., T], *args: Any, **kwargs: Any) -> T | None:
        """A verb may refuse; what it leaves is for the books to say. Anything but a refusal is a bug."""
        try:
            result = verb(*args, **kwargs)
        except (DomainError, GatewayAway):
            self.refused[verb.__name__] += 1
            return None
        self.done[verb.__name__] += 1
        return result

    def order(self, which: int, *statuses: OrderStatus) -> Order:
        """One of them; mostly one in a state that suits, so that stories go on."""
        found = list(db.session.scalars(select(Order).order_by(Order.id)))
        db.session.close()
        fitting = [order for order in found if order.status in statuses and which % 10 != 9]
        return (fitting or found)[which % len(fitting or found)]

    def lines(self, order: Order, which: int, count: int) -> dict[int, int]:
        """One line of an order, or with an odd number every line."""
        ids = list(db.session.scalars(select(OrderLine.id).where(OrderLine.order_id == order.id)))
        db.session.close()
        chosen = ids if which % 2 else [ids[which % len(ids)]]
        return dict.fromkeys(chosen, count)

    def document(self, which: int, *states: State) -> AfterSale | None:
        """The same of after-sales documents."""
        found = list(db.session.scalars(select(AfterSale).order_by(AfterSale.id)))
        db.session.close()
        fitting = [document for document in found if document.state in states and which % 10 != 9]
        return (fitting or found)[which % len(fitting or found)] if found else None

    def carry_on(self, number: str, turns: int) -> None:
        """An order that goes well for a while, so that the later states are met often."""
        for _ in range(turns):
            order = db.session.scalars(select(Order).where(Order.number == number)).one()
            db.session.close()
            if order.status == OrderStatus.UNPAID:
                link = self.tries(services.start_payment, number, order.user_id, self.bank)
                trade = self.bank.pay(link.out_trade_no) if link is not None else None
                if trade is not None:
                    services.settle(self.bank.notice(trade))
            elif order.status == OrderStatus.UNSENT:
                self.tries(shipping.ship_order, number, "顺丰速运", f"SF{next(self.serial):08}", "staff:1")
                if order.pay_method == PayMethod.CASH:
                    self.tries(cash.record_cash, number, order.total_amount, "staff:1")
            elif order.status == OrderStatus.UNRECEIVED:
                self.tries(orders.confirm_receipt, number, order.user_id)

    # -- buyers ------------------------------------------------------------------------------------------------------

    @rule(who=st.booleans(), cart=carts, is_cash=st.booleans(), turns=st.integers(0, 3))
    def place(self, who: bool, cart: dict[int, int], is_cash: bool, turns: int) -> None:
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
            self.carry_on(number, turns)

    @precondition(lambda self: self.numbers)
    @rule(which=pick, looks=st.booleans())
    def start(self, which: int, looks: bool) -> None:
        order = self.order(which, OrderStatus.UNPAID)
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
        order = self.order(which, OrderStatus.UNPAID)
        self.tries(services.cancel_own, order.number, order.user_id, "不想要了", self.bank)

    @precondition(lambda self: self.numbers)
    @rule(which=pick, line=pick, count=few, kind=st.sampled_from(Kind), turns=st.integers(0, 2))
    def ask_back(self, which: int, line: int, count: int, kind: Kind, turns: int) -> None:
        order = self.order(which, *PAID)
        counts = self.lines(order, line, count)
        asking = Asking(order.user_id, order.number, kind, counts, "unwanted", "", f"machine-{next(self.serial)}")
        number = self.tries(aftersales.ask, asking)
        if number is not None:
            self.asked = True
            for verb in (aftersales.approve, aftersales.goods_back)[:turns]:
                self.tries(verb, number, "staff:1")

    @precondition(lambda self: self.numbers)
    @rule(which=pick)
    def receive(self, which: int) -> None:
        order = self.order(which, OrderStatus.UNRECEIVED)
        self.tries(orders.confirm_receipt, order.number, order.user_id)

    @precondition(lambda self: self.numbers)
    @rule(which=pick, sku=pick)
    def review(self, which: int, sku: int) -> None:
        order = self.order(which, OrderStatus.UNREVIEWED)
        draft = reviews.Draft(order.number, order.user_id, self.skus[sku % 3], 5, "很好很好的", False)
        self.tries(reviews.write_review, draft)

    # -- staff -------------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.numbers)
    @rule(which=pick, line=pick, count=few, is_all=st.booleans())
    def ship(self, which: int, line: int, count: int, is_all: bool) -> None:
        order = self.order(which, OrderStatus.UNSENT)
        lines = None if is_all else self.lines(order, line, count)
        self.tries(shipping.ship_order, order.number, "顺丰速运", f"SF{next(self.serial):08}", "staff:1", lines)

    @precondition(lambda self: self.numbers)
    @rule(which=pick)
    def staff_cancel(self, which: int) -> None:
        order = self.order(which)
        number = order.number
        if self.tries(orders.cancel_by_staff, number, "地址不能送达", "staff:1") is None:
            self.tries(aftersales.cancel_paid, number, "staff:1", "地址不能送达")

    @precondition(lambda self: self.asked)
    @rule(which=pick, says=st.sampled_from(["yes", "yes", "no", "never mind"]))
    def answer(self, which: int, says: str) -> None:
        document = self.document(which, State.ASKED)
        if document is None:
            return
        if says == "yes":
            self.tries(aftersales.approve, document.number, "staff:1")
        elif says == "no":
            self.tries(aftersales.refuse, document.number, "staff:1", "已使用")
        else:
            self.tries(aftersales.cancel_own, document.user_id, document.number)

    @precondition(lambda self: self.asked)
    @rule(which=pick)
    def take_back(self, which: int) -> None:
        document = self.document(which, State.APPROVED)
        if document is not None:
            self.tries(aftersales.goods_back, document.number, "staff:1")

    @precondition(lambda self: self.numbers)
    @rule(which=pick, is_whole=st.booleans())
    def collect(self, which: int, is_whole: bool) -> None:
        order = self.order(which, *SENT)
        amount = order.total_amount if is_whole else order.total_amount - Decimal("3.00")
        self.tries(cash.record_cash, order.number, amount, "staff:1")

    @rule()
    def give_cash_back(self) -> None:
        due = select(Refund.request_no).join(Receipt, Receipt.id == Refund.receipt_id)
        numbers = list(db.session.scalars(due.where(Receipt.method == "cash", Refund.state == "due")))
        db.session.close()
        for number in numbers:
            self.tries(refunding.pay_cash_back, number, "现金")

    @rule(which=pick, count=st.integers(0, 20))
    def count_stock(self, which: int, count: int) -> None:
        sku = self.skus[which % 3]
        self.brought_in[sku] += goods.set_stock(sku, count, reason="盘点", actor="staff:1")

    # -- clock, sweeps and weather -----------------------------------------------------------------------------------

    @precondition(lambda self: self.numbers)
    @rule(which=pick)
    def expire(self, which: int) -> None:
        number = self.order(which, OrderStatus.UNPAID).number
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
            db.session.close()
            self.context.pop()


def _trade(out_trade_no: str, trade_id: str, amount: Decimal) -> Any:
    return Trade(out_trade_no, trade_id, amount, TradeStatus.PAID)


def _elsewhere(notice: Any) -> Any:
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
    """Some lives are short: as many as it takes."""
    steps = 0
    while steps < RUNS * STEPS:
        steps += run(app, RUNS, STEPS)


def release_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stock comes back twice when an order ends."""

    def again(counts: dict[int, int], **facts: Any) -> None:
        stock.release_stock(counts, **facts)
        stock.release_stock(counts, **{**facts, "round_no": facts["round_no"] + 50})

    monkeypatch.setattr(orders, "release_stock", again)


def forget_late_money(monkeypatch: pytest.MonkeyPatch) -> None:
    """Money that cannot be used is kept."""
    monkeypatch.setattr(services.ledger, "owe", lambda *args, **kwargs: [])


def ask_under_a_new_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every try of a refund is a new request to the bank."""
    begin, tries = refunding._begin, itertools.count()

    def renamed(refund_id: int) -> Any:
        todo = begin(refund_id)
        return todo and replace(todo, request_no=f"{todo.request_no}_{next(tries)}")

    monkeypatch.setattr(refunding, "_begin", renamed)


def jump(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is received is finished at once, and the diary does not say so."""
    monkeypatch.setattr(
        orders, "move_order", lambda order, status, actor, reason, **also: setattr(order, "status", int(status))
    )


@pytest.mark.parametrize("harm", [release_twice, forget_late_money, ask_under_a_new_number, jump])
def test_the_machine_notices_a_broken_rule(
    app: Flask, monkeypatch: pytest.MonkeyPatch, harm: Callable[[pytest.MonkeyPatch], None]
) -> None:
    harm(monkeypatch)
    # SQLite and MariaDB themselves notice sales below zero
    with pytest.raises((AssertionError, DBAPIError)):
        run(app, 40, 50, phases=(Phase.generate,), report_multiple_bugs=False)
