"""The whole way over HTTP with the real adapter: ask, decide, and the refund arrives at the sandbox once."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app.aftersales import services
from app.aftersales.models import AfterSale
from app.gateways.doors import gateways
from app.orders import shipping
from app.payment import reconciling, sweeping
from app.payment.models import Refund, RefundNotice
from app.shared.db import db
from tests.concurrency.conftest import Shopper
from tests.factories.world import Person, World
from tests.fixtures.browser import Server
from tests.payment.provider import sign_in
from tests.sandbox.shop import until

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def paid(server: Server, make: World, lily: Person) -> tuple[Shopper, str]:
    """Lily at her keyboard, and her order of two pieces at 19.99, paid at the cashier."""
    shopper = sign_in(server.url, lily)
    with server.app.app_context():
        address = make.address(lily.id)
    status, done = shopper.ask("POST", "/orders/commit/", shopper.ready(address, [(make.sku(price="19.99"), 2)]))
    assert status == 200, done
    number = done["order_id"]
    assert shopper.ask("POST", f"/payment/{number}/")[0] == 200
    assert shopper.ask("POST", f"/sandbox/alipay/{number}/pay.json")[0] == 200
    until(lambda: shopper.ask("GET", f"/orders/{number}/")[1]["order"]["status"] == 2)
    return shopper, number


def ask(shopper: Shopper, number: str, count: int, kind: str = "refund") -> dict[str, Any]:
    """Ask for pieces of the one line; the new document's JSON."""
    status, page = shopper.ask("GET", f"/aftersales/ask/{number}/")
    assert status == 200, page
    body = {
        "kind": kind,
        "reason": "unwanted",
        "submit_token": page["submit_token"],
        f"count_{page['lines'][0]['line_id']}": count,
    }
    status, answer = shopper.ask("POST", f"/aftersales/ask/{number}/", body)
    assert status == 200, answer
    return read(shopper, answer["number"])


def read(shopper: Shopper, number: str) -> dict[str, Any]:
    status, answer = shopper.ask("GET", f"/aftersales/{number}/")
    assert status == 200, answer
    found: dict[str, Any] = answer["after_sale"]
    return found


def given_back(server: Server) -> list[tuple[str, int]]:
    """(request number, fen) of every refund in the sandbox's own books."""
    with closing(sqlite3.connect(Path(server.app.config["INSTANCE"]) / "sandbox.db")) as books:
        with server.app.app_context():
            ours = set(db.session.scalars(select(Refund.request_no)))
        rows = books.execute("SELECT out_request_no, fen FROM refunds").fetchall()
        return [(number, fen) for number, fen in rows if number in ours]


def test_part_then_rest_arrive_at_the_provider_once_each(server: Server, paid: tuple[Shopper, str]) -> None:
    shopper, number = paid
    part = ask(shopper, number, 1)
    assert (part["state"], part["amount"], part["can_cancel"]) == ("asked", "19.99", True)
    with server.app.app_context():
        services.approve(part["number"], "staff:tommy")
        assert sweeping.pay_refunds(gateways().payment) <= 1  # a worker of the mall may have been faster
    until(lambda: read(shopper, part["number"])["state"] == "paid")
    rest = ask(shopper, number, 1)
    with server.app.app_context():
        services.approve(rest["number"], "staff:tommy")
        sweeping.pay_refunds(gateways().payment)
        sweeping.pay_refunds(gateways().payment)
    until(lambda: read(shopper, rest["number"])["state"] == "paid")
    assert read(shopper, rest["number"])["amount"] == "29.99"  # with the freight: nothing was sent
    assert sorted(fen for _, fen in given_back(server)) == [1999, 2999]
    assert shopper.ask("GET", f"/orders/{number}/")[1]["order"]["status"] == 6
    with server.app.app_context():
        until(_notices(2))
        assert reconciling.compare(gateways().payment) == []


def _notices(count: int) -> Any:
    def arrived() -> bool:
        db.session.rollback()
        return db.session.scalar(select(func.count()).select_from(RefundNotice)) == count

    return arrived


def test_a_return_over_http(server: Server, paid: tuple[Shopper, str]) -> None:
    shopper, number = paid
    with server.app.app_context():
        shipping.ship_order(number, "顺丰速运", "SF00000001", "staff:tommy")
    document = ask(shopper, number, 2, "return")
    with server.app.app_context():
        services.approve(document["number"], "staff:tommy")
        assert read(shopper, document["number"])["state"] == "approved"
        services.goods_back(document["number"], "staff:tommy")
        sweeping.pay_refunds(gateways().payment)
    until(lambda: read(shopper, document["number"])["state"] == "paid")
    assert [fen for _, fen in given_back(server)] == [3998]


def test_killed_between_the_answer_and_the_commit_it_is_paid_once(server: Server, paid: tuple[Shopper, str]) -> None:
    """A real process, a real SIGKILL: the money has left, our books do not know; the next sweep settles it."""
    shopper, number = paid
    document = ask(shopper, number, 2)
    settings = server.app.config
    with server.app.app_context():
        services.approve(document["number"], "staff:tommy")
        request_no = db.session.scalars(select(Refund.request_no)).one()
    died = subprocess.run(
        [sys.executable, "-m", "tests.aftersales.killed", settings["ALIPAY_GATEWAY"]],
        cwd=ROOT,
        env={
            **os.environ,
            "MALL_MODE": "test",
            "INSTANCE": str(settings["INSTANCE"]),
            "DATABASE_URL": str(os.environ.get("TEST_DATABASE_URL", "")),
            "REDIS_URL": settings["REDIS_URL"],
            "SECRET_KEY": settings["SECRET_KEY"],
            "LOG_LEVEL": "ERROR",
        },
        timeout=60,
        check=False,
    )
    assert died.returncode == -signal.SIGKILL
    assert given_back(server) == [(request_no, 4998)]
    with server.app.app_context():
        assert db.session.scalars(select(Refund.tries)).one() == 1
        sweeping.pay_refunds(gateways().payment)
        sweeping.pay_refunds(gateways().payment)
        db.session.rollback()
        assert db.session.scalars(select(Refund.state)).one() == "done"
        assert db.session.scalars(select(AfterSale.state)).one() == "paid"
    assert given_back(server) == [(request_no, 4998)]


def test_nobody_sees_or_changes_anothers_document(server: Server, paid: tuple[Shopper, str], fred: Person) -> None:
    shopper, number = paid
    document = ask(shopper, number, 1)
    thief = sign_in(server.url, fred)
    body = {"kind": "refund", "reason": "unwanted", f"count_{document['lines'][0]['line_id']}": 1}
    for method, path in (
        ("GET", f"/aftersales/ask/{number}/"),
        ("POST", f"/aftersales/ask/{number}/"),
        ("GET", f"/aftersales/{document['number']}/"),
        ("POST", f"/aftersales/{document['number']}/cancel/"),
    ):
        status, answer = thief.ask(method, path, body if "ask" in path and method == "POST" else None)
        assert (status, answer["code"]) == (404, "5003"), path
    assert thief.ask("GET", "/aftersales/")[1]["after_sales"] == []
    assert shopper.ask("POST", f"/aftersales/{document['number']}/cancel/")[1]["after_sale"]["state"] == "cancelled"
