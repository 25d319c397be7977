"""Money: settled once, never for another amount, never lost when it comes late or twice."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.gateways.doors import gateways
from app.gateways.payment import GatewayAway, PaymentNotice, TradeStatus
from app.goods.models import SKU
from app.orders import placing
from app.orders.models import Order, OrderEvent, OrderStatus, PayMethod
from app.outbox.models import Message
from app.payment import services, sweeping
from app.payment.errors import NotPayable, UnknownTrade, WrongAmount
from app.payment.models import PaymentAttempt, Receipt, Refund
from app.shared import clock
from app.shared.db import db
from app.shared.errors import NotFound, NotPossible
from tests.factories.world import Person, World


@dataclass
class Bank:
    """A provider whose answers the test decides; it writes down what it was asked."""

    on_close: TradeStatus = TradeStatus.CLOSED
    on_query: PaymentNotice | None = None
    is_away: bool = False
    asked: list[str] = field(default_factory=list)
    done: dict[str, Decimal] = field(default_factory=dict)

    def pay_url(self, out_trade_no: str, amount: Decimal, subject: str, expires_at: object) -> str:
        return f"https://bank.example/{out_trade_no}"

    def close(self, out_trade_no: str) -> TradeStatus:
        self._answer(f"close {out_trade_no}")
        return self.on_close

    def query(self, out_trade_no: str, trade_id: str = "") -> PaymentNotice:
        self._answer(f"query {out_trade_no}")
        assert self.on_query is not None
        return self.on_query

    def refund(self, trade_id: str, request_no: str, amount: Decimal, reason: str) -> Decimal:
        self._answer(f"refund {trade_id} {amount}")
        self.done[request_no] = amount
        return amount

    def refunded(self, trade_id: str, request_no: str) -> Decimal | None:
        self._answer(f"refunded {request_no}")
        return self.done.get(request_no)

    def read_notice(self, form: object) -> PaymentNotice:
        raise AssertionError

    def read_return(self, query: object) -> object:
        raise AssertionError

    def _answer(self, what: str) -> None:
        self.asked.append(what)
        if self.is_away:
            raise GatewayAway()


@dataclass(frozen=True)
class Bought:
    """Lily's open order of two pieces at 100.00 and freight 10.00."""

    number: str
    id: int
    sku: int


@pytest.fixture
def bought(ctx: Flask, make: World, lily: Person) -> Bought:
    sku = make.sku(stock=3)
    number = place(make, lily, sku, 2)
    return Bought(number, db.session.scalars(select(Order.id).where(Order.number == number)).one(), sku)


def place(
    make: World, person: Person, sku: int, count: int, method: PayMethod = PayMethod.ALIPAY, token: str = "token-0001"
) -> str:
    wish = placing.Wish(
        user_id=person.id,
        address_id=make.address(person.id),
        pay_method=method,
        submit_token=token,
        agreed_total=Decimal(100 * count + 10),
        counts={sku: count},
        flat_freight=Decimal("10.00"),
        reservation_minutes=30,
    )
    return placing.place_order(wish)


def notice(out_trade_no: str, **changes: object) -> PaymentNotice:
    said = PaymentNotice("n1", out_trade_no, "T1", Decimal("210.00"), Decimal("0.00"), TradeStatus.PAID)
    return replace(said, **changes)  # type: ignore[arg-type]  # the test names the fields


def status_of(bought: Bought) -> OrderStatus:
    db.session.rollback()
    return OrderStatus(db.session.scalars(select(Order.status).where(Order.id == bought.id)).one())


def stock_of(sku: int) -> int:
    db.session.rollback()
    return db.session.scalars(select(SKU.stock).where(SKU.id == sku)).one()


def count(model: type[Receipt] | type[Refund] | type[PaymentAttempt]) -> int:
    db.session.rollback()
    return int(db.session.scalar(select(func.count()).select_from(model)) or 0)


def start(bought: Bought, lily: Person) -> str:
    return services.start_payment(bought.number, lily.id, Bank()).out_trade_no


