"""The shop's side of the wire: keeps what it is told and checks it with the SDK."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from alipay import AliPay

from app.shared import clock

APP_ID, SELLER_ID = "2021000000000001", "2088000000000001"
MAX_SPEED = 1_000_000.0  # four minutes become a quarter of a millisecond


def until(check: Callable[[], Any], seconds: float = 10.0) -> Any:
    """Poll until the check gives something true; fail after the deadline."""
    deadline = time.monotonic() + seconds
    while not (value := check()):
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.01)
    return value


@dataclass
class Shop:
    """The other side: keeps what it is told, checks signatures with the SDK, answers as it is bidden."""

    base: str = ""
    sdk: AliPay | None = None
    told: list[dict[str, str]] = field(default_factory=list)
    genuine: list[bool] = field(default_factory=list)
    answers: list[tuple[int, str]] = field(default_factory=list)
    delay_s: float = 0.0
    at_once: int = 0
    most_at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def notify_url(self) -> str:
        return f"{self.base}/payment/alipay/notify/"

    @property
    def return_url(self) -> str:
        return f"{self.base}/payment/status/"

    @property
    def gateway(self) -> str:
        return f"{self.base}/sandbox/alipay/gateway.do"

    def hear(self, form: dict[str, str]) -> tuple[str, int]:
        with self.lock:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            answer = self.answers.pop(0) if self.answers else (200, "success")
        time.sleep(self.delay_s)
        with self.lock:
            self.told.append(dict(form))
            rest = dict(form)
            assert self.sdk is not None
            self.genuine.append(self.sdk.verify(rest, rest.pop("sign")))
            self.at_once -= 1
        return answer[1], answer[0]

    def address(self, number: str, amount: str = "88.80", **over: Any) -> str:
        """A pay address as the mall's adapter builds it with the SDK."""
        expire = clock.local(clock.now() + timedelta(minutes=30)).strftime("%Y-%m-%d %H:%M:%S")
        urls = {"notify_url": over.pop("notify_url", self.notify_url), "return_url": self.return_url}
        content = {"subject": f"美多商城{number}", "time_expire": expire} | over
        assert self.sdk is not None
        query = self.sdk.api_alipay_trade_page_pay(out_trade_no=number, total_amount=amount, **content, **urls)
        return f"{self.gateway}?{query}"


def return_fields(location: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(location).query).items()}


def china_time(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=clock.SHANGHAI)
