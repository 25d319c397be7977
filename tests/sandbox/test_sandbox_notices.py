"""What the shop is told after a payment, how often, and by whom."""

import json
import multiprocessing
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alipay import AliPay
from flask import Flask

from app.sandbox import notices, trades
from app.sandbox.ledger import Ledger
from app.sandbox.sender import Merchant, Sender
from tests.sandbox.shop import APP_ID, SELLER_ID, Shop, china_time, return_fields, until

Opener = Callable[..., str]


def all_notices(app: Flask, number: str) -> list[notices.Notice]:
    return notices.of_trades(app.extensions["sandbox"].ledger, [number])[number]


def test_paying_tells_the_shop_and_leads_back(client: Any, shop: Shop, sdk: AliPay, open_cashier: Opener) -> None:
    back = client.post(f"{open_cashier('A1')}pay/").location

    until(lambda: shop.told)
    (told,) = shop.told
    assert shop.genuine == [True]
    assert told["trade_status"] == "TRADE_SUCCESS"
    assert (told["app_id"], told["seller_id"]) == (APP_ID, SELLER_ID)
    assert (told["out_trade_no"], told["total_amount"], told["subject"]) == ("A1", "88.80", "美多商城A1")
    assert told["notify_type"] == "trade_status_sync"
    assert json.loads(told["fund_bill_list"]) == [{"amount": "88.80", "fundChannel": "ALIPAYACCOUNT"}]
    assert china_time(told["gmt_payment"]) <= china_time(told["notify_time"])
    assert "refund_fee" not in told

    assert back.startswith(f"{shop.return_url}?")
    fields = return_fields(back)
    assert set(fields) == {
        "charset", "out_trade_no", "method", "total_amount", "sign", "trade_no", "auth_app_id", "version", "app_id",
        "sign_type", "seller_id", "timestamp",
    }  # fmt: skip
    assert fields["method"] == "alipay.trade.page.pay.return"
    assert fields["trade_no"] == told["trade_no"]
    assert sdk.verify(fields, fields.pop("sign"))


def test_tampered_notice_does_not_verify(client: Any, shop: Shop, sdk: AliPay, open_cashier: Opener) -> None:
    client.post(f"{open_cashier('A1')}pay/")
    told = dict(until(lambda: shop.told)[0])
    sign = told.pop("sign")
    told["total_amount"] = "0.01"
    assert not sdk.verify(told, sign)


def test_notice_is_repeated_with_the_same_id_until_it_is_heard(
    app: Flask, client: Any, shop: Shop, open_cashier: Opener
) -> None:
    shop.answers = [(500, "success"), (200, "failure"), (200, "success\n"), (200, "SUCCESS"), (302, "success")]

    client.post(f"{open_cashier('A1')}pay/")

    until(lambda: len(shop.told) == 6)
    until(lambda: all_notices(app, "A1")[0].state == "done")
    assert len({told["notify_id"] for told in shop.told}) == 1
    assert all(shop.genuine)
    (notice,) = all_notices(app, "A1")
    assert (notice.tries, notice.last_answer) == (6, "200 success")


def test_after_eight_tries_alipay_gives_up_and_resending_tries_again(
    app: Flask, client: Any, shop: Shop, open_cashier: Opener
) -> None:
    shop.answers = [(200, "failure")] * 8
    client.post(f"{open_cashier('A1')}pay/")

    until(lambda: all_notices(app, "A1")[0].state == "given_up")
    assert len(shop.told) == 8
    client.post(f"/sandbox/notices/{all_notices(app, 'A1')[0].id}/resend/")

    until(lambda: all_notices(app, "A1")[0].state == "done")
    assert len(shop.told) == 9


def test_intervals_are_alipays_divided_by_speed(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "sandbox.db")
    fields = {"trade_no": "T", "out_trade_no": "A1"}
    with ledger.writing() as connection:
        notices.queue(connection, "http://127.0.0.1/n", fields, due_at=0.0)
    now, waits = 1000.0, []
    for _ in range(7):
        notice = notices.take_due(ledger, now)
        assert notice is not None
        notices.report(ledger, notice, "failure", heard=False, now=now, speed=60)
        due = notices.next_due(ledger)
        assert due is not None
        assert notices.take_due(ledger, due - 0.001) is None
        waits.append(due - now)
        now = due
    assert waits == [4, 10, 10, 60, 120, 360, 900]


