"""Giving money back: one number whatever happens to the answer, one payment there; trades of old amounts closed."""

from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.gateways.payment import GatewayAway, GatewayRefused, PaymentNotice, TradeStatus
from app.goods.models import SKU
from app.orders.models import Order, OrderEvent, OrderStatus
from app.outbox.models import Message
from app.payment import ledger, refunding, services, sweeping
from app.payment.errors import NotPayable, WrongAmount
from app.payment.models import PaymentAttempt, Receipt, Refund, RefundNotice
from app.shared.db import db
from tests.aftersales.bought import FREIGHT, TOTAL, Bought, buy
from tests.factories.world import Person, World
from tests.pages import PageClient
from tests.payment.provider import Provider, place

ZERO = Decimal("0.00")


@pytest.fixture
def due(ctx: Flask, make: World, lily: Person) -> Bought:
    """A paid order of which somebody paid a second time: that money is due to go back."""
    bought = buy(ctx, make, lily)
    assert services.settle(bought.bank.buyer_pays(bought.number, str(TOTAL), "T-second")) == "refund"
    return bought


def refund_row() -> Refund:
    db.session.rollback()
    return db.session.scalars(select(Refund)).one()


def test_the_number_is_stored_before_the_provider_hears_of_it(due: Bought) -> None:
    due.bank.is_away = True
    with pytest.raises(GatewayAway):
        refunding.pay_refund(refund_row().id, due.bank)
    assert (refund_row().tries, refund_row().state) == (1, "due")
    assert due.bank.calls[-1] == f"refund {refund_row().request_no}"


def test_an_answer_that_never_came_is_asked_for_before_anything_is_repeated(due: Bought) -> None:
    due.bank.loses_answers = True
    assert sweeping.pay_refunds(due.bank) == 0
    assert due.bank.given_back() == TOTAL  # it was done, and nobody here knows
    due.bank.loses_answers = False
    due.bank.calls.clear()
    assert sweeping.pay_refunds(due.bank) == 1
    assert due.bank.calls == [f"refunded {refund_row().request_no}"]  # asked, not repeated
    assert (refund_row().state, due.bank.given_back()) == ("done", TOTAL)


def test_a_request_that_never_arrived_is_repeated_with_the_same_number(due: Bought) -> None:
    due.bank.is_away = True
    assert sweeping.pay_refunds(due.bank) == 0
    due.bank.is_away = False
    due.bank.calls.clear()
    assert sweeping.pay_refunds(due.bank) == 1
    number = refund_row().request_no
    assert due.bank.calls == [f"refunded {number}", f"refund {number}"]
    assert due.bank.given_back() == TOTAL


def test_another_amount_there_is_not_taken_for_done(due: Bought) -> None:
    due.bank.loses_answers = True
    sweeping.pay_refunds(due.bank)
    due.bank.trades["T-second"].refunds[refund_row().request_no] = Decimal("1.00")
    with pytest.raises(GatewayRefused):
        refunding.pay_refund(refund_row().id, due.bank)
    assert refund_row().state == "due"


def refund_notice(due: Bought, **changes: object) -> PaymentNotice:
    row = refund_row()
    facts = {"notice_id": "rn-1", "out_trade_no": due.number, "trade_id": "T-second", "request_no": row.request_no}
    return PaymentNotice(amount=TOTAL, refunded=TOTAL, status=TradeStatus.CLOSED, raw="{}", **{**facts, **changes})  # type: ignore[arg-type]  # the test names the fields


def test_a_refund_notice_is_kept_once_and_proves_the_refund(due: Bought) -> None:
    assert services.settle(refund_notice(due)) == "refunded"
    assert services.settle(refund_notice(due)) == "noted"
    assert refund_row().state == "done"
    assert db.session.scalar(select(func.count()).select_from(RefundNotice)) == 1
    kept = db.session.scalars(select(RefundNotice)).one()
    assert (kept.request_no, kept.refunded) == (refund_row().request_no, TOTAL)
    assert sweeping.pay_refunds(due.bank) == 0
    assert due.status() is OrderStatus.UNSENT


@pytest.mark.parametrize("changes", [{"request_no": "unknown-1"}, {"trade_id": "T-other"}, {"request_no": ""}])
def test_a_refund_notice_of_something_else_proves_nothing(due: Bought, changes: dict[str, object]) -> None:
    assert services.settle(refund_notice(due, **changes)) == "noted"
    assert refund_row().state == "due"


def test_the_shopper_of_a_double_payment_is_told_the_sum(due: Bought) -> None:
    texts = db.session.scalars(select(Message.text)).all()
    assert sum("70.17" in text and "原路退回" in text for text in texts) == 1