def past_deadline(make: World, bought: Bought) -> None:
    earlier = clock.now() - timedelta(seconds=1)
    make.run(lambda: db.session.execute(update(Order).where(Order.id == bought.id).values(pay_before=earlier)))


def test_the_first_attempt_is_the_order_number_and_is_used_again(bought: Bought, lily: Person) -> None:
    assert start(bought, lily) == bought.number
    assert start(bought, lily) == bought.number
    assert count(PaymentAttempt) == 1


def test_after_a_closed_attempt_comes_number_two(bought: Bought, lily: Person) -> None:
    start(bought, lily)
    assert services.settle(notice(bought.number, status=TradeStatus.CLOSED)) == "noted"
    assert start(bought, lily) == f"{bought.number}_2"


def test_only_the_owner_pays_only_in_time_only_online(bought: Bought, make: World, lily: Person, fred: Person) -> None:
    with pytest.raises(NotFound):
        services.start_payment(bought.number, fred.id, Bank())
    cash = place(make, lily, bought.sku, 1, PayMethod.CASH, "token-0002")
    with pytest.raises(NotPayable):
        services.start_payment(cash, lily.id, Bank())
    past_deadline(make, bought)
    with pytest.raises(NotPayable):
        services.start_payment(bought.number, lily.id, Bank())


def test_money_moves_the_order_on_and_being_told_twice_changes_nothing(bought: Bought, lily: Person) -> None:
    start(bought, lily)
    assert services.settle(notice(bought.number)) == "paid"
    assert services.settle(notice(bought.number)) == "known"
    assert services.settle(notice(bought.number, notice_id="n2", status=TradeStatus.FINISHED)) == "known"
    assert status_of(bought) is OrderStatus.UNSENT
    assert count(Receipt) == 1
    moves = select(OrderEvent.new_status).where(OrderEvent.order_id == bought.id).order_by(OrderEvent.id)
    assert db.session.scalars(moves).all() == [OrderStatus.UNPAID, OrderStatus.UNSENT]


@pytest.mark.parametrize("amount", ["209.99", "210.01", "0.01"])
def test_another_amount_changes_nothing(bought: Bought, lily: Person, amount: str) -> None:
    start(bought, lily)
    with pytest.raises(WrongAmount):
        services.settle(notice(bought.number, amount=Decimal(amount)))
    assert (status_of(bought), count(Receipt)) == (OrderStatus.UNPAID, 0)


def test_an_unknown_trade_changes_nothing(bought: Bought) -> None:
    with pytest.raises(UnknownTrade):
        services.settle(notice("20261122999999999999"))


@pytest.mark.parametrize("status", [TradeStatus.WAITING, TradeStatus.NONE, TradeStatus.CLOSED])
def test_a_trade_that_is_not_paid_pays_nothing(bought: Bought, lily: Person, status: TradeStatus) -> None:
    start(bought, lily)
    assert services.settle(notice(bought.number, status=status)) == "noted"
    assert (status_of(bought), count(Receipt)) == (OrderStatus.UNPAID, 0)


def test_the_echo_of_a_refund_is_not_a_payment(bought: Bought, lily: Person) -> None:
    start(bought, lily)
    assert services.settle(notice(bought.number, refunded=Decimal("10.00"))) == "noted"
    assert (status_of(bought), count(Receipt)) == (OrderStatus.UNPAID, 0)


def test_a_second_payment_of_the_same_order_goes_back(bought: Bought, lily: Person) -> None:
    start(bought, lily)
    services.settle(notice(bought.number))
    assert services.settle(notice(bought.number, trade_id="T2", notice_id="n2")) == "refund"
    refund = db.session.scalars(select(Refund)).one()
    assert (refund.amount, refund.state) == (Decimal("210.00"), "due")
    # the sweep pays it once
    bank = Bank()
    assert sweeping.pay_refunds(bank) == 1
    assert sweeping.pay_refunds(bank) == 0
    assert bank.asked == ["refund T2 210.00"]


