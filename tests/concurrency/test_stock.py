"""Races over HTTP on a real database, proved both ways: exact with the guard, oversold without it."""

import threading
from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.goods import services as goods_services
from app.goods import stock
from app.goods.models import SKU, StockMovement
from app.orders import placing
from app.orders.models import Order, OrderLine
from app.shared.db import db
from tests.concurrency.conftest import Shopper, at_once
from tests.factories.world import World

pytestmark = pytest.mark.race
Crowd = Callable[[int], list[tuple[Shopper, int]]]
BUYERS, PIECES = 24, 10


def buy(crowd: Crowd, sku: int) -> Counter[tuple[int, str]]:
    """24 shoppers settle, then all submit at the same moment; answers counted by (status, code)."""
    ready = [(shopper, shopper.ready(address, [(sku, 1)])) for shopper, address in crowd(BUYERS)]
    calls = [lambda s=shopper, b=body: s.ask("POST", "/orders/commit/", b) for shopper, body in ready]
    return Counter((status, answer["code"]) for status, answer in at_once(calls))


def sold(sku: int) -> int:
    return int(
        db.session.scalar(select(func.coalesce(func.sum(OrderLine.count), 0)).where(OrderLine.sku_id == sku)) or 0
    )


def test_ten_pieces_for_twenty_four_buyers(app: Flask, crowd: Crowd, make: World) -> None:
    sku = make.sku(stock=PIECES)
    answers = buy(crowd, sku)
    assert answers == {(200, "0"): PIECES, (409, "5007"): BUYERS - PIECES}
    with app.app_context():
        row = db.session.execute(select(SKU.stock, SKU.sales, SKU.version).where(SKU.id == sku)).one()
        assert tuple(row) == (0, PIECES, 1)
        assert sold(sku) == PIECES
        ledger = select(func.sum(StockMovement.stock_delta), func.sum(StockMovement.sales_delta))
        assert tuple(db.session.execute(ledger.where(StockMovement.sku_id == sku)).one()) == (0, PIECES)


def test_without_the_guard_the_same_crowd_oversells(
    app: Flask, crowd: Crowd, make: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the notes' first version (read, compare, write) in place of lock and conditional update."""
    read = threading.Barrier(BUYERS)
    settled = threading.Event()

    def read_plainly(sku_ids: list[int]) -> list[SKU]:
        return list(db.session.scalars(select(SKU).where(SKU.id.in_(sku_ids))))

    def look(locked: list[SKU], counts: dict[int, int]) -> None:
        stock.check_stock(locked, counts)
        db.session.commit()  # the read ends; nothing holds the row
        if not settled.is_set():
            read.wait(30)
            settled.set()

    def write_what_was_read(locked: list[SKU], counts: dict[int, int], **_: object) -> None:
        for sku in locked:
            values = {"stock": max(0, PIECES - counts[sku.id]), "sales": counts[sku.id]}
            db.session.execute(update(SKU).where(SKU.id == sku.id).values(**values))

    monkeypatch.setattr(placing, "lock_skus", read_plainly)
    monkeypatch.setattr(placing, "check_stock", look)
    monkeypatch.setattr(placing, "reserve_stock", write_what_was_read)
    sku = make.sku(stock=PIECES)
    buy(crowd, sku)
    with app.app_context():
        assert sold(sku) > PIECES


def test_carts_in_opposite_orders_neither_deadlock_nor_oversell(app: Flask, crowd: Crowd, make: World) -> None:
    first, second = make.sku(stock=6), make.sku(stock=6)
    people = crowd(12)
    orders = [[(first, 1), (second, 1)] if place % 2 else [(second, 1), (first, 1)] for place in range(12)]
    ready = [(s, s.ready(a, lines)) for (s, a), lines in zip(people, orders, strict=True)]
    answers = at_once([lambda s=s, b=b: s.ask("POST", "/orders/commit/", b) for s, b in ready])
    assert Counter(status for status, _ in answers) == {200: 6, 409: 6}
    with app.app_context():
        assert [tuple(r) for r in db.session.execute(select(SKU.stock, SKU.sales).order_by(SKU.id))] == [(0, 6), (0, 6)]
        lines = (
            db.session.execute(select(func.count()).select_from(OrderLine).group_by(OrderLine.order_id)).scalars().all()
        )
        assert lines == [2] * 6


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
