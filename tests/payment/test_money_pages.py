"""Pages of money: found by exact numbers, read along an index, changed by nothing but a verb."""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.aftersales import services as aftersales
from app.orders.models import PayMethod
from app.payment import refunding, runs, services, statements
from app.payment.models import Mismatch, PaymentAttempt, Receipt, Refund
from app.shared import clock
from app.shared.db import db
from app.shared.errors import BadValue
from app.shared.jobs import Job
from tests.aftersales.bought import TOTAL, Bought, buy
from tests.factories.world import Person, World
from tests.pages import PageClient
from tests.payment.provider import Provider, place

LISTS = ("receipts", "refunds", "attempts", "mismatches")


@pytest.fixture
def bought(app: Flask, make: World, lily: Person) -> Bought:
    with app.app_context():
        return buy(app, make, lily)


@pytest.fixture
def desk(app: Flask, tom: Person) -> PageClient:
    client = PageClient(app)
    client.sign_in(tom.username, tom.password)
    return client


@pytest.fixture
def bank(app: Flask, bought: Bought, monkeypatch: pytest.MonkeyPatch) -> Provider:
    """The mall's own door leads to the provider of the order."""
    doors = app.extensions["meiduo_gateways"]
    monkeypatch.setitem(app.extensions, "meiduo_gateways", replace(doors, payment=bought.bank))
    return bought.bank