@pytest.fixture
def cheaper(ctx: Flask, make: World, lily: Person) -> tuple[str, Provider, int]:
    """An open order whose total was lowered after its trade was opened: number, provider, SKU."""
    sku = make.sku(price="100.00", stock=5)
    number = place(make, lily, {sku: 2}, "210.00")
    bank = Provider()
    services.start_payment(number, lily.id, bank)
    lower = update(Order).values(total_amount=Decimal("190.00"), goods_amount=Decimal("180.00"))
    make.run(lambda: db.session.execute(lower))
    return number, bank, sku


def attempts() -> list[tuple[str, str, Decimal]]:
    db.session.rollback()
    rows = db.session.scalars(select(PaymentAttempt).order_by(PaymentAttempt.sequence))
    return [(row.out_trade_no, row.state, row.amount) for row in rows]


@pytest.mark.parametrize("opened", [False, True])
def test_an_open_trade_of_another_amount_is_closed_before_the_next_opens(
    cheaper: tuple[str, Provider, int], lily: Person, opened: bool
) -> None:
    number, bank, _ = cheaper
    if opened:
        bank.buyer_opens(number, "210.00")
    link = services.start_payment(number, lily.id, bank)
    assert bank.calls == [f"close {number}"]
    assert link.out_trade_no == f"{number}_2"
    assert attempts() == [(number, "closed", Decimal("210.00")), (f"{number}_2", "open", Decimal("190.00"))]
    assert services.start_payment(number, lily.id, bank).out_trade_no == f"{number}_2"


def test_nothing_opens_while_the_old_trade_cannot_be_closed(cheaper: tuple[str, Provider, int], lily: Person) -> None:
    number, bank, _ = cheaper
    bank.is_away = True
    with pytest.raises(GatewayAway):
        services.start_payment(number, lily.id, bank)
    assert [state for _, state, _ in attempts()] == ["open"]


def test_money_on_the_old_trade_goes_back_and_the_order_waits_for_its_own(
    cheaper: tuple[str, Provider, int], lily: Person
) -> None:
    number, bank, _ = cheaper
    bank.buyer_pays(number, "210.00")
    link = services.start_payment(number, lily.id, bank)  # it proves paid while being closed
    assert (refund_row().amount, refund_row().state) == (Decimal("210.00"), "due")
    assert services.settle(bank.buyer_pays(link.out_trade_no, "190.00")) == "paid"
    assert sweeping.pay_refunds(bank) == 1
    assert bank.given_back() == Decimal("210.00")
    assert db.session.scalar(select(func.count()).select_from(Receipt)) == 2


def test_what_went_back_at_once_has_paid_nothing_so_late_money_may_revive(
    cheaper: tuple[str, Provider, int], lily: Person
) -> None:
    number, bank, sku = cheaper
    bank.buyer_pays(number, "210.00")
    link = services.start_payment(number, lily.id, bank)
    order_id = db.session.scalars(select(Order.id)).one()
    services.close_unpaid(order_id, "system", "到期", bank)
    assert services.settle(bank.buyer_pays(link.out_trade_no, "190.00")) == "revived"
    assert db.session.scalars(select(SKU.stock).where(SKU.id == sku)).one() == 3


def test_a_trade_that_tells_another_amount_than_we_offered_changes_nothing(due: Bought) -> None:
    with pytest.raises(WrongAmount):
        services.settle(due.bank.buyer_pays(due.number, "70.18", "T-third"))
    assert db.session.scalar(select(func.count()).select_from(Receipt)) == 2


def test_a_paid_order_offers_no_further_trade(due: Bought) -> None:
    with pytest.raises(NotPayable):
        services.start_payment(due.number, due.user_id, due.bank)


def test_the_buyers_reason_for_cancelling_is_kept(
    app: Flask, make: World, lily: Person, lily_client: PageClient
) -> None:
    sku = make.sku(price="100.00")
    with app.app_context():
        number = place(make, lily, {sku: 1}, "110.00")
        other = place(make, lily, {sku: 1}, "110.00")
    status, answer = lily_client.json("POST", f"/orders/{number}/cancel/", {"reason": "字" * 201})
    assert (status, answer["code"]) == (400, "5006")
    status, answer = lily_client.json("POST", f"/orders/{number}/cancel/", {"reason": " 地址填错了 "})
    assert (status, answer["result"]) == (200, "cancelled")
    lily_client.post(f"/orders/{other}/cancel/", {})
    with app.app_context():
        query = select(OrderEvent.reason).where(OrderEvent.new_status == 6).order_by(OrderEvent.id)
        assert db.session.scalars(query).all() == ["地址填错了", "买家取消订单"]


def test_sums_are_taken_receipt_by_receipt(due: Bought) -> None:
    left = ledger.receipts_left(due.order_id)
    assert [receipt.left for receipt in left] == [TOTAL, ZERO]
    assert ledger.balance(due.order_id) == TOTAL
    assert FREIGHT < TOTAL
