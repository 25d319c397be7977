"""One review a line, only by its buyer, only after receipt; and counters that are right to the row."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.goods.models import SKU
from app.orders.models import Order, OrderEvent, OrderLine, OrderStatus
from app.reviews import queries, services
from app.reviews.errors import AlreadyReviewed, NotReceived
from app.reviews.models import Review
from app.reviews.policy import shown_name
from app.shared.db import db
from app.shared.errors import NotFound
from tests.concurrency.conftest import at_once
from tests.factories.world import Person, World
from tests.reviews.arrived import Arrived, arrive


def status_of(number: str) -> OrderStatus:
    db.session.rollback()
    return OrderStatus(db.session.scalars(select(Order.status).where(Order.number == number)).one())


def counters(sku_id: int) -> tuple[int, int]:
    """(what the SKU says, how many rows there are)"""
    db.session.rollback()
    said = db.session.scalars(select(SKU.comments).where(SKU.id == sku_id)).one()
    return said, int(db.session.scalar(select(func.count()).select_from(Review).where(Review.sku_id == sku_id)) or 0)


def test_each_line_is_reviewed_and_the_last_one_finishes_the_order(ctx: Flask, arrived: Arrived) -> None:
    assert services.write_review(arrived.draft(0)) == 1
    assert status_of(arrived.number) is OrderStatus.UNREVIEWED
    assert services.write_review(arrived.draft(1, score=2)) == 0
    assert status_of(arrived.number) is OrderStatus.FINISHED
    assert [counters(sku) for sku in arrived.skus] == [(1, 1), (1, 1)]
    moves = select(OrderEvent.old_status, OrderEvent.new_status, OrderEvent.actor).order_by(OrderEvent.id.desc())
    assert tuple(db.session.execute(moves).first() or ()) == (4, 5, f"user:{arrived.buyer.id}")


def test_a_line_is_reviewed_once_even_when_the_order_is_finished(ctx: Flask, arrived: Arrived) -> None:
    services.write_review(arrived.draft(0))
    with pytest.raises(AlreadyReviewed):
        services.write_review(arrived.draft(0, score=1))
    services.write_review(arrived.draft(1))
    with pytest.raises(AlreadyReviewed):
        services.write_review(arrived.draft(1))
    assert counters(arrived.skus[0]) == (1, 1)


@pytest.mark.parametrize("status", [status for status in OrderStatus if status is not OrderStatus.UNREVIEWED])
def test_only_goods_that_have_arrived(ctx: Flask, make: World, lily: Person, status: OrderStatus) -> None:
    order = arrive(make, lily, [make.sku()], status)
    with pytest.raises(NotReceived):
        services.write_review(order.draft())
    assert counters(order.skus[0]) == (0, 0)


def test_only_own_orders_and_only_what_they_hold(ctx: Flask, arrived: Arrived, fred: Person, make: World) -> None:
    with pytest.raises(NotFound):
        services.write_review(_by(arrived, fred))
    stray = Arrived(arrived.number, arrived.buyer, [make.sku()])
    with pytest.raises(NotFound):
        services.write_review(stray.draft())
    assert counters(stray.skus[0]) == (0, 0)


def _by(arrived: Arrived, person: Person) -> services.Draft:
    return Arrived(arrived.number, person, arrived.skus).draft()


def test_goods_that_went_back_whole_hold_nothing_up(ctx: Flask, make: World, arrived: Arrived) -> None:
    went_back = update(OrderLine).where(OrderLine.sku_id == arrived.skus[1]).values(refunded=1)
    make.run(lambda: db.session.execute(went_back))
    assert services.write_review(arrived.draft(0)) == 0
    assert status_of(arrived.number) is OrderStatus.FINISHED


def test_the_version_stays_the_editors_own(ctx: Flask, arrived: Arrived) -> None:
    row = select(SKU.version, SKU.score_total, SKU.updated_at).where(SKU.id == arrived.skus[0])
    before = db.session.execute(row).one()
    services.write_review(arrived.draft(0))
    after = db.session.execute(row).one()
    assert after.version == before.version
    assert after.score_total == before.score_total + arrived.draft(0).score
    assert after.updated_at > before.updated_at, "lists sorted by rating follow the time of edits"


def in_context(app: Flask, call: Callable[[], object]) -> Callable[[], str]:
    """A call in a thread's own context; its outcome by name."""

    def run() -> str:
        with app.app_context():
            try:
                return str(call())
            except (AlreadyReviewed, NotReceived) as problem:
                return type(problem).__name__

    return run


