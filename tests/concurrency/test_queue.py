"""The guard `queue`: what its buyers see, and that a crash costs a wait and nothing else."""

import secrets
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from app.carts.store import MemberCart
from app.goods.errors import OutOfStock
from app.goods.models import SKU
from app.orders import batching, queueing, routes, store, writer
from app.orders.models import Order, PayMethod
from app.orders.numbers import new_number
from app.orders.placing import Wish
from app.orders.queueing import Queued
from app.shared.db import db
from app.users.models import Address
from tests.concurrency.conftest import writing
from tests.factories.world import Person, World
from tests.pages import PageClient


@pytest.fixture
def queue(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The mall behind the queue; its buyers lose patience at once."""
    app.config["STOCK_GUARD"] = "queue"
    monkeypatch.setattr(routes, "PAGE_PATIENCE_S", 0.05)
    monkeypatch.setattr(routes, "JSON_PATIENCE_S", 0.05)
    return app


def queued(person: Person, sku: int, count: int = 1) -> Queued:
    """A wish for so many pieces of a hundred yuan."""
    address = db.session.scalars(select(Address.id).where(Address.user_id == person.id)).one()
    total = Decimal("100.00") * count + Decimal("10.00")
    token = secrets.token_hex(8)
    wish = Wish(person.id, address, PayMethod.ALIPAY, token, total, {sku: count}, Decimal("10.00"), 30)
    return Queued(wish, new_number())


def numbers() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Order.number).order_by(Order.id)))


def submit(client: PageClient, lily: Person, sku: int) -> tuple[int, dict[str, object]]:
    """Lily's JSON commit of one piece."""
    with client.app.app_context():
        MemberCart(lily.id).add(sku, 1, selected=True, most=5)
        address = db.session.scalars(select(Address.id).where(Address.user_id == lily.id)).one()
    body = {"address_id": address, "pay_method": 2, "submit_token": "token-0001", "total_amount": "110.00"}
    return client.json("POST", "/orders/commit/", body)


def test_a_wish_waits_until_it_is_an_order(queue: Flask, make: World, lily: Person, lily_client: PageClient) -> None:
    sku = make.sku(stock=1)
    # given nobody who writes: the buyer is told to come again, the page waits, nothing is written
    assert submit(lily_client, lily, sku)[0] == 503
    assert lily_client.json("GET", "/orders/waiting/token-0001/")[1]["code"] == "5203"
    page = lily_client.get("/orders/waiting/token-0001/")
    assert page.status_code == 202
    # when the writer comes
    with queue.app_context():
        store.open_queue()
        assert writer.write_some(unfinished=False) == 1
    # then the waiting page is the order, and the cart is empty
    _, answer = lily_client.json("GET", "/orders/waiting/token-0001/")
    with queue.app_context():
        assert [answer["order_id"]] == numbers()
        assert MemberCart(lily.id).lines() == {}


def test_a_wish_that_came_too_late_is_told(queue: Flask, make: World, lily: Person, lily_client: PageClient) -> None:
    sku = make.sku(stock=0)
    submit(lily_client, lily, sku)
    with queue.app_context():
        store.open_queue()
        writer.write_some(unfinished=False)
    status, answer = lily_client.json("GET", "/orders/waiting/token-0001/")
    assert (status, answer["code"], answer["stock"]) == (409, "5007", 0)


def test_what_a_dead_writer_had_taken_is_written_by_the_next(ctx: Flask, make: World, lily: Person) -> None:
    sku = make.sku(stock=5)
    wishes = [queued(lily, sku) for _ in range(3)]
    store.open_queue()
    for each in wishes:
        store.push_wish(lily.id, each.wish.submit_token, queueing.write(each), 0.001)
    # given a writer that read all three, committed one, and died before it could say so
    taken = [queueing.read(text) for _, text in store.read_wishes(50, 10, unfinished=False)]
    batching.place_batch(taken[:1])
    # when another takes over
    with writing(ctx):
        found = [store.await_answer(lily.id, each.wish.submit_token, 4) for each in wishes]
    # then each wish is one order under the number it was given, and the queue is empty
    assert [queueing.read_answer(text or "") for text in found] == [each.number for each in wishes]
    assert sorted(numbers()) == sorted(each.number for each in wishes)
    assert db.session.scalar(select(SKU.stock).where(SKU.id == sku)) == 2
    assert store.read_wishes(50, 10, unfinished=True) == []


def test_a_batch_keeps_the_order_of_arrival(ctx: Flask, make: World, lily: Person) -> None:
    sku = make.sku(stock=3)
    batch = [queued(lily, sku, 2), queued(lily, sku, 2), queued(lily, sku, 1)]
    answers = batching.place_batch([*batch, batch[0]])
    assert answers[0] == answers[3] == batch[0].number
    assert isinstance(answers[1], OutOfStock)
    assert answers[2] == batch[2].number


def test_a_batch_whose_sum_fails_goes_one_by_one(
    ctx: Flask, make: World, lily: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody outside the queue took a piece between read and UPDATE: the first still get theirs."""
    sku = make.sku(stock=2)
    batch = [queued(lily, sku) for _ in range(3)]
    honest, seen = batching.offers.read_offers, []

    def read_before_the_others(ids: set[int]) -> dict[int, object]:
        found = dict(honest(ids))
        if not seen:
            seen.append(found)
            found[sku] = type(found[sku])(**{**vars(found[sku]), "stock": 3})
        return found  # type: ignore[return-value]

    monkeypatch.setattr(batching.offers, "read_offers", read_before_the_others)
    answers = batching.place_batch(batch)
    assert answers[:2] == [each.number for each in batch[:2]]
    assert isinstance(answers[2], OutOfStock)
    assert len(numbers()) == 2


def test_the_lease_has_one_holder(ctx: Flask) -> None:
    assert store.hold_lease("first")
    assert store.hold_lease("first")
    assert not store.hold_lease("second")
    store.drop_lease("second")
    assert not store.hold_lease("second")
    store.drop_lease("first")
    assert store.hold_lease("second")
