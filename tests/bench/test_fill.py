"""`flask bench fill`: a shop of two years whose books agree, made anew from the same seed, finished when broken off."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.bench.fill import books, filling
from app.bench.fill.plan import BATCH, DAYS, Plan
from app.bench.fill.sheets import DAY, date_of, moment
from app.goods.bulk_models import PriceChange
from app.goods.models import SKU, StockMovement
from app.orders.models import Order
from app.shared.db import db
from app.staff.models import AuditEntry
from app.users.models import Address, User
from tests.factories.world import World
from tests.journeys.books import Books
from tests.pages import PageClient

END = 1_790_000_000
KINDS = {"opening", "reserve", "release", "aftersale", "delivery"}


@pytest.fixture
def shop(app: Flask, make: World, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """Areas, some goods and one who sells them; small batches, so that there are several."""
    make.areas()
    for n in range(30):
        make.sku(stock=3 * n)
    monkeypatch.setattr("app.bench.fill.plan.BATCH", 100)
    monkeypatch.setattr(filling, "BATCH", 100)
    return app


def fill(app: Flask, *more: str) -> tuple[int, str]:
    arguments = ["bench", "fill", "--orders", "450", "--users", "60", *more]
    result = app.test_cli_runner().invoke(args=arguments)
    return result.exit_code, result.output


def told() -> list[tuple[object, ...]]:
    """What can be compared between two fills: everything but the ids of what was there before."""
    rows = db.session.execute(
        select(Order.number, Order.status, Order.total_amount, Order.receiver, Order.moved_at).order_by(Order.number)
    )
    return [tuple(row) for row in rows]


def test_the_books_agree(shop: Flask) -> None:
    code, said = fill(shop)
    assert code == 0, said
    with shop.app_context():
        read = Books()
        read.check_money()
        read.check_states()
        assert read.ledger == read.skus
        assert len(read.orders) == 450
        assert len({order.status for order in read.orders.values()}) >= 5
        assert db.session.scalar(select(func.count()).select_from(User)) == 60
        assert (db.session.scalar(select(func.count()).select_from(Address)) or 0) >= 60
        late = select(func.count()).select_from(Order).join(User, User.id == Order.user_id)
        assert db.session.scalar(late.where(User.created_at > Order.created_at)) == 0
        assert set(db.session.scalars(select(StockMovement.kind))) == KINDS
        last = db.session.scalars(select(PriceChange).order_by(PriceChange.id)).first()
        assert last is not None
        assert last.new_price == db.session.get_one(SKU, last.sku_id).price
    run = shop.test_cli_runner().invoke
    assert run(args=["goods", "audit-stock"]).exit_code == 0
    assert run(args=["reviews", "audit"]).exit_code == 0
    assert run(args=["audit", "verify"]).exit_code == 0


def test_a_fill_that_was_broken_off_is_finished_and_one_that_is_whole_stays(
    shop: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = books.write
    left = iter([True, True])

    def fails_at_the_third(sheets: books.Books) -> int:
        if not next(left, False):
            raise RuntimeError("the plug was pulled")
        return written(sheets)

    with monkeypatch.context() as patch:
        patch.setattr(books, "write", fails_at_the_third)
        assert fill(shop)[0] == 1
    with shop.app_context():
        assert db.session.scalar(select(func.count()).select_from(Order)) == 200
        assert Books().ledger == Books().skus
    code, said = fill(shop)
    assert code == 0, said
    assert "250 new orders" in said
    with shop.app_context():
        whole, entries = told(), db.session.scalar(select(func.count()).select_from(AuditEntry))
    assert "0 new users, 0 new orders" in fill(shop)[1]
    with shop.app_context():
        assert told() == whole
        assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == entries


def test_a_filled_shop_is_signed_in_to_by_nobody(shop: Flask) -> None:
    fill(shop)
    status, _ = PageClient(shop).json(
        "POST", "/login/", {"username": "fill1-0000001", "password": "nobody signs in by password"}
    )
    assert status == 400


def test_another_seed_fits_beside(shop: Flask) -> None:
    assert fill(shop)[0] == 0
    code, said = fill(shop, "--seed", "2")
    assert code == 0, said
    with shop.app_context():
        assert db.session.scalar(select(func.count()).select_from(Order)) == 900
        assert Books().ledger == Books().skus


def test_production_refuses_and_an_empty_shop_says_what_to_load(app: Flask, make: World) -> None:
    assert "flask areas load" in fill(app)[1]
    make.areas()
    assert "flask goods generate" in fill(app)[1]
    make.sku()
    app.config["MALL_MODE"] = "production"
    code, said = fill(app)
    assert code == 1
    assert "not in production" in said
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(User)) == 0
        assert db.session.scalar(select(func.count()).select_from(SKU)) == 1


def test_the_same_plan_tells_the_same_times_and_never_goes_back() -> None:
    plan = Plan(20_000, 5000, 1, END)
    times = [plan.ordered_at(n) for n in range(plan.orders)]
    assert times == sorted(times)
    assert plan.end - DAYS * DAY <= times[0]
    assert times[-1] < plan.end
    last_week = sum(each > END - 7 * DAY for each in times)
    assert 0.04 < last_week / len(times) < 0.06
    assert len({plan.number(n) for n in range(plan.orders)}) == plan.orders
    assert len({plan.mobile(n) for n in range(plan.users)}) == plan.users
    assert all(plan.joined_at(plan.users_at(n) - 1) <= times[n] for n in range(0, plan.orders, 7))
    assert BATCH == 5000


def test_dates_are_spelled_as_the_database_keeps_them() -> None:
    assert moment(END) == "2026-09-21 14:13:20.000000"
    assert [date_of(day) for day in (0, 59, 11_016, 19_782)] == ["1970-01-01", "1970-03-01", "2000-02-29", "2024-02-29"]
