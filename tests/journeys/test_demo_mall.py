"""The demo mall as `make run` fills it: everything there, once, and no way in it leads nowhere."""

import re
from collections import Counter, deque
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.exceptions import HTTPException

from app.areas.models import Area
from app.contents.models import Content, ContentCategory
from app.goods.models import SKU, SPU, Brand, Category, ChannelGroup, SKUImage, StockMovement
from app.shared.db import Base, db
from app.shared.pictures import WIDTHS
from tests.factories.world import World
from tests.journeys.conftest import load_demo
from tests.pages import PageClient

pytestmark = pytest.mark.once

LOADED: dict[type[Base], int] = {
    Area: 3846,
    Category: 134,
    Brand: 115,
    SPU: 168,
    SKU: 655,
    StockMovement: 655,
    ContentCategory: 19,
}
MOST_PAGES, MOST_OF_A_KIND = 150, 45
REGISTER = "https://beian.miit.gov.cn/"  # where the law wants the ICP number to lead
REACHED = {"tel": re.compile(r"[0-9+-]{5,}"), "mailto": re.compile(r"[^@\s]+@[^@\s]+")}
TAG = re.compile(r"<(a|form|img|source|link|script|button|input)\b([^>]*)>")
ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')


@pytest.fixture
def demo(app: Flask) -> Flask:
    """Loaded by the commands a person would type."""
    load_demo(app)
    return app


def counts() -> dict[type[Base], int]:
    return {model: db.session.scalar(select(func.count()).select_from(model)) or 0 for model in LOADED}


def test_all_is_there_and_loading_again_changes_nothing(demo: Flask) -> None:
    with demo.app_context():
        assert counts() == LOADED
        tops = select(func.count()).select_from(Category).where(Category.level == 1)
        assert db.session.scalar(select(func.count()).select_from(ChannelGroup)) == db.session.scalar(tops)
        assert set(db.session.scalars(select(SKU.comments))) == {0}
        shown = select(func.count(Content.category_id.distinct())).where(Content.is_shown)
        assert db.session.scalar(shown) == 19, "a slot of the home page is empty"
        ads = db.session.scalar(select(func.count()).select_from(Content))
    audit = demo.test_cli_runner().invoke(args=["goods", "audit-stock"])
    assert (audit.exit_code, audit.output) == (0, "655 SKUs agree with the ledger\n")

    load_demo(demo)

    with demo.app_context():
        assert counts() == LOADED
        assert db.session.scalar(select(func.count()).select_from(Content)) == ads


def test_every_picture_of_a_sku_is_a_file(demo: Flask) -> None:
    media = demo.config["INSTANCE"] / "media"
    with demo.app_context():
        stems = {*db.session.scalars(select(SKU.default_image)), *db.session.scalars(select(SKUImage.image))}
    assert "" not in stems
    files = [media / f"{stem}-{width}.webp" for stem in stems for width in WIDTHS]
    assert [path.name for path in files if not path.is_file()] == []


def test_every_ad_leads_to_goods(demo: Flask, client: PageClient) -> None:
    with demo.app_context():
        links = sorted(set(db.session.scalars(select(Content.url))))
    assert len(links) > 50
    for link in links:
        assert link.startswith("/"), f"{link} leads out of the shop"
        assert client.get(link).status_code == 200, link


