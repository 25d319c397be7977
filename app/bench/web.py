"""Orders over HTTP at a running mall, and at a bare Flask view that sends the same statements by the driver alone."""

import http.client
import json
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, jsonify
from sqlalchemy import create_engine

from app.bench.ground import Buyer
from app.bench.load import FAILED, PLACED, REFUSED, Act
from app.bench.replay import Script, sender
from app.bench.shoppers import session_cookie
from app.carts.store import MemberCart
from app.orders.numbers import new_number

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
TOTAL = "20.00"
START_S = 20.0
MOST_IN_CART = 10**6


@dataclass
class Caller:
    """One kept-alive connection of a signed-in shopper; speaks JSON."""

    url: str
    cookies: dict[str, str]
    token: str = ""
    line: http.client.HTTPConnection | None = None

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> tuple[int, Any]:
        """Status and JSON."""
        if self.line is None:
            parts = urlsplit(self.url)
            self.line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        headers = {"Accept": "application/json", "Content-Type": "application/json", "X-CSRFToken": self.token}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            self.line.request(method, path, None if body is None else json.dumps(body), headers)
            answer = self.line.getresponse()
            for each in answer.headers.get_all("Set-Cookie") or []:
                name, _, value = each.split(";", 1)[0].partition("=")
                self.cookies[name] = value
            return answer.status, json.loads(answer.read() or b"{}")
        except (http.client.HTTPException, OSError):
            self.line.close()  # the next question opens another
            raise


def web_buyer(app: Flask, url: str, buyer: Buyer, sku_id: int) -> Callable[[], Act]:
    """Commits one piece after the other."""

    def make() -> Act:
        caller = Caller(url, session_cookie(app, buyer.ready))
        caller.token = caller.ask("GET", "/csrf_token/")[1]["csrf_token"]

        def act() -> str:
            with app.app_context():  # one piece, as a shopper would have in the cart
                MemberCart(buyer.ready.user_id).add(sku_id, 1, selected=True, most=1)
            wish = {"address_id": buyer.address_id, "pay_method": 2, "total_amount": TOTAL}
            return outcome(caller, "/orders/commit/", {**wish, "submit_token": secrets.token_urlsafe(24)})

        return act

    return make


def bare_buyer(app: Flask, url: str, buyer: Buyer, sku_id: int) -> Callable[[], Act]:
    """The same buyers at the bare view, filling the same cart: they share the cores with what is measured."""

    def make() -> Act:
        caller = Caller(url, {})
        wish = {"address_id": buyer.address_id, "pay_method": 2, "total_amount": TOTAL}

        def act() -> str:
            with app.app_context():
                MemberCart(buyer.ready.user_id).add(sku_id, 1, selected=True, most=MOST_IN_CART)
            return outcome(caller, "/", {**wish, "submit_token": secrets.token_urlsafe(24)})

        return act

    return make


def empty_cart(app: Flask, buyer: Buyer, sku_id: int) -> None:
    """What the bare view never bought."""
    with app.app_context():
        MemberCart(buyer.ready.user_id).drop([sku_id])


def outcome(caller: Caller, path: str, body: Mapping[str, Any]) -> str:
    """Placed, refused for want of stock, or failed."""
    try:
        status, _ = caller.ask("POST", path, body)
    except (http.client.HTTPException, OSError, ValueError):
        return FAILED
    return PLACED if status == 200 else REFUSED if status == 409 else FAILED


@contextmanager
def bare_mall(script: Script, sku_ids: Sequence[int], database: str, folder: Path) -> Iterator[str]:
    """The bare view under the web server that runs the mall, with as many workers and threads; yields its address."""
    plan = folder / "bare.json"
    told = {"marks": script.marks, "statements": script.statements, "sku_ids": list(sku_ids), "database": database}
    handle = os.open(plan, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)  # the address holds a password
    with os.fdopen(handle, "w") as file:
        json.dump(told, file, default=str)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--no-control-socket", "--worker-class", "gthread", "--workers", "2"]
    # preloaded: it answers only when everything is imported, and not in the middle of the run
    command += ["--threads", "4", "--bind", f"127.0.0.1:{port}", "--log-level", "error", "--preload"]
    command += [f"app.bench.web:bare_app('{plan}')"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603  # our own interpreter and view
    try:
        _wait_for(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)
        plan.unlink(missing_ok=True)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the bare view did not start")


def bare_app(plan: str) -> Flask:
    """Flask, one view, one driver connection a thread, and nothing else."""
    told = json.loads(Path(plan).read_text())
    script = Script(told["marks"], [(sql, rows, many) for sql, rows, many in told["statements"]])
    engine = create_engine(told["database"])
    own = threading.local()
    app = Flask("bare")

    @app.post("/")
    def commit() -> Any:
        if not hasattr(own, "send"):
            own.send = sender(engine, script)
        number = new_number()
        own.send({"number": number, "token": secrets.token_urlsafe(24), "sku": secrets.choice(told["sku_ids"])})
        return jsonify(code="0", order_id=number)

    return app
