"""A browser window that notes every console error, every refused or failed request, and pages that overflow."""

import json
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import TimeoutError as TimedOut

from tests.factories.world import Person

PHONE, DESK = 390, 1280
# what reaches beyond the window, outermost first
WIDE = """(width) => [...document.querySelectorAll("body *")]
    .filter((each) => each.getBoundingClientRect().right > width + 1)
    .slice(0, 12)
    .map((each) => `${each.tagName}.${each.className} ${Math.round(each.getBoundingClientRect().right)}`)"""
# a page left in mid-load: the browser gave up what it no longer needs
LEFT_BEHIND = "net::ERR_ABORTED"


class Visit:
    """One visitor with cookies of their own. `page` is Playwright's; the locators are those of a reader."""

    def __init__(self, chromium: Any, url: str, *, width: int = PHONE, scripts: bool = True) -> None:
        self.url = url
        self.width = width
        self.scripts = scripts
        self.faults: list[str] = []
        self.expected: set[int] = set()
        self.context = chromium.new_context(
            base_url=url,
            viewport={"width": width, "height": 844 if width < 768 else 900},
            java_script_enabled=scripts,
            locale="zh-CN",
            reduced_motion="reduce",
        )
        self.context.set_default_timeout(10_000)
        self.page = self.context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda problem: self.faults.append(f"script: {problem}"))
        self.page.on("requestfailed", self._failed)
        self.page.on("response", self._response)

    def expect(self, *statuses: int) -> None:
        """From now on these answers are part of the story."""
        self.expected |= set(statuses)

    def go(self, path: str) -> None:
        """Type an address."""
        self.page.goto(path)
        self.look()

    def look(self) -> None:
        """The page stands, is not wider than the window, and nothing went wrong so far."""
        self.page.wait_for_load_state("load")
        try:  # a page whose style or pictures are still on their way comes to rest first
            self.page.wait_for_function("(width) => document.documentElement.scrollWidth <= width", arg=self.width)
        except TimedOut:
            width = self.page.evaluate("document.documentElement.scrollWidth")
            wide = self.page.evaluate(WIDE, self.width)
            self.faults.append(f"{self.page.url} is {width} pixels wide in a window of {self.width}: {wide}")
        broken = self.page.evaluate(
            "[...document.images].filter((i) => i.complete && !i.naturalWidth).map((i) => i.src)"
        )
        self.faults += [f"{self.page.url} shows no picture {src}" for src in broken]
        assert not self.faults, self.faults

    def narrow(self, width: int) -> None:
        """Pull the window to another width."""
        self.width = width
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        self.look()

    def click(self, role: str, name: str, *, nth: int = 0, **within: Any) -> None:
        """Press what a reader would call so, and look at what comes."""
        self.page.get_by_role(role, name=name, **within).nth(nth).click()
        self.look()

    def sees(self, text: str) -> bool:
        """Wait until the words are shown."""
        self.page.get_by_text(text).first.wait_for(state="visible")
        return True

    def sign_in(self, person: Person) -> None:
        """Through the front door, from whatever page sent the visitor there."""
        if "/login/" not in self.page.url:
            self.go("/login/")
        self.page.get_by_label("用户名或手机号").fill(person.username)
        self.page.get_by_label("密码", exact=True).fill(person.password)
        self.page.get_by_role("button", name="登录", exact=True).click()
        self.page.wait_for_url(lambda url: urlsplit(url).path != "/login/")
        self.look()
        if urlsplit(self.page.url).path == "/admin/login/":
            self.show_phone()

    def show_phone(self) -> None:
        """The second factor: everybody of the stories has the demo's."""
        code = self.context.request.get("/sandbox/totp.json").json()["totp"]
        self.page.get_by_label("六位验证码，或一个恢复码").fill(code)
        self.page.get_by_role("button", name="继续", exact=True).click()
        self.page.wait_for_url(lambda url: urlsplit(url).path != "/admin/login/")
        self.look()

    def call(self, method: str, path: str, **body: Any) -> dict[str, Any]:
        """The short way to where a story begins: the outside client's call, with this window's cookies."""
        asked = {"Accept": "application/json"}
        token = self.context.request.get("/csrf_token/", headers=asked).json()["csrf_token"]
        headers = {**asked, "Content-Type": "application/json", "X-CSRFToken": token}
        data = None if method == "GET" else json.dumps(body)
        answer = self.context.request.fetch(path, method=method, headers=headers, data=data)
        assert answer.ok, answer.text()
        return dict(answer.json())

    def enter(self, person: Person) -> None:
        """Signed in without the form."""
        self.call("POST", "/login/", username=person.username, password=person.password)

    def close(self) -> None:
        """Shut the window."""
        self.context.close()

    def _console(self, message: Any) -> None:
        if message.type == "error" and not any(f"status of {status}" in message.text for status in self.expected):
            self.faults.append(f"console on {self.page.url}: {message.text}")

    def _failed(self, request: Any) -> None:
        if request.failure != LEFT_BEHIND:
            self.faults.append(f"{request.method} {request.url}: {request.failure}")

    def _response(self, response: Any) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.faults.append(f"{response.request.method} {response.url}: {response.status}")
