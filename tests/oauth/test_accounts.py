"""Linked accounts on the account page: list, link, unlink, and never the last way in."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from app.oauth import services
from app.oauth.errors import BoundElsewhere, LastWayIn
from app.oauth.models import OAuthUser
from app.oauth.services import OpenID, Wish
from app.shared.db import db
from app.shared.errors import DomainError
from app.shared.uow import unit_of_work
from app.users.guessing import Caller
from app.users.models import User
from tests.factories.world import Person, World
from tests.oauth.test_flow import MOBILE, Sms, bindings, new_account
from tests.oauth.traveller import Traveller, local
from tests.pages import PageClient

CALLER = Caller("127.0.0.1")


@pytest.fixture
def signed_in(traveller: Traveller, lily: Person) -> Traveller:
    """Lily at home, with a password and nothing linked."""
    traveller.client.sign_in(lily.username, lily.password)
    return traveller


def link(traveller: Traveller, provider: str = "qq", person: str = "xiaoming") -> str:
    """From the button on the account page to the sentence that comes back."""
    answer = traveller.client.post(f"/oauth/{provider}/link/")
    assert answer.status_code == 303
    back = traveller.agree(local(answer.location), person)
    answer = traveller.come_back(back)
    assert (answer.status_code, answer.location) == (303, "/oauth/accounts/")
    return traveller.client.get("/oauth/accounts/").text


def unlink(traveller: Traveller, provider: str = "qq") -> str:
    traveller.client.post(f"/oauth/{provider}/?_method=DELETE")
    return traveller.client.get("/oauth/accounts/").text


def test_link_see_and_unlink(app: Flask, signed_in: Traveller, another: Traveller, lily: Person) -> None:
    page = signed_in.client.get("/oauth/accounts/").text
    assert page.count("未绑定") == 2
    assert "QQ 已绑定" in link(signed_in)
    assert bindings(app) == [(lily.id, "qq")]
    assert another.come_back(another.travel()).status_code == 303
    assert another.who() == "lily"
    assert "已解除绑定" in unlink(signed_in)
    assert bindings(app) == []


def test_as_json(app: Flask, signed_in: Traveller, lily: Person) -> None:
    status, answer = signed_in.client.json("POST", "/oauth/gitee/link/")
    assert (status, answer["code"]) == (200, "0")
    status, answer = signed_in.client.json("GET", signed_in.agree(local(answer["login_url"])))
    assert (status, answer["is_bound"]) == (200, True)
    _, answer = signed_in.client.json("GET", "/oauth/accounts/")
    assert answer["accounts"] == [{"provider": "qq", "is_bound": False}, {"provider": "gitee", "is_bound": True}]
    assert signed_in.client.json("DELETE", "/oauth/gitee/")[0] == 200
    status, answer = signed_in.client.json("DELETE", "/oauth/gitee/")
    assert (status, answer["code"]) == (404, "5003")


def test_somebody_elses_account_is_not_taken_over(
    app: Flask, signed_in: Traveller, another: Traveller, lily: Person, fred: Person
) -> None:
    another.client.sign_in(fred.username, fred.password)
    link(another)
    assert "这个账号已绑定其他美多账号" in link(signed_in)
    assert bindings(app) == [(fred.id, "qq")]
    assert "这个账号已绑定其他美多账号" not in link(another)  # once more the same: nothing changes


def test_a_way_begun_by_one_shopper_is_not_ended_by_another(app: Flask, signed_in: Traveller, fred: Person) -> None:
    """The browser changed hands while it was at the provider's."""
    answer = signed_in.client.post("/oauth/qq/link/")
    back = signed_in.agree(local(answer.location))
    signed_in.client.post("/logout/")
    signed_in.client.sign_in(fred.username, fred.password)
    assert signed_in.come_back(back, fails=True).status_code == 400
    assert bindings(app) == []


def test_sec_10_linking_begins_with_a_form_of_ours(app: Flask, signed_in: Traveller, lily: Person) -> None:
    """A GET begins a sign-in only: an image tag on another site cannot link anything to who is signed in."""
    assert signed_in.client.get("/oauth/qq/link/", fails=True).status_code == 405
    status, answer = signed_in.client.json("POST", "/oauth/qq/link/", token=False)
    assert (status, answer["code"]) == (400, "4104")
    signed_in.come_back(signed_in.travel())
    assert bindings(app) == []
    assert signed_in.who() == "lily"


