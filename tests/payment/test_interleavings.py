"""Pay, expire, cancel, be told twice: in every order, one inside the other, at once. Always shipped or refunded."""

import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.gateways.payment import GatewayAway, PaymentNotice, TradeStatus
from app.goods.models import SKU, StockMovement
from app.orders.models import Order, OrderStatus, PayMethod
from app.payment import services, sweeping
from app.payment.models import PaymentAttempt, Receipt, Refund
from app.shared import clock
from app.shared.db import db
from app.shared.errors import NotPossible
from tests.concurrency.conftest import at_once
from tests.factories.world import Person, World
from tests.payment.provider import Provider, place

TOTAL = Decimal("210.00")
STOCK = 2


@dataclass
class Interrupted(Provider):
    """A provider at whose closing of a trade something else happens, in a thread of its own and to its end.

    Either before the trade is closed, or when it is and the answer is still on its way.
    """

    when: str = "before"
    what: Callable[[], object] | None = None

    def close(self, out_trade_no: str) -> TradeStatus:
        if self.when == "before":
            self._interrupt()
        status = super().close(out_trade_no)
        if self.when == "after":
            self._interrupt()
        return status

    def _interrupt(self) -> None:
        what, self.what = self.what, None
        if what is None:
            return  # closed once more by the step inside
        thread = threading.Thread(target=what)
        thread.start()
        thread.join(60)
        assert not thread.is_alive()


@dataclass
class Story:
    """One order of all there is, its provider, and the things that may happen to it."""

    app: Flask
    make: World
    lily: Person
    fred: Person
    bank: Provider
    scarce: bool
    sku: int = 0
    number: str = ""
    order_id: int = 0
    notices: list[PaymentNotice] = field(default_factory=list)

    def begin(self) -> None:
        """Placed, and at the cashier."""
        self.sku = self.make.sku(price="100.00", stock=STOCK)
        with self.app.app_context():
            self.number = place(self.make, self.lily, {self.sku: STOCK}, str(TOTAL))
            self.order_id = db.session.scalars(select(Order.id).where(Order.number == self.number)).one()
            services.start_payment(self.number, self.lily.id, self.bank)
        self.bank.buyer_opens(self.number, str(TOTAL))

    def pay(self) -> None:
        """The buyer pays there, unless the trade was closed; the notice follows."""
        trade = self.bank.trades[f"T{self.number}"]
        if trade.status.value == "waiting":
            self.notices.append(self.bank.buyer_pays(self.number, str(TOTAL)))
        self.tell()

    def pay_late(self) -> None:
        """Money that comes even though the trade was closed."""
        if not self.notices:
            self.notices.append(self.bank.buyer_pays(self.number, str(TOTAL)))
        self.tell()

    def tell(self) -> None:
        """A notify, or the same again; before any money there is nothing to tell."""
        with self.app.app_context():
            for notice in self.notices:
                services.settle(notice)

    def expire(self) -> None:
        """The deadline has passed, and the sweep comes."""
        with self.app.app_context():
            earlier = clock.now() - timedelta(seconds=1)
            self.make.run(lambda: db.session.execute(update(Order).values(pay_before=earlier)))
            sweeping.expire_one(self.order_id, self.bank)
            self.sell_out()

    def cancel(self) -> None:
        """The buyer's own wish."""
        with self.app.app_context():
            try:
                services.cancel_own(self.number, self.lily.id, "不想要了", self.bank)
            except NotPossible:
                return
            self.sell_out()

    def sell_out(self) -> None:
        """Where goods are scarce, what comes back is gone at once."""
        stock = db.session.scalars(select(SKU.stock).where(SKU.id == self.sku)).one()
        db.session.close()
        if self.scarce and stock == STOCK:
            place(self.make, self.fred, {self.sku: STOCK}, str(TOTAL), method=PayMethod.CASH)

    def settle_down(self) -> None:
        """The sweeps finish what is left; a deadline has passed by then."""
        with self.app.app_context():
            earlier = clock.now() - timedelta(minutes=5)
            self.make.run(lambda: db.session.execute(update(PaymentAttempt).values(created_at=earlier)))
            sweeping.reconcile(self.bank)
            self.make.run(lambda: db.session.execute(update(Order).values(pay_before=earlier)))
            sweeping.expire_unpaid(self.bank)
            sweeping.pay_refunds(self.bank)

    def check(self) -> str:
        """Shipped or refunded; never both, never neither. `kept`, `refunded` or `unpaid`."""
        with self.app.app_context():
            status = OrderStatus(db.session.scalars(select(Order.status).where(Order.id == self.order_id)).one())
            moves = db.session.scalars(
                select(StockMovement.stock_delta).where(StockMovement.order_number == self.number)
            )
            holds = -sum(moves)
            came = sum((trade.amount for trade in self.bank.trades.values() if self.notices), Decimal(0))
            kept = came - self.bank.given_back()
            receipts = sum(db.session.scalars(select(Receipt.amount)), Decimal(0))
            refunds = sum(db.session.scalars(select(Refund.amount).where(Refund.state == "done")), Decimal(0))
            assert (receipts, refunds) == (came, self.bank.given_back()), "books and provider disagree"
            assert db.session.scalars(select(SKU.stock).where(SKU.id == self.sku)).one() >= 0
        if status is OrderStatus.UNSENT:
            assert (kept, holds) == (TOTAL, STOCK)
            return "kept"
        assert (status, kept, holds) == (OrderStatus.CANCELLED, Decimal(0), 0)
        return "refunded" if came else "unpaid"


