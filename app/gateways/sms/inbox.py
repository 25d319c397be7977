"""SMS to the sandbox's inbox, over HTTP as to any provider."""

import requests

from app.gateways.sms import SmsFailed


class InboxSms:
    """Posts to `<sandbox>/sandbox/inbox`."""

    def __init__(self, url: str, token: str) -> None:
        self._url, self._token = f"{url}/sandbox/inbox", token

    def send_code(self, mobile: str, code: str, minutes: int) -> None:
        self.send_text(mobile, f"【美多商城】您的验证码是 {code}，{minutes} 分钟内有效，请勿告诉他人。")

    def send_text(self, mobile: str, text: str) -> None:
        try:
            answer = requests.post(
                self._url,
                json={"to": mobile, "kind": "sms", "text": text},
                headers={"X-Sandbox-Token": self._token},
                timeout=5,
            )
            answer.raise_for_status()
        except requests.RequestException as problem:
            # never the message itself: it holds the number and the code
            raise SmsFailed(cause=type(problem).__name__) from None
