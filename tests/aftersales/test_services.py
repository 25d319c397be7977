"""Refunds and returns by the verbs: quantities, cents, freight, stock, owners, states; money against the provider."""

from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.aftersales import queries, services
from app.aftersales.errors import (
    GoodsHaveLeft,
    IllegalStep,
    NoReason,
    NothingAsked,
    NothingPaid,
    NotReturnable,
    TooLate,
    TooManyPieces,
)
from app.aftersales.models import AfterSaleEvent
from app.aftersales.states import Kind, State
from app.orders import services as orders
from app.orders.models import OrderEvent, OrderStatus, PayMethod
from app.outbox.models import Message
from app.payment import cash, ledger, refunding
from app.payment import services as payment
from app.payment.errors import MoreThanReceived, NotOnDelivery, UnknownRefund, WrongAmount
from app.payment.models import Refund
from app.shared import clock
from app.shared.db import db
from app.shared.errors import NotFound
from app.shared.uow import unit_of_work
from tests.aftersales.bought import FREIGHT, TOTAL, Bought, buy
from tests.factories.world import Person, World

ZERO = Decimal("0.00")


def test_a_part_goes_back_before_anything_was_sent(bought: Bought) -> None:
    number = bought.ask({bought.first: 2})
    assert (bought.state(number), bought.refunded(), bought.balance()) == (State.ASKED, [0, 0], TOTAL)
    assert services.approve(number, "staff:tommy") == State.PAYING
    assert bought.refunded() == [2, 0]
    assert bought.stock() == [9, 8]  # on the shelf at once
    assert bought.owed() == Decimal("39.98")
    assert bought.pay_back() == 1
    assert bought.state(number) is State.PAID
    assert bought.bank.given_back() == Decimal("39.98")
    assert bought.status() is OrderStatus.UNSENT
    assert bought.pay_back() == 0


def test_everything_unsent_brings_the_freight_and_ends_the_order(bought: Bought) -> None:
    part = bought.ask({bought.first: 1})
    services.approve(part, "staff:tommy")
    rest = bought.ask({bought.first: 2, bought.second: 2})
    services.approve(rest, "staff:tommy")
    assert bought.amount(rest) == Decimal("40.18") + FREIGHT
    assert bought.owed() == TOTAL
    assert bought.balance() == ZERO
    assert (bought.status(), bought.stock()) == (OrderStatus.CANCELLED, [10, 10])
    assert bought.pay_back() == 2
    assert bought.bank.given_back() == TOTAL
    assert (bought.state(part), bought.state(rest)) == (State.PAID, State.PAID)


def test_a_second_payment_never_revives_what_was_refunded(bought: Bought) -> None:
    services.approve(bought.ask({bought.first: 3, bought.second: 2}), "staff:tommy")
    assert bought.status() is OrderStatus.CANCELLED
    assert payment.settle(bought.bank.buyer_pays(bought.number, str(TOTAL), "T-second")) == "refund"
    assert (bought.status(), bought.stock(), bought.balance()) == (OrderStatus.CANCELLED, [10, 10], ZERO)
    assert bought.pay_back() == 2
    assert bought.bank.given_back() == 2 * TOTAL


def test_a_return_waits_for_the_goods(bought: Bought) -> None:
    bought.ship()
    number = bought.ask({bought.first: 3, bought.second: 2}, Kind.RETURN)
    assert services.approve(number, "staff:tommy") == State.APPROVED
    assert (bought.stock(), bought.owed()) == ([7, 8], ZERO)
    services.goods_back(number, "staff:tommy")
    assert bought.stock() == [10, 10]
    assert bought.owed() == TOTAL - FREIGHT  # it was sent: the freight stays
    with pytest.raises(IllegalStep):
        services.goods_back(number, "staff:tommy")
    assert bought.pay_back() == 1
    assert bought.state(number) is State.PAID
    assert bought.stock() == [10, 10]
    assert bought.status() is OrderStatus.UNRECEIVED


def test_money_alone_after_sending_brings_no_goods_back(bought: Bought) -> None:
    bought.ship()
    services.approve(bought.ask({bought.first: 1}, reason="broken"), "staff:tommy")
    assert (bought.stock(), bought.owed(), bought.refunded()) == ([7, 8], Decimal("19.99"), [1, 0])


def test_the_unsent_rest_of_a_parcel_order_is_refunded_and_the_order_goes_on(bought: Bought) -> None:
    bought.ship({bought.first: 3})
    assert bought.status() is OrderStatus.UNSENT
    with pytest.raises(GoodsHaveLeft):
        bought.ask({bought.first: 1})
    services.approve(bought.ask({bought.second: 2}), "staff:tommy")
    assert (bought.status(), bought.stock()) == (OrderStatus.UNRECEIVED, [7, 10])
    assert bought.owed() == Decimal("0.20")  # something was sent: no freight


