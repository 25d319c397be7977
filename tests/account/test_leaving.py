"""Leaving the mall (PIPL): refused while something is open, then nobody can be found in any table or key."""

import itertools
import re
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.account import services
from app.account.errors import StillOpen
from app.aftersales import services as aftersales
from app.aftersales.models import AfterSale
from app.aftersales.states import Kind
from app.carts.store import MemberCart
from app.gateways.payment import PaymentNotice, TradeStatus
from app.orders import services as orders
from app.orders.models import Order, OrderEvent, OrderStatus
from app.outbox.models import Message
from app.outbox.services import promise
from app.payment import ledger, reconciling
from app.payment import services as payment
from app.payment.models import Receipt, Refund
from app.search import store as searches
from app.shared.db import Base, db
from app.shared.redis import REGISTER, redis
from app.shared.uow import unit_of_work
from app.users import favourites, store
from app.users import forgetting as users
from app.users.models import SecurityEvent, SignIn, User
from tests.account.planted import STAYS, Planted, of_the_shop, plant, text_columns, whole_database
from tests.aftersales.bought import Bought, buy
from tests.factories.world import Person, World
from tests.pages import PageClient
from tests.payment.provider import Provider, place
from tests.users.codes import sms_code

AGREED = {"agreed": "true"}
# keys that name an owner: carts_{7}, search:{recent:user:7}, cache:users.favourites.7
OWNED = re.compile(r"\{[0-9]+\}|user:[0-9]+|favourites\.")


def leave(client: PageClient, person: Person, **changes: Any) -> tuple[int, Any]:
    return client.json("POST", "/account/delete/", {**AGREED, "password": person.password, **changes})


def is_there(app: Flask, person: Person) -> bool:
    with app.app_context():
        return db.session.get_one(User, person.id).deleted_at is None


# --- the way out ----------------------------------------------------------------------------------------------------


def test_the_password_opens_the_way_out_and_name_and_number_are_free(
    lily_client: PageClient, lily: Person, app: Flask, make: World
) -> None:
    assert "注销意味着什么" in lily_client.get("/account/delete/").text
    other = PageClient(app)
    other.sign_in(lily.username, lily.password)
    assert leave(lily_client, lily)[0] == 200
    for browser in (lily_client, other):  # every device is a stranger's now
        assert browser.json("GET", "/info/")[0] == 401
    assert PageClient(app).json("POST", "/login/", {"username": "lily", "password": lily.password})[0] == 400
    again = make.person("lily", lily.mobile)
    assert again.id != lily.id
    with app.app_context():
        assert db.session.query(SignIn).filter(SignIn.user_id == lily.id).count() == 0
        assert db.session.query(SecurityEvent).filter(SecurityEvent.user_id == lily.id).count() == 0


def test_a_code_to_the_own_number_opens_it_too_without_scripts(
    lily_client: PageClient, lily: Person, app: Flask
) -> None:
    assert lily_client.post("/account/delete/sms/").status_code == 200
    code = sms_code(app, lily.mobile, "delete")
    answer = lily_client.post("/account/delete/", {"agreed": "y", "sms_code": code})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert "账号已注销" in lily_client.get("/").text
    assert not is_there(app, lily)


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"password": "wrong-wrong"}, "4005", "password"),
        ({"password": ""}, "4003", "password"),
        ({"password": "", "sms_code": "123456"}, "4008", "sms_code"),
        ({"agreed": "false"}, "5006", "agreed"),
    ],
)
def test_without_proof_nobody_leaves(
    lily_client: PageClient, lily: Person, app: Flask, changes: dict[str, str], code: str, field: str
) -> None:
    status, answer = leave(lily_client, lily, **changes)
    assert (status, answer["code"]) == (400, code)
    assert answer.get("field") == field or field in answer.get("errors", {})
    page = lily_client.post("/account/delete/", {**AGREED, "password": lily.password, **changes}, fails=True)
    assert page.status_code == 400
    assert is_there(app, lily)


def test_anothers_password_is_no_proof(lily_client: PageClient, lily: Person, fred: Person, app: Flask) -> None:
    assert leave(lily_client, fred)[0] == 400
    assert is_there(app, lily)
    assert is_there(app, fred)