STEPS = ("pay", "pay_late", "expire", "cancel", "tell")


def _story(app: Flask, make: World, lily: Person, fred: Person, bank: Provider, scarce: bool) -> Story:
    story = Story(app, make, lily, fred, bank, scarce)
    story.begin()
    return story


@pytest.mark.parametrize("scarce", [False, True], ids=["plenty", "scarce"])
@pytest.mark.parametrize("money", ["pay", "pay_late"])
@pytest.mark.parametrize("order", list(itertools.permutations(("money", "expire", "cancel", "tell"))), ids="-".join)
def test_every_order_of_events(
    app: Flask, make: World, lily: Person, fred: Person, order: tuple[str, ...], money: str, scarce: bool
) -> None:
    story = _story(app, make, lily, fred, Provider(), scarce)
    for step in order:
        getattr(story, money if step == "money" else step)()
    story.settle_down()
    first = story.check()
    story.tell()
    story.settle_down()
    assert story.check() == first


@pytest.mark.parametrize("scarce", [False, True], ids=["plenty", "scarce"])
@pytest.mark.parametrize("inner", STEPS)
@pytest.mark.parametrize("outer", ["expire", "cancel"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_one_inside_the_other(
    app: Flask, make: World, lily: Person, fred: Person, outer: str, inner: str, when: str, scarce: bool
) -> None:
    """The inner step runs while the outer one waits for the provider to close the trade."""
    bank = Interrupted(when=when)
    story = _story(app, make, lily, fred, bank, scarce)
    bank.what = getattr(story, inner)
    getattr(story, outer)()
    assert bank.what is None, "the step inside never ran"
    story.settle_down()
    story.check()


@pytest.mark.race
@pytest.mark.parametrize("pair", list(itertools.combinations_with_replacement(STEPS, 2)), ids="-".join)
def test_two_at_the_same_moment(app: Flask, make: World, lily: Person, fred: Person, pair: tuple[str, str]) -> None:
    story = _story(app, make, lily, fred, Provider(), scarce=False)
    at_once([getattr(story, pair[0]), getattr(story, pair[1])])
    story.settle_down()
    story.check()


def test_while_the_provider_is_away_nothing_ends_and_afterwards_everything_fits(
    app: Flask, make: World, lily: Person, fred: Person
) -> None:
    story = _story(app, make, lily, fred, Provider(), scarce=True)
    story.bank.is_away = True
    story.expire()
    with pytest.raises(GatewayAway):
        story.cancel()
    with app.app_context():
        assert db.session.scalars(select(Order.status).where(Order.id == story.order_id)).one() == OrderStatus.UNPAID
    story.bank.is_away = False
    story.pay()
    story.expire()
    story.settle_down()
    assert story.check() == "kept"
