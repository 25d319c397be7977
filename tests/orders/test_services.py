"""One purchase, and everything that must not become one."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from rq import Queue
from sqlalchemy import select, update

from app.carts.store import MemberCart, selected_lines
from app.goods.errors import NoSuchSKU, NotOnSale, OutOfStock
from app.goods.models import SKU, StockMovement
from app.orders import placing, services, store
from app.orders.errors import IllegalMove, NothingToSettle, TermsChanged
from app.orders.models import Order, OrderEvent, OrderLine, OrderStatus, PayMethod
from app.orders.placing import Wish
from app.shared import clock
from app.shared.db import db
from app.shared.errors import NotFound
from app.shared.uow import unit_of_work
from app.users.models import Address
from tests.factories.world import Person, World


def wish(person: Person, address_id: int, counts: Mapping[int, int], total: str, **other: object) -> Wish:
    """Alipay, a token, ten yuan of freight, half an hour."""
    fields: dict[str, object] = {
        "user_id": person.id,
        "address_id": address_id,
        "pay_method": PayMethod.ALIPAY,
        "submit_token": "token-0001",
        "agreed_total": Decimal(total),
        "counts": counts,
        "flat_freight": Decimal("10.00"),
        "reservation_minutes": 30,
    }
    return Wish(**{**fields, **other})  # type: ignore[arg-type]  # the defaults are typed above, the test varies them


def own_address(person: Person) -> int:
    return db.session.scalars(select(Address.id).where(Address.user_id == person.id)).one()


def stock_of(sku_id: int) -> tuple[int, int]:
    db.session.rollback()
    return tuple(db.session.execute(select(SKU.stock, SKU.sales).where(SKU.id == sku_id)).one())  # type: ignore[return-value]


def test_an_order_copies_what_was_agreed(ctx: Flask, make: World, lily: Person) -> None:
    # given two SKUs, two and one of them ticked
    first, second = make.sku(price="99.99", stock=5), make.sku(price="0.02", stock=5)
    # when lily orders
    number = placing.place_order(wish(lily, own_address(lily), {second: 1, first: 2}, "210.00"))
    # then the order, its lines in her order, its event and the ledger say the same
    order = db.session.scalars(select(Order).where(Order.number == number)).one()
    assert (order.goods_amount, order.freight, order.total_amount) == (
        Decimal("200.00"),
        Decimal("10.00"),
        Decimal("210.00"),
    )
    assert (order.status, order.total_count, order.receiver) == (OrderStatus.UNPAID, 3, "莉莉")
    assert order.address_text == "河北省石家庄市长安区 中山路 1 号" or "中山路 1 号" in order.address_text
    assert order.pay_before is not None
    assert 29 * 60 < (order.pay_before - clock.now()).total_seconds() <= 30 * 60
    lines = db.session.scalars(select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.id)).all()
    assert [(line.sku_id, line.count, line.price) for line in lines] == [
        (second, 1, Decimal("0.02")),
        (first, 2, Decimal("99.99")),
    ]
    assert stock_of(first) == (3, 2)
    assert stock_of(second) == (4, 1)
    moves = db.session.scalars(select(StockMovement).where(StockMovement.order_number == number)).all()
    assert sorted((move.sku_id, move.stock_delta, move.sales_delta) for move in moves) == [
        (first, -2, 2),
        (second, -1, 1),
    ]
    events = db.session.scalars(select(OrderEvent).where(OrderEvent.order_id == order.id)).all()
    assert [(event.old_status, event.new_status, event.actor) for event in events] == [
        (None, OrderStatus.UNPAID, f"user:{lily.id}")
    ]


def test_cash_on_delivery_waits_for_shipment_and_never_expires(ctx: Flask, make: World, lily: Person) -> None:
    sku = make.sku()
    placing.place_order(wish(lily, own_address(lily), {sku: 1}, "110.00", pay_method=PayMethod.CASH))
    order = db.session.scalars(select(Order)).one()
    assert (order.status, order.pay_before) == (OrderStatus.UNSENT, None)


def test_the_same_token_is_the_same_order(ctx: Flask, make: World, lily: Person) -> None:
    sku = make.sku(stock=1)
    first = placing.place_order(wish(lily, own_address(lily), {sku: 1}, "110.00"))
    # the last piece is gone and the cart is empty, yet a repeat is answered with the first order
    again = placing.place_order(wish(lily, own_address(lily), {}, "110.00"))
    with_lines = placing.place_order(wish(lily, own_address(lily), {sku: 1}, "110.00"))
    assert first == again == with_lines
    assert len(db.session.scalars(select(Order.id)).all()) == 1


def test_another_shopper_may_use_the_same_token(ctx: Flask, make: World, lily: Person, fred: Person) -> None:
    sku, address = make.sku(), make.address(fred.id)
    mine = placing.place_order(wish(lily, own_address(lily), {sku: 1}, "110.00"))
    his = placing.place_order(wish(fred, address, {sku: 1}, "110.00"))
    assert mine != his


@pytest.mark.parametrize("line", ["short", "off shelf", "unknown"])
def test_one_bad_line_keeps_nothing(ctx: Flask, make: World, lily: Person, line: str) -> None:
    good = make.sku(stock=5)
    bad, kind = {
        "short": (make.sku(stock=1), OutOfStock),
        "off shelf": (make.sku(is_launched=False), NotOnSale),
        "unknown": (10**6, NoSuchSKU),
    }[line]
    with pytest.raises(kind):
        placing.place_order(wish(lily, own_address(lily), {good: 1, bad: 2}, "310.00"))
    assert db.session.scalars(select(Order.id)).all() == []
    assert db.session.scalars(select(OrderLine.id)).all() == []
    assert stock_of(good) == (5, 0)
    assert db.session.scalars(select(StockMovement.id).where(StockMovement.order_number.is_not(None))).all() == []


def test_nothing_ticked_is_no_order(ctx: Flask, lily: Person) -> None:
    with pytest.raises(NothingToSettle):
        placing.place_order(wish(lily, own_address(lily), {}, "10.00"))


def test_somebody_elses_or_a_deleted_address_is_not_found(ctx: Flask, make: World, lily: Person, fred: Person) -> None:
    sku, mine = make.sku(), own_address(lily)
    with pytest.raises(NotFound):
        placing.place_order(wish(fred, mine, {sku: 1}, "110.00"))
    make.run(lambda: db.session.execute(update(Address).values(is_deleted=True)))
    with pytest.raises(NotFound):
        placing.place_order(wish(lily, mine, {sku: 1}, "110.00"))
    assert stock_of(sku) == (10, 0)


def test_a_changed_price_is_told_line_by_line_and_not_charged(ctx: Flask, make: World, lily: Person) -> None:
    # given a page that showed two lines; then one price rises and the other falls by as much
    first, second = make.sku(price="100.00"), make.sku(price="50.00")
    shown = store.Shown({first: (Decimal("100.00"), 1), second: (Decimal("50.00"), 1)}, Decimal("10.00"))
    store.keep(lily.id, "token-0001", shown)
    make.run(lambda: db.session.execute(update(SKU).where(SKU.id == first).values(price=Decimal("101.00"))))
    make.run(lambda: db.session.execute(update(SKU).where(SKU.id == second).values(price=Decimal("49.00"))))
    # when lily submits the very same total
    with pytest.raises(TermsChanged) as told:
        placing.place_order(wish(lily, own_address(lily), {first: 1, second: 1}, "160.00"))
    # then both changes are named and nothing is written
    assert [(c["kind"], c["old"], c["new"]) for c in told.value.facts["changes"]] == [  # type: ignore[attr-defined]
        ("price", "100.00", "101.00"),
        ("price", "50.00", "49.00"),
    ]
    assert db.session.scalars(select(Order.id)).all() == []


def test_another_total_alone_is_enough_to_stop(ctx: Flask, make: World, lily: Person) -> None:
    sku = make.sku()
    with pytest.raises(TermsChanged) as told:
        placing.place_order(wish(lily, own_address(lily), {sku: 1}, "109.99"))
    assert (told.value.facts["old_total"], told.value.facts["new_total"]) == ("109.99", "110.00")


def test_a_taken_number_is_drawn_again(ctx: Flask, make: World, lily: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    sku = make.sku()
    drawn = iter(["20261122000000000001", "20261122000000000001", "20261122000000000002"])
    monkeypatch.setattr(placing, "new_number", lambda: next(drawn))
    address = own_address(lily)
    assert placing.place_order(wish(lily, address, {sku: 1}, "110.00")) == "20261122000000000001"
    second = placing.place_order(wish(lily, address, {sku: 1}, "110.00", submit_token="token-0002"))
    assert second == "20261122000000000002"
    assert stock_of(sku) == (8, 2)


def test_the_cart_loses_exactly_what_was_bought(ctx: Flask, make: World, lily: Person) -> None:
    bought, kept = make.sku(), make.sku()
    cart = MemberCart(lily.id)
    cart.add(bought, 2, True, 5)
    cart.add(kept, 1, False, 5)
    counts = selected_lines(lily.id)
    cart.add(bought, 1, True, 5)  # a second tab adds one more while the order is being written
    placing.place_order(wish(lily, own_address(lily), counts, "210.00"))
    assert {sku: (line.count, line.selected) for sku, line in cart.lines().items()} == {
        bought: (1, True),
        kept: (1, False),
    }


@unit_of_work
def _cancel(order_id: int) -> None:
    services.cancel_order(services.lock_order(order_id), "user:1", "test")


@unit_of_work
def _revive(order_id: int) -> bool:
    return services.revive_order(services.lock_order(order_id), "alipay")


def test_cancelling_gives_stock_back_once(ctx: Flask, make: World, lily: Person) -> None:
    sku = make.sku(stock=3)
    placing.place_order(wish(lily, own_address(lily), {sku: 2}, "210.00"))
    order_id = db.session.scalars(select(Order.id)).one()
    _cancel(order_id)
    assert stock_of(sku) == (3, 0)
    with pytest.raises(IllegalMove):
        _cancel(order_id)
    assert stock_of(sku) == (3, 0)


def test_an_order_may_end_revive_and_end_again_with_the_ledger_true(ctx: Flask, make: World, lily: Person) -> None:
    sku = make.sku(stock=3)
    placing.place_order(wish(lily, own_address(lily), {sku: 2}, "210.00"))
    order_id = db.session.scalars(select(Order.id)).one()
    _cancel(order_id)
    assert _revive(order_id) is True
    assert stock_of(sku) == (1, 2)
    _cancel(order_id)
    assert stock_of(sku) == (3, 0)
    deltas = db.session.scalars(select(StockMovement.stock_delta).where(StockMovement.sku_id == sku)).all()
    assert sum(deltas) == 3


def test_no_revival_when_the_goods_are_gone(ctx: Flask, make: World, lily: Person, fred: Person) -> None:
    sku = make.sku(stock=2)
    placing.place_order(wish(lily, own_address(lily), {sku: 2}, "210.00"))
    order_id = db.session.scalars(select(Order.id)).one()
    _cancel(order_id)
    placing.place_order(wish(fred, make.address(fred.id), {sku: 1}, "110.00"))
    assert _revive(order_id) is False
    assert stock_of(sku) == (1, 1)


def test_a_rush_queues_one_job_for_the_minute_in_which_it_runs_out(ctx: Flask, make: World, lily: Person) -> None:
    sku, address = make.sku(stock=5), own_address(lily)
    ctx.extensions["meiduo_minutes"].clear()
    services_clock = clock.now()
    for number in range(3):
        placing.place_order(wish(lily, address, {sku: 1}, "110.00", submit_token=f"token-{number:04}"))
    placing.place_order(wish(lily, address, {sku: 1}, "110.00", pay_method=PayMethod.CASH, submit_token="token-cash"))
    queue = Queue("orders", connection=ctx.extensions["meiduo_rq"])
    jobs = [queue.fetch_job(job_id) for job_id in queue.scheduled_job_registry.get_job_ids()]
    # two only when the test runs over the end of a minute
    assert 1 <= len(jobs) <= 2
    assert {job.func_name for job in jobs if job} == {"app.payment.tasks.expire_overdue"}
    due = queue.scheduled_job_registry.get_scheduled_time(jobs[0])
    assert timedelta(minutes=30) - timedelta(seconds=2) < due - services_clock < timedelta(minutes=32)