def test_staff_stay(app: Flask, tom: Person) -> None:
    client = PageClient(app)
    client.sign_in(tom.username, tom.password)
    assert "员工账号" in client.get("/account/delete/").text
    assert leave(client, tom)[0] == 409
    assert is_there(app, tom)


# --- what keeps them ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", list(OrderStatus))
def test_an_open_order_keeps_them(
    lily_client: PageClient, lily: Person, ctx: Flask, make: World, status: OrderStatus
) -> None:
    bought = buy(ctx, make, lily)
    make.run(lambda: db.session.execute(update(Order).values(status=int(status))))
    db.session.close()  # the page must not read what this test has read before
    keeps = status in (OrderStatus.UNPAID, OrderStatus.UNSENT, OrderStatus.UNRECEIVED)
    page = lily_client.get("/account/delete/").text
    assert (bought.number in page) == keeps
    got, answer = leave(lily_client, lily)
    assert got == (409 if keeps else 200), answer
    if keeps:
        assert answer["orders"] == [bought.number]
        assert lily_client.json("POST", "/account/delete/sms/", {})[0] == 409  # no code for nothing
    assert is_there(ctx, lily) == keeps


def arrived(app: Flask, make: World, person: Person) -> Bought:
    """Bought, paid, sent and received."""
    bought = buy(app, make, person)
    bought.ship()
    orders.confirm_receipt(bought.number, person.id)
    return bought


def test_an_open_after_sale_and_money_due_keep_them(
    lily_client: PageClient, lily: Person, ctx: Flask, make: World
) -> None:
    bought = arrived(ctx, make, lily)
    number = bought.ask({bought.first: 1}, Kind.REFUND)
    status, answer = leave(lily_client, lily)
    assert (status, answer["after_sales"]) == (409, [number])
    assert number in lily_client.get("/account/delete/").text
    aftersales.approve(number, "staff:tommy")
    status, answer = leave(lily_client, lily)
    assert (status, answer["refunds"]) == (409, [bought.number])
    bought.pay_back()
    assert leave(lily_client, lily)[0] == 200
    assert not is_there(ctx, lily)


