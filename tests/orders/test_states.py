"""The table of states is the law: every move in it works, every other is refused with nothing changed."""

import re

import pytest
from flask import Flask
from sqlalchemy import update

from app.orders import picture, services, shipping
from app.orders.errors import AskForRefund, IllegalMove
from app.orders.models import ALLOWED, MOVES, Order, OrderStatus, PayMethod
from app.shared.db import db
from app.shared.errors import BadValue, DomainError, NotFound
from app.shared.uow import unit_of_work
from tests.factories.world import Person, World
from tests.house.reading import ROOT
from tests.orders import scenes

PAIRS = [(old, new) for old in OrderStatus for new in OrderStatus]


@unit_of_work
def move(number: str, status: OrderStatus) -> None:
    services.move_order(services.lock_numbered(number), status, "staff:1", "test")


def test_the_table_is_the_one_that_was_agreed() -> None:
    assert {(int(old), int(new)) for old, news in ALLOWED.items() for new in news} == {
        (1, 2),
        (1, 6),
        (2, 3),
        (2, 6),
        (3, 4),
        (4, 5),
        (6, 2),
    }
    assert len(MOVES) == len({(each.old, each.new) for each in MOVES})


@pytest.mark.parametrize(("old", "new"), PAIRS, ids=[f"{old.name}-{new.name}" for old, new in PAIRS])
def test_every_pair_of_states(ctx: Flask, make: World, lily: Person, old: OrderStatus, new: OrderStatus) -> None:
    number = scenes.bring_to(lily, make.sku(), old)
    before, events = scenes.row(number).moved_at, scenes.events_of(number)
    if new in ALLOWED[old]:
        move(number, new)
        assert scenes.status_of(number) is new
        assert scenes.events_of(number)[len(events) :] == [("move", old, new, "staff:1", "test")]
        return
    with pytest.raises(IllegalMove):
        move(number, new)
    assert scenes.status_of(number) is old
    assert scenes.row(number).moved_at == before
    assert scenes.events_of(number) == events


def test_a_move_is_conditional_in_sql(ctx: Flask, make: World, lily: Person) -> None:
    """Whoever has read an old state and holds no lock changes nothing."""
    number = scenes.bring_to(lily, make.sku(), OrderStatus.UNSENT)

    @unit_of_work
    def late() -> None:
        order = services.lock_numbered(number)
        behind = update(Order.__table__).where(Order.id == order.id).values(status=int(OrderStatus.CANCELLED))
        db.session.connection().execute(behind)
        assert order.status == OrderStatus.UNSENT
        services.move_order(order, OrderStatus.UNRECEIVED, "staff:1", "test")

    with pytest.raises(IllegalMove):
        late()
    assert scenes.status_of(number) is OrderStatus.UNSENT


VERBS = {
    "ship": (
        lambda number, lily: shipping.ship_order(number, "顺丰速运", "SF9999999", "staff:1"),
        {OrderStatus.UNSENT},
    ),
    "receive": (lambda number, lily: services.confirm_receipt(number, lily.id), {OrderStatus.UNRECEIVED}),
    "receive for her": (lambda number, lily: services.receive_for_buyer(number, "staff:1"), {OrderStatus.UNRECEIVED}),
    "cancel by staff": (lambda number, lily: services.cancel_by_staff(number, "缺货", "staff:1"), {OrderStatus.UNPAID}),
    "hide": (
        lambda number, lily: services.hide_order(number, lily.id),
        {OrderStatus.FINISHED, OrderStatus.CANCELLED},
    ),
}


@pytest.mark.parametrize("status", list(OrderStatus), ids=[each.name for each in OrderStatus])
@pytest.mark.parametrize("name", list(VERBS))
def test_every_verb_in_every_state(ctx: Flask, make: World, lily: Person, name: str, status: OrderStatus) -> None:
    verb, allowed = VERBS[name]
    number = scenes.bring_to(lily, make.sku(), status)
    events = scenes.events_of(number)
    if status in allowed:
        verb(number, lily)
        return
    with pytest.raises((IllegalMove, AskForRefund)):
        verb(number, lily)
    assert scenes.status_of(number) is status
    assert scenes.events_of(number) == events
    assert scenes.row(number).hidden_at is None


