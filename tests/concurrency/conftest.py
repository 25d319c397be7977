"""Many shoppers over HTTP against a real server."""

import http.client
import json
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from app.bench.shoppers import session_cookie
from app.goods import guards
from app.orders import writer
from app.shared.db import db
from app.users import seeding
from app.users.models import Address
from tests.factories.world import World
from tests.fixtures.browser import Server

T = TypeVar("T")

# a server of its own, with a setting that only MariaDB has
collect_ignore = [] if os.environ.get("TEST_ENGINE") == "mariadb" else ["test_snapshot.py"]


@dataclass
class Shopper:
    """One connection with its cookies; speaks JSON."""

    url: str
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
        """Status and JSON."""
        parts = urlsplit(self.url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        headers = {"Accept": "application/json", "X-CSRFToken": self.token}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            for line in answer.headers.get_all("Set-Cookie") or []:
                name, _, value = line.split(";", 1)[0].partition("=")
                self.cookies[name] = value
            return answer.status, json.loads(answer.read() or b"{}")
        finally:
            connection.close()

    def ready(self, address_id: int, counts: Sequence[tuple[int, int]]) -> dict[str, Any]:
        """Fill the cart and settle: the body of a commit."""
        for sku_id, count in counts:
            status, answer = self.ask("POST", "/carts/", {"sku_id": sku_id, "count": count})
            assert status == 200, answer
        status, page = self.ask("GET", "/orders/settlement/")
        assert status == 200, page
        return {
            "address_id": address_id,
            "pay_method": 2,
            "submit_token": page["submit_token"],
            "total_amount": page["total_amount"],
        }


def at_once(calls: Sequence[Callable[[], T]]) -> list[T]:
    """Every call in a thread of its own, released together; an exception in one is raised here."""
    barrier = threading.Barrier(len(calls))
    results: list[Any] = [None] * len(calls)

    def run(place: int) -> None:
        barrier.wait(60)
        try:
            results[place] = calls[place]()
        except BaseException as problem:
            results[place] = problem

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return results


@pytest.fixture
def crowd(server: Server, make: World) -> Callable[[int], list[tuple[Shopper, int]]]:
    """So many signed-in shoppers, each with an address id; signed in by cookie, for a password takes its time."""

    def gather(size: int) -> list[tuple[Shopper, int]]:
        make.areas()
        people = [(f"buyer{number:03}", f"139{number:08}") for number in range(size)]
        with server.app.app_context():
            ready = seeding.make_shoppers(people, "no password", seeding.find_place() or (0, None, None))
            rows = db.session.execute(select(Address.user_id, Address.id))
            addresses = {row.user_id: row.id for row in rows}
            shoppers = [(Shopper(server.url, session_cookie(server.app, each)), each.user_id) for each in ready]
        for shopper, _ in shoppers:
            shopper.token = shopper.ask("GET", "/csrf_token/")[1]["csrf_token"]
        return [(shopper, addresses[user_id]) for shopper, user_id in shoppers]

    return gather


@contextmanager
def writing(app: Flask) -> Iterator[None]:
    """The one writer of queued orders, at work in a thread of this process."""
    stop = threading.Event()

    def work() -> None:
        with app.app_context():
            writer.serve(stop)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(30)


@pytest.fixture(params=guards.NAMES)
def guard(request: pytest.FixtureRequest, app: Flask) -> Iterator[str]:
    """The mall with each of the guards, one after the other."""
    app.config["STOCK_GUARD"] = request.param
    with writing(app) if request.param == guards.QUEUE else nullcontext():
        yield str(request.param)
