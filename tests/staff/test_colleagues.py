"""A new colleague: made with roles, let in by a link or a password, disabled, never by himself."""

import re
import threading

import pytest
from flask import Flask
from sqlalchemy import select

from app.shared.db import db
from app.shared.errors import DomainError, Forbidden, NotFound, NotPossible
from app.staff import colleagues, queries
from app.staff.errors import LastOwner, NoStaff, OwnRights
from app.staff.policy import OWNER
from app.users import passwords_lost
from app.users.disabling import By
from app.users.errors import LinkSpent, MobileTaken, NameTaken, WeakPassword
from app.users.guessing import Caller
from app.users.models import User
from tests.factories.world import Person, World
from tests.pages import PageClient

HERE = Caller("127.0.0.1", "test")
PASSWORD = "warehouse-at-dawn-7"


def by(person: Person) -> By:
    return By(person.id, HERE)


def test_with_a_typed_password_and_two_roles(app: Flask, tom: Person) -> None:
    with app.app_context():
        user_id = colleagues.hire(" clerk ", "13800000004", PASSWORD, ["warehouse", "auditor"], by(tom))
        assert queries.roles_of(user_id) == ["warehouse", "auditor"]
        assert db.session.scalar(select(User.password_hash).where(User.id == user_id)).startswith("$argon2id$")
    client = PageClient(app)
    client.sign_in("clerk", PASSWORD)
    assert client.get("/admin/orders/").status_code == 200


def test_with_a_link_that_is_good_once(app: Flask, tom: Person) -> None:
    with app.app_context():
        user_id = colleagues.hire("clerk", "13800000004", "", ["warehouse"], by(tom))
        token = passwords_lost.welcome(user_id)
    client = PageClient(app)
    assert client.json("POST", "/login/", {"username": "clerk", "password": ""})[0] == 400
    shown = client.get(f"/find_password/new/?welcome={token}")
    assert shown.location == "/find_password/new/", "the text does not stay in the address"
    assert "设置新密码" in client.get(shown.location).text
    client.post("/find_password/new/", {"password": PASSWORD, "password2": PASSWORD})
    client.sign_in("clerk", PASSWORD)
    assert client.get("/admin/orders/").status_code == 200
    late = PageClient(app)
    assert late.get(f"/find_password/new/?welcome={token}").location == "/find_password/"
    with app.app_context(), pytest.raises(NotPossible):
        passwords_lost.welcome(user_id)


def test_a_new_link_makes_the_old_one_worthless(app: Flask, tom: Person) -> None:
    with app.app_context():
        user_id = colleagues.hire("clerk", "13800000004", "", [], by(tom))
        old = passwords_lost.welcome(user_id)
        colleagues.renew_welcome(user_id, by(tom))
        new = passwords_lost.welcome(user_id)
        with pytest.raises(LinkSpent):
            passwords_lost.check_password_token(old)
        passwords_lost.check_password_token(new)


@pytest.mark.parametrize(
    ("name", "mobile", "password", "roles", "problem"),
    [
        ("x", "13800000004", PASSWORD, [], DomainError),
        ("13812345678", "13800000004", PASSWORD, [], DomainError),
        ("clerk", "12", PASSWORD, [], DomainError),
        ("clerk", "13800000004", "12345678", [], WeakPassword),
        ("tommy", "13800000004", PASSWORD, [], NameTaken),
        ("clerk", "13800000003", PASSWORD, [], MobileTaken),
        ("clerk", "13800000004", PASSWORD, ["warehouse", "king"], NotFound),
    ],
)
def test_what_does_not_fit_makes_nobody(
    app: Flask, tom: Person, name: str, mobile: str, password: str, roles: list[str], problem: type[DomainError]
) -> None:
    with app.app_context():
        with pytest.raises(problem):
            colleagues.hire(name, mobile, password, roles, by(tom))
        assert db.session.scalars(select(User.username)).all() == ["tommy"]


def test_only_owners_and_never_oneself(app: Flask, make: World, tom: Person, lily: Person) -> None:
    clerk = make.staff("clerk", "13800000004", "operations")
    with app.app_context():
        with pytest.raises(Forbidden):
            colleagues.hire("another", "13800000009", PASSWORD, [OWNER], by(clerk))
        for verb in (lambda who, by: colleagues.disable(who, "why", by), colleagues.enable, colleagues.end_sign_ins):
            with pytest.raises(Forbidden):
                verb(tom.id, by(clerk))
            with pytest.raises(OwnRights):
                verb(tom.id, by(tom))
            with pytest.raises(NoStaff):
                verb(lily.id, by(tom))


