"""Races over HTTP on a real database, proved both ways: exact with the guard, oversold without it."""

import os
import secrets
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.carts.store import MemberCart
from app.goods import guards, queries
from app.goods import services as goods_services
from app.goods.models import SKU, StockMovement
from app.goods.offers import Offer
from app.orders import batching, placing
from app.orders.models import Order, OrderLine
from app.shared.db import db
from app.users.models import Address
from tests.concurrency.conftest import Shopper, at_once
from tests.factories.world import World

pytestmark = pytest.mark.race
Crowd = Callable[[int], list[tuple[Shopper, int]]]
BUYERS, PIECES = 24, 10
ROUNDS = 20 if os.environ.get("DEEP") else 3


def buy(crowd: Crowd, sku: int) -> Counter[tuple[int, str]]:
    """24 shoppers settle, then all submit at the same moment; answers counted by (status, code)."""
    ready = [(shopper, shopper.ready(address, [(sku, 1)])) for shopper, address in crowd(BUYERS)]
    calls = [lambda s=shopper, b=body: s.ask("POST", "/orders/commit/", b) for shopper, body in ready]
    return Counter((status, answer["code"]) for status, answer in at_once(calls))


def sold(sku: int) -> int:
    return int(
        db.session.scalar(select(func.coalesce(func.sum(OrderLine.count), 0)).where(OrderLine.sku_id == sku)) or 0
    )


def books(sku: int) -> tuple[int, int, int, int, int]:
    """Stock, sales, the ledger's sums of both, pieces on order lines."""
    ledger = select(func.sum(StockMovement.stock_delta), func.sum(StockMovement.sales_delta))
    sums = db.session.execute(ledger.where(StockMovement.sku_id == sku)).one()
    row = db.session.execute(select(SKU.stock, SKU.sales).where(SKU.id == sku)).one()
    return (row.stock, row.sales, int(sums[0]), int(sums[1]), sold(sku))


@pytest.mark.usefixtures("guard")
def test_ten_pieces_for_twenty_four_buyers(app: Flask, crowd: Crowd, make: World) -> None:
    sku = make.sku(stock=PIECES)
    answers = buy(crowd, sku)
    assert answers == {(200, "0"): PIECES, (409, "5007"): BUYERS - PIECES}
    with app.app_context():
        assert books(sku) == (0, PIECES, 0, PIECES, PIECES)
        assert db.session.scalar(select(SKU.version).where(SKU.id == sku)) == 1


@pytest.mark.usefixtures("guard")
def test_two_hundred_buyers_and_fifty_pieces(app: Flask, crowd: Crowd, make: World) -> None:
    """Rounds of the rush that the notes are about: exactly fifty sold, the rest told, nobody met an error."""
    people = crowd(200)
    for _ in range(ROUNDS):
        sku = make.sku(stock=50)
        bodies = [(shopper, rush_body(app, shopper, address, {sku: 1})) for shopper, address in people]
        answers = at_once([lambda s=s, b=b: s.ask("POST", "/orders/commit/", b) for s, b in bodies])
        assert Counter((status, answer["code"]) for status, answer in answers) == {(200, "0"): 50, (409, "5007"): 150}
        with app.app_context():
            assert books(sku) == (0, 50, 0, 50, 50)
            assert queries.stock_drifts() == []


def rush_body(app: Flask, shopper: Shopper, address: int, counts: dict[int, int]) -> dict[str, object]:
    """A cart filled behind the counter, and the commit of it: the rush itself goes over HTTP."""
    with app.app_context():
        owner = db.session.scalars(select(Address.user_id).where(Address.id == address)).one()
        cart = MemberCart(owner)
        cart.drop(cart.lines())
        for sku, count in counts.items():
            cart.add(sku, count, selected=True, most=5)
    total = Decimal("100.00") * sum(counts.values()) + Decimal("10.00")
    token = secrets.token_urlsafe(24)
    return {"address_id": address, "pay_method": 2, "submit_token": token, "total_amount": str(total)}


