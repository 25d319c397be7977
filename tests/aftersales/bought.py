"""A paid order of two lines with odd cents, and short ways to see both sides of it."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from flask import Flask, has_app_context
from sqlalchemy import select

from app.aftersales import services
from app.aftersales.models import AfterSale
from app.aftersales.states import Kind, State
from app.goods.models import SKU, StockMovement
from app.orders import shipping
from app.orders.models import Order, OrderLine, OrderStatus, PayMethod
from app.payment import ledger, sweeping
from app.payment import services as payment
from app.payment.models import Receipt, Refund
from app.shared.db import db
from tests.factories.world import Person, World
from tests.payment.provider import Provider, place

ZERO = Decimal("0.00")
TOTAL = Decimal("70.17")  # 3 × 19.99 + 2 × 0.10 + 10.00
FREIGHT = Decimal("10.00")


P = ParamSpec("P")
R = TypeVar("R")


def inside(method: Callable[Concatenate["Bought", P], R]) -> Callable[Concatenate["Bought", P], R]:
    """In a context of its own where none is open: pages are fetched without one."""

    @wraps(method)
    def run(self: "Bought", *args: P.args, **kwargs: P.kwargs) -> R:
        if has_app_context():
            return method(self, *args, **kwargs)
        with self.app.app_context():
            return method(self, *args, **kwargs)

    return run


@dataclass
class Bought:
    """Lily's order: `first` is the line of three at 19.99, `second` the line of two at 0.10."""

    app: Flask
    bank: Provider
    user_id: int
    number: str
    order_id: int
    first: int
    second: int
    skus: tuple[int, int]
    turn: int = 0

    @inside
    def ask(self, counts: dict[int, int], kind: Kind = Kind.REFUND, token: str = "", **other: Any) -> str:
        """A new document."""
        self.turn += 1
        asking = services.Asking(
            user_id=other.get("user_id", self.user_id),
            order_number=self.number,
            kind=kind,
            counts=counts,
            reason=other.get("reason", "unwanted"),
            words="",
            submit_token=token or f"ask-token-{self.turn:04}",
        )
        return services.ask(asking)

    @inside
    def ship(self, lines: dict[int, int] | None = None) -> None:
        self.turn += 1
        shipping.ship_order(self.number, "顺丰速运", f"SF{self.turn:08}", "staff:tommy", lines)

    @inside
    def pay_back(self) -> int:
        """The sweep gives back what is due."""
        return sweeping.pay_refunds(self.bank)

    @inside
    def state(self, number: str) -> State:
        db.session.rollback()
        return State(db.session.scalars(select(AfterSale.state).where(AfterSale.number == number)).one())

    @inside
    def amount(self, number: str) -> Decimal:
        db.session.rollback()
        return db.session.scalars(select(AfterSale.amount).where(AfterSale.number == number)).one()

    @inside
    def status(self) -> OrderStatus:
        db.session.rollback()
        return OrderStatus(db.session.scalars(select(Order.status).where(Order.id == self.order_id)).one())

    @inside
    def refunded(self) -> list[int]:
        db.session.rollback()
        query = select(OrderLine.refunded).where(OrderLine.order_id == self.order_id).order_by(OrderLine.id)
        return list(db.session.scalars(query))

    @inside
    def stock(self) -> list[int]:
        db.session.rollback()
        found = [db.session.scalars(select(SKU.stock).where(SKU.id == sku)).one() for sku in self.skus]
        for sku, stock in zip(self.skus, found, strict=True):
            moves = select(StockMovement.stock_delta).where(StockMovement.sku_id == sku)
            assert sum(db.session.scalars(moves)) == stock, "the ledger disagrees"
        return found

    @inside
    def balance(self) -> Decimal:
        db.session.rollback()
        return ledger.balance(self.order_id)

    @inside
    def owed(self) -> Decimal:
        """Everything due or done, checked against every receipt."""
        db.session.rollback()
        rows = db.session.execute(select(Refund.receipt_id, Refund.amount).where(Refund.order_id == self.order_id))
        sums: dict[int, Decimal] = {}
        for receipt_id, amount in rows:
            sums[receipt_id] = sums.get(receipt_id, ZERO) + amount
        for receipt_id, amount in sums.items():
            assert amount <= db.session.scalars(select(Receipt.amount).where(Receipt.id == receipt_id)).one()
        return sum(sums.values(), ZERO)


def buy(app: Flask, make: World, person: Person, method: PayMethod = PayMethod.ALIPAY) -> Bought:
    """Place and pay. An order paid on delivery is paid by nobody here."""
    skus = make.sku(price="19.99", stock=10), make.sku(price="0.10", stock=10)
    number = place(make, person, {skus[0]: 3, skus[1]: 2}, str(TOTAL), method=method)
    bank = Provider()
    if method is PayMethod.ALIPAY:
        link = payment.start_payment(number, person.id, bank)
        assert payment.settle(bank.buyer_pays(link.out_trade_no, str(TOTAL))) == "paid"
    order_id = db.session.scalars(select(Order.id).where(Order.number == number)).one()
    query = select(OrderLine.id).where(OrderLine.order_id == order_id).order_by(OrderLine.id)
    first, second = db.session.scalars(query)
    return Bought(app, bank, person.id, number, order_id, first, second, skus)
