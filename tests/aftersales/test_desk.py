"""The desk of refunds and returns: found, decided once, held to limits, opened without a request."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.aftersales import services
from app.aftersales.models import AfterSale, RefundDay
from app.aftersales.states import Kind
from app.orders.models import OrderStatus
from app.shared import clock
from app.shared.db import db
from app.staff import limits
from tests.aftersales.bought import TOTAL, Bought, buy
from tests.concurrency.conftest import at_once
from tests.factories.world import Person, World
from tests.pages import PageClient
from tests.payment.test_money_pages import rows


@pytest.fixture
def bought(app: Flask, make: World, lily: Person) -> Bought:
    with app.app_context():
        return buy(app, make, lily)


def signed_in(app: Flask, person: Person) -> PageClient:
    client = PageClient(app)
    client.sign_in(person.username, person.password)
    return client


@pytest.fixture
def desk(app: Flask, tom: Person) -> PageClient:
    return signed_in(app, tom)


@pytest.fixture
def clerk(app: Flask, make: World, tom: Person) -> PageClient:
    """Of operations: 20 yuan at once, 30 a day."""
    person = make.staff("clerk", "13800000004", "operations")
    with app.app_context():
        role = next(each for each in limits.role_limits() if each.name == "operations")
        limits.set_limit(role.role_id, Decimal("20.00"), Decimal("30.00"), tom.id)
    return signed_in(app, person)


def test_a_document_is_found_by_every_filter(bought: Bought, desk: PageClient, lily: Person) -> None:
    number = bought.ask({bought.first: 1})
    today = clock.today().isoformat()
    for query in (
        f"q={number}",
        f"q={bought.number}",
        f"order={bought.number}",
        "state=asked",
        "kind=refund&sort=-amount",
        f"created_from={today}&created_to={today}",
        "amount_from=19.99&amount_to=19.99",
        f"buyer={lily.username}",
        f"buyer={lily.mobile}",
    ):
        page = desk.get(f"/admin/aftersales/?{query}").text
        assert (rows(page), number in page) == (1, True), query
    for query in (
        "q=S0",
        "order=0",
        "state=paid",
        "kind=return",
        "amount_from=20",
        "buyer=nobody",
        "buyer=13800000099",
    ):
        assert rows(desk.get(f"/admin/aftersales/?{query}").text) == 0, query
    assert desk.get("/admin/aftersales/?state=lost", fails=True).status_code == 400
    page = desk.get("/admin/aftersales/").text
    assert re.search(r'\?state=asked"\s*>等待审核 <span class="nums">1</span>', page)
    assert number in desk.get("/admin/aftersales/export/csv/").get_data(as_text=True)


def test_names_of_buyers_want_the_right_to_people(app: Flask, make: World, bought: Bought, desk: PageClient) -> None:
    bought.ask({bought.first: 1})
    assert ">lily<" in desk.get("/admin/aftersales/").text.replace("\n", "").replace(" ", "")
    auditor = signed_in(app, make.staff("auditing", "13800000007", "auditor"))
    page = auditor.get("/admin/aftersales/").text
    assert ("l**" in page, ">lily<" in page) == (True, False)


def test_a_part_is_approved_on_the_page(bought: Bought, desk: PageClient) -> None:
    number = bought.ask({bought.first: 3})
    case = f"/admin/aftersales/case/{number}/"
    assert f'name="count_{bought.first}"' in desk.get(case).text
    desk.post(case, {"action": "approve", f"count_{bought.first}": "4"})
    desk.post(case, {"action": "approve", f"count_{bought.first}": "-1"})
    assert (bought.state(number), bought.owed()) == ("asked", 0)
    desk.post(case, {"action": "approve", f"count_{bought.first}": "2"})
    assert (bought.state(number), bought.owed()) == ("paying", Decimal("39.98"))
    assert "商家同意一部分" in desk.get(case).text


@pytest.mark.race
def test_two_decide_at_once_and_one_is_told_who_was_faster(
    app: Flask, make: World, bought: Bought, tom: Person
) -> None:
    """One approves, one refuses, each on a page that still shows the question."""
    number = bought.ask({bought.first: 1})
    case = f"/admin/aftersales/case/{number}/"
    anna = make.staff("annabel", "13800000005", "owner")
    pages = {person.username: signed_in(app, person) for person in (tom, anna)}
    forms = {"tommy": {"action": "approve"}, "annabel": {"action": "refuse", "reason": "超过期限"}}
    calls: list[Callable[[], object]] = [
        lambda name=name: pages[name].post(case, forms[name])  # type: ignore[misc]  # mypy cannot infer a lambda's default
        for name in forms
    ]
    at_once(calls)
    seen = {name: page.get(case).text for name, page in pages.items()}
    told = {name: "没有执行" in page for name, page in seen.items()}
    assert sorted(told.values()) == [False, True]
    winner, loser = sorted(told, key=lambda name: told[name])
    assert f"没有执行：{winner} 已先处理" in seen[loser]
    assert bought.state(number) == ("paying" if winner == "tommy" else "refused")
    assert bought.owed() == (Decimal("19.99") if winner == "tommy" else 0)


def test_the_page_holds_staff_to_their_limits(app: Flask, bought: Bought, clerk: PageClient) -> None:
    number = bought.ask({bought.first: 2})
    case = f"/admin/aftersales/case/{number}/"
    assert "今天还可退 ¥30.00" in clerk.get(case).text
    clerk.post(case, {"action": "approve"})
    assert "超过您的单笔额度 ¥20.00" in clerk.get(case).text
    clerk.post(case, {"action": "approve", f"count_{bought.first}": "1"})
    assert (bought.state(number), bought.owed()) == ("paying", Decimal("19.99"))
    other = bought.ask({bought.first: 1})
    clerk.post(f"/admin/aftersales/case/{other}/", {"action": "approve"})
    page = clerk.get(f"/admin/aftersales/case/{other}/").text
    assert ("超过您今天的退款额度 ¥30.00" in page, "今天还可退 ¥10.01" in page) == (True, True)
    clerk.post("/admin/aftersales/cancel-paid/", {"number": bought.number, "reason": "缺货"})
    form = {"number": bought.number, "kind": "refund", "reason": "other", "words": "补偿", "decide": "1"}
    answer = clerk.post("/admin/aftersales-open/", {**form, f"count_{bought.second}": "2"})
    assert answer.status_code == 303  # 0.20 is still in
    assert bought.owed() == Decimal("20.19")
    with app.app_context():
        assert db.session.scalars(select(RefundDay.spent)).one() == Decimal("20.19")


def test_owners_say_how_much_a_role_may_give_back(app: Flask, make: World, desk: PageClient, clerk: PageClient) -> None:
    with app.app_context():
        role_id = next(each.role_id for each in limits.role_limits() if each.name == "operations")
    save = f"/admin/refund-limits/{role_id}/"
    for wrong in ({"per_refund": "9"}, {"per_refund": "x", "per_day": "9"}, {"per_refund": "9", "per_day": "8"}):
        desk.post(save, wrong)
        assert "每日额度不能低于单笔额度" in desk.get("/admin/refund-limits/").text
    desk.post(save, {"per_refund": "88.50", "per_day": "880"})
    assert 'value="88.50"' in desk.get("/admin/refund-limits/").text
    assert clerk.get("/admin/refund-limits/", fails=True).status_code == 403
    assert clerk.post(save, {"per_refund": "1", "per_day": "1"}, fails=True).status_code == 403
    auditor = signed_in(app, make.staff("auditing", "13800000007", "auditor"))
    page = auditor.get("/admin/refund-limits/").text
    assert ("¥88.50" in page, "<input class" in page) == (True, False)


def test_staff_open_a_case_for_one_line(app: Flask, bought: Bought, desk: PageClient) -> None:
    page = desk.get(f"/admin/aftersales-open/?number={bought.number}").text
    token = re.search(r'name="submit_token" value="([^"]+)"', page)
    assert token
    form = {"number": bought.number, "submit_token": token[1], "kind": "refund", "reason": "other", "decide": "1"}
    form[f"count_{bought.first}"] = "1"
    wrong = desk.post("/admin/aftersales-open/", {**form, "words": ""}, fails=True)
    assert (wrong.status_code, "请填写原因" in wrong.text, token[1] in wrong.text) == (400, True, True)
    for changes in (
        {"kind": "gift"},
        {"reason": "because"},
        {f"count_{bought.first}": "9"},
        {f"count_{bought.first}": "x"},
    ):
        answer = desk.post("/admin/aftersales-open/", {**form, "words": "补偿", **changes}, fails=True)
        assert answer.status_code in {400, 409}, changes
    assert bought.owed() == 0
    answer = desk.post("/admin/aftersales-open/", {**form, "words": "电话里说好的"})
    again = desk.post("/admin/aftersales-open/", {**form, "words": "电话里说好的"})
    assert answer.location == again.location
    page = desk.get(answer.location).text
    assert ("电话里说好的" in page, "商家代为提交" in page) == (True, True)
    assert (bought.owed(), bought.refunded()) == (Decimal("19.99"), [1, 0])
    assert desk.get("/admin/aftersales-open/?number=0", fails=True).status_code == 404


def test_who_may_not_refund_leaves_it_to_a_colleague(app: Flask, make: World, bought: Bought) -> None:
    service = signed_in(app, make.staff("service", "13800000008", "customer_service"))
    page = service.get(f"/admin/aftersales-open/?number={bought.number}").text
    assert 'name="decide"' not in page
    form = {
        "number": bought.number,
        "kind": "refund",
        "reason": "broken",
        "words": "来电",
        f"count_{bought.first}": "1",
    }
    assert service.post("/admin/aftersales-open/", {**form, "decide": "1"}, fails=True).status_code == 403
    case = service.post("/admin/aftersales-open/", form).location
    assert "需要有退款权限的同事" in service.get(case).text
    assert service.post(case, {"action": "approve"}, fails=True).status_code == 403
    assert bought.owed() == 0
    service.post(case, {"action": "refuse", "reason": "买家改主意了"})
    assert bought.state(case.rstrip("/").rpartition("/")[2]) == "refused"


def test_when_nothing_is_left_the_page_says_so(app: Flask, bought: Bought, desk: PageClient) -> None:
    with app.app_context():
        services.cancel_paid(bought.number, "staff:7", "缺货")
    assert (bought.owed(), bought.status()) == (TOTAL, OrderStatus.CANCELLED)
    assert "没有可以退的" in desk.get(f"/admin/aftersales-open/?number={bought.number}").text


def test_the_number_of_statements_does_not_grow(
    app: Flask, make: World, lily: Person, bought: Bought, desk: PageClient, count_queries: Any
) -> None:
    first = bought.ask({bought.first: 1})
    for path in ("/admin/aftersales/", f"/admin/aftersales/case/{first}/"):
        desk.get(path)
    with count_queries() as one:
        desk.get("/admin/aftersales/")
    with count_queries() as case:
        desk.get(f"/admin/aftersales/case/{first}/")
    with app.app_context():
        other = buy(app, make, lily)
        other.ship()
    more = [other.ask({other.first: 1, other.second: 1}, Kind.RETURN), bought.ask({bought.second: 1})]
    with count_queries() as three:
        desk.get("/admin/aftersales/")
    with count_queries() as wide:
        desk.get(f"/admin/aftersales/case/{more[0]}/")
    assert len(one.sql) == len(three.sql) <= 14, "\n".join(three.sql)
    assert len(case.sql) == len(wide.sql) <= 14, "\n".join(wide.sql)
    with app.app_context():
        assert len(db.session.scalars(select(AfterSale.id)).all()) == 3


def test_money_wants_the_password_given_lately(app: Flask, bought: Bought, desk: PageClient) -> None:
    """Every way to give money back from a page; a no is free."""
    number = bought.ask({bought.first: 1})
    case = f"/admin/aftersales/case/{number}/"
    form = {"number": bought.number, "kind": "refund", "reason": "other", "words": "补偿", f"count_{bought.first}": "1"}
    with desk.browser.session_transaction() as session:
        session["staff"] = {**session["staff"], "password": session["staff"]["password"] - 60 * 11}
    for path, fields in (
        (case, {"action": "approve"}),
        ("/admin/aftersales/cancel-paid/", {"number": bought.number, "reason": "缺货"}),
        ("/admin/aftersales-open/", {**form, "decide": "1"}),
        ("/admin/money/cash-back/", {"request_no": "x", "reference": "y"}),
        ("/admin/refunds/action/", {"action": "retry", "rowid": "1"}),
    ):
        answer = desk.post(path, fields)
        assert str(answer.location).startswith("/admin/login/?next="), path
    assert (bought.state(number), bought.owed()) == ("asked", 0)
    desk.post(case, {"action": "refuse", "reason": "超过期限"})
    assert bought.state(number) == "refused"
