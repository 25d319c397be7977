"""Parcels: whole, by line, never more than is wanted, and once however many hands are on it."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.goods.models import SKU
from app.orders import messages, services, shipping
from app.orders.errors import IllegalMove, KnownParcel, NothingToShip
from app.orders.models import OrderStatus, PayMethod, Shipment, ShipmentLine
from app.outbox.models import Message
from app.shared.db import db
from app.shared.errors import BadValue, NotFound
from app.shared.uow import unit_of_work
from tests.factories.world import Person, World
from tests.orders import scenes


def paid(lily: Person, make: World, *counts: int) -> str:
    number = scenes.place(lily, {make.sku(): count for count in counts})
    scenes.pay(number)
    return number


def shipped(number: str) -> list[int]:
    return [line.shipped for line in scenes.lines_of(number)]


def parcels(number: str) -> dict[str, list[int]]:
    """Tracking number -> pieces, line by line."""
    query = (
        select(Shipment.tracking_number, ShipmentLine.count)
        .join(ShipmentLine, ShipmentLine.shipment_id == Shipment.id)
        .where(Shipment.order_id == scenes.row(number).id)
        .order_by(ShipmentLine.order_line_id)
    )
    found: dict[str, list[int]] = {}
    for tracking, count in db.session.execute(query):
        found.setdefault(tracking, []).append(count)
    return found


def test_one_parcel_with_everything(ctx: Flask, make: World, lily: Person) -> None:
    number = paid(lily, make, 2, 1)
    sent = shipping.ship_order(number, " 顺丰速运 ", "SF1234567", "staff:7")
    assert sent.is_complete
    assert (scenes.status_of(number), shipped(number)) == (OrderStatus.UNRECEIVED, [2, 1])
    assert parcels(number) == {"SF1234567": [2, 1]}
    assert scenes.events_of(number)[-1] == ("move", 2, 3, "staff:7", "商品已全部发出")


def test_the_buyer_is_told_by_the_outbox(ctx: Flask, make: World, lily: Person) -> None:
    number = paid(lily, make, 1)
    shipping.ship_order(number, "顺丰速运", "SF1234567", "staff:7")
    message = db.session.scalars(select(Message)).one()
    assert (message.kind, message.to) == ("sms", "13800000001")
    facts = {"number": number, "carrier": "顺丰速运", "tracking": "SF1234567"}
    assert message.text == "【美多商城】" + messages.SHIPPED % facts


def test_line_by_line_until_nothing_is_left(ctx: Flask, make: World, lily: Person) -> None:
    number = paid(lily, make, 3, 1)
    first, second = (line.id for line in scenes.lines_of(number))
    assert not shipping.ship_order(number, "中通快递", "ZT-00001", "staff:7", {first: 2}).is_complete
    assert (scenes.status_of(number), shipped(number)) == (OrderStatus.UNSENT, [2, 0])
    assert scenes.events_of(number)[-1][0] == "parcel"
    assert not shipping.ship_order(number, "中通快递", "ZT-00002", "staff:7", {second: 1, first: 0}).is_complete
    assert shipping.ship_order(number, "中通快递", "ZT-00003", "staff:7").is_complete
    assert (scenes.status_of(number), shipped(number)) == (OrderStatus.UNRECEIVED, [3, 1])
    assert parcels(number) == {"ZT-00001": [2], "ZT-00002": [1], "ZT-00003": [1]}


@pytest.mark.parametrize("what", ["too many", "nothing", "negative", "of another order", "unknown"])
def test_what_cannot_be_sent_changes_nothing(ctx: Flask, make: World, lily: Person, what: str) -> None:
    number, other = paid(lily, make, 2), paid(lily, make, 2)
    mine, foreign = scenes.lines_of(number)[0].id, scenes.lines_of(other)[0].id
    lines = {
        "too many": {mine: 3},
        "nothing": {mine: 0},
        "negative": {mine: -1},
        "of another order": {mine: 1, foreign: 1},
        "unknown": {10**9: 1},
    }[what]
    events = scenes.events_of(number)
    with pytest.raises(NothingToShip):
        shipping.ship_order(number, "顺丰速运", "SF1234567", "staff:7", lines)
    assert (shipped(number), shipped(other), parcels(number)) == ([0], [0], {})
    assert scenes.events_of(number) == events
    assert db.session.scalars(select(Message.id)).all() == []


def test_what_was_given_up_is_not_sent(ctx: Flask, make: World, lily: Person) -> None:
    number = paid(lily, make, 3)
    scenes.give_up(number, 2)
    line = scenes.lines_of(number)[0].id
    with pytest.raises(NothingToShip):
        shipping.ship_order(number, "顺丰速运", "SF1234567", "staff:7", {line: 2})
    assert shipping.ship_order(number, "顺丰速运", "SF1234567", "staff:7").is_complete
    assert shipped(number) == [1]


def test_giving_up_the_rest_of_a_begun_order_sends_it_on(ctx: Flask, make: World, lily: Person) -> None:
    number = paid(lily, make, 3)
    shipping.ship_order(number, "顺丰速运", "SF1234567", "staff:7", {scenes.lines_of(number)[0].id: 1})

    @unit_of_work
    def look() -> bool:
        return shipping.move_if_sent(shipping.lock_numbered(number), "staff:7")

    assert look() is False
    scenes.give_up(number, 2)
    assert look() is True
    assert scenes.status_of(number) is OrderStatus.UNRECEIVED
    assert look() is False


def test_the_same_parcel_twice_is_a_double_click(ctx: Flask, make: World, lily: Person) -> None:
    number = paid(lily, make, 4)
    line = scenes.lines_of(number)[0].id
    shipping.ship_order(number, "顺丰速运", "SF1234567", "staff:7", {line: 2})
    with pytest.raises(KnownParcel):
        shipping.ship_order(number, "顺丰速运", "SF1234567", "staff:7", {line: 2})
    assert shipped(number) == [2]


@pytest.mark.parametrize(
    ("carrier", "tracking"),
    [
        ("", "SF1234567"),
        ("很" * 65, "SF1234567"),
        ("顺丰速运", "SF1"),
        ("顺丰速运", "SF 12345"),
        ("顺丰速运", "S" * 41),
    ],
)
def test_a_carrier_and_a_number_are_needed(ctx: Flask, make: World, lily: Person, carrier: str, tracking: str) -> None:
    number = paid(lily, make, 1)
    with pytest.raises(BadValue):
        shipping.ship_order(number, carrier, tracking, "staff:7")
    assert shipped(number) == [0]


def test_unknown_orders_are_not_found(ctx: Flask) -> None:
    with pytest.raises(NotFound):
        shipping.ship_order("20260101000000000000", "顺丰速运", "SF1234567", "staff:7")


def test_two_staff_ship_the_same_line_at_once_and_it_leaves_once(app: Flask, make: World, lily: Person) -> None:
    with app.app_context():
        number = paid(lily, make, 1)
        line = scenes.lines_of(number)[0].id
    start, results = threading.Barrier(2), []

    def send(who: int) -> None:
        with app.app_context():
            start.wait(10)
            try:
                shipping.ship_order(number, "顺丰速运", f"SF000000{who}", f"staff:{who}", {line: 1})
                results.append("sent")
            except (NothingToShip, IllegalMove) as problem:
                results.append(type(problem).__name__)

    threads = [threading.Thread(target=send, args=(who,)) for who in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with app.app_context():
        assert sorted(results) == ["IllegalMove", "sent"]  # the first one's move has closed the order to the second
        assert shipped(number) == [1]
        assert len(parcels(number)) == 1
        assert db.session.scalars(select(Message.id)).all().__len__() == 1


def test_two_staff_and_a_half_order(app: Flask, make: World, lily: Person) -> None:
    """The order stays open, so it is the line itself that refuses the second."""
    with app.app_context():
        number = paid(lily, make, 1, 1)
        line = scenes.lines_of(number)[0].id
    start, results = threading.Barrier(4), []

    def send(who: int) -> None:
        with app.app_context():
            start.wait(10)
            try:
                shipping.ship_order(number, "顺丰速运", f"SF000000{who}", f"staff:{who}", {line: 1})
                results.append("sent")
            except NothingToShip:
                results.append("nothing")

    threads = [threading.Thread(target=send, args=(who,)) for who in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with app.app_context():
        assert sorted(results) == ["nothing"] * 3 + ["sent"]
        assert shipped(number) == [1, 0]


def stock_of(sku_id: int) -> int:
    return int(db.session.scalars(select(SKU.stock).where(SKU.id == sku_id)).one())


@pytest.mark.parametrize("turn", range(4))
def test_sending_a_part_against_cancelling(app: Flask, make: World, lily: Person, turn: int) -> None:
    """A part leaves the state as it is, so only the order's row stands between the two: one of them wins, whole."""
    with app.app_context():
        first, second = make.sku(stock=10), make.sku(stock=10)
        number = scenes.place(lily, {first: 1, second: 1}, PayMethod.CASH)
        line = scenes.lines_of(number)[0].id
    start, results = threading.Barrier(2), []

    def run(verb: Callable[[], object], name: str) -> None:
        with app.app_context():
            start.wait(10)
            try:
                verb()
                results.append(name)
            except (IllegalMove, NothingToShip):
                results.append("refused")

    hands = [
        threading.Thread(
            target=run,
            args=(lambda: shipping.ship_order(number, "顺丰速运", "SF1234567", "staff:1", {line: 1}), "sent"),
        ),
        threading.Thread(target=run, args=(lambda: services.cancel_by_staff(number, "缺货", "staff:2"), "cancelled")),
    ]
    for each in hands:
        each.start()
    for each in hands:
        each.join(30)
    with app.app_context():
        assert sorted(results) in (["cancelled", "refused"], ["refused", "sent"])
        was_sent = "sent" in results
        assert scenes.status_of(number) is (OrderStatus.UNSENT if was_sent else OrderStatus.CANCELLED)
        assert shipped(number) == ([1, 0] if was_sent else [0, 0])
        assert len(parcels(number)) == was_sent
        assert stock_of(first) == stock_of(second) == (9 if was_sent else 10)
