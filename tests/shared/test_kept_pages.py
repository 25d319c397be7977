"""Whole pages kept for strangers: the same bytes for all, nobody's secrets in them, gone with what changed."""

import re

import pytest
from flask import Flask

from app.contents import store
from app.shared import kept_pages
from tests.pages import PageClient

HOME = "/"


def how(client: PageClient, **headers: str) -> str:
    """`miss`, `hit`, or `own` for a page made for this visitor."""
    return client.browser.get(HOME, headers=headers).headers.get("X-Kept-Page", "own")


def test_the_second_stranger_gets_the_first_ones_page(app: Flask) -> None:
    assert how(PageClient(app)) == "miss"
    assert how(PageClient(app)) == "hit"
    page = PageClient(app).browser.get(HOME)
    assert 'name="csrf-token" content=""' in page.text
    assert "Set-Cookie" not in page.headers
    assert page.headers["Cache-Control"] == "private, no-cache"
    again = PageClient(app).browser.get(HOME, headers={"If-None-Match": page.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_members_get_a_page_of_their_own(app: Flask, lily_client: PageClient) -> None:
    PageClient(app).get(HOME)
    assert how(lily_client) == "own"
    page = lily_client.get(HOME).text
    assert "lily" in page
    assert re.search(r'name="csrf-token" content="[^"]{20,}"', page)
    assert "lily" not in PageClient(app).get(HOME).text


def test_a_message_that_waits_is_not_kept_for_others(app: Flask) -> None:
    client = PageClient(app)
    with client.browser.session_transaction() as session:
        session["_flashes"] = [("warn", "只给一个人看")]
    assert "只给一个人看" in client.get(HOME).text
    assert "只给一个人看" not in PageClient(app).get(HOME).text


def test_each_language_has_its_page_and_addresses_carry_no_visitors_words(app: Flask) -> None:
    english = PageClient(app)
    english.post("/language/", {"lang": "en", "next": "/"})
    assert how(PageClient(app)) == "miss"
    assert how(english) == "miss"
    assert '<html lang="en">' in english.get(HOME).text
    page = PageClient(app).browser.get("/?utm_source=somebody").text
    assert "somebody" not in page


def test_what_changes_the_page_drops_it(app: Flask) -> None:
    how(PageClient(app))
    with app.app_context():
        store.forget_home()
    assert how(PageClient(app)) == "miss"
    with app.app_context():
        kept_pages.drop("something.else")
    assert how(PageClient(app)) == "hit"


def test_a_change_while_the_page_is_made_is_not_lost(app: Flask) -> None:
    """The stamps are read before the data: a page made of old data is old at once."""
    with app.test_request_context(HOME):
        kept = kept_pages.Kept(HOME, ("goods.one",))
        assert kept_pages._from_store(kept) is None

        def view() -> str:
            kept_pages.drop("goods.one")  # somebody else, between our read and our write
            return "old data"

        kept_pages._fresh(kept, view)
    with app.test_request_context(HOME):
        assert kept_pages._from_store(kept) is None


def test_the_small_request_knows_the_visitor(app: Flask, lily_client: PageClient) -> None:
    stranger = PageClient(app)
    visitor = stranger.json("GET", "/visitor/")[1]
    assert (visitor["signed_in"], visitor["cart_count"]) == (False, 0)
    member = lily_client.json("GET", "/visitor/")[1]
    assert (member["signed_in"], "lily" in member["who"]) == (True, True)
    answer = stranger.browser.post("/language/", data={"lang": "en"}, headers={"X-CSRFToken": visitor["csrf_token"]})
    assert answer.status_code == 303


@pytest.mark.parametrize(
    ("headers", "token", "shown"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, "", True),
        ({"Sec-Fetch-Site": "cross-site"}, "", False),
        ({}, "", False),
        ({"Sec-Fetch-Site": "same-origin"}, "forged", False),
    ],
)
def test_without_scripts_a_form_is_confirmed(app: Flask, headers: dict[str, str], token: str, shown: bool) -> None:
    client = PageClient(app)
    client.browser.get(HOME)
    form = {"csrf_token": token, "lang": "en", "next": "/?a=<b>"}
    answer = client.browser.post("/language/", data=form, headers=headers)
    assert answer.status_code == 400
    assert ("请再确认一次" in answer.text) is shown
    if shown:
        assert "&lt;b&gt;" in answer.text
        real = re.search(r'name="csrf_token" value="([^"]+)"', answer.text)
        assert real
        again = client.browser.post("/language/", data={**form, "csrf_token": real[1]}, headers=headers)
        assert (again.status_code, again.location) == (303, "/?a=%3Cb%3E")
