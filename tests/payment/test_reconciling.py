"""Reconciling: every seeded difference is found and named, safe ones are repaired; a healthy day raises no alarm."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, update

from app.aftersales import services as aftersales
from app.gateways.payment import TradeStatus
from app.orders.models import Order, OrderStatus, PayMethod
from app.payment import cash, reconciling, services, sweeping
from app.payment.cli import cli
from app.payment.models import PaymentAttempt, Receipt, Refund
from app.shared import clock
from app.shared.db import db
from tests.aftersales.bought import TOTAL, Bought, buy
from tests.factories.world import Person, World
from tests.payment.provider import Provider, place


def kinds(bank: Provider, **options: Any) -> list[str]:
    db.session.rollback()
    return [found.kind for found in reconciling.compare(bank, **options)]


@pytest.fixture
def write(make: World) -> Callable[[Any], None]:
    """A hand in the books, past every verb."""

    def run(statement: Any) -> None:
        make.run(lambda: db.session.execute(statement))

    return run


@pytest.fixture
def opened(ctx: Flask, make: World, lily: Person) -> tuple[str, Provider]:
    """An order at the cashier."""
    number = place(make, lily, {make.sku(price="100.00"): 2}, "210.00")
    bank = Provider()
    services.start_payment(number, lily.id, bank)
    return number, bank


def test_a_healthy_day_raises_no_alarm(ctx: Flask, make: World, lily: Person, fred: Person) -> None:
    """Open, paid, cancelled, refunded in part and whole, paid twice, paid late, on delivery: all in order."""
    bank = Provider()
    sku = make.sku(price="100.00", stock=100)

    def order(method: PayMethod = PayMethod.ALIPAY) -> str:
        number = place(make, lily, {sku: 2}, "210.00", method=method)
        if method is PayMethod.ALIPAY:
            services.start_payment(number, lily.id, bank)
        return number

    def pay(number: str, trade_id: str = "") -> None:
        services.settle(bank.buyer_pays(number, "210.00", trade_id))

    order()
    pay(order())
    waiting = order()
    bank.buyer_opens(waiting, "210.00")
    services.cancel_own(order(), lily.id, "不想要了", bank)
    twice = order()
    pay(twice)
    pay(twice, "T-again")
    late = order()
    services.cancel_own(late, lily.id, "不想要了", bank)
    pay(late)
    whole = buy(ctx, make, fred)
    bank.trades |= whole.bank.trades
    whole.bank = bank
    aftersales.approve(whole.ask({whole.first: 3, whole.second: 2}), "staff:tommy")
    part = buy(ctx, make, fred)
    bank.trades |= part.bank.trades
    aftersales.approve(part.ask({part.first: 1}), "staff:tommy")
    on_delivery = buy(ctx, make, fred, PayMethod.CASH)
    on_delivery.ship()
    assert kinds(bank) == []
    cash.record_cash(on_delivery.number, TOTAL, "staff:tommy")
    sweeping.pay_refunds(bank)
    assert kinds(bank) == []
    assert kinds(bank, day=clock.today()) == []
    assert kinds(bank, day=clock.today() - timedelta(days=1)) == []


def test_paid_there_and_not_here_is_found_and_settled(opened: tuple[str, Provider]) -> None:
    number, bank = opened
    bank.buyer_pays(number, "210.00")
    assert kinds(bank) == ["paid_there_not_here"]
    found = reconciling.compare(bank, repair=True)
    assert [(each.kind, each.order_number, each.repaired) for each in found] == [("paid_there_not_here", number, True)]
    assert kinds(bank) == []


def test_another_amount_there_is_found_and_left_alone(opened: tuple[str, Provider]) -> None:
    number, bank = opened
    bank.buyer_pays(number, "0.01")
    assert kinds(bank, repair=True) == ["amount_differs"]
    assert kinds(bank) == ["amount_differs"]


def test_a_receipt_of_another_amount(ctx: Flask, make: World, lily: Person, write: Callable[[Any], None]) -> None:
    bought = buy(ctx, make, lily)
    bought.bank.trades[f"T{bought.number}"].amount = Decimal("70.16")
    assert kinds(bought.bank) == ["amount_differs"]


@pytest.mark.parametrize("status", [TradeStatus.WAITING, TradeStatus.NONE])
def test_paid_here_and_not_there(ctx: Flask, make: World, lily: Person, status: TradeStatus) -> None:
    bought = buy(ctx, make, lily)
    if status is TradeStatus.NONE:
        bought.bank.trades.clear()
    else:
        bought.bank.trades[f"T{bought.number}"].status = status
    assert kinds(bought.bank, repair=True) == ["paid_here_not_there"]


def test_an_attempt_called_paid_without_a_receipt(opened: tuple[str, Provider], write: Callable[[Any], None]) -> None:
    bank = opened[1]
    write(update(PaymentAttempt).values(state="paid"))
    assert kinds(bank) == ["paid_here_not_there"]


@pytest.fixture
def refunded(ctx: Flask, make: World, lily: Person) -> Bought:
    """One piece given back."""
    bought = buy(ctx, make, lily)
    aftersales.approve(bought.ask({bought.first: 1}), "staff:tommy")
    return bought


def test_a_refund_done_there_and_due_here_is_found_and_marked(refunded: Bought) -> None:
    refunded.bank.loses_answers = True
    refunded.pay_back()
    refunded.bank.loses_answers = False
    assert kinds(refunded.bank) == ["refund_done_there_not_here"]
    assert [each.repaired for each in reconciling.compare(refunded.bank, repair=True)] == [True]
    assert kinds(refunded.bank) == []


def test_a_refund_done_here_and_not_there(refunded: Bought) -> None:
    refunded.pay_back()
    refunded.bank.trades[f"T{refunded.number}"].refunds.clear()
    assert kinds(refunded.bank, repair=True) == ["refund_done_here_not_there"]


def test_a_refund_of_another_amount(refunded: Bought) -> None:
    refunded.pay_back()
    refunds = refunded.bank.trades[f"T{refunded.number}"].refunds
    refunds[next(iter(refunds))] = Decimal("19.98")
    assert kinds(refunded.bank, repair=True) == ["refund_amount_differs"]


def test_money_given_back_there_by_hand(refunded: Bought) -> None:
    refunded.pay_back()
    refunded.bank.trades[f"T{refunded.number}"].status = TradeStatus.CLOSED
    assert kinds(refunded.bank) == ["refund_unknown_here"]


def test_an_order_that_goes_on_without_its_money(opened: tuple[str, Provider], write: Callable[[Any], None]) -> None:
    bank = opened[1]
    write(update(Order).values(status=int(OrderStatus.UNSENT), paid_at=clock.now()))
    assert kinds(bank) == ["order_without_money"]


@pytest.mark.parametrize("status", [OrderStatus.UNPAID, OrderStatus.CANCELLED])
def test_an_order_that_keeps_money_and_does_not_go_on(
    ctx: Flask, make: World, lily: Person, write: Callable[[Any], None], status: OrderStatus
) -> None:
    bought = buy(ctx, make, lily)
    write(update(Order).values(status=int(status)))
    assert kinds(bought.bank) == ["money_without_order"]


def test_two_receipts_that_are_both_kept(ctx: Flask, make: World, lily: Person, write: Callable[[Any], None]) -> None:
    bought = buy(ctx, make, lily)
    services.settle(bought.bank.buyer_pays(bought.number, str(TOTAL), "T-second"))
    write(delete(Refund))
    assert kinds(bought.bank) == ["two_receipts"]


def test_silence_is_a_finding_too(refunded: Bought) -> None:
    refunded.bank.is_away = True
    assert set(kinds(refunded.bank)) == {"no_answer"}


def test_a_day_sees_its_own_rows_and_the_default_sees_what_is_unfinished(
    refunded: Bought, write: Callable[[Any], None]
) -> None:
    """Everything happened last week; the refund is still due, and was done there."""
    last_week = clock.now() - timedelta(days=7)
    for model in (PaymentAttempt, Receipt, Refund, Order):
        write(update(model).values(created_at=last_week))
    write(update(Order).values(paid_at=last_week))
    refunded.bank.loses_answers = True
    refunded.pay_back()
    assert kinds(refunded.bank, day=clock.today()) == []
    assert kinds(refunded.bank) == ["refund_done_there_not_here"]
    assert kinds(refunded.bank, day=clock.local(last_week).date()) == ["refund_done_there_not_here"]


def test_five_kinds_among_many_and_nothing_else(ctx: Flask, make: World, lily: Person) -> None:
    bank = Provider()
    sku = make.sku(price="100.00", stock=500)
    numbers = []
    for _ in range(40):
        number = place(make, lily, {sku: 1}, "110.00")
        services.start_payment(number, lily.id, bank)
        numbers.append(number)
        if len(numbers) % 10:
            services.settle(bank.buyer_pays(number, "110.00"))
    bank.buyer_pays(numbers[9], "110.00")  # told to nobody
    bank.buyer_pays(numbers[19], "109.99")
    del bank.trades[f"T{numbers[0]}"]
    bank.trades[f"T{numbers[1]}"].amount = Decimal("110.01")
    bank.trades[f"T{numbers[2]}"].status = TradeStatus.CLOSED
    found = {(each.kind, each.order_number) for each in reconciling.compare(bank)}
    assert found == {
        ("paid_there_not_here", numbers[9]),
        ("amount_differs", numbers[19]),
        ("paid_here_not_there", numbers[0]),
        ("amount_differs", numbers[1]),
        ("refund_unknown_here", numbers[2]),
    }


def test_the_command_lists_repairs_and_exits(
    app: Flask, make: World, lily: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank = Provider()
    with app.app_context():
        number = place(make, lily, {make.sku(price="100.00"): 2}, "210.00")
        services.start_payment(number, lily.id, bank)
    bank.buyer_pays(number, "210.00")
    doors = app.extensions["meiduo_gateways"]
    monkeypatch.setitem(app.extensions, "meiduo_gateways", replace(doors, payment=bank))
    run = app.test_cli_runner().invoke
    told = run(cli, ["reconcile"])
    assert told.exit_code == 1
    assert "paid_there_not_here" in told.output
    assert number in told.output
    told = run(cli, ["reconcile", "--repair", "--json"])
    answer = json.loads(told.output)
    assert (told.exit_code, answer["remaining"]) == (0, 0)
    assert answer["mismatches"][0]["repaired"] is True
    told = run(cli, ["reconcile", "--date", f"{clock.today():%Y-%m-%d}"])
    assert (told.exit_code, told.output.strip()) == (0, "0 mismatches, 0 remain")