def test_disabled_is_out_at_once_and_back_with_the_same_roles(app: Flask, make: World, tom: Person) -> None:
    clerk = make.staff("clerk", "13800000004", "warehouse")
    client = PageClient(app)
    client.sign_in(clerk.username, clerk.password)
    with app.app_context():
        assert colleagues.disable(clerk.id, "left", by(tom)) == 1
        assert queries.rights_of(clerk.id) == frozenset()
    assert client.json("GET", "/admin/orders/")[0] == 401
    with app.app_context():
        colleagues.enable(clerk.id, by(tom))
        assert queries.roles_of(clerk.id) == ["warehouse"]
    client.sign_in(clerk.username, clerk.password)
    assert client.get("/admin/orders/").status_code == 200


def test_the_last_owner_is_not_disabled(app: Flask, make: World, tom: Person) -> None:
    with app.app_context(), pytest.raises(LastOwner):
        colleagues.disable(tom.id, "why", By(None, HERE))
    anna = make.staff("annabel", "13800000005", OWNER)
    with app.app_context():
        colleagues.disable(tom.id, "why", by(anna))
        with pytest.raises(LastOwner):
            colleagues.disable(anna.id, "why", By(None, HERE))


def test_two_owners_who_disable_each_other_leave_one(app: Flask, make: World, tom: Person) -> None:
    anna = make.staff("annabel", "13800000005", OWNER)
    start, said = threading.Barrier(2), []

    def press(whom: Person, who: Person) -> None:
        with app.app_context():
            start.wait(10)
            try:
                colleagues.disable(whom.id, "why", by(who))
                said.append("done")
            except (Forbidden, LastOwner):
                said.append("refused")

    both = [threading.Thread(target=press, args=pair) for pair in ((tom, anna), (anna, tom))]
    for each in both:
        each.start()
    for each in both:
        each.join(30)
    assert sorted(said) == ["done", "refused"]


# --- the pages ------------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(app: Flask, tom: Person) -> PageClient:
    client = PageClient(app)
    client.sign_in(tom.username, tom.password)
    return client


def test_a_new_colleague_gets_the_warehouse_role_in_one_form(app: Flask, desk: PageClient) -> None:
    assert "/admin/colleagues/new/" in desk.get("/admin/colleagues/").text
    desk.get("/admin/colleagues/new/")
    made = desk.post("/admin/colleagues/new/", {"username": "clerk", "mobile": "13800000004", "role": "warehouse"})
    link = re.search(r"<code>(http[^<]+)</code>", made.text)
    assert link is not None
    assert made.headers["Cache-Control"] == "no-store"
    address = link[1].partition("/find_password")[1] + link[1].partition("/find_password")[2]
    client = PageClient(app)
    client.get(address)
    client.post("/find_password/new/", {"password": PASSWORD, "password2": PASSWORD})
    client.sign_in("clerk", PASSWORD)
    assert client.get("/admin/orders/").status_code == 200
    assert client.get("/admin/colleagues/", fails=True).status_code == 403
    with app.app_context():
        user_id = queries.find_staff("clerk")
    page = desk.get(f"/admin/colleagues/{user_id}/").text
    assert link[1] not in page, "the link is shown once"
    assert PASSWORD not in desk.get("/admin/audit/").text


def test_the_form_comes_back_with_what_is_wrong(app: Flask, desk: PageClient) -> None:
    typed = {"username": "x", "mobile": "13800000004", "role": "warehouse", "password": PASSWORD}
    page = desk.post("/admin/colleagues/new/", typed, fails=True)
    assert page.status_code == 400
    assert "用户名为 5–20 位" in page.text
    assert 'value="13800000004"' in page.text
    assert PASSWORD not in page.text


def test_an_owner_does_everything_on_one_page(app: Flask, make: World, desk: PageClient) -> None:
    clerk = make.staff("clerk", "13800000004", OWNER)
    page = f"/admin/colleagues/{clerk.id}/"
    assert "重置两步验证" in desk.get(page).text
    desk.post(f"{page}reset-totp/")
    desk.post(f"{page}roles/", {"role": "warehouse"})
    desk.post(f"{page}roles/", {"role": OWNER, "take": "1"})
    with app.app_context():
        assert queries.roles_of(clerk.id) == ["warehouse"]
        assert queries.sealed_secret(clerk.id) is None
    desk.post(f"{page}disable/", {"reason": "离职"})
    assert "离职" in desk.get(page).text
    desk.post(f"{page}enable/")
    desk.post(f"{page}end-sign-ins/")
    desk.post(f"{page}welcome/")
    with app.app_context():
        assert db.session.get_one(User, clerk.id).is_active
    assert desk.get("/admin/colleagues/999/", fails=True).status_code == 404


def test_the_auditor_looks_and_changes_nothing(app: Flask, make: World, tom: Person) -> None:
    auditor = make.staff("auditor", "13800000006", "auditor")
    client = PageClient(app)
    client.sign_in(auditor.username, auditor.password)
    page = client.get(f"/admin/colleagues/{tom.id}/").text
    assert "停用账号" not in page
    assert client.post(f"/admin/colleagues/{tom.id}/disable/", {"reason": "x"}, fails=True).status_code == 403
    assert client.get("/admin/colleagues/new/", fails=True).status_code == 403
