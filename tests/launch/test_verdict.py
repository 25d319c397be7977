"""The judge of chaos: clean books pass, and each kind of sin is counted."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.orders import placing
from app.orders.models import PayMethod
from app.shared.db import db
from launch.crowd import Book
from launch.verdict import DatabaseBooks, Verdict
from tests.factories.world import Person, World


class Court:
    """Two orders of lily's, what the crowd was told of them, and the judge."""

    def __init__(self, app: Flask, make: World, lily: Person) -> None:
        self.make, self.lily, self.sku = make, lily, make.sku(stock=5)
        self.address = make.address(lily.id)
        self.book = Book()
        self.engine: sa.Engine
        with app.app_context():
            self.engine = db.engine
            self.numbers = [self.place("token-0001", PayMethod.ALIPAY), self.place("token-0002", PayMethod.CASH)]
        for number, token in zip(self.numbers, ("token-0001", "token-0002"), strict=True):
            self.book.took(token, number, 0.1)

    def place(self, token: str, method: PayMethod) -> str:
        return placing.place_order(
            placing.Wish(
                user_id=self.lily.id,
                address_id=self.address,
                pay_method=method,
                submit_token=token,
                agreed_total=Decimal("110.00"),
                counts={self.sku: 1},
                flat_freight=Decimal("10.00"),
                reservation_minutes=1,
            )
        )

    def harm(self, sql: str, **values: Any) -> None:
        self.make.run(lambda: db.session.execute(sa.text(sql), values))

    def judge(self) -> Verdict:
        return DatabaseBooks(self.engine).judge(self.book, [self.sku])


@pytest.fixture
def court(app: Flask, make: World, lily: Person) -> Court:
    return Court(app, make, lily)


def test_clean_books_pass(court: Court) -> None:
    verdict = court.judge()
    assert verdict.is_clean, verdict.sins
    assert verdict.figures["orders acknowledged"] == "2"


HARMS: dict[str, Callable[[Court], None]] = {
    "answers 500": lambda court: court.book.fault("POST /orders/commit/: our fault"),
    "lost": lambda court: court.book.took("token-0003", "20260101000000000000", 0.1),
    "doubled": lambda court: court.book.took("token-0001", court.numbers[1], 0.1),
    "not whole": lambda court: court.harm("UPDATE orders SET total_count = 3"),
    "oversold": lambda court: court.harm("UPDATE skus SET stock = stock + 1"),
    "ledger drift": lambda court: court.harm("UPDATE skus SET stock = stock - 1"),
    "paid, neither kept nor given back": lambda court: court.book.paid.add(court.numbers[0]),
    "unreleased after deadline + 60 s": lambda court: court.harm(
        "UPDATE orders SET pay_before = '2026-01-01 00:00:00.000000' WHERE status = 1"
    ),
}


@pytest.mark.parametrize("sin", HARMS)
def test_each_sin_is_counted(court: Court, sin: str) -> None:
    HARMS[sin](court)
    verdict = court.judge()
    assert verdict.sins[sin] > 0
    assert not verdict.is_clean
    assert sin in verdict.table()


def test_stock_released_too_late_is_counted(court: Court) -> None:
    court.harm("UPDATE orders SET pay_before = '2026-01-01 00:00:00.000000', status = 6 WHERE status = 1")
    court.harm(
        "INSERT INTO order_events (order_id, kind, old_status, new_status, actor, reason, created_at)"
        " SELECT id, 'move', 1, 6, 'system', '', '2026-01-01 00:01:01.000000' FROM orders WHERE status = 6"
    )
    assert court.judge().sins["unreleased after deadline + 60 s"] == 1


def test_production_is_no_place_for_chaos(app: Flask) -> None:
    app.config["MALL_MODE"] = "production"
    result = app.test_cli_runner().invoke(args=["chaos"])
    assert result.exit_code == 1
    assert "production" in result.output