def test_what_opens_between_the_look_and_the_lock_keeps_them(
    lily: Person, ctx: Flask, make: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    buy(ctx, make, lily)  # paid, to be sent
    with monkeypatch.context() as patch:
        patch.setattr(services, "_prove", lambda *_: None)
        looks = itertools.count()
        real = services.check_nothing_open

        def blind_at_first(user_id: int, *, lock: bool = False) -> None:
            if next(looks):
                real(user_id, lock=lock)

        patch.setattr(services, "check_nothing_open", blind_at_first)
        with pytest.raises(StillOpen):
            services.leave(lily.id, lily.mobile, "", "", "")
    assert is_there(ctx, lily)


# --- what is left ---------------------------------------------------------------------------------------------------


@pytest.fixture
def planted(app: Flask, lily: Person) -> Planted:
    """A marker in every text that could be about lily."""
    return plant(app, lily)


def test_no_table_knows_them_afterwards(app: Flask, planted: Planted, lily: Person) -> None:
    before = whole_database(app)
    assert planted.left_in(before) == sorted(planted.markers), "every marker is there at first"
    with app.app_context():
        services._forget(lily.id)
    assert planted.left_in(whole_database(app)) == []


def test_a_forgotten_column_would_be_noticed(app: Flask, planted: Planted, lily: Person) -> None:
    with app.app_context():
        services._forget(lily.id)
        marker = planted.of("orders.receiver")
        unit_of_work(lambda: db.session.execute(update(Order).values(receiver=marker)))()
    assert planted.left_in(whole_database(app)) == ["orders.receiver"]


def test_every_exception_is_of_a_column_that_exists() -> None:
    assert set(STAYS) <= text_columns()
    assert {"skus", "areas", "contents"} <= of_the_shop()
    assert not of_the_shop() & {"users", "favourites", "orders", "outbox_messages", "reviews", "receipts"}
    assert list(STAYS) == sorted(STAYS)


def test_letters_to_addresses_they_no_longer_have_go_too(app: Flask, lily: Person, fred: Person, make: World) -> None:
    def write() -> None:
        promise(unique_key="a", kind="sms", to="13100000000", text="to a number lily once had", user_id=lily.id)
        promise(unique_key="b", kind="sms", to=lily.mobile, text="older than the mark")
        promise(unique_key="c", kind="sms", to=fred.mobile, text="to fred", user_id=fred.id)

    make.run(write)
    with app.app_context():
        services._forget(lily.id)
        assert list(db.session.scalars(select(Message.unique_key))) == ["c"]


def test_rows_and_amounts_stay(app: Flask, planted: Planted, lily: Person) -> None:
    sums = {}
    for moment in ("before", "after"):
        with app.app_context():
            sums[moment] = [
                db.session.scalar(select(func.count()).select_from(Base.metadata.tables[name]))
                for name in ("orders", "order_lines", "order_events", "invoices", "receipts", "refunds", "reviews")
            ] + [db.session.scalar(select(func.sum(Order.total_amount)))]
            if moment == "before":
                services._forget(lily.id)
    assert sums["before"] == sums["after"]
    with app.app_context():
        raw = db.session.scalars(select(Receipt.raw)).one()
    assert '"trade_no": "1"' in raw


def test_another_shopper_keeps_everything(app: Flask, lily: Person, fred: Person, ctx: Flask, make: World) -> None:
    kept = arrived(ctx, make, fred)
    arrived(ctx, make, lily)
    with app.app_context():
        before = db.session.execute(
            select(Order.receiver, Order.mobile, Order.address_text).where(Order.user_id == fred.id)
        ).all()
        services._forget(lily.id)
        after = db.session.execute(
            select(Order.receiver, Order.mobile, Order.address_text).where(Order.user_id == fred.id)
        ).all()
        assert before == after
        assert db.session.scalar(select(Order.receiver).where(Order.user_id == lily.id)) == ""
    assert kept.balance() == Decimal("70.17")


def test_no_key_knows_them_afterwards(lily_client: PageClient, lily: Person, app: Flask, make: World) -> None:
    sku_id = make.sku()
    lily_client.json("POST", "/carts/", {"sku_id": sku_id, "count": 1})
    lily_client.json("POST", "/browse_histories/", {"sku_id": sku_id})
    lily_client.json("POST", f"/favourites/{sku_id}/")
    lily_client.get(f"/detail/{sku_id}/")  # the hearts are kept in the cache
    with app.app_context():
        searches.note_recent(f"user:{lily.id}", "手机")
    assert leave(lily_client, lily)[0] == 200
    with app.app_context():
        keys = [key for key in redis().scan_iter("*") if OWNED.search(key) and re.search(rf"\b{lily.id}\b", key)]
        assert keys == []
        assert not [key for key in redis().scan_iter("*") if lily.mobile in key]
        assert not MemberCart(lily.id).lines()
        assert store.visited(lily.id) == []
        assert favourites.count_marked(lily.id) == 0


def test_keys_of_a_person_are_dropped_or_short_lived(mall: Flask) -> None:
    """A new layout by user id is dropped when its owner leaves, or ends by itself within hours."""
    dropped = {
        "search:{{recent:{owner}}}",
        "carts_{{{user_id}}}",
        "selected_{{{user_id}}}",
        "added_{{{user_id}}}",
        "history_{{{user_id}}}",
    }
    for layout, spec in REGISTER.items():
        if ("{user_id}" in layout or "{owner}" in layout) and layout not in dropped:
            assert spec.ttl_s is not None, layout
            assert spec.ttl_s <= 2 * 3600, layout


def test_redis_away_the_sweep_drops_the_keys_later(
    lily: Person, app: Flask, monkeypatch: pytest.MonkeyPatch, make: World
) -> None:
    with app.app_context():
        store.remember_visit(lily.id, 1)
        with monkeypatch.context() as patch:
            patch.setattr(services, "drop_keys", lambda _: (_ for _ in ()).throw(ConnectionError("away")))
            services._forget(lily.id)
        assert store.visited(lily.id) == [1]
        services.sweep()
        assert store.visited(lily.id) == []


# --- the books ------------------------------------------------------------------------------------------------------


def test_the_books_balance_afterwards(lily_client: PageClient, lily: Person, ctx: Flask, make: World) -> None:
    bought = arrived(ctx, make, lily)
    number = bought.ask({bought.first: 1}, Kind.REFUND)
    aftersales.approve(number, "staff:tommy")
    bought.pay_back()
    before = (bought.balance(), bought.owed(), bought.stock(), bought.refunded())
    assert leave(lily_client, lily)[0] == 200
    assert (bought.balance(), bought.owed(), bought.stock(), bought.refunded()) == before
    assert reconciling.compare(bought.bank) == []
    audit = ctx.test_cli_runner().invoke(args=["goods", "audit-stock"])
    assert audit.exit_code == 0, audit.output
    with ctx.app_context():
        assert db.session.scalars(select(AfterSale.amount)).one() == Decimal("19.99")
        assert db.session.scalars(select(Refund.amount)).one() == Decimal("19.99")


def test_late_money_goes_back_and_leaves_no_name(
    lily_client: PageClient, lily: Person, ctx: Flask, make: World
) -> None:
    number = place(make, lily, {make.sku(price="19.99"): 1}, "29.99")
    bank = Provider()
    link = payment.start_payment(number, lily.id, bank)
    order_id = db.session.scalars(select(Order.id).where(Order.number == number)).one()
    db.session.close()
    payment.close_unpaid(order_id, "system", "x", bank)
    assert leave(lily_client, lily)[0] == 200
    raw = '{"buyer_logon_id": "lily@example.com", "total_amount": "29.99"}'
    notice = PaymentNotice(
        "n-late", link.out_trade_no, "T-late", Decimal("29.99"), Decimal(0), TradeStatus.PAID, raw=raw
    )
    assert payment.settle(notice) == "refund"  # nobody would receive the goods
    with ctx.app_context():
        assert db.session.scalars(select(Receipt.raw)).one() == '{"total_amount": "29.99"}'
        assert db.session.scalar(select(func.count()).select_from(Message)) == 0
        assert db.session.scalars(select(Order.status)).one() == OrderStatus.CANCELLED
        assert ledger.balance(order_id) == 0


def test_an_order_that_slipped_in_is_forgotten_when_it_has_ended(lily: Person, ctx: Flask, make: World) -> None:
    bought = buy(ctx, make, lily)

    def slip_in() -> None:
        users.forget_person(lily.id)

    make.run(slip_in)
    assert services.sweep() == 0  # it still has to be sent somewhere
    with ctx.app_context():
        assert db.session.scalars(select(Order.receiver)).one() != ""
    bought.ship()
    orders.receive_for_buyer(bought.number, "staff:tommy")
    assert services.sweep() == 1
    assert services.sweep() == 0
    with ctx.app_context():
        assert db.session.scalars(select(Order.receiver)).one() == ""


def test_words_of_the_house_stay_in_the_diary(lily_client: PageClient, lily: Person, ctx: Flask, make: World) -> None:
    bought = arrived(ctx, make, lily)
    orders.add_note(bought.number, "莉莉来电，住 301", "staff:tommy")
    assert leave(lily_client, lily)[0] == 200
    with ctx.app_context():
        reasons = list(db.session.scalars(select(OrderEvent.reason).order_by(OrderEvent.id)))
    assert "付款成功" in reasons
    assert "莉莉来电，住 301" not in reasons


def test_their_reviews_stay_under_nobodys_name(lily_client: PageClient, lily: Person, ctx: Flask, make: World) -> None:
    bought = arrived(ctx, make, lily)
    for sku_id in bought.skus:
        given = {
            "order_id": bought.number,
            "sku_id": sku_id,
            "score": 5,
            "comment": "很好很好很好",
            "is_anonymous": False,
        }
        assert lily_client.json("POST", "/orders/comment/", given)[0] == 200
    stranger = PageClient(ctx)
    assert stranger.json("GET", f"/comments/{bought.skus[0]}/")[1]["comment_list"][0]["username"] == "lily"
    assert leave(lily_client, lily)[0] == 200
    (told,) = stranger.json("GET", f"/comments/{bought.skus[0]}/")[1]["comment_list"]
    assert (told["username"], told["comment"]) == ("***", "很好很好很好")
