"""Walking the back office: from its registered pages along links and fields, in one process, each kind of page once."""

import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute
from werkzeug.exceptions import HTTPException

from app.bench.desks.reading import Form, Page
from app.bench.desks.samples import Samples
from app.shared.db import db
from app.shared.keyset import write_cursor
from app.shared.staff_view import STANDARD, StaffView, act_of

ROOT = "/admin/"
# not pages to look at: doors and files
LEFT_OUT = re.compile(r"/(?:login|logout|second-factor|static|filters)(?:/|$)")
CURSORS = ("after", "before")
SAMPLES = 3  # addresses of one kind of page
DEPTH = 3
MOST = 2000  # kinds of pages: a bound, not an aim
MOST_OF_PATH = 60  # kinds of one path: filters of filters without end


@dataclass
class Case:
    """One kind of page: `name` with its variable parts left out, and addresses of it."""

    name: str
    paths: list[str] = field(default_factory=list)
    status: int = 200


@dataclass
class Walk:
    """What was found: pages that answered, and kinds that answered only with a refusal."""

    cases: dict[str, Case] = field(default_factory=dict)
    refused: dict[str, Case] = field(default_factory=dict)


class Walker:
    """One walk, breadth first. `hear` is told of each page as it is fetched: (kind, call that fetches it)."""

    def __init__(self, app: Flask, cookie: str, hear: Callable[[str, Callable[[], Any]], Any] | None = None) -> None:
        self.app, self.cookie = app, cookie
        self.browser = app.test_client(use_cookies=False)
        self.hear = hear or (lambda _kind, fetch: fetch())
        self.samples = Samples.read()
        self.walk = Walk()
        self.waiting: deque[tuple[str, int]] = deque()
        self.known: set[str] = set()
        self.of_path: dict[str, set[str]] = {}
        self.middles: dict[str, str] = {}
        self.urls = app.url_map.bind("localhost")
        (site,) = app.extensions["admin"]
        self.views = {view.endpoint: view for view in site._views}

    def go(self, only: str = "") -> Walk:
        """From every registered page on."""
        urls, self.middles = starts(self.app)
        for url in urls:
            self._remember(url, 0)
        while self.waiting and len(self.walk.cases) < MOST:
            url, depth = self.waiting.popleft()
            if only in url:
                self._visit(url, depth)
        return self.walk

    def _remember(self, url: str, depth: int) -> None:
        """A page to go to, unless enough of its kind are known."""
        kind, path = kind_of(url), urlsplit(kind_of(url)).path
        case = self.walk.cases.get(kind)
        if url in self.known or LEFT_OUT.search(urlsplit(url).path) or (case and len(case.paths) >= SAMPLES):
            return
        if self._is_told(urlsplit(url).path):
            return
        if case is None:
            known = self.of_path.setdefault(path, set())
            if kind not in known and len(known) >= MOST_OF_PATH:
                return
            known.add(kind)
        self.known.add(url)
        self.waiting.append((url, depth))

    def _is_told(self, path: str) -> bool:
        """Would looking be told to the log of staff, as taking data out is?"""
        try:
            endpoint, _values = self.urls.match(path)
        except HTTPException:
            return False
        owner, _, name = str(endpoint).partition(".")
        view = type(self.views.get(owner))
        return (act_of(getattr(view, name, None), "GET") or STANDARD.get(name)) == "export"

    def _visit(self, url: str, depth: int) -> None:
        kind = kind_of(url)
        case = self.walk.cases.get(kind)
        if case is not None and len(case.paths) >= SAMPLES:
            return
        headers = {"Accept": "text/html", "Cookie": self.cookie}
        answer = self.hear(kind, lambda: self.browser.get(url, headers=headers))
        if answer.status_code != 200:
            if answer.status_code not in (301, 302, 303):
                self.walk.refused.setdefault(kind, Case(kind, [url], answer.status_code))
            return
        if case is None:
            case = self.walk.cases[kind] = Case(kind)
        case.paths.append(url)
        if answer.mimetype == "text/html" and depth < DEPTH and len(case.paths) == 1:
            self._look_around(url, depth, Page(answer.get_data(as_text=True)))

    def _look_around(self, url: str, depth: int, page: Page) -> None:
        for link in page.links:
            target = _inside(url, link)
            if target:
                self._remember(target, depth + 1)
        for form in page.forms if depth < DEPTH - 1 else ():
            for target in self._asked(url, form, page.cells):
                self._remember(target, depth + 1)

    def _asked(self, url: str, form: Form, cells: list[str]) -> Iterator[str]:
        """The form sent with one field filled in, each in turn; each choice also with its days, and deep down."""
        action = urljoin(url, form.action or urlsplit(url).path)
        middle = self.middles.get(urlsplit(action).path, "")
        fixed = {each.name: each.value for each in form.fields if each.type == "hidden" and each.value}
        filled = {each.name: self.samples.values(each, cells) for each in form.fields if each.type != "hidden"}
        days = {each.name: filled[each.name][0] for each in form.fields if each.type == "date" and filled[each.name]}
        for each in form.fields:
            for value in filled.get(each.name, ()):
                yield _address(action, {**fixed, each.name: value})
                if each.type != "choice":
                    continue
                if days:
                    yield _address(action, {**fixed, **days, each.name: value})
                if middle and "sort" not in fixed:
                    yield _address(action, {"after": middle, each.name: value})
        if len(days) > 1:
            yield _address(action, {**fixed, **days})