def test_goods_that_left_meanwhile_are_not_refunded_as_unsent(bought: Bought) -> None:
    number = bought.ask({bought.first: 3, bought.second: 2})
    bought.ship()
    with pytest.raises(GoodsHaveLeft):
        services.approve(number, "staff:tommy")
    assert (bought.state(number), bought.owed(), bought.stock()) == (State.ASKED, ZERO, [7, 8])
    services.refuse(number, "staff:tommy", "已发货，请改为退货")
    assert bought.state(number) is State.REFUSED


def test_what_waits_cannot_be_asked_for_again_until_it_is_refused(bought: Bought) -> None:
    number = bought.ask({bought.first: 2})
    with pytest.raises(TooManyPieces) as told:
        bought.ask({bought.first: 2})
    assert told.value.facts["left"] == 1
    services.refuse(number, "staff:tommy", "不行")
    assert bought.state(bought.ask({bought.first: 3})) is State.ASKED


def test_the_same_token_is_the_same_document(bought: Bought) -> None:
    number = bought.ask({bought.first: 1}, token="the-same-token")
    assert bought.ask({bought.first: 1}, token="the-same-token") == number


@pytest.mark.parametrize(
    ("counts", "problem"),
    [({}, NothingAsked), ({0: 1}, NotFound), ("first:4", TooManyPieces), ("first:0", NothingAsked)],
)
def test_what_cannot_be_asked(bought: Bought, counts: object, problem: type[Exception]) -> None:
    if isinstance(counts, str):
        counts = {bought.first: int(counts.split(":")[1])}
    with pytest.raises(problem):
        bought.ask(counts)  # type: ignore[arg-type]  # made above


def test_a_return_before_sending_and_any_request_on_an_unpaid_order_are_refused(
    bought: Bought, ctx: Flask, make: World, fred: Person
) -> None:
    with pytest.raises(NotReturnable):
        bought.ask({bought.first: 1}, Kind.RETURN)
    open_order = buy(ctx, make, fred, PayMethod.CASH)
    with pytest.raises(NothingPaid):
        open_order.ask({open_order.first: 1})


def test_nobody_touches_anothers_document(bought: Bought, fred: Person) -> None:
    with pytest.raises(NotFound):
        bought.ask({bought.first: 1}, user_id=fred.id)
    number = bought.ask({bought.first: 1})
    with pytest.raises(NotFound):
        services.cancel_own(fred.id, number)
    with pytest.raises(NotFound):
        services.approve("S0", "staff:tommy")
    assert bought.state(number) is State.ASKED
    services.cancel_own(bought.user_id, number)
    assert bought.state(number) is State.CANCELLED
    with pytest.raises(IllegalStep):
        services.approve(number, "staff:tommy")
    assert (bought.owed(), bought.refunded(), bought.stock()) == (ZERO, [0, 0], [7, 8])


def test_a_refusal_has_a_reason(bought: Bought) -> None:
    number = bought.ask({bought.first: 1})
    with pytest.raises(NoReason):
        services.refuse(number, "staff:tommy", "  ")
    services.refuse(number, "staff:tommy", "超过期限")
    with pytest.raises(IllegalStep):
        services.approve(number, "staff:tommy")
    assert "超过期限" in db.session.scalars(select(Message.text).order_by(Message.id.desc())).first()  # type: ignore[operator]


def test_the_diary_and_the_messages_tell_every_step(bought: Bought) -> None:
    number = bought.ask({bought.first: 1})
    services.approve(number, "staff:tommy")
    bought.pay_back()
    events = db.session.execute(
        select(AfterSaleEvent.old_state, AfterSaleEvent.new_state, AfterSaleEvent.actor).order_by(AfterSaleEvent.id)
    ).all()
    assert [tuple(event) for event in events] == [
        (None, "asked", f"user:{bought.user_id}"),
        ("asked", "approved", "staff:tommy"),
        ("approved", "paying", "staff:tommy"),
        ("paying", "paid", "system"),
    ]
    texts = db.session.scalars(select(Message.text).where(Message.unique_key.like("aftersale:%")).order_by(Message.id))
    assert ["已提交" in text or "将退回" in text or "已完成" in text for text in texts] == [True, True, True]


