"""Mail to the sandbox's inbox, over HTTP."""

import requests

from app.gateways.mail import Mail, MailFailed


class InboxMailer:
    """Posts to `<sandbox>/sandbox/inbox`."""

    def __init__(self, url: str, token: str) -> None:
        self._url, self._token = f"{url}/sandbox/inbox", token

    def send(self, mail: Mail) -> None:
        letter = {"subject": mail.subject, "html": mail.html}
        try:
            answer = requests.post(
                self._url,
                json={"to": mail.to, "kind": "mail", "text": f"{mail.subject}\n\n{mail.text}", **letter},
                headers={"X-Sandbox-Token": self._token},
                timeout=5,
            )
            answer.raise_for_status()
        except requests.RequestException as problem:
            raise MailFailed(cause=type(problem).__name__) from None