def test_late_money_revives_the_order_while_the_goods_are_there(bought: Bought, lily: Person, make: World) -> None:
    start(bought, lily)
    past_deadline(make, bought)
    assert sweeping.expire_unpaid(Bank()) == 1
    assert (status_of(bought), stock_of(bought.sku)) == (OrderStatus.CANCELLED, 3)
    assert services.settle(notice(bought.number)) == "revived"
    assert (status_of(bought), stock_of(bought.sku), count(Refund)) == (OrderStatus.UNSENT, 1, 0)
    assert bought.number in db.session.scalars(select(Message.text)).one()


def test_late_money_for_sold_goods_goes_back_and_the_shopper_is_told(
    bought: Bought, lily: Person, fred: Person, make: World
) -> None:
    start(bought, lily)
    services.close_unpaid(bought.id, "system", "test", Bank())
    place(make, fred, bought.sku, 2)
    assert services.settle(notice(bought.number)) == "refund"
    assert (status_of(bought), stock_of(bought.sku), count(Receipt), count(Refund)) == (OrderStatus.CANCELLED, 1, 1, 1)
    message = db.session.scalars(select(Message)).one()
    assert message.to == "13800000001"
    assert "210.00" in message.text


def test_money_that_was_faster_than_the_cancel_is_kept(bought: Bought, lily: Person) -> None:
    start(bought, lily)
    bank = Bank(on_close=TradeStatus.PAID, on_query=notice(bought.number))
    assert services.cancel_own(bought.number, lily.id, "不想要了", bank) == "paid"
    assert (status_of(bought), stock_of(bought.sku)) == (OrderStatus.UNSENT, 1)


def test_nothing_is_cancelled_while_the_bank_cannot_say(bought: Bought, lily: Person, make: World) -> None:
    start(bought, lily)
    with pytest.raises(GatewayAway):
        services.cancel_own(bought.number, lily.id, "不想要了", Bank(is_away=True))
    past_deadline(make, bought)
    assert sweeping.expire_unpaid(Bank(is_away=True)) == 0
    assert (status_of(bought), stock_of(bought.sku)) == (OrderStatus.UNPAID, 1)
    assert sweeping.expire_unpaid(Bank()) == 1


def test_expiry_is_for_overdue_orders_and_gives_back_once(bought: Bought, make: World) -> None:
    bank = Bank()
    assert sweeping.expire_unpaid(bank) == 0
    assert not sweeping.expire_one(bought.id, bank)
    past_deadline(make, bought)
    assert sweeping.expire_unpaid(bank) == 1
    assert sweeping.expire_unpaid(bank) == 0
    assert not sweeping.expire_one(bought.id, bank)
    assert (status_of(bought), stock_of(bought.sku)) == (OrderStatus.CANCELLED, 3)
    assert bank.asked == []  # no attempt was ever begun: there is nobody to ask


def test_a_buyer_cancels_own_cash_order_but_not_a_paid_one(
    bought: Bought, make: World, lily: Person, fred: Person
) -> None:
    cash = place(make, lily, bought.sku, 1, PayMethod.CASH, "token-0002")
    assert stock_of(bought.sku) == 0
    with pytest.raises(NotFound):
        services.cancel_own(cash, fred.id, "恶作剧", Bank())
    assert services.cancel_own(cash, lily.id, "不想要了", Bank()) == "cancelled"
    assert stock_of(bought.sku) == 1
    start(bought, lily)
    services.settle(notice(bought.number))
    with pytest.raises(NotPossible):
        services.cancel_own(bought.number, lily.id, "不想要了", Bank())


def test_a_lost_notify_is_found_by_the_sweep(bought: Bought, lily: Person, make: World) -> None:
    start(bought, lily)
    bank = Bank(on_query=notice(bought.number))
    assert sweeping.reconcile(bank) == 0  # too fresh: the notify may still be on its way
    earlier = clock.now() - timedelta(minutes=5)
    make.run(lambda: db.session.execute(update(PaymentAttempt).values(created_at=earlier)))
    assert sweeping.reconcile(bank) == 1
    assert status_of(bought) is OrderStatus.UNSENT


def test_the_door_of_this_mall_is_the_real_adapter(ctx: Flask) -> None:
    assert type(gateways().payment).__name__ == "AlipayGateway"
