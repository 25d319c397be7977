"""From the button to a signed-in shopper, against the sandbox's providers over real HTTP."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.oauth.models import OAuthUser
from app.shared.db import db
from app.users.models import SecurityEvent, User
from tests.factories.world import Person
from tests.oauth.traveller import PASSWORD, Traveller, local

Sms = Callable[[str, str], str]
MOBILE = "13912345678"


def bindings(app: Flask) -> list[tuple[int, str]]:
    """(user, provider) of every binding."""
    with app.app_context():
        return [(row.user_id, row.provider) for row in db.session.scalars(select(OAuthUser).order_by(OAuthUser.id))]


def new_account(sms: Sms, **changes: Any) -> dict[str, Any]:
    """What somebody new fills in."""
    fields = {"username": "xiaoming_01", "mobile": MOBILE, "sms_code": sms(MOBILE, "register"), "allow": "on"}
    return {**fields, **changes}


def test_sign_in_and_register_pages_offer_the_providers(traveller: Traveller) -> None:
    for path in ("/login/", "/register/"):
        page = traveller.client.get(f"{path}?next=/carts/").text
        assert 'href="/qq/login/?next=/carts/"' in page
        assert 'href="/oauth/gitee/login/?next=/carts/"' in page


def test_somebody_new_makes_an_account_and_goes_where_they_wanted(
    app: Flask, traveller: Traveller, another: Traveller, sms: Sms
) -> None:
    page = traveller.arrive(next_page="/carts/?from=qq")
    assert "小明同学" in page
    assert 'value="xiaomingtongxu"' in page  # a suggestion from the nickname
    answer = traveller.bind(page, **new_account(sms))
    assert (answer.status_code, answer.location) == (303, "/carts/?from=qq")
    assert traveller.who() == "xiaoming_01"
    with app.app_context():
        user = db.session.scalars(select(User)).one()
        assert (user.mobile, user.has_password) == (MOBILE, False)
        kinds = set(db.session.scalars(select(SecurityEvent.kind).where(SecurityEvent.user_id == user.id)))
        assert "account_linked" in kinds
    assert bindings(app) == [(user.id, "qq")]

    answer = another.come_back(another.travel(next_page="/addresses/"))
    assert (answer.status_code, answer.location) == (303, "/addresses/")
    assert another.who() == "xiaoming_01"


def test_a_chosen_password_opens_the_account_too(traveller: Traveller, another: Traveller, sms: Sms) -> None:
    traveller.bind(traveller.arrive(), **new_account(sms, password=PASSWORD))
    another.client.sign_in("xiaoming_01", PASSWORD)
    assert another.who() == "xiaoming_01"


def test_without_a_password_nobody_enters_by_one(traveller: Traveller, another: Traveller, sms: Sms) -> None:
    traveller.bind(traveller.arrive(), **new_account(sms))
    for guess in ("", "!", "xiaoming_01"):
        status, answer = another.client.json("POST", "/login/", {"username": "xiaoming_01", "password": guess})
        assert (status, answer["code"]) in {(400, "4003"), (400, "4005")}


def test_an_existing_account_is_bound_by_its_password(app: Flask, traveller: Traveller, lily: Person) -> None:
    answer = traveller.bind(traveller.arrive("password"), username=lily.username, password=lily.password)
    assert (answer.status_code, answer.location) == (303, "/")
    assert traveller.who() == "lily"
    assert bindings(app) == [(lily.id, "qq")]


def test_an_existing_account_is_bound_by_a_code_to_its_number(
    app: Flask, traveller: Traveller, lily: Person, sms: Sms
) -> None:
    answer = traveller.bind(traveller.arrive("code"), mobile=lily.mobile, sms_code=sms(lily.mobile, "bind"))
    assert answer.status_code == 303
    assert traveller.who() == "lily"
    assert bindings(app) == [(lily.id, "qq")]


@pytest.mark.parametrize("purpose", ["register", "reset", "change_old"])
def test_a_code_for_something_else_binds_nothing(
    app: Flask, traveller: Traveller, lily: Person, sms: Sms, purpose: str
) -> None:
    code = sms(lily.mobile, purpose)
    answer = traveller.bind(traveller.arrive("code"), mobile=lily.mobile, sms_code=code, fails=True)
    assert answer.status_code == 400
    assert bindings(app) == []


def test_a_number_of_nobody_is_told_so_and_keeps_its_code(traveller: Traveller, sms: Sms, app: Flask) -> None:
    code = sms(MOBILE, "bind")
    answer = traveller.bind(traveller.arrive("code"), mobile=MOBILE, sms_code=code, fails=True)
    assert answer.status_code == 400
    assert "该手机号还没有账号" in answer.text


def test_a_closed_account_is_not_entered(app: Flask, traveller: Traveller, another: Traveller, lily: Person) -> None:
    traveller.bind(traveller.arrive("password"), username=lily.username, password=lily.password)
    with app.app_context():
        db.session.execute(User.__table__.update().values(is_active=False))
        db.session.commit()
    answer = another.come_back(another.travel(), fails=True)
    assert answer.status_code == 403
    assert another.who() == ""


def test_pressed_twice_the_second_finds_the_first(app: Flask, traveller: Traveller, sms: Sms) -> None:
    page = traveller.arrive()
    fields = new_account(sms)
    assert traveller.bind(page, **fields).status_code == 303
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(User)) == 1
    # the browser's session has forgotten the binding with the first answer: the second is told, and makes nothing
    assert traveller.bind(page, **fields, fails=True).status_code == 400
    assert len(bindings(app)) == 1


def test_a_guests_cart_comes_along(traveller: Traveller, lily: Person, make: Any) -> None:
    sku = make.sku()
    traveller.client.json("POST", "/carts/", {"sku_id": sku, "count": 2})
    traveller.bind(traveller.arrive("password"), username=lily.username, password=lily.password)
    _, answer = traveller.client.json("GET", "/carts/")
    assert [(line["id"], line["count"]) for line in answer["cart_skus"]] == [(sku, 2)]


def test_the_originals_json(app: Flask, traveller: Traveller, sms: Sms) -> None:
    for path in ("/qq/login/?next=/carts/", "/qq/authorization/?next=/carts/", "/oauth/qq/login/?next=/carts/"):
        status, answer = traveller.client.json("GET", path)
        assert (status, answer["code"]) == (200, "0")
        assert "/oauth2.0/authorize?response_type=code&client_id=" in answer["login_url"]
        assert "redirect_uri=http%3A%2F%2F127.0.0.1" in answer["login_url"]
        assert "oauth_callback" in answer["login_url"]
    back = traveller.agree(local(answer["login_url"]))
    status, answer = traveller.client.json("GET", back)
    assert (status, answer["is_bound"], answer["nickname"]) == (200, False, "小明同学")
    fields = new_account(
        sms, access_token_openid=answer["access_token_openid"], username=answer["username"], allow=True
    )
    status, answer = traveller.client.json("POST", "/oauth/bind/", fields)
    assert (status, answer["code"], answer["next"]) == (200, "0", "/carts/")
    status, answer = traveller.client.json("GET", traveller.travel())
    assert (status, answer["is_bound"], answer["next"]) == (200, True, "/")


def test_the_old_spelling_of_the_callback_leads_on(traveller: Traveller) -> None:
    path = traveller.travel().replace("/oauth_callback/", "/oauth_callback")
    assert "state=" in traveller.come_back(path).location


def test_an_unknown_provider_is_not_found(traveller: Traveller) -> None:
    for path in ("/oauth/nobody/login/", "/oauth/nobody/callback/?code=1&state=2"):
        assert traveller.client.get(path, fails=True).status_code == 404


def test_two_tabs_are_on_their_way_at_once(traveller: Traveller) -> None:
    first, second = traveller.leave(next_page="/carts/"), traveller.leave(next_page="/addresses/")
    for authorize in (second, first):
        assert traveller.come_back(traveller.agree(authorize)).status_code == 303


def test_without_scripts_codes_are_sent_and_the_page_stays(app: Flask, traveller: Traveller) -> None:
    from app.verifications import store
    from tests.oauth.traveller import hidden

    page = traveller.arrive()
    carried = hidden(page)
    with app.app_context():
        text = store.peek_image_code(carried["image_code_id"])
    fields = {**carried, "username": "xiaoming_01", "mobile": MOBILE, "image_code": text}
    answer = traveller.client.post("/oauth/bind/sms/", fields)
    assert "验证码已发送" in answer.text
    assert 'value="xiaoming_01"' in answer.text
    assert hidden(answer.text)["access_token_openid"]
    answer = traveller.client.post("/oauth/bind/sms/", {**fields, "refresh": "1"})
    assert hidden(answer.text)["image_code_id"] != carried["image_code_id"]