def starts(app: Flask) -> tuple[list[str], dict[str, str]]:
    """The addresses of all registered pages, of lists also the middle by each sort; and each list's cursor there."""
    (site,) = app.extensions["admin"]
    found, middles = [ROOT], dict[str, str]()
    for view in site._views:
        if not (view.url and view.url.startswith(ROOT.rstrip("/"))) or LEFT_OUT.search(f"{view.url}/"):
            continue
        url = f"{view.url.rstrip('/')}/"
        found.append(url)
        if isinstance(view, StaffView):
            deep = list(_deep(view))
            found += [f"{url}?{urlencode(each)}" for each in deep]
            middles.update((url, each["after"]) for each in deep if "sort" not in each)
    return list(dict.fromkeys(found)), middles


def _deep(view: StaffView) -> Iterator[dict[str, str]]:
    """Cursors that point into the middle of the table: by its own sort, and by each that is offered."""
    key: Any = view.model.id
    last = db.session.scalar(select(key).order_by(key.desc()).limit(1))
    if not isinstance(last, int):
        return
    middle = int(db.session.scalar(select(key).where(key >= last // 2).order_by(key).limit(1)) or last)
    if view.default_sort[0] == "id":
        yield {"after": write_cursor(middle, middle)}
    for col in view.columns:
        if not isinstance(col.source, InstrumentedAttribute) or col.source.class_ is not view.model:
            continue
        cursor = write_cursor(db.session.scalar(select(col.source).where(key == middle)), middle)
        if col.key == view.default_sort[0] != "id":
            yield {"after": cursor}
        if col.sorts:
            yield {"sort": col.key, "after": cursor}
            yield {"sort": f"-{col.key}", "after": cursor}
    db.session.close()


def kind_of(url: str) -> str:
    """The address without what differs from row to row: numbers, names, cursors, days, typed words."""
    parts = urlsplit(url)
    path = "/".join("…" if _is_variable(part) else part for part in parts.path.split("/"))
    told = []
    for name, value in sorted(parse_qsl(parts.query, keep_blank_values=True)):
        is_choice = name == "sort" or (
            name not in CURSORS and name != "q" and re.fullmatch(r"\d|[a-z][a-z_]{1,24}", value)
        )
        told.append(f"{name}={value}" if is_choice and value != "zzzzqqq" else f"{name}=…")
    return f"{path}?{'&'.join(told)}" if told else path


def _is_variable(part: str) -> bool:
    return any(sign.isdigit() for sign in part)


def _inside(url: str, link: str) -> str | None:
    """A link's address in the back office, without its fragment; None for one that leads out."""
    parts = urlsplit(urljoin(url, link))
    if parts.netloc or not parts.path.startswith(ROOT):
        return None
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _address(action: str, asked: dict[str, str]) -> str:
    return f"{urlsplit(action).path}?{urlencode(asked)}"
