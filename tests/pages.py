"""A client that reads pages like a strict browser without JavaScript: every page it fetches is a test of that page."""

import json
import time
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from app.staff import queries

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class _Reader(HTMLParser):
    """Balance, titles, forms, labels, inline code."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.faults: list[str] = []
        self.title = ""
        self.ids: set[str] = set()
        self.forms: list[dict[str, Any]] = []
        self._in_title = False
        self._script_without_src = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        for name, value in found.items():
            if name.startswith("on") or name == "style":
                self.faults.append(f"<{tag} {name}=…> is inline")
            if name == "id":
                if value in self.ids:
                    self.faults.append(f"id {value!r} twice")
                self.ids.add(value or "")
        if tag == "img" and "alt" not in found:
            self.faults.append("<img> without alt")
        self._in_title = tag == "title"
        data_only = found.get("type") == "application/ld+json"  # no browser runs it
        self._script_without_src = tag == "script" and "src" not in found and not data_only
        if tag == "style":
            self.faults.append("<style> is inline")
        if tag == "form":
            self.forms.append(
                {"method": (found.get("method") or "get").lower(), "action": found.get("action"), "names": []}
            )
        elif self.forms and "form" in self.open and found.get("name"):
            self.forms[-1]["names"].append(found["name"])

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
        if self._script_without_src and data.strip():
            self.faults.append("<script> is inline")

    def handle_endtag(self, tag: str) -> None:
        self._in_title = self._script_without_src = False
        if tag in VOID:
            return
        if tag in self.open:
            while (last := self.open.pop()) != tag:
                if last not in {"p", "li", "dt", "dd", "option", "tr", "td", "th"}:
                    self.faults.append(f"<{last}> is not closed")
        else:
            self.faults.append(f"</{tag}> closes nothing")


class PageClient:
    """Flask's test client with a CSRF token at hand and a strict eye."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.browser = app.test_client()

    def get(self, path: str, *, fails: bool = False, **kwargs: Any) -> TestResponse:
        """A page; its HTML is checked, and it must not be an error unless the test says so."""
        headers = {"Accept": "text/html", **kwargs.pop("headers", {})}
        response = self.browser.get(path, headers=headers, **kwargs)
        assert fails or response.status_code < 400, f"{path}: {response.status_code} {response.text[:600]}"
        return self._checked(path, response)

    def post(
        self, path: str, data: dict[str, Any] | None = None, *, fails: bool = False, **kwargs: Any
    ) -> TestResponse:
        """A form sent by a browser, with its token."""
        headers = {"Accept": "text/html", **kwargs.pop("headers", {})}
        form = {"csrf_token": self.token(), **(data or {})}
        response = self.browser.post(path, data=form, headers=headers, **kwargs)
        assert fails or response.status_code < 400, f"{path}: {response.status_code} {response.text[:600]}"
        return self._checked(path, response)

    def json(self, method: str, path: str, body: dict[str, Any] | None = None, token: bool = True) -> tuple[int, Any]:
        """The outside client's way: JSON in and out, the token in a header."""
        headers = {"Accept": "application/json"}
        if token and method != "GET":
            headers["X-CSRFToken"] = self.token()
        data = None if body is None else json.dumps(body)
        kind = None if body is None else "application/json"
        response = self.browser.open(path, method=method, data=data, content_type=kind, headers=headers)
        return response.status_code, response.get_json(silent=True)

    def token(self) -> str:
        """The session's CSRF token."""
        answer = self.browser.get("/csrf_token/", headers={"Accept": "application/json"})
        return str(answer.get_json()["csrf_token"])

    def sign_in(self, username: str, password: str) -> None:
        """Through the front door."""
        status, answer = self.json("POST", "/login/", {"username": username, "password": password})
        assert status == 200, answer
        self.pass_the_door(username)

    def pass_the_door(self, username: str) -> None:
        """As if who has a second factor had just given it: a code is good once, and tests sign in often.

        tests/staff/test_door.py goes through the real door.
        """
        with self.app.app_context():
            user_id = queries.find_staff(username)
            has_factor = user_id is not None and queries.sealed_secret(user_id) is not None
        if not has_factor:
            return
        with self.browser.session_transaction() as session:
            sign_in = int(str(session["_user_id"]).partition(":")[2])
            now = int(time.time())
            session["staff"] = {"sign_in": sign_in, "seen": now, "password": now, "factor": now}

    def _checked(self, path: str, response: TestResponse) -> TestResponse:
        if not response.data or not response.content_type.startswith("text/html"):  # read whole: a stream ends, too
            return response
        assert "script-src 'unsafe-inline'" not in response.headers["Content-Security-Policy"]
        if path.startswith("/sandbox/") or response.text.lstrip()[:9].lower() != "<!doctype":
            return response
        reader = _Reader()
        reader.feed(response.text)
        assert not reader.faults, f"{path}: {reader.faults}"
        assert reader.title.strip(), f"{path} has no title"
        for form in reader.forms:
            if form["method"] == "post" and not str(form["action"]).startswith("http"):
                assert "csrf_token" in form["names"], f"{path}: a form to {form['action']} without a token"
        return response
