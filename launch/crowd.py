"""A crowd for `launch.chaos`: shoppers over HTTP who order, pay or walk away, and never give up on a submit token.

A shopper whose connection breaks in the middle of a submit does what a browser's user does: asks again with the same
token until there is an answer. What was answered is written down, to be held against the database.
"""

import http.client
import json
import random
import threading
import time
from dataclasses import dataclass, field
from typing import Any

PATIENCE_S = 45.0
PAUSE_S = 0.3
CASH, ALIPAY = 1, 2


@dataclass
class Book:
    """What the crowd was told, kept under one lock."""

    acknowledged: dict[str, str] = field(default_factory=dict)  # order number -> submit token
    answers: dict[str, set[str]] = field(default_factory=dict)  # submit token -> order numbers
    paid: set[str] = field(default_factory=set)
    refused: int = 0
    given_up: int = 0
    broken: int = 0  # answers that never came, and answers that said "try again"
    faults: list[str] = field(default_factory=list)  # answers 500, which should not be
    waited: list[float] = field(default_factory=list)  # seconds from a submit to its order
    lock: threading.Lock = field(default_factory=threading.Lock)

    def took(self, token: str, number: str, seconds: float) -> None:
        with self.lock:
            self.answers.setdefault(token, set()).add(number)
            self.acknowledged[number] = token
            self.waited.append(seconds)

    def note(self, what: str) -> None:
        with self.lock:
            setattr(self, what, getattr(self, what) + 1)

    def fault(self, what: str) -> None:
        with self.lock:
            self.faults.append(what)


class Shopper(threading.Thread):
    """One of the crowd: a cart, a submit, perhaps a payment, and again, until the bell."""

    def __init__(self, port: int, cookies: dict[str, str], skus: list[int], book: Book, bell: threading.Event) -> None:
        super().__init__(daemon=True)
        self.port, self.skus, self.book, self.bell = port, skus, book, bell
        self.cookie = dict(cookies)
        self.token = ""
        self.dice = random.Random()

    def run(self) -> None:
        while not self.bell.is_set():
            try:
                self.shop()
            except Unanswered:
                self.bell.wait(PAUSE_S)

    def shop(self) -> None:
        """One order, or a reason why not."""
        if not self.token:
            self.token = str(self.ask("GET", "/csrf_token/")[1].get("csrf_token", ""))
        for line in self.ask("GET", "/carts/")[1].get("cart_skus", []):
            self.ask("DELETE", "/carts/", {"sku_id": line["id"]})
        for sku_id in self.dice.sample(self.skus, self.dice.choice((1, 1, 2))):
            self.ask("POST", "/carts/", {"sku_id": sku_id, "count": self.dice.choice((1, 1, 2))})
        status, page = self.ask("GET", "/orders/settlement/")
        if status != 200:
            self.book.note("refused")
            self.bell.wait(PAUSE_S)
            return
        way = self.dice.choice((CASH, ALIPAY, ALIPAY))
        number = self.submit(page, way)
        if number and way == ALIPAY and self.dice.random() < 0.5:
            self.pay(number)

    def submit(self, page: dict[str, Any], way: int) -> str | None:
        """The same token until it is answered: an order, or a refusal."""
        token = str(page["submit_token"])
        body = {
            "address_id": page["addresses"][0]["id"],
            "pay_method": way,
            "submit_token": token,
            "total_amount": page["total_amount"],
        }
        begun = time.monotonic()
        while time.monotonic() - begun < PATIENCE_S:
            try:
                status, answer = self.ask("POST", "/orders/commit/", body)
            except Unanswered:
                time.sleep(PAUSE_S)
                continue
            if status == 200 and answer.get("order_id"):
                number = str(answer["order_id"])
                self.book.took(token, number, time.monotonic() - begun)
                if self.dice.random() < 0.2:
                    self.submit_again(token, body)
                return number
            self.book.note("refused")
            return None
        self.book.note("given_up")
        return None

    def submit_again(self, token: str, body: dict[str, Any]) -> None:
        """A second click long after the answer is the same order."""
        status, answer = self.ask("POST", "/orders/commit/", body)
        if status == 200:
            self.book.took(token, str(answer["order_id"]), 0.0)
        else:
            self.book.fault(f"a second submit was answered {status} {answer}")

    def pay(self, number: str) -> None:
        """At the cashier; what the bank has taken is the mall's to answer for."""
        status, link = self.ask("POST", f"/payment/{number}/")
        if status != 200:
            return
        status, answer = self.ask("POST", f"/sandbox/alipay/{link['out_trade_no']}/pay.json", {})
        if status == 200 and answer.get("trade_status") == "TRADE_SUCCESS":
            with self.book.lock:
                self.book.paid.add(number)

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
        """Status and JSON; Unanswered when the line broke or the mall asked to come back."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Accept": "application/json", "X-CSRFToken": self.token, "Content-Type": "application/json"}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookie.items())
        try:
            line.request(method, path, None if body is None else json.dumps(body), headers)
            answer = line.getresponse()
            for kept in answer.headers.get_all("Set-Cookie") or []:
                name, _, value = kept.split(";", 1)[0].partition("=")
                self.cookie[name] = value
            status, raw = answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            self.book.note("broken")
            raise Unanswered from None
        finally:
            line.close()
        if status == 500:
            self.book.fault(f"{method} {path}: {raw[:200].decode(errors='replace')}")
        if status >= 500:
            self.book.note("broken")
            raise Unanswered
        return status, json.loads(raw or b"{}")


class Unanswered(Exception):
    """Nobody knows whether it happened."""
