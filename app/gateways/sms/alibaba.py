"""SMS by Alibaba Cloud through its SDK, an extra: `pip install -r requirements-alibaba.txt`."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from app.gateways.sms import SmsFailed, SmsRefused, one_word

CONNECT_MS, READ_MS = 3000, 8000
OK = "OK"
NEVER = "isv."  # the message, the number or the account is at fault …
LATER = "isv.BUSINESS_LIMIT_CONTROL"  # … but a limit of theirs ends


@dataclass(frozen=True)
class Account:
    """What the console gives. Without a template for texts only codes can leave."""

    url: str
    key_id: str
    key_secret: str
    sign: str
    code_template: str  # ${code}
    text_template: str = ""  # ${text}


class AlibabaSms:
    """One client a process."""

    def __init__(self, account: Account) -> None:
        try:
            from alibabacloud_dysmsapi20170525 import models
            from alibabacloud_dysmsapi20170525.client import Client
            from alibabacloud_tea_openapi.utils_models import Config
            from darabonba.runtime import RuntimeOptions
        except ImportError:
            raise RuntimeError("SMS_DOOR=alibaba needs its SDK: pip install -r requirements-alibaba.txt") from None
        parts = urlsplit(account.url)
        config = Config(access_key_id=account.key_id, access_key_secret=account.key_secret)
        config.endpoint, config.protocol = parts.netloc, parts.scheme.upper()
        self._account, self._client, self._models = account, Client(config), models
        # the job tries again, with pauses
        self._options = RuntimeOptions(autoretry=False, connect_timeout=CONNECT_MS, read_timeout=READ_MS)

    def send_code(self, mobile: str, code: str, minutes: int) -> None:
        self._send(mobile, self._account.code_template, {"code": code})

    def send_text(self, mobile: str, text: str) -> None:
        if not self._account.text_template:
            raise SmsRefused(cause="no template for texts")
        self._send(mobile, self._account.text_template, {"text": text})

    def _send(self, mobile: str, template: str, values: dict[str, str]) -> None:
        request: Any = self._models.SendSmsRequest(
            phone_numbers=mobile,
            sign_name=self._account.sign,
            template_code=template,
            template_param=json.dumps(values, ensure_ascii=False),
        )
        try:
            status = str(self._client.send_sms_with_options(request, self._options).body.code)
        except Exception as problem:  # noqa: BLE001  # whatever it is, its words hold the address with number and code
            code = one_word(str(getattr(problem, "code", None) or ""))
            raise _kind(code)(cause=code or type(problem).__name__) from None
        if status != OK:
            raise _kind(status)(cause=one_word(status))


def _kind(code: str) -> type[SmsFailed]:
    return SmsRefused if code.startswith(NEVER) and code != LATER else SmsFailed