def test_staff_end_a_paid_order_and_all_its_money_goes_back(bought: Bought) -> None:
    waiting = bought.ask({bought.first: 1})
    number = services.cancel_paid(bought.number, "staff:tommy", "缺货")
    assert (bought.state(waiting), bought.state(number)) == (State.REFUSED, State.PAYING)
    assert (bought.status(), bought.stock(), bought.owed()) == (OrderStatus.CANCELLED, [10, 10], TOTAL)
    with pytest.raises(NotReturnable):
        services.cancel_paid(bought.number, "staff:tommy", "缺货")


def test_never_more_than_was_received(bought: Bought) -> None:
    from app.orders import services as orders

    @unit_of_work
    def owe(amount: str) -> list[str]:
        return ledger.owe(orders.lock_order(bought.order_id), Decimal(amount), "试", after_sale_id=None)

    with pytest.raises(MoreThanReceived):
        owe("70.18")
    assert len(owe("70.17")) == 1
    with pytest.raises(MoreThanReceived):
        owe("0.01")
    assert bought.owed() == TOTAL


@pytest.fixture
def delivered(ctx: Flask, make: World, lily: Person) -> Bought:
    """Paid on delivery, sent, not yet collected."""
    found = buy(ctx, make, lily, PayMethod.CASH)
    found.ship()
    return found


def test_cash_is_collected_once_and_given_back_by_hand(delivered: Bought) -> None:
    with pytest.raises(NothingPaid):
        delivered.ask({delivered.first: 1}, Kind.RETURN)
    assert cash.record_cash(delivered.number, Decimal("70.00"), "staff:tommy") == Decimal("0.17")
    with pytest.raises(WrongAmount):
        cash.record_cash(delivered.number, Decimal("70.17"), "staff:tommy")
    assert cash.record_cash(delivered.number, Decimal("0.17"), "staff:tommy") == ZERO
    number = delivered.ask({delivered.first: 3, delivered.second: 2}, Kind.RETURN)
    services.approve(number, "staff:tommy")
    services.goods_back(number, "staff:tommy")
    assert delivered.owed() == TOTAL - FREIGHT
    assert delivered.pay_back() == 0, "the provider never saw this money"
    requests = db.session.scalars(select(Refund.request_no).where(Refund.state == ledger.DUE)).all()
    assert len(requests) == 2  # from two receipts
    assert refunding.pay_cash_back(requests[0], "REF-1")
    assert delivered.state(number) is State.PAYING
    assert refunding.pay_cash_back(requests[1], "REF-2")
    assert not refunding.pay_cash_back(requests[1], "REF-3")
    assert delivered.state(number) is State.PAID
    assert set(db.session.scalars(select(Refund.reference))) == {"REF-1", "REF-2"}


def test_cash_is_only_for_sent_orders_paid_on_delivery(bought: Bought, ctx: Flask, make: World, fred: Person) -> None:
    unsent = buy(ctx, make, fred, PayMethod.CASH)
    for number in (unsent.number, bought.number):
        with pytest.raises(NotOnDelivery):
            cash.record_cash(number, Decimal("1.00"), "staff:tommy")
    with pytest.raises(NotFound):
        cash.record_cash("0", Decimal("1.00"), "staff:tommy")
    services.approve(bought.ask({bought.first: 1}), "staff:tommy")
    with pytest.raises(UnknownRefund):  # money that came through the provider goes back through it
        refunding.pay_cash_back(db.session.scalars(select(Refund.request_no)).one(), "by hand")


def test_a_part_of_the_cash_caps_what_goes_back(delivered: Bought) -> None:
    cash.record_cash(delivered.number, Decimal("20.00"), "staff:tommy")
    number = delivered.ask({delivered.first: 3}, Kind.RETURN)
    assert delivered.amount(number) == Decimal("20.00")
    services.approve(number, "staff:tommy")
    with pytest.raises(NothingPaid):
        delivered.ask({delivered.second: 1}, Kind.RETURN)
    services.goods_back(number, "staff:tommy")
    assert delivered.owed() == Decimal("20.00")


def test_asking_ends_so_many_days_after_receipt(bought: Bought, lily: Person) -> None:
    """Fifteen days after receipt the form is closed; before receipt time does not count."""
    bought.ship()
    orders.confirm_receipt(bought.number, lily.id)
    for days, late in ((14, False), (16, True)):
        _received_ago(days)
        assert queries.ask_page(lily.id, bought.number, 15).can_ask is not late
        if late:
            with pytest.raises(TooLate):
                bought.ask({bought.second: 1})
        else:
            assert bought.ask({bought.first: 1}).startswith("S")


@unit_of_work
def _received_ago(days: int) -> None:
    moved = update(OrderEvent).where(OrderEvent.new_status == OrderStatus.UNREVIEWED)
    db.session.execute(moved.values(created_at=clock.now() - timedelta(days=days)))
