"""Pages of shoppers and staff, and the commands: everything works without scripts, and says what went wrong."""

import re
from decimal import Decimal

import pytest
from flask import Flask

from app.aftersales import queries, services
from app.aftersales.cli import cli
from app.aftersales.states import Kind
from app.orders.models import PayMethod
from app.payment.cli import cli as payment_cli
from tests.aftersales.bought import TOTAL, Bought, buy
from tests.factories.world import Person, World
from tests.pages import PageClient


@pytest.fixture
def bought(app: Flask, make: World, lily: Person) -> Bought:
    """Without an open context: requests must share nothing by accident."""
    with app.app_context():
        return buy(app, make, lily)


@pytest.fixture
def staff(app: Flask, tom: Person) -> PageClient:
    client = PageClient(app)
    client.sign_in(tom.username, tom.password)
    return client


def ask_by_form(client: PageClient, bought: Bought, counts: dict[int, str], **changes: str) -> str:
    """Through the page; the address it leads to."""
    page = client.get(f"/aftersales/ask/{bought.number}/").text
    token = re.search(r'name="submit_token" value="([^"]+)"', page)
    assert token
    form = {"kind": "refund", "reason": "broken", "words": "屏幕有划痕", "submit_token": token[1], **changes}
    form |= {f"count_{line}": count for line, count in counts.items()}
    return str(client.post(f"/aftersales/ask/{bought.number}/", form).location)


def test_ask_look_and_take_back(bought: Bought, lily_client: PageClient) -> None:
    order_page = lily_client.get(f"/orders/{bought.number}/").text
    assert f"/aftersales/ask/{bought.number}/" in order_page
    target = ask_by_form(lily_client, bought, {bought.first: "2", bought.second: ""})
    page = lily_client.get(target).text
    for part in ("等待审核", "屏幕有划痕", "39", "商品破损或有故障", "提交售后申请", "撤销申请"):
        assert part in page
    assert "等待审核" in lily_client.get("/aftersales/").text
    lily_client.post(f"{target}cancel/", {})
    page = lily_client.get(target).text
    assert "已撤销" in page
    assert "撤销申请</button>" not in page
    assert lily_client.post(f"{target}cancel/", {}, fails=True).status_code == 409


def test_a_wrong_form_comes_back_with_what_was_typed(bought: Bought, lily_client: PageClient) -> None:
    form = {"kind": "refund", "reason": "slow", "words": "快点", f"count_{bought.first}": "9"}
    answer = lily_client.post(f"/aftersales/ask/{bought.number}/", form, fails=True)
    assert answer.status_code == 409
    assert "可退数量不足" in answer.text
    assert "快点" in answer.text
    for changes, status in (
        ({"reason": ""}, 400),
        ({"kind": "gift"}, 400),
        ({"words": "长" * 201}, 400),
        ({f"count_{bought.first}": "-1"}, 400),
        ({f"count_{bought.first}": "0"}, 400),
    ):
        answer = lily_client.post(f"/aftersales/ask/{bought.number}/", {**form, **changes}, fails=True)
        assert answer.status_code == status, changes
    assert "还没有售后申请" in lily_client.get("/aftersales/").text


def test_where_nothing_can_be_asked_the_page_says_so(app: Flask, bought: Bought, lily_client: PageClient) -> None:
    with app.app_context():
        services.approve(bought.ask({bought.first: 3, bought.second: 2}), "staff:tommy")
    assert "没有可以申请售后的商品" in lily_client.get(f"/aftersales/ask/{bought.number}/").text
    assert lily_client.get("/aftersales/page/2/", fails=True).status_code == 404
    assert lily_client.get("/aftersales/S0/", fails=True).status_code == 404


