"""Orders through the verb, and the same statements through the driver alone."""

import random
import secrets
from collections.abc import Callable, Sequence
from decimal import Decimal

from flask import Flask
from sqlalchemy import Engine

from app.bench.ground import PRICE, Buyer
from app.bench.load import FAILED, PLACED, REFUSED, Act
from app.bench.replay import Script, listening, sender
from app.goods.errors import OutOfStock
from app.orders import placing, queueing
from app.orders.models import PayMethod
from app.orders.numbers import new_number
from app.orders.placing import Wish
from app.shared.db import db
from app.shared.errors import DomainError

FREIGHT = Decimal("10.00")


def new_wish(buyer: Buyer, sku_id: int, guard: str) -> Wish:
    """One piece, to be paid by Alipay."""
    return Wish(
        user_id=buyer.ready.user_id,
        address_id=buyer.address_id,
        pay_method=PayMethod.ALIPAY,
        submit_token=secrets.token_urlsafe(24),
        agreed_total=PRICE + FREIGHT,
        counts={sku_id: 1},
        flat_freight=FREIGHT,
        reservation_minutes=30,
        guard=guard,
    )


def verb_buyer(app: Flask, buyer: Buyer, sku_ids: Sequence[int], guard: str) -> Callable[[], Act]:
    """Places orders as the commit view does, without the web."""

    def make() -> Act:
        def act() -> str:
            # a context of its own for each order, as a request has: a session that is never removed would be found
            # again, with its old snapshot, by whatever context later gets the same place in memory
            with app.app_context():
                try:
                    queueing.place(new_wish(buyer, random.choice(sku_ids), guard), patience_s=10)
                except OutOfStock:
                    return REFUSED
                except DomainError:
                    return FAILED
                return PLACED

        return act

    return make


def open_lines(app: Flask) -> Callable[[int], None]:
    """Fill the pool as in a mall that has been open for a while; the driver's buyers too connect before they begin."""

    def prepare(buyers: int) -> None:
        with app.app_context():
            most = app.config["SQLALCHEMY_ENGINE_OPTIONS"]["pool_size"]  # more the pool would not keep
            lines = [db.engine.connect() for _ in range(min(buyers, most))]
            for line in lines:
                line.close()

    return prepare


def listen(app: Flask, buyer: Buyer, sku_id: int, guard: str) -> Script:
    """Place one order and learn its statements."""
    with app.app_context():
        wish = new_wish(buyer, sku_id, guard)
        script = Script({"token": wish.submit_token, "sku": sku_id})
        with listening(db.engine, script):
            script.marks["number"] = placing.place_order(wish)
        db.session.remove()
    return script


def driver_buyer(engine: Engine, script: Script, sku_ids: Sequence[int]) -> Callable[[], Act]:
    """Sends the script with a number, a token and a SKU of its own each time."""

    def make() -> Act:
        send = sender(engine, script)

        def act() -> str:
            send({"number": new_number(), "token": secrets.token_urlsafe(24), "sku": random.choice(sku_ids)})
            return PLACED

        return act

    return make