def test_without_the_guard_the_same_crowd_oversells(
    app: Flask, crowd: Crowd, make: World, guard: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: each guard with the very thing taken out of it that makes it a guard."""
    read = threading.Barrier(BUYERS)
    settled = threading.Event()
    whole = guards.named(guard)

    def look_and_let_go(sku_ids: Iterable[int]) -> guards.Offers:
        seen = whole.look(sku_ids)
        db.session.commit()  # the read ends; nothing holds the row
        if not settled.is_set():
            read.wait(30)
            settled.set()
        return seen

    def write_what_was_read(seen: Offer, count: int) -> bool:
        values = {"stock": max(0, seen.stock - count), "sales": count}
        db.session.connection().execute(update(SKU.__table__).where(SKU.id == seen.id).values(**values))  # type: ignore[arg-type]
        return True

    if guard == guards.QUEUE:  # its guard: count down while reading, and the condition on the sum
        monkeypatch.setattr(placing, "check_offers", lambda *_: None)
        monkeypatch.setattr(batching.stock, "sell", lambda sku_id, count, price: True)
    else:
        monkeypatch.setitem(guards.GUARDS, guard, guards.Guard(guard, look_and_let_go, write_what_was_read))
    sku = make.sku(stock=PIECES)
    buy(crowd, sku)
    with app.app_context():
        assert sold(sku) > PIECES


@pytest.mark.usefixtures("guard")
def test_carts_in_opposite_orders_neither_deadlock_nor_oversell(app: Flask, crowd: Crowd, make: World) -> None:
    people = crowd(12)
    for _ in range(ROUNDS):
        first, second = make.sku(stock=6), make.sku(stock=6)
        carts = [{first: 1, second: 1} if place % 2 else {second: 1, first: 1} for place in range(12)]
        ready = [(s, rush_body(app, s, a, counts)) for (s, a), counts in zip(people, carts, strict=True)]
        answers = at_once([lambda s=s, b=b: s.ask("POST", "/orders/commit/", b) for s, b in ready])
        assert Counter(status for status, _ in answers) == {200: 6, 409: 6}
        with app.app_context():
            assert books(first) == books(second) == (0, 6, 0, 6, 6)
            mine = select(OrderLine.order_id).where(OrderLine.sku_id.in_((first, second)))
            whole = select(func.count()).where(OrderLine.order_id.in_(mine)).group_by(OrderLine.order_id)
            assert list(db.session.scalars(whole)) == [2] * 6


@pytest.mark.usefixtures("guard")
def test_twenty_identical_submits_are_one_order(app: Flask, crowd: Crowd, make: World) -> None:
    sku = make.sku(stock=1)
    [(shopper, address)] = crowd(1)
    body = shopper.ready(address, [(sku, 1)])
    copies = [Shopper(shopper.url, dict(shopper.cookies), shopper.token) for _ in range(20)]
    answers = at_once([lambda c=copy: c.ask("POST", "/orders/commit/", body) for copy in copies])
    numbers = Counter((status, answer.get("order_id")) for status, answer in answers)
    with app.app_context():
        number = db.session.scalars(select(Order.number)).one()
        assert numbers == {(200, number): 20}
        assert db.session.scalar(select(SKU.stock).where(SKU.id == sku)) == 0


@pytest.mark.usefixtures("guard")
def test_staff_save_a_caption_while_everybody_buys(app: Flask, crowd: Crowd, make: World) -> None:
    """`skus.version` belongs to editors: a sale does not move it, so the form opened before the rush still saves."""
    sku = make.sku(stock=BUYERS)
    ready = [(shopper, shopper.ready(address, [(sku, 1)])) for shopper, address in crowd(BUYERS)]

    def save() -> tuple[int, dict[str, str]]:
        with app.app_context():
            goods_services.edit_sku(sku, version=1, caption="新的一句话")
        return 200, {"code": "0"}

    calls = [lambda s=s, b=b: s.ask("POST", "/orders/commit/", b) for s, b in ready]
    answers = at_once([*calls, save])
    assert {status for status, _ in answers} == {200}
    with app.app_context():
        row = db.session.execute(select(SKU.caption, SKU.version, SKU.stock, SKU.sales).where(SKU.id == sku)).one()
        assert tuple(row) == ("新的一句话", 2, 0, BUYERS)