class Crawl:
    """Walk from page to page as a reader could; every address met is tried or matched against the routes."""

    def __init__(self, client: PageClient) -> None:
        self.client = client
        self.routes = client.app.url_map.bind("localhost")
        self.seen: set[str] = set()
        self.ways: deque[tuple[str, str]] = deque()
        self.kinds: Counter[str] = Counter()
        self.assets: set[str] = set()
        self.dead: list[str] = []

    def walk(self, start: list[str]) -> "Crawl":
        """Breadth first, with a bound on pages of one kind, so that every kind is met."""
        self.ways.extend((path, "") for path in start)
        while self.ways and sum(self.kinds.values()) < MOST_PAGES:
            path, origin = self.ways.popleft()
            if path not in self.seen:
                self.seen.add(path)
                self.visit(path, origin)
        return self

    def visit(self, path: str, origin: str = "") -> None:
        """One page, and the ways it shows."""
        kind = self._endpoint("GET", path)
        if kind is None or kind.startswith("sandbox."):
            self.dead += [f"{origin} → {path}"] if kind is None else []
            return
        if self.kinds[kind] >= MOST_OF_A_KIND:
            return
        self.kinds[kind] += 1
        response = self.client.get(path, fails=True)
        if response.status_code >= 400:
            self.dead.append(f"{origin} → {path}: {response.status_code}")
        elif response.status_code >= 300:
            self.ways.append((response.location, path))
        elif response.mimetype == "text/html":
            self._read(path, response.text)
        response.close()  # a picture is an open file

    def _read(self, path: str, page: str) -> None:
        for tag, text in TAG.findall(page):
            attributes = {name: unescape(value) for name, value in ATTRIBUTE.findall(text)}
            if tag == "a" and "href" in attributes:
                self._follow(path, attributes["href"], page)
            elif tag == "form" or "formaction" in attributes:
                self._match_form(path, attributes)
            for name in ("src", "href") if tag != "a" else ():
                if name in attributes:
                    self.assets.add(attributes[name])
            self.assets.update(part.split()[0] for part in attributes.get("srcset", "").split(",") if part.strip())

    def _follow(self, path: str, target: str, page: str) -> None:
        parts = urlsplit(urljoin(path, target))
        if parts.scheme in ("tel", "mailto"):
            self.dead += [] if REACHED[parts.scheme].fullmatch(parts.path) else [f"{path} → {target} reaches nobody"]
        elif parts.scheme or parts.netloc:
            self.dead += [] if target == REGISTER else [f"{path} → {target} leads out of the shop"]
        elif target.startswith("#"):
            self.dead += [] if f'id="{target[1:]}"' in page else [f"{path} → {target} is not on the page"]
        else:
            self.ways.append((parts.path + (f"?{parts.query}" if parts.query else ""), path))

    def _match_form(self, path: str, attributes: dict[str, Any]) -> None:
        action = attributes.get("formaction") or attributes.get("action") or path
        asked = re.search(r"_method=([A-Z]+)", action)
        method = "POST" if "formaction" in attributes else attributes.get("method", "get").upper()
        if self._endpoint(asked.group(1) if asked else method, action) is None:
            self.dead.append(f"{path}: a form to {method} {action}")

    def _endpoint(self, method: str, path: str) -> str | None:
        try:
            return str(self.routes.match(urlsplit(path).path, method=method)[0])
        except HTTPException as problem:
            is_redirect = problem.get_response().status_code < 400
            return "redirect" if is_redirect else None

    def missing_assets(self) -> list[str]:
        """Pictures, styles and scripts that the pages name and the shop does not have."""
        missing = []
        for name in sorted(self.assets):
            response = self.client.browser.get(name, buffered=True)
            missing += [f"{name}: {response.status_code}"] if response.status_code != 200 else []
            response.close()
        return missing


def test_no_link_of_a_guest_is_dead(demo: Flask, client: PageClient) -> None:
    found = Crawl(client).walk(["/"])

    assert found.dead == []
    assert sum(found.kinds.values()) > 100, found.kinds
    assert {"contents.index", "search.listing", "goods.detail", "search.results", "users.login"} <= set(found.kinds)
    assert found.missing_assets() == []


def test_no_link_of_a_member_is_dead(demo: Flask, make: World) -> None:
    person = make.person("lily", "13800000001")
    client = PageClient(demo)
    client.sign_in(person.username, person.password)
    place = {"province_id": 130000, "city_id": 130100, "district_id": 130102, "place": "中山路 1 号"}
    who = {"receiver": "莉莉", "mobile": person.mobile}
    address_id = client.json("POST", "/addresses/create/", {**place, **who})[1]["address"]["id"]
    for sku_id in (1, 2):
        assert client.json("POST", "/carts/", {"sku_id": sku_id, "count": 1})[0] == 200
    shown = client.json("GET", "/orders/settlement/")[1]
    wish = {name: shown[name] for name in ("submit_token", "total_amount")}
    number = client.json("POST", "/orders/commit/", {"address_id": address_id, "pay_method": 2, **wish})[1]["order_id"]
    client.json("POST", "/browse_histories/", {"sku_id": 3})
    client.json("POST", "/carts/", {"sku_id": 3, "count": 2})

    own = ["/info/", "/orders/info/", "/addresses/", "/carts/", "/orders/settlement/"]
    found = Crawl(client)
    for path in (*own, f"/orders/success/?order_id={number}", f"/orders/{number}/"):
        found.visit(path)
    links = [path for path, _ in found.ways if not path.startswith("/list/")]
    found.walk(links[:60])

    assert found.dead == []
    assert {"orders.detail", "orders.success", "orders.settlement", "users.addresses"} <= set(found.kinds)