@pytest.mark.race
@pytest.mark.parametrize("lines", [1, 2])
def test_the_same_review_sent_at_once_is_one_review(app: Flask, make: World, lily: Person, lines: int) -> None:
    order = arrive(make, lily, [make.sku() for _ in range(lines)])
    calls = [in_context(app, lambda n=n: services.write_review(order.draft(0, score=1 + n % 5))) for n in range(8)]
    outcomes = at_once(calls)
    assert sorted(outcomes) == [str(lines - 1)] + ["AlreadyReviewed"] * 7
    with app.app_context():
        assert counters(order.skus[0]) == (1, 1)
        assert queries.count_drifts() == []


@pytest.mark.race
def test_two_lines_reviewed_at_once_finish_the_order_once(app: Flask, make: World, lily: Person) -> None:
    order = arrive(make, lily, [make.sku(), make.sku()])
    outcomes = at_once([in_context(app, lambda n=n: services.write_review(order.draft(n))) for n in (0, 1)])
    assert sorted(outcomes) == ["0", "1"]
    with app.app_context():
        assert status_of(order.number) is OrderStatus.FINISHED
        finished = select(func.count()).select_from(OrderEvent).where(OrderEvent.new_status == OrderStatus.FINISHED)
        assert db.session.scalar(finished) == 1


@pytest.mark.race
def test_many_buyers_of_one_sku_are_all_counted(app: Flask, make: World) -> None:
    sku = make.sku(stock=20)
    people = [make.person(f"buyer{n:03}", f"139{n:08}") for n in range(12)]
    orders = [arrive(make, person, [sku]) for person in people]
    outcomes = at_once([in_context(app, lambda o=order: services.write_review(o.draft())) for order in orders])
    assert outcomes == ["0"] * 12
    with app.app_context():
        assert counters(sku) == (12, 12)


def drift(make: World, sku_id: int, said: int) -> None:
    make.run(lambda: db.session.execute(update(SKU).where(SKU.id == sku_id).values(comments=said)))


def test_the_audit_names_a_wrong_counter_and_repairs_it(app: Flask, make: World, arrived: Arrived) -> None:
    audit = app.test_cli_runner().invoke
    with app.app_context():
        services.write_review(arrived.draft(0))
    assert audit(args=["reviews", "audit"]).exit_code == 0
    drift(make, arrived.skus[0], 7)
    drift(make, arrived.skus[1], 1)
    found = audit(args=["reviews", "audit"])
    assert found.exit_code == 1
    assert "counter 7, reviews 1" in found.output
    assert "counter 1, reviews 0" in found.output
    assert audit(args=["reviews", "audit", "--repair"]).exit_code == 0
    assert audit(args=["reviews", "audit"]).output == "every counter is right\n"
    with app.app_context():
        assert [counters(sku) for sku in arrived.skus] == [(1, 1), (0, 0)]


@pytest.mark.parametrize(
    ("username", "is_anonymous", "shown"),
    [
        ("lily_2026", False, "lily_2026"),
        ("lily_2026", True, "l***6"),
        ("13800000001", False, "1***1"),
        ("wx13800000001", False, "w***1"),
        ("张", True, "张***张"),
        ("", False, "***"),
    ],
)
def test_no_mobile_number_is_ever_shown(username: str, is_anonymous: bool, shown: str) -> None:
    assert shown_name(username, is_anonymous) == shown
