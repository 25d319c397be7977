"""Every page of the admin site stands at the widths of desk, tablet and phone, and axe finds nothing serious in it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask

from app.orders.models import OrderStatus
from app.reviews import services as reviews
from tests.factories.world import Person, World
from tests.journeys.test_accessible import grave
from tests.journeys.visits import DESK, PHONE, Visit
from tests.orders import scenes
from tests.reviews.arrived import arrive

pytestmark = pytest.mark.browser
WIDTHS = (DESK, 768, PHONE)
DEEPEST = 2  # links from the menu


@pytest.fixture
def a_day(app: Flask, make: World, lily: Person) -> None:
    """Something of everything, with the longest names there may be."""
    sku_id = make.sku(name="名字很长的手机" * 20, stock=50)
    make.address(make.person("a_rather_long_name_x", "13800000009").id, receiver="名" * 20)
    with app.app_context():
        for status in OrderStatus:
            scenes.bring_to(lily, sku_id, status)
        order = arrive(make, lily, [sku_id], OrderStatus.UNREVIEWED)
        reviews.write_review(order.draft(0, text="很好" * 100))


def kind_of(url: str) -> str:
    """Addresses that differ in numbers only are of one kind."""
    parts = urlsplit(url)
    names = sorted(part.partition("=")[0] for part in parts.query.split("&") if part)
    return "".join("#" if sign.isdigit() else sign for sign in parts.path).replace("##", "#") + "?" + "&".join(names)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_fits_and_is_read_out(a_day: None, tom: Person, visit: Callable[..., Visit], language: str) -> None:
    window = visit(width=DESK)
    window.sign_in(tom)
    window.go("/admin/")
    if "/admin/login/" in window.page.url:
        window.show_phone()
    if language == "en":
        window.page.locator("form.language button").first.click()
    todo, seen, faults = [("/admin/", 0)], {"/admin/?"}, list[Any]()
    while todo:
        path, depth = todo.pop(0)
        window.go(path)
        for width in WIDTHS:
            window.narrow(width)
        window.narrow(DESK)
        faults += grave(window)
        for url in _links(window) if depth < DEEPEST else []:
            kind = kind_of(url)
            if kind not in seen:
                seen.add(kind)
                todo.append((url, depth + 1))
    assert faults == []
    assert len(seen) > 40


def _links(window: Visit) -> list[str]:
    """Pages of the admin site that this page leads to; not what is fetched as a file, nor doors."""
    found = window.page.evaluate("[...document.querySelectorAll('a[href]')].map((a) => a.href)")
    left_out = (
        "csv",
        "export",
        "/login/",
        "after=",
        "before=",
        "sort=",
        "/factor",
        "second-factor",
        "filters",
        "/waiting/",
    )
    return [
        url[len(window.url) :]
        for url in dict.fromkeys(found)
        if url.startswith(f"{window.url}/admin/") and "#" not in url and not any(word in url for word in left_out)
    ]
