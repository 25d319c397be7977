"""The lists of the admin site: what is chosen stays, what is kept is one's own, what is asked is not yet done."""

import pytest
from flask import Flask

from app.staff import saved_filters
from app.staff.errors import TooManyFilters
from tests.factories.world import Person, World
from tests.pages import PageClient


@pytest.fixture
def desk(app: Flask, tom: Person) -> PageClient:
    client = PageClient(app)
    client.sign_in(tom.username, tom.password)
    return client


def test_a_bad_address_is_answered_on_the_page(desk: PageClient) -> None:
    page = desk.get("/admin/skus/?sort=nothing", fails=True)
    assert page.status_code == 400
    assert "看不懂" in page.text
    assert desk.get("/admin/skus/?after=zzz", fails=True).status_code == 400


def test_a_kept_filter_is_its_owners(app: Flask, make: World, tom: Person, desk: PageClient) -> None:
    make.sku(name="一部手机")
    form = {"page": "admin_skus", "title": "手机", "query": "?q=手机&evil=//x"}
    assert desk.post("/admin/filters/keep/", form).status_code == 303
    page = desk.get("/admin/skus/").text
    assert "?q=%E6%89%8B%E6%9C%BA&amp;evil=%2F%2Fx" in page
    anna = make.staff("annabel", "13800000005", "owner")
    other = PageClient(app)
    other.sign_in(anna.username, anna.password)
    assert "evil" not in other.get("/admin/skus/").text
    with app.app_context():
        (kept,) = saved_filters.saved_filters(tom.id, "admin_skus")
    other.post(f"/admin/filters/{kept.id}/drop/", {})
    assert "evil" in desk.get("/admin/skus/").text, "a stranger's filter is not to be dropped"
    desk.post(f"/admin/filters/{kept.id}/drop/", {})
    assert "evil" not in desk.get("/admin/skus/").text


def test_the_same_name_is_kept_anew_and_there_is_an_end(app: Flask, tom: Person) -> None:
    with app.app_context():
        for query in ("?a=1", "?a=2"):
            saved_filters.keep_filter(tom.id, "admin_skus", "mine", query)
        assert [each.query for each in saved_filters.saved_filters(tom.id, "admin_skus")] == ["?a=2"]
        for number in range(saved_filters.MOST - 1):
            saved_filters.keep_filter(tom.id, "admin_skus", str(number), "?")
        with pytest.raises(TooManyFilters):
            saved_filters.keep_filter(tom.id, "admin_skus", "one more", "?")
        saved_filters.keep_filter(tom.id, "admin_skus", "mine", "?a=3")


def test_nothing_ticked_and_nonsense_ticked_are_answered(desk: PageClient) -> None:
    for rows in ({}, {"rowid": "x"}, {"rowid": "9" * 30}):
        answer = desk.post("/admin/skus/action/", {"action": "launch", "url": "//evil.example", **rows})
        assert (answer.status_code, answer.location) == (303, "/admin/skus/")
    assert "请先勾选" in desk.get("/admin/skus/").text
    assert desk.post("/admin/skus/action/", {"action": "nothing", "rowid": "1"}, fails=True).status_code == 403
