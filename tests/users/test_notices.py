"""Being told when goods are back: once a round, by letter where an address is confirmed, on own pages always."""

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.goods import services
from app.outbox.models import Message
from app.shared.db import db
from app.users import notices
from app.users.errors import TooManyNotices
from app.users.models import StockNotice, User
from tests.factories.world import Person, World
from tests.pages import PageClient


def confirm_mail(make: World, person: Person, address: str) -> None:
    values = {"email": address, "verified_email": address, "email_verified": True}
    make.run(lambda: db.session.execute(update(User).where(User.id == person.id).values(**values)))


def messages(app: Flask) -> list[tuple[str, str, str]]:
    with app.app_context():
        rows = db.session.execute(select(Message.to, Message.subject, Message.text).order_by(Message.id))
        return [tuple(row) for row in rows]


def rows(app: Flask) -> list[tuple[int, int, bool, bool]]:
    """(user, round, told, mailed)"""
    with app.app_context():
        found = db.session.scalars(select(StockNotice).order_by(StockNotice.id))
        return [(row.user_id, row.round, row.told_at is not None, row.is_mailed) for row in found]


def fill(app: Flask, sku_id: int, count: int) -> None:
    with app.app_context():
        services.set_stock(sku_id, count, reason="到货", actor="staff:1")


def test_a_member_asks_and_takes_it_back(make: World, app: Flask, lily: Person, lily_client: PageClient) -> None:
    sku_id = make.sku(stock=0, name="等着的手机")
    assert "到货提醒我" in lily_client.get(f"/detail/{sku_id}/").text

    for _ in range(2):
        answer = lily_client.post(f"/stock_notices/{sku_id}/", {"next": f"/detail/{sku_id}/"})
        assert (answer.status_code, answer.location) == (303, f"/detail/{sku_id}/")

    assert rows(app) == [(lily.id, 1, False, False)]
    assert "到货后会通知您" in lily_client.get(f"/detail/{sku_id}/").text
    assert "等着的手机" in lily_client.get("/stock_notices/").text
    assert lily_client.post(f"/stock_notices/{sku_id}/?_method=DELETE").status_code == 303
    assert rows(app) == []


def test_a_guest_is_asked_to_sign_in_and_comes_back(make: World, client: PageClient) -> None:
    sku_id = make.sku(stock=0)

    page = client.get(f"/detail/{sku_id}/").text

    assert f'href="/login/?next=/detail/{sku_id}/"' in page
    assert client.json("POST", f"/stock_notices/{sku_id}/")[0] == 401


def test_what_is_not_there_or_gone_cannot_be_waited_for(make: World, app: Flask, lily_client: PageClient) -> None:
    gone = make.sku(stock=0)
    with app.app_context():
        services.remove_sku(gone)

    assert [lily_client.json("POST", f"/stock_notices/{each}/")[0] for each in (gone, 99_999)] == [404, 404]
    assert rows(app) == []


def test_back_in_stock_is_one_letter_whoever_tells(make: World, app: Flask, lily: Person) -> None:
    sku_id = make.sku(stock=0, price="1288.00", name="等着的手机")
    confirm_mail(make, lily, "lily@mall.example")
    with app.app_context():
        notices.ask(lily.id, sku_id, "zh_Hans_CN")
        assert notices.sweep() == 0, "nothing is there yet"
    fill(app, sku_id, 5)

    with app.app_context():
        told = [notices.tell(sku_id), notices.tell(sku_id), notices.sweep()]

    assert told == [1, 0, 0]
    assert rows(app) == [(lily.id, 1, True, True)]
    ((to, subject, text),) = messages(app)
    assert (to, subject) == ("lily@mall.example", "您等待的“等着的手机”到货了")
    assert f"/detail/{sku_id}/" in text
    assert "¥1,288.00" in text


def test_two_workers_who_saw_the_same_people_write_one_letter(make: World, app: Flask, lily: Person) -> None:
    sku_id = make.sku(stock=0)
    confirm_mail(make, lily, "lily@mall.example")
    with app.app_context():
        notices.ask(lily.id, sku_id, "en")
    fill(app, sku_id, 1)

    with app.app_context():
        first, second = notices.next_waiting(sku_id), notices.next_waiting(sku_id)
        told = [notices.close_rounds(first), notices.close_rounds(second)]

    assert told == [1, 0]
    assert len(messages(app)) == 1