def test_unreachable_shop_is_noted_and_tried_again(app: Flask, client: Any, open_cashier: Opener) -> None:
    client.post(f"{open_cashier('A1', notify_url='http://127.0.0.1:9/notify')}pay/")
    until(lambda: all_notices(app, "A1")[0].tries >= 2)
    assert all_notices(app, "A1")[0].last_answer == "ConnectionError"


def test_parallel_pay_clicks_pay_once(app: Flask, shop: Shop, open_cashier: Opener) -> None:
    cashier = open_cashier("A1")
    gate = threading.Barrier(8)

    def click(_: int) -> int:
        client = app.test_client()
        gate.wait()
        return int(client.post(f"{cashier}pay/").status_code)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(click, range(8))) == {303}

    until(lambda: shop.told)
    assert len(all_notices(app, "A1")) == 1
    assert len({told["trade_no"] for told in shop.told}) == 1


def test_paying_twice_repeats_the_notice_and_brings_a_second_trade(
    client: Any, shop: Shop, sdk: AliPay, open_cashier: Opener
) -> None:
    client.post(f"{open_cashier('A1')}pay/", data={"how": "twice"})

    until(lambda: len(shop.told) == 3)
    first, again, second = sorted(shop.told, key=lambda told: told["trade_no"] == shop.told[-1]["trade_no"])
    assert first["notify_id"] == again["notify_id"] != second["notify_id"]
    assert first["trade_no"] == again["trade_no"] != second["trade_no"]
    assert first["out_trade_no"] == second["out_trade_no"] == "A1"
    refund = sdk.api_alipay_trade_refund("88.80", trade_no=second["trade_no"], out_request_no="R1")
    assert refund["fund_change"] == "Y"
    assert sdk.api_alipay_trade_query(out_trade_no="A1")["trade_status"] == "TRADE_SUCCESS"


def test_late_payment_of_an_open_trade_is_told_after_the_deadline(
    app: Flask, client: Any, sdk: AliPay, shop: Shop, open_cashier: Opener, set_time: Callable[[timedelta], None]
) -> None:
    client.post(f"{open_cashier('A1')}pay/", data={"how": "late"})

    assert sdk.api_alipay_trade_query(out_trade_no="A1")["trade_status"] == "TRADE_SUCCESS"
    assert notices.take_due(app.extensions["sandbox"].ledger, trades.now_s()) is None
    assert shop.told == []
    set_time(timedelta(minutes=31))
    until(lambda: len(shop.told) == 1)
    assert shop.told[0]["trade_status"] == "TRADE_SUCCESS"


@pytest.mark.parametrize("ended_by", ["close", "deadline"])
def test_money_may_arrive_after_the_end(
    client: Any,
    sdk: AliPay,
    shop: Shop,
    open_cashier: Opener,
    set_time: Callable[[timedelta], None],
    ended_by: str,
) -> None:
    cashier = open_cashier("A1")
    if ended_by == "close":
        sdk.api_alipay_trade_close(out_trade_no="A1")
    else:
        set_time(timedelta(minutes=31))
    assert client.post(f"{cashier}pay/").status_code == 409

    client.post(f"{cashier}pay/", data={"how": "late"})

    until(lambda: shop.told)
    assert shop.told[0]["trade_status"] == "TRADE_SUCCESS"
    assert sdk.api_alipay_trade_query(out_trade_no="A1")["trade_status"] == "TRADE_SUCCESS"


def test_refunds_are_told_with_their_total(client: Any, sdk: AliPay, shop: Shop, open_cashier: Opener) -> None:
    client.post(f"{open_cashier('A1', '100.00')}pay/")
    until(lambda: len(shop.told) == 1)
    sdk.api_alipay_trade_refund("30.00", out_trade_no="A1", out_request_no="R1")
    until(lambda: len(shop.told) == 2)
    sdk.api_alipay_trade_refund("70.00", out_trade_no="A1", out_request_no="R2")
    until(lambda: len(shop.told) == 3)

    assert all(shop.genuine)
    _, part, whole = shop.told
    assert (part["trade_status"], part["refund_fee"], part["out_biz_no"]) == ("TRADE_SUCCESS", "30.00", "R1")
    assert (whole["trade_status"], whole["refund_fee"], whole["out_biz_no"]) == ("TRADE_CLOSED", "100.00", "R2")
    assert "gmt_refund" in part
    assert len({told["notify_id"] for told in shop.told}) == 3