def test_cash_on_delivery_runs_through_the_same_machine(ctx: Flask, make: World, lily: Person) -> None:
    number = scenes.place(lily, {make.sku(): 2}, PayMethod.CASH)
    shipping.ship_order(number, "圆通速递", "YT1234567", "staff:1")
    services.confirm_receipt(number, lily.id)
    scenes.finish(number)
    assert [event[1:3] for event in scenes.events_of(number)] == [(None, 2), (2, 3), (3, 4), (4, 5)]


def test_staff_cancel_cash_on_delivery_until_a_parcel_has_left(ctx: Flask, make: World, lily: Person) -> None:
    sku = make.sku(stock=9)
    whole, begun = scenes.place(lily, {sku: 2}, PayMethod.CASH), scenes.place(lily, {sku: 2}, PayMethod.CASH)
    assert services.cancel_by_staff(whole, "地址送不到", "staff:1") == "cancelled"
    assert scenes.events_of(whole)[-1] == ("move", 2, 6, "staff:1", "地址送不到")
    shipping.ship_order(begun, "圆通速递", "YT1234567", "staff:1", {scenes.lines_of(begun)[0].id: 1})
    with pytest.raises(IllegalMove):
        services.cancel_by_staff(begun, "地址送不到", "staff:1")
    assert scenes.status_of(begun) is OrderStatus.UNSENT


@pytest.mark.parametrize("reason", ["", "   ", "很" * 201])
def test_staff_say_why_in_a_few_words(ctx: Flask, make: World, lily: Person, reason: str) -> None:
    number = scenes.place(lily, {make.sku(): 1}, PayMethod.CASH)
    for verb in (services.cancel_by_staff, services.add_note):
        with pytest.raises(BadValue):
            verb(number, reason, "staff:1")
    assert len(scenes.events_of(number)) == 1


def test_a_note_changes_no_state_and_counts_as_no_cancellation(ctx: Flask, make: World, lily: Person) -> None:
    sku = make.sku(stock=5)
    number = scenes.bring_to(lily, sku, OrderStatus.CANCELLED)
    services.add_note(number, "买家来过电话", "staff:1")

    @unit_of_work
    def revive() -> bool:
        return services.revive_order(services.lock_numbered(number), "alipay")

    assert revive()
    assert scenes.events_of(number)[-2][0] == "note"
    assert scenes.status_of(number) is OrderStatus.UNSENT


def test_nobody_moves_an_order_that_is_not_there(ctx: Flask, lily: Person, fred: Person, make: World) -> None:
    number = scenes.bring_to(lily, make.sku(), OrderStatus.UNRECEIVED)
    for verb in (services.confirm_receipt, services.hide_order):
        with pytest.raises(NotFound):
            verb(number, fred.id)
    with pytest.raises(DomainError):
        shipping.ship_order("20261122000000000000", "顺丰速运", "SF1234567", "staff:1")
    assert scenes.status_of(number) is OrderStatus.UNRECEIVED


def test_the_docs_show_the_table_as_it_is() -> None:
    page = (ROOT / "docs" / "ORDERS.md").read_text()
    assert picture.draw() in page, "flask orders states --write docs/ORDERS.md"
    assert picture.redraw(page) == page


def test_the_drawing_follows_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture, "MOVES", MOVES[:1])
    drawn = picture.draw()
    assert len(re.findall(r"^    [A-Z]+ --> [A-Z]+:", drawn, re.MULTILINE)) == 1
    assert picture.redraw(f"before\n{picture.BEGIN}\nold\n{picture.END}\nafter\n") == f"before\n{drawn}\nafter\n"
