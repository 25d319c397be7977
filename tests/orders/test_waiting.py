"""What happens by itself: receipt and completion, in time, once, in batches; and staff who end what is unpaid."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.gateways.doors import gateways
from app.orders import automatic, services
from app.orders import cli as orders_cli
from app.orders.models import OrderStatus
from app.outbox.models import Message
from app.payment import services as payment
from app.payment import sweeping
from app.shared import clock, sweeps
from app.shared.db import db
from tests.factories.world import Person, World
from tests.fixtures.browser import Server
from tests.orders import scenes

DAY = timedelta(days=1)


def test_receipt_comes_by_itself_after_its_days(ctx: Flask, make: World, lily: Person) -> None:
    sku = make.sku()
    due, early = (scenes.bring_to(lily, sku, OrderStatus.UNRECEIVED) for _ in range(2))
    scenes.set_columns(due, moved_at=clock.now() - 10 * DAY - timedelta(seconds=1))
    scenes.set_columns(early, moved_at=clock.now() - 10 * DAY + timedelta(minutes=1))
    assert automatic.receive_due(10) == 1
    assert automatic.receive_due(10) == 0
    assert scenes.status_of(due) is OrderStatus.UNREVIEWED
    assert scenes.status_of(early) is OrderStatus.UNRECEIVED
    assert scenes.events_of(due)[-1] == ("move", 3, 4, "system", "超过收货期限，自动确认收货")


def test_the_end_comes_by_itself_counted_from_receipt(ctx: Flask, make: World, lily: Person) -> None:
    number = scenes.bring_to(lily, make.sku(), OrderStatus.UNRECEIVED)
    scenes.set_columns(number, moved_at=clock.now() - 100 * DAY)
    assert automatic.receive_due(10) == 1
    assert automatic.finish_due(15) == 0  # its time begins with the receipt
    scenes.set_columns(number, moved_at=clock.now() - 16 * DAY)
    assert automatic.finish_due(15) == 1
    assert scenes.status_of(number) is OrderStatus.FINISHED


@pytest.mark.parametrize("status", [each for each in OrderStatus if each is not OrderStatus.UNRECEIVED])
def test_only_orders_on_their_way_are_received(ctx: Flask, make: World, lily: Person, status: OrderStatus) -> None:
    number = scenes.bring_to(lily, make.sku(), status)
    scenes.set_columns(number, moved_at=clock.now() - 100 * DAY)
    assert automatic.receive_due(10) == 0
    assert scenes.status_of(number) is status


def test_a_buyer_who_is_faster_than_the_sweep(
    ctx: Flask, make: World, lily: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = scenes.bring_to(lily, make.sku(), OrderStatus.UNRECEIVED)
    scenes.set_columns(number, moved_at=clock.now() - 11 * DAY)
    locked = services.lock_order

    def after_her(order_id: int) -> object:
        monkeypatch.setattr(automatic, "lock_order", locked)
        raised.append(order_id)
        return locked(order_id)

    raised: list[int] = []
    services.confirm_receipt(number, lily.id)
    before = clock.now() - 10 * DAY
    monkeypatch.setattr(automatic, "lock_order", after_her)
    assert automatic._receive(scenes.row(number).id, before) is False
    assert len(raised) == 1
    assert scenes.events_of(number)[-1][3] == f"user:{lily.id}"


def test_a_batch_is_bounded_and_oldest_first(
    ctx: Flask, make: World, lily: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    sku = make.sku()
    numbers = [scenes.bring_to(lily, sku, OrderStatus.UNRECEIVED) for _ in range(3)]
    for age, number in enumerate(numbers, start=11):
        scenes.set_columns(number, moved_at=clock.now() - age * DAY)
    monkeypatch.setattr(automatic, "BATCH", 2)
    assert automatic.receive_due(10) == 2
    assert [scenes.status_of(number) for number in numbers] == [3, 4, 4]
    assert automatic.receive_due(10) == 1


def test_the_sweeps_are_on_the_list_and_read_the_settings(ctx: Flask, make: World, lily: Person) -> None:
    assert {"orders.receive-due", "orders.finish-due"} <= set(sweeps.REGISTER)
    number = scenes.bring_to(lily, make.sku(), OrderStatus.UNRECEIVED)
    scenes.set_columns(number, moved_at=clock.now() - 3 * DAY)
    assert orders_cli.SWEEPS[0].run() == 0
    ctx.config["RECEIPT_DAYS"] = 2
    assert orders_cli.SWEEPS[0].run() == 1


def test_staff_end_an_unpaid_order_in_their_own_name(ctx: Flask, server: Server, make: World, lily: Person) -> None:
    number = scenes.bring_to(lily, make.sku(stock=5), OrderStatus.UNPAID)
    payment.start_payment(number, lily.id, gateways().payment)
    assert services.cancel_by_staff(number, "地址送不到", "staff:7") == "closing"
    assert scenes.status_of(number) is OrderStatus.UNPAID  # a payment may be on its way
    assert sweeping.expire_unpaid(gateways().payment) == 1
    assert scenes.status_of(number) is OrderStatus.CANCELLED
    assert scenes.events_of(number)[-1] == ("move", 1, 6, "staff:7", "地址送不到")
    text = db.session.scalars(select(Message.text)).one()
    assert number in text
    assert "地址送不到" in text


def test_an_order_that_only_ran_out_is_ended_by_nobody(ctx: Flask, make: World, lily: Person) -> None:
    number = scenes.bring_to(lily, make.sku(), OrderStatus.UNPAID)
    services.add_note(number, "查一下", "staff:7")
    scenes.set_columns(number, pay_before=clock.now() - DAY)
    assert sweeping.expire_unpaid(gateways().payment) == 1
    assert scenes.events_of(number)[-1][3:] == ("system", "超过付款期限，订单自动取消")
    assert db.session.scalars(select(Message.id)).all() == []