def test_what_staff_write_is_shown_as_it_was_written(
    bought: Bought, staff: PageClient, lily_client: PageClient
) -> None:
    """Their own words are neither markup nor a pattern to fill in."""
    target = ask_by_form(lily_client, bought, {bought.first: "1"})
    case = f"/admin/aftersales/case/{target.rstrip('/').rsplit('/', 1)[-1]}/"
    staff.post(case, {"action": "refuse", "reason": "最多退 80%s <b>谢谢</b>"})
    for page in (lily_client.get(target).text, staff.get(case).text):
        assert "最多退 80%s &lt;b&gt;谢谢&lt;/b&gt;" in page
        assert "<b>谢谢" not in page


def test_staff_refuse_with_a_reason_and_approve(bought: Bought, staff: PageClient, lily_client: PageClient) -> None:
    first, second = bought.ask({bought.first: 1}), bought.ask({bought.second: 1})
    assert first in staff.get("/admin/aftersales/").text
    page = staff.get(f"/admin/aftersales/case/{first}/").text
    assert "拒绝时请填写原因" in page
    staff.post(f"/admin/aftersales/case/{first}/", {"action": "refuse", "reason": ""})
    assert bought.state(first) == "asked"
    staff.post(f"/admin/aftersales/case/{first}/", {"action": "refuse", "reason": "超过退货期限"})
    assert bought.state(first) == "refused"
    assert "超过退货期限" in lily_client.get(f"/aftersales/{first}/").text
    staff.post(f"/admin/aftersales/case/{second}/", {"action": "approve"})
    assert bought.state(second) == "paying"
    staff.post(f"/admin/aftersales/case/{second}/", {"action": "approve"})
    assert bought.owed() == 1 * bought.amount(second)
    page = staff.get(f"/admin/aftersales/case/{second}/").text
    assert "tommy" in page
    assert staff.post(f"/admin/aftersales/case/{second}/", {"action": "x"}).status_code == 303


def test_staff_end_a_paid_order_at_its_desk(bought: Bought, staff: PageClient) -> None:
    desk = f"/admin/orders/desk/?number={bought.number}"
    assert "取消订单并退款" in staff.get(desk).text
    staff.post("/admin/aftersales/cancel-paid/", {"number": bought.number, "reason": " "})
    assert bought.status() == 2
    staff.post("/admin/aftersales/cancel-paid/", {"number": bought.number, "reason": "缺货"})
    assert (bought.status(), bought.owed(), bought.stock()) == (6, TOTAL, [10, 10])
    assert "取消订单并退款" not in staff.get(desk).text


def test_staff_collect_cash_and_give_it_back(app: Flask, make: World, lily: Person, staff: PageClient) -> None:
    with app.app_context():
        bought = buy(app, make, lily, PayMethod.CASH)
        bought.ship()
    assert "登记收款" in staff.get(f"/admin/orders/desk/?number={bought.number}").text
    for amount in ("all of it", "70.18", "70.17"):
        staff.post("/admin/aftersales/collect/", {"number": bought.number, "amount": amount})
    assert bought.balance() == TOTAL
    number = bought.ask({bought.first: 1}, Kind.RETURN)
    case = f"/admin/aftersales/case/{number}/"
    staff.post(case, {"action": "approve"})
    staff.post(case, {"action": "goods_back"})
    page = staff.get(case).text
    request_no = re.search(r'name="request_no" value="([^"]+)"', page)
    assert request_no
    staff.post(case, {"action": "refund_paid", "request_no": request_no[1], "reference": " "})
    assert bought.state(number) == "paying"
    staff.post(case, {"action": "refund_paid", "request_no": request_no[1], "reference": "slip 9"})
    assert bought.state(number) == "paid"
    assert "refund_paid" not in staff.get(case).text


def test_a_shopper_is_no_staff(bought: Bought, lily_client: PageClient) -> None:
    number = bought.ask({bought.first: 1})
    for answer in (
        lily_client.get(f"/admin/aftersales/case/{number}/", fails=True),
        lily_client.post(f"/admin/aftersales/case/{number}/", {"action": "approve"}, fails=True),
    ):
        assert answer.status_code == 403
    assert bought.state(number) == "asked"