def test_a_round_that_was_begun_anew_is_not_told_by_an_old_look(make: World, app: Flask, lily: Person) -> None:
    sku_id = make.sku(stock=0)
    with app.app_context():
        notices.ask(lily.id, sku_id, "en")
        old = notices.next_waiting(sku_id)
        notices.close_rounds(old)
        notices.ask(lily.id, sku_id, "en")

        assert notices.close_rounds(old) == 0

    assert rows(app) == [(lily.id, 2, False, False)]


def test_the_letter_speaks_the_language_it_was_asked_in(make: World, app: Flask, lily: Person) -> None:
    sku_id = make.sku(stock=0)
    confirm_mail(make, lily, "lily@mall.example")
    with app.app_context():
        notices.ask(lily.id, sku_id, "en")
    fill(app, sku_id, 1)
    with app.app_context():
        notices.sweep()

    assert "is back in stock" in messages(app)[0][1]


def test_without_a_confirmed_address_the_shop_s_own_page_tells(
    make: World, app: Flask, lily: Person, lily_client: PageClient
) -> None:
    sku_id = make.sku(stock=0)
    make.run(lambda: db.session.execute(update(User).values(email="not@confirmed.example")))
    lily_client.json("POST", f"/stock_notices/{sku_id}/")
    fill(app, sku_id, 1)
    with app.app_context():
        assert notices.sweep() == 1

    assert messages(app) == []
    assert rows(app) == [(lily.id, 1, True, False)]
    assert "件您等待的商品到货了" in lily_client.get("/info/").text
    assert lily_client.json("GET", "/stock_notices/")[1]["notices"][0]["told_at"]


def test_each_round_is_asked_for_anew(make: World, app: Flask, lily: Person) -> None:
    sku_id = make.sku(stock=0)
    confirm_mail(make, lily, "lily@mall.example")
    for turn in (1, 2):
        with app.app_context():
            notices.ask(lily.id, sku_id, "zh_Hans_CN")
        fill(app, sku_id, 1)
        with app.app_context():
            notices.sweep()
        fill(app, sku_id, 0)
        fill(app, sku_id, 1)
        with app.app_context():
            notices.sweep()
        assert (rows(app), len(messages(app))) == ([(lily.id, turn, True, True)], turn)
        fill(app, sku_id, 0)


def test_only_what_can_be_bought_is_back(make: World, app: Flask, lily: Person) -> None:
    sku_id = make.sku(stock=0)
    with app.app_context():
        notices.ask(lily.id, sku_id, "zh_Hans_CN")
        services.withdraw(sku_id)
    fill(app, sku_id, 3)
    with app.app_context():
        assert (notices.tell(sku_id), notices.sweep()) == (0, 0)
        services.launch(sku_id)
        assert notices.tell(sku_id) == 1


def test_the_news_comes_with_the_first_piece_only(make: World, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    awaited, unwanted = make.sku(stock=0), make.sku(stock=0)
    lily = make.person("lily2", "13800000077")
    with app.app_context():
        notices.ask(lily.id, awaited, "zh_Hans_CN")
    queued: list[tuple[int, ...]] = []
    monkeypatch.setattr(type(notices.TELL), "enqueue", lambda _job, *ids: queued.append(ids))

    fill(app, awaited, 2)
    fill(app, awaited, 3)
    fill(app, unwanted, 3)

    assert queued == [(awaited,)]


def test_the_list_has_an_end(make: World, app: Flask, lily: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "MOST_NOTICES", 2)
    ids = [make.sku(stock=0) for _ in range(3)]
    with app.app_context():
        for sku_id in ids[:2]:
            notices.ask(lily.id, sku_id, "en")
        with pytest.raises(TooManyNotices):
            notices.ask(lily.id, ids[2], "en")
        notices.ask(lily.id, ids[0], "en")


def test_somebody_else_s_wish_is_theirs(make: World, app: Flask, lily: Person, fred_client: PageClient) -> None:
    sku_id = make.sku(stock=0)
    with app.app_context():
        notices.ask(lily.id, sku_id, "en")

    fred_client.json("DELETE", f"/stock_notices/{sku_id}/")

    assert rows(app) == [(lily.id, 1, False, False)]
