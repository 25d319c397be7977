"""Favourites: marked once, listed newest first, greyed when off the shelf, and nobody else's."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from app.goods.models import SKU
from app.shared.db import db
from app.users import favourites, policy
from app.users.models import Favourite
from tests.factories.world import Person, World
from tests.pages import PageClient


def listed(client: PageClient) -> list[int]:
    return [sku["id"] for sku in client.json("GET", "/favourites/")[1]["skus"]]


def test_marked_once_newest_first_and_taken_away(lily_client: PageClient, make: World) -> None:
    first, second = make.sku(name="先看中的"), make.sku(name="后看中的")
    for sku_id in (first, second, first):
        status, answer = lily_client.json("POST", f"/favourites/{sku_id}/")
        assert (status, answer["is_favourite"]) == (200, True)
    assert listed(lily_client) == [second, first]
    page = lily_client.get("/favourites/").text
    assert page.index("后看中的") < page.index("先看中的")
    for _ in range(2):  # what is not there is no error
        assert lily_client.json("DELETE", f"/favourites/{second}/")[1]["is_favourite"] is False
    assert listed(lily_client) == [first]


def test_the_heart_works_without_scripts_and_comes_back_to_the_page(lily_client: PageClient, make: World) -> None:
    sku_id = make.sku()
    page = lily_client.get(f"/detail/{sku_id}/").text
    assert f'action="/favourites/{sku_id}/"' in page
    assert 'aria-pressed="false"' in page
    back = lily_client.post(f"/favourites/{sku_id}/", {"next": f"/detail/{sku_id}/"})
    assert (back.status_code, back.headers["Location"]) == (303, f"/detail/{sku_id}/")
    page = lily_client.get(f"/detail/{sku_id}/").text
    assert f'action="/favourites/{sku_id}/?_method=DELETE"' in page
    assert 'aria-pressed="true"' in page
    back = lily_client.post(f"/favourites/{sku_id}/?_method=DELETE", {"next": "//evil.example/"})
    assert back.headers["Location"] == "/favourites/"
    assert listed(lily_client) == []


def test_htmx_gets_the_other_heart(lily_client: PageClient, make: World) -> None:
    sku_id = make.sku()
    answer = lily_client.post(f"/favourites/{sku_id}/", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<!DOCTYPE" not in answer.text
    assert f'hx-post="/favourites/{sku_id}/?_method=DELETE"' in answer.text


def test_a_stranger_is_asked_to_sign_in(client: PageClient, make: World) -> None:
    sku_id = make.sku()
    assert client.json("POST", f"/favourites/{sku_id}/")[0] == 401
    answer = client.post(f"/favourites/{sku_id}/", headers={"Referer": f"http://localhost/detail/{sku_id}/"})
    assert answer.headers["Location"] == f"/login/?next=/detail/{sku_id}/"


def test_they_are_the_owners_only(lily_client: PageClient, fred_client: PageClient, make: World) -> None:
    sku_id = make.sku()
    lily_client.json("POST", f"/favourites/{sku_id}/")
    assert listed(fred_client) == []
    fred_client.json("DELETE", f"/favourites/{sku_id}/")
    assert listed(lily_client) == [sku_id]


def test_off_the_shelf_it_is_greyed_and_cannot_be_bought(lily_client: PageClient, make: World) -> None:
    sku_id = make.sku(is_launched=False)
    lily_client.json("POST", f"/favourites/{sku_id}/")
    page = lily_client.get("/favourites/").text
    assert "kept-off" in page
    assert "已下架" in page
    assert "data-add-to-cart" not in page
    assert lily_client.json("GET", "/favourites/")[1]["skus"][0]["is_launched"] is False


def test_only_what_exists_can_be_marked(lily_client: PageClient) -> None:
    assert lily_client.json("POST", "/favourites/999999/")[0] == 404
    assert listed(lily_client) == []


def test_pages_and_their_end(lily_client: PageClient, make: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(favourites, "FAVOURITES_PAGE_SIZE", 2)
    skus = [make.sku() for _ in range(3)]
    for sku_id in skus:
        lily_client.json("POST", f"/favourites/{sku_id}/")
    assert listed(lily_client) == skus[:0:-1]
    assert lily_client.json("GET", "/favourites/?page=2")[1]["skus"][0]["id"] == skus[0]
    for beyond in ("3", "0", "-1"):
        assert lily_client.json("GET", f"/favourites/?page={beyond}")[0] == 404


def test_the_list_has_an_end(lily_client: PageClient, make: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(favourites, "MOST_FAVOURITES", 1)
    first, second = make.sku(), make.sku()
    lily_client.json("POST", f"/favourites/{first}/")
    status, answer = lily_client.json("POST", f"/favourites/{second}/")
    assert (status, answer["limit"]) == (409, 1)
    assert lily_client.json("POST", f"/favourites/{first}/")[0] == 200  # it is there already
    assert policy.MOST_FAVOURITES == 200


def test_a_second_click_that_was_faster_is_no_error(lily: Person, make: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sku_id = make.sku()
    with make.app.app_context():
        favourites.mark(lily.id, sku_id)
        monkeypatch.setattr(favourites, "is_marked", lambda *_: False)
        favourites.mark(lily.id, sku_id)
        assert db.session.query(Favourite).count() == 1


def test_a_page_costs_the_same_for_one_and_for_many(
    lily_client: PageClient, make: World, count_queries: Callable[[], AbstractContextManager[Any]]
) -> None:
    costs = []
    for more in (1, 5):
        for _ in range(more):
            lily_client.json("POST", f"/favourites/{make.sku()}/")
        lily_client.get("/favourites/")
        with count_queries() as counted:
            lily_client.get("/favourites/")
        costs.append(len(counted.sql))
    assert costs[0] == costs[1] <= 5


def test_a_guest_pays_nothing_for_the_heart(
    client: PageClient, make: World, count_queries: Callable[[], AbstractContextManager[Any]]
) -> None:
    sku_id = make.sku()
    client.get(f"/detail/{sku_id}/")
    with count_queries() as counted:
        client.get(f"/detail/{sku_id}/")
    assert not [sql for sql in counted.sql if "favourites" in sql]


def test_a_member_pays_once_until_something_changes(
    lily_client: PageClient, make: World, count_queries: Callable[[], AbstractContextManager[Any]]
) -> None:
    sku_id = make.sku()
    asked = []
    for change in (None, None, "POST", None, "DELETE"):
        if change:
            lily_client.json(change, f"/favourites/{sku_id}/")
        with count_queries() as counted:
            lily_client.get(f"/detail/{sku_id}/")
        asked.append(len([sql for sql in counted.sql if "favourites" in sql]))
    assert asked == [1, 0, 1, 0, 1]


def test_a_sku_without_stock_is_listed_too(lily_client: PageClient, make: World) -> None:
    sku_id = make.sku(stock=0)
    lily_client.json("POST", f"/favourites/{sku_id}/")
    assert "暂时缺货" in lily_client.get("/favourites/").text
    with make.app.app_context():
        assert db.session.get_one(SKU, sku_id).stock == 0