def test_the_commands(app: Flask, make: World, lily: Person, fred: Person) -> None:
    with app.app_context():
        bought, other = buy(app, make, lily), buy(app, make, fred)
        number = bought.ask({bought.first: 1})
        bought.ship()
        back = bought.ask({bought.second: 1}, Kind.RETURN)
    run = app.test_cli_runner().invoke
    assert number in run(cli, ["list"]).output
    assert number in run(cli, ["list", "--state", "asked"]).output
    assert run(cli, ["list", "--state", "paid"]).output == ""
    assert f"line {bought.first}" in run(cli, ["show", number]).output
    assert run(cli, ["show", "S0"]).exit_code == 1
    refused = run(cli, ["approve", number, "--staff", "tommy"])
    assert refused.exit_code == 1
    assert "商品已发出" in refused.output
    assert run(cli, ["refuse", number, "--reason", "已发货", "--staff", "tommy"]).exit_code == 0
    assert "approved" in run(cli, ["approve", back, "--staff", "tommy"]).output
    assert "paying" in run(cli, ["goods-back", back, "--staff", "tommy"]).output
    assert run(cli, ["cancel-paid", other.number, "--reason", "缺货", "--staff", "tommy"]).exit_code == 0
    assert run(cli, ["cancel-paid", other.number, "--reason", "缺货", "--staff", "tommy"]).exit_code == 1
    with app.app_context():
        assert {event.actor for event in queries.get_any(back).events} >= {"staff:tommy"}
    words = ["--reason", "电话里说好的", "--staff", "tommy"]
    assert run(cli, ["open", bought.number, "--line", "one", *words]).exit_code == 1
    assert run(cli, ["open", bought.number, "--line", f"{bought.first}=9", *words]).exit_code == 1
    opened = run(cli, ["open", bought.number, "--line", f"{bought.first}=1", "--decide", *words])
    assert (opened.exit_code, "paying" in opened.output) == (0, True)
    assert bought.owed() == Decimal("20.09")


def test_cash_by_command(app: Flask, make: World, lily: Person) -> None:
    with app.app_context():
        bought = buy(app, make, lily, PayMethod.CASH)
        bought.ship()
    run = app.test_cli_runner().invoke
    told = run(payment_cli, ["collect", bought.number, "70.17", "--staff", "tommy"])
    assert (told.exit_code, "0.00 still to collect" in told.output) == (0, True)
    assert run(payment_cli, ["collect", bought.number, "0.01", "--staff", "tommy"]).exit_code == 1
    assert run(payment_cli, ["collect", bought.number, "1.001", "--staff", "tommy"]).exit_code == 1
    with app.app_context():
        number = bought.ask({bought.first: 1}, Kind.RETURN)
        services.approve(number, "staff:tommy")
        services.goods_back(number, "staff:tommy")
        request_no = queries.get_any(number).refunds[0].request_no
    assert "marked paid" in run(payment_cli, ["refund-paid", request_no, "--reference", "slip 7"]).output
    assert "was paid before" in run(payment_cli, ["refund-paid", request_no, "--reference", "slip 7"]).output
    assert run(payment_cli, ["refund-paid", "nothing", "--reference", "x"]).exit_code == 1
    with app.app_context():
        assert bought.state(number) == "paid"


def test_the_number_of_statements_does_not_grow(bought: Bought, lily_client: PageClient, count_queries) -> None:  # type: ignore[no-untyped-def]  # the fixture's type says no more
    bought.ask({bought.first: 1})
    lily_client.get("/aftersales/")  # fills the cache of the navigation
    with count_queries() as one:
        lily_client.get("/aftersales/")
    bought.ask({bought.first: 1})
    bought.ask({bought.second: 1})
    with count_queries() as three:
        lily_client.get("/aftersales/")
    assert len(one.sql) == len(three.sql)
