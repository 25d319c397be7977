"""SMS by 容联云 (Yuntongxun), over plain HTTPS: its SDK prints the account's token and swallows every error."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import requests

from app.gateways.sms import SmsFailed, SmsRefused, one_word
from app.shared import clock

PATIENCE_S = (3, 8)  # to connect, to answer
OK = "000000"
NEVER = "16"  # 16….: template, number, word list or the provider's own limits; the rest is account, network, our fault


@dataclass(frozen=True)
class Account:
    """What the provider's console gives. A template is a number there; without one for texts only codes can leave."""

    url: str
    sid: str
    token: str
    app_id: str
    code_template: str  # {1} the code, {2} minutes
    text_template: str = ""  # {1} the text


class YuntongxunSms:
    """One client a process; its connections are kept."""

    def __init__(self, account: Account) -> None:
        self._account, self._client = account, requests.Session()

    def send_code(self, mobile: str, code: str, minutes: int) -> None:
        self._send(mobile, self._account.code_template, [code, str(minutes)])

    def send_text(self, mobile: str, text: str) -> None:
        if not self._account.text_template:
            raise SmsRefused(cause="no template for texts")
        self._send(mobile, self._account.text_template, [text])

    def _send(self, mobile: str, template: str, values: list[str]) -> None:
        account, stamp = self._account, f"{clock.local(clock.now()):%Y%m%d%H%M%S}"
        signature = hashlib.md5(f"{account.sid}{account.token}{stamp}".encode(), usedforsecurity=False).hexdigest()
        letter = {"to": mobile, "appId": account.app_id, "templateId": template, "datas": values}
        try:
            answer = self._client.post(
                f"{account.url}/2013-12-26/Accounts/{account.sid}/SMS/TemplateSMS",
                params={"sig": signature.upper()},
                json=letter,
                headers={"Accept": "application/json"},
                auth=_signed(f"{account.sid}:{stamp}"),
                timeout=PATIENCE_S,
                allow_redirects=False,
            )
            said = answer.json()
        except requests.RequestException as problem:
            # by name only: its words hold the address with account and signature
            raise SmsFailed(cause=type(problem).__name__) from None
        status = str(said.get("statusCode") or "") if isinstance(said, dict) else ""
        if status != OK:
            kind = SmsRefused if status.startswith(NEVER) and len(status) == len(OK) else SmsFailed
            raise kind(cause=one_word(status) or f"HTTP {answer.status_code}")


def _signed(who: str) -> Callable[[Any], Any]:
    """As `auth=`, not as a header: a .netrc on the machine would replace the header."""

    def sign(request: Any) -> Any:
        request.headers["Authorization"] = base64.b64encode(who.encode()).decode()
        return request

    return sign