def test_a_silent_payment_is_told_to_nobody(
    app: Flask, client: Any, sdk: AliPay, shop: Shop, open_cashier: Opener
) -> None:
    cashier = open_cashier("A1")
    answer = client.post(f"{cashier}pay/", data={"how": "silent"})
    assert answer.location == cashier  # the browser does not come back either
    assert sdk.api_alipay_trade_query(out_trade_no="A1")["trade_status"] == "TRADE_SUCCESS"
    assert (all_notices(app, "A1"), shop.told) == ([], [])


def test_money_given_back_by_hand_carries_a_number_of_its_own(
    client: Any, sdk: AliPay, shop: Shop, open_cashier: Opener
) -> None:
    trade_no = open_cashier("A1").rstrip("/").rpartition("/")[2]
    by_hand = f"/sandbox/trades/{trade_no}/refund/"
    assert client.post(by_hand).status_code == 409  # nothing was paid
    client.post("/sandbox/alipay/A1/pay.json")
    sdk.api_alipay_trade_refund(refund_amount="8.80", out_trade_no="A1", out_request_no="R1", refund_reason="x")
    assert client.post(by_hand).status_code == 303
    until(lambda: len(shop.told) == 3)
    assert {told.get("out_biz_no") for told in shop.told} == {None, "R1", f"HAND{trade_no[-12:]}"}
    assert sdk.api_alipay_trade_query(out_trade_no="A1")["trade_status"] == "TRADE_CLOSED"
    assert client.post(by_hand).status_code == 409


def test_cancelling_pays_nothing(client: Any, sdk: AliPay, shop: Shop, open_cashier: Opener) -> None:
    page = client.post(f"{open_cashier('A1')}cancel/")

    assert f'href="{shop.base}/"' in page.text
    assert sdk.api_alipay_trade_query(out_trade_no="A1")["trade_status"] == "WAIT_BUYER_PAY"
    assert shop.told == []


def _send_until_all_told(path: Path, private_pem: str, gate: Any) -> None:
    ledger = Ledger(path)
    sender = Sender(ledger, Merchant(APP_ID, SELLER_ID), private_pem, speed=1.0)
    gate.wait()
    sender.wake()
    until(lambda: notices.next_due(ledger) is None)
    sender.stop()


def test_several_processes_never_send_the_same_notice_twice(app: Flask, shop: Shop, keys: Any) -> None:
    """Three processes and this one's thread share 40 due notices; each arrives exactly once."""
    desk = app.extensions["sandbox"]
    shop.delay_s = 0.01
    context = multiprocessing.get_context("spawn")
    gate = context.Barrier(4)
    workers = [
        context.Process(target=_send_until_all_told, args=(desk.ledger.path, keys.alipay_private_pem, gate))
        for _ in range(3)
    ]
    with desk.ledger.writing() as connection:
        for number in range(40):
            fields = {"trade_no": f"T{number}", "out_trade_no": f"A{number}"}
            notices.queue(connection, shop.notify_url, fields, due_at=0.0)
    for worker in workers:
        worker.start()
    gate.wait(30)
    desk.sender.wake()
    for worker in workers:
        worker.join(30)

    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    assert sorted(told["trade_no"] for told in shop.told) == sorted(f"T{number}" for number in range(40))
    assert shop.most_at_once > 1  # they did work at the same time


def test_a_forked_worker_starts_its_own_thread(app: Flask, client: Any) -> None:
    client.get("/sandbox/")
    sender = app.extensions["sandbox"].sender
    assert sender._thread is not None
    sender.reset()  # what a forked child runs

    assert sender._thread is None
    client.get("/sandbox/")
    until(lambda: sender._thread is not None and sender._thread.is_alive())