def test_the_last_way_in_stays(app: Flask, traveller: Traveller, sms: Sms) -> None:
    traveller.bind(traveller.arrive(), **new_account(sms))
    page = traveller.client.get("/oauth/accounts/").text
    assert "唯一的登录方式" in page
    assert "解除绑定</button>" not in page
    status, answer = traveller.client.json("DELETE", "/oauth/qq/")
    assert (status, answer["code"]) == (409, "5202")
    assert "唯一的登录方式" in unlink(traveller)
    assert len(bindings(app)) == 1
    link(traveller, "gitee")
    assert "已解除绑定" in unlink(traveller, "qq")
    assert [provider for _, provider in bindings(app)] == ["gitee"]


def test_nobody_unlinks_for_somebody_else(app: Flask, signed_in: Traveller, fred: Person, make: World) -> None:
    link(signed_in)
    freds = PageClient(app)
    freds.sign_in(fred.username, fred.password)
    assert freds.json("DELETE", "/oauth/qq/")[0] == 404
    assert len(bindings(app)) == 1


# --- at once --------------------------------------------------------------------------------------------------------


def at_once(app: Flask, count: int, run: Callable[[int], object]) -> list[object]:
    """The results, errors among them."""
    gate = threading.Barrier(count)
    results: list[object] = [None] * count

    def one(place: int) -> None:
        with app.app_context():
            gate.wait()
            try:
                results[place] = run(place)
            except DomainError as problem:
                results[place] = problem
            finally:
                db.session.remove()

    threads = [threading.Thread(target=one, args=(place,)) for place in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.race
def test_acc_10_fifty_parallel_binds_make_one_binding(app: Flask, lily: Person, fred: Person) -> None:
    who = OpenID("qq", "A" * 32)
    results = at_once(app, 50, lambda place: services.bind((lily, fred)[place % 2].id, who, CALLER))
    found = bindings(app)
    assert len(found) == 1
    assert sum(result is None for result in results) == 25  # all of the winner's, who asked 25 times
    assert sum(isinstance(result, BoundElsewhere) for result in results) == 25


@pytest.mark.race
def test_acc_10_fifty_parallel_new_accounts_for_one_open_id_make_one(app: Flask, sms: Sms) -> None:
    """Fifty names and numbers, one QQ: one account, and no empty one is left behind by the losers."""
    who = OpenID("qq", "B" * 32)
    mobiles = [f"139000000{place:02d}" for place in range(50)]
    for mobile in mobiles:
        sms(mobile, "register")
    results = at_once(
        app, 50, lambda place: services.join(who, Wish(f"shopper_{place}", mobiles[place], "", "123456"), CALLER)
    )
    with app.app_context():
        assert db.session.query(User).count() == 1
    assert len(bindings(app)) == 1
    winners = {result for result in results if isinstance(result, int)}
    assert len(winners) == 1
    assert all(isinstance(result, int | BoundElsewhere) for result in results)


@pytest.mark.race
def test_two_double_clicks_on_a_new_account_find_the_same(app: Flask, sms: Sms) -> None:
    who, wish = OpenID("qq", "C" * 32), Wish("shopper_1", MOBILE, "", sms(MOBILE, "register"))
    results = at_once(app, 4, lambda _place: services.join(who, wish, CALLER))
    assert len(set(results)) == 1
    assert isinstance(results[0], int)


@pytest.mark.race
def test_two_links_unlinked_at_once_leave_one(app: Flask, sms: Sms) -> None:
    with app.app_context():
        user_id = services.join(OpenID("qq", "D" * 32), Wish("shopper_1", MOBILE, "", sms(MOBILE, "register")), CALLER)
        services.bind(user_id, OpenID("gitee", "7"), CALLER)
    results = at_once(app, 2, lambda place: services.unlink(user_id, ("qq", "gitee")[place], CALLER))
    assert sum(isinstance(result, LastWayIn) for result in results) == 1
    assert len(bindings(app)) == 1


@pytest.mark.parametrize("twin", [("fred", "qq", "E" * 32), ("lily", "qq", "F" * 32)])
def test_acc_10_the_database_itself_refuses_a_second_binding(
    ctx: Flask, lily: Person, fred: Person, twin: tuple[str, str, str]
) -> None:
    """Even if a verb forgot to look: one account for an open id, one open id of a provider for an account."""
    owners = {"lily": lily.id, "fred": fred.id}

    @unit_of_work
    def write(who: str, provider: str, open_id: str) -> None:
        db.session.add(OAuthUser(user_id=owners[who], provider=provider, open_id=open_id))

    write("lily", "qq", "E" * 32)
    with pytest.raises(IntegrityError):
        write(*twin)
    assert len(bindings(ctx)) == 1
