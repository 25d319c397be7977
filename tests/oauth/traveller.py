"""The way to a provider and back, step by step."""

import re
from typing import Any
from urllib.parse import urlsplit

from werkzeug.test import TestResponse

from tests.pages import PageClient

PASSWORD = "long-enough-7"


def local(url: str) -> str:
    """Path and query of an address of this mall, for the test client."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


class Traveller:
    """One browser; `come_back` is where the mall finds out who it is."""

    def __init__(self, client: PageClient) -> None:
        self.client = client

    def leave(self, provider: str = "qq", next_page: str | None = None) -> str:
        """The provider's authorize address."""
        query = {} if next_page is None else {"next": next_page}
        answer = self.client.get(f"/oauth/{provider}/login/", query_string=query)
        assert answer.status_code == 302
        return local(answer.location)

    def agree(self, authorize: str, person: str = "xiaoming", **form: str) -> str:
        """Say yes at the provider's; the address that leads back."""
        answer = self.client.browser.post(authorize, data={"person": person, **form})
        assert answer.status_code == 302, answer.text
        return local(answer.location)

    def travel(self, provider: str = "qq", next_page: str | None = None, person: str = "xiaoming", **form: str) -> str:
        """There, yes, and the address that leads back."""
        return self.agree(self.leave(provider, next_page), person, **form)

    def come_back(self, path: str, fails: bool = False) -> TestResponse:
        """The mall's answer to the return."""
        return self.client.get(path, fails=fails)

    def arrive(self, way: str = "new", **journey: Any) -> str:
        """As somebody unknown on the bind page; its HTML."""
        answer = self.come_back(self.travel(**journey))
        assert local(answer.location) == "/oauth/bind/"
        return self.client.get(f"/oauth/bind/?way={way}").text

    def bind(self, page: str, fails: bool = False, **fields: Any) -> TestResponse:
        """Send the bind form of that page."""
        return self.client.post("/oauth/bind/", {**hidden(page), **fields}, fails=fails)

    def who(self) -> str:
        """The signed-in shopper's name; "" for a stranger."""
        status, answer = self.client.json("GET", "/info/")
        return str(answer["username"]) if status == 200 else ""


def hidden(page: str) -> dict[str, str]:
    """What the form carries unseen."""
    found = re.findall(r'<input type="hidden" name="(way|access_token_openid|image_code_id)" value="([^"]*)"', page)
    assert any(name == "access_token_openid" and value for name, value in found), "no signed open id in the page"
    return dict(found)