def asked_of(job: Job, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The ids that this job is asked for from now on."""
    asked: list[int] = []
    monkeypatch.setattr(Job, "enqueue", lambda self, *ids: asked.extend(ids if self is job else ()))
    return asked


def rows(page: str) -> int:
    """How many rows the list of a page has."""
    body = re.search(r"<table class=\"desk-table\" data-rows>.*?</table>", page, re.DOTALL)
    return body[0].count("<tr>") - 1 if body else 0


def test_a_receipt_is_found_by_every_number_and_filter(bought: Bought, desk: PageClient, lily: Person) -> None:
    today = clock.today().isoformat()
    trade = f"T{bought.number}"
    for query in (
        f"q={trade}",
        f"q={bought.number}",
        f"order={bought.number}",
        f"created_from={today}&created_to={today}",
        "amount_from=70.17&amount_to=70.17",
        "method=alipay",
        "sort=amount",
    ):
        page = desk.get(f"/admin/receipts/?{query}").text
        assert (trade in page, rows(page)) == (True, 1), query
    for query in (f"q={trade}0", "order=nothing", f"created_to={clock.today() - timedelta(days=1)}", "method=cash"):
        assert rows(desk.get(f"/admin/receipts/?{query}").text) == 0, query
    assert desk.get("/admin/receipts/?method=gold", fails=True).status_code == 400


def test_refunds_by_state_and_tries(app: Flask, make: World, bought: Bought, desk: PageClient) -> None:
    with app.app_context():
        aftersales.approve(bought.ask({bought.first: 1}), "staff:7")
    page = desk.get("/admin/refunds/?state=due").text
    assert rows(page) == 1
    assert "待退" in page
    assert rows(desk.get("/admin/refunds/?stuck=1").text) == 0
    make.run(lambda: db.session.execute(update(Refund).values(tries=3)))
    assert rows(desk.get("/admin/refunds/?stuck=1").text) == 1
    assert rows(desk.get(f"/admin/refunds/?q={bought.number}").text) == 1
    bought.pay_back()
    assert rows(desk.get("/admin/refunds/?state=due").text) == 0
    today = clock.today().isoformat()
    assert rows(desk.get(f"/admin/refunds/?done_from={today}&state=done").text) == 1


def test_a_refund_is_tried_again_and_paid_once(
    app: Flask, bought: Bought, bank: Provider, desk: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        aftersales.approve(bought.ask({bought.first: 1}), "staff:7")
        refund_id = db.session.scalars(select(Refund.id)).one()
    asked = asked_of(refunding.PAY_REFUND, monkeypatch)
    form = {"action": "retry", "rowid": [str(refund_id), "999"], "url": "/admin/refunds/"}
    assert desk.post("/admin/refunds/action/", form).status_code == 303
    assert asked == [refund_id]
    bought.pay_back()
    desk.post("/admin/refunds/action/", form)
    assert asked == [refund_id], "what is done is not asked for again"


def test_attempts(app: Flask, make: World, lily: Person, bought: Bought, desk: PageClient) -> None:
    assert rows(desk.get(f"/admin/attempts/?q={bought.number}").text) == 1
    assert rows(desk.get("/admin/attempts/?state=paid").text) == 1
    assert rows(desk.get("/admin/attempts/?state=open").text) == 0


def test_the_money_of_an_order(app: Flask, bought: Bought, desk: PageClient) -> None:
    with app.app_context():
        number = bought.ask({bought.first: 1})
        aftersales.approve(number, "staff:7")
    page = desk.get(f"/admin/money/order/?number={bought.number}").text
    for part in (f"T{bought.number}", "70.17", "19.99", "50.18", "待退", "/admin/aftersales/of/"):
        assert part in page, part
    link = re.search(r"/admin/aftersales/of/\d+/", page)
    assert link
    assert desk.get(link[0]).location == f"/admin/aftersales/case/{number}/"
    assert desk.get("/admin/money/order/?number=0", fails=True).status_code == 404
    assert "输入完整的订单号" in desk.get("/admin/money/order/").text


def test_cash_is_collected_and_given_back_on_the_page(app: Flask, make: World, lily: Person, desk: PageClient) -> None:
    with app.app_context():
        bought = buy(app, make, lily, PayMethod.CASH)
        bought.ship()
    page = f"/admin/money/order/?number={bought.number}"
    assert "登记收款" in desk.get(page).text
    for amount in ("all of it", "70.18", "-1", "20.00"):
        desk.post("/admin/money/collect/", {"number": bought.number, "amount": amount})
    assert bought.balance() == Decimal("20.00")
    assert "50.17" in desk.get(page).text
    desk.post("/admin/money/collect/", {"number": bought.number, "amount": "50.17"})
    assert bought.balance() == TOTAL
    assert "已登记收款" in desk.get(page).text
    assert "登记收款" not in desk.get(page).text
    with app.app_context():
        aftersales.approve(bought.ask({bought.first: 1}), "staff:7")
        request_no = db.session.scalars(select(Refund.request_no)).one()
    form = {"number": bought.number, "request_no": request_no, "reference": " "}
    desk.post("/admin/money/cash-back/", form)
    assert "待退" in desk.get(page).text
    desk.post("/admin/money/cash-back/", {**form, "reference": "收据 9 号"})
    assert "收据 9 号" in desk.get(page).text
    with app.app_context():
        assert db.session.scalars(select(Refund.state)).one() == "done"


def test_days_by_shanghai_midnight(app: Flask, make: World, bought: Bought, desk: PageClient) -> None:
    with app.app_context():
        aftersales.approve(bought.ask({bought.first: 1}), "staff:7")
    bought.pay_back()
    yesterday = clock.today() - timedelta(days=1)
    last_moment = clock.day_start(clock.today()) - timedelta(seconds=1)
    make.run(lambda: db.session.execute(update(Receipt).values(created_at=last_moment)))
    with app.app_context():
        today, before = statements.day_totals(yesterday, clock.today())
        assert (before.day, before.received, before.receipts, before.given_back) == (yesterday, TOTAL, 1, 0)
        assert (today.received, today.given_back, today.refunds) == (0, Decimal("19.99"), 1)
        assert (before.net, today.net, before.in_cash) == (TOTAL, Decimal("-19.99"), 0)
        with pytest.raises(BadValue):
            statements.day_totals(clock.today(), yesterday)
        with pytest.raises(BadValue):
            statements.day_totals(yesterday - timedelta(days=62), yesterday)
    assert "70.17" in desk.get("/admin/money/").text
    for query in ("from=nonsense", "from=2020-01-01", "from=0001-01-01&to=0001-01-02", "to=2999-12-31"):
        assert desk.get(f"/admin/money/?{query}", fails=True).status_code == 400, query
    file = desk.get(f"/admin/money/days.csv?from={yesterday}&to={clock.today()}").get_data(as_text=True)
    assert f"{yesterday},70.17,0.00,1,0.00,0,70.17" in file
    assert desk.get("/admin/money/days.csv?from=x", fails=True).status_code == 400


def test_lists_as_files(bought: Bought, desk: PageClient) -> None:
    file = desk.get("/admin/receipts/export/csv/").get_data(as_text=True)
    assert f"T{bought.number},{bought.number},支付宝,70.17," in file
    assert "<" not in file
    assert desk.get("/admin/refunds/export/csv/").status_code == 200


@pytest.fixture
def unsettled(app: Flask, make: World, lily: Person, bank: Provider) -> str:
    """Paid there; nobody has told us."""
    with app.app_context():
        number = place(make, lily, {make.sku(price="100.00"): 2}, "210.00")
        services.start_payment(number, lily.id, bank)
    bank.buyer_pays(number, "210.00")
    return number


def test_compare_look_and_repair(app: Flask, unsettled: str, bank: Provider, desk: PageClient) -> None:
    answer = desk.post("/admin/mismatches/run/", {"day": clock.today().isoformat()})
    assert answer.location == "/admin/mismatches/?state=open"
    page = desk.get(answer.location).text
    assert "发现 1 处差异" in page
    assert (rows(page), "渠道已收款，我们没有记账" in page, unsettled in page) == (1, True, True)
    one = re.search(r"/admin/mismatches/\d+/", page)
    assert one
    page = desk.get(one[0]).text
    assert "按渠道的回答记下收款" in page
    assert "付款通知没有到达" in desk.get(f"/admin/money/order/?number={unsettled}").text
    desk.post(f"{one[0]}repair/")
    page = desk.get(one[0]).text
    assert ("已修复" in page, "tommy" in page) == (True, True)
    desk.post(f"{one[0]}repair/")
    assert "刚刚已被处理" in desk.get(one[0]).text
    with app.app_context():
        assert (
            db.session.scalars(select(PaymentAttempt.state).where(PaymentAttempt.out_trade_no == unsettled)).one()
            == "paid"
        )


def test_accept_with_a_reason_and_take_it_back(app: Flask, unsettled: str, bank: Provider, desk: PageClient) -> None:
    bank.trades[f"T{unsettled}"].amount = Decimal("0.01")
    desk.post("/admin/mismatches/run/", {})
    with app.app_context():
        mismatch_id = db.session.scalars(select(Mismatch.id)).one()
    one = f"/admin/mismatches/{mismatch_id}/"
    desk.post(f"{one}repair/")
    assert "需要人工处理" in desk.get(one).text
    desk.post(f"{one}accept/", {"reason": " "})
    assert "请填写原因" in desk.get(one).text
    desk.post(f"{one}accept/", {"reason": "<b>优惠</b> 100%s"})
    page = desk.get(one).text
    assert ("&lt;b&gt;优惠&lt;/b&gt; 100%s" in page, "<b>优惠" in page) == (True, False)
    desk.post(f"{one}reopen/")
    assert rows(desk.get("/admin/mismatches/?state=open").text) == 1
    assert desk.get("/admin/mismatches/999999/", fails=True).status_code == 404


def test_the_ticked_ones_are_repaired_where_that_is_safe(
    app: Flask, unsettled: str, bought: Bought, bank: Provider, desk: PageClient
) -> None:
    bank.trades[f"T{bought.number}"].amount = Decimal("70.16")
    desk.post("/admin/mismatches/run/", {})
    with app.app_context():
        ids = [str(each) for each in db.session.scalars(select(Mismatch.id))]
    desk.post("/admin/mismatches/action/", {"action": "repair", "rowid": ids})
    assert "修复了 1 处，还有 1 处" in desk.get("/admin/mismatches/").text


def test_much_is_left_to_a_job(
    app: Flask, unsettled: str, bank: Provider, desk: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "SMALL", 0)
    asked = asked_of(runs.COMPARE, monkeypatch)
    page = desk.get(desk.post("/admin/mismatches/run/", {}).location).text
    assert ("已开始对账" in page, "排队中" in page, rows(page)) == (True, True, 0)
    with app.app_context():
        runs.carry_out(asked[0], bank)
    assert rows(desk.get("/admin/mismatches/?state=open").text) == 1


def test_a_day_ahead_is_refused(unsettled: str, desk: PageClient) -> None:
    for day in ("2999-01-01", "no day"):
        page = desk.get(desk.post("/admin/mismatches/run/", {"day": day}).location).text
        assert "对账完成" not in page


def test_who_may_look_may_not_repair(app: Flask, make: World, unsettled: str, desk: PageClient) -> None:
    desk.post("/admin/mismatches/run/", {})
    with app.app_context():
        mismatch_id = db.session.scalars(select(Mismatch.id)).one()
    clerk = make.staff("clerk", "13800000004", "customer_service")
    client = PageClient(app)
    client.sign_in(clerk.username, clerk.password)
    page = client.get(f"/admin/mismatches/{mismatch_id}/").text
    assert "/repair/" not in page
    for path in (f"/admin/mismatches/{mismatch_id}/repair/", "/admin/mismatches/run/", "/admin/money/collect/"):
        assert client.post(path, fails=True).status_code == 403
    assert client.get("/admin/receipts/export/csv/", fails=True).status_code == 403


@pytest.mark.parametrize("path", [*(f"/admin/{each}/" for each in LISTS), "/admin/money/order/?number={number}"])
def test_the_number_of_statements_does_not_grow(
    app: Flask,
    make: World,
    lily: Person,
    bought: Bought,
    bank: Provider,
    desk: PageClient,
    count_queries: Any,
    path: str,
) -> None:
    def one_more() -> None:
        with app.app_context():
            number = place(make, lily, {make.sku(price="100.00"): 2}, "210.00")
            services.start_payment(number, lily.id, bank)
        bank.buyer_pays(number, "210.00")
        with app.app_context():
            aftersales.approve(bought.ask({bought.first: 1}), "staff:7")

    one_more()
    desk.post("/admin/mismatches/run/", {})
    address = path.format(number=bought.number)
    desk.get(address)
    with count_queries() as few:
        desk.get(address)
    one_more()
    one_more()
    desk.post("/admin/mismatches/run/", {})
    desk.get(address)  # and says what the run has found
    with count_queries() as many:
        desk.get(address)
    assert len(many.sql) == len(few.sql) <= 16, "\n".join(many.sql)
