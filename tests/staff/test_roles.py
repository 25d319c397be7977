"""Roles: who lacks a right is refused everywhere, and nobody raises himself."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from redis import Redis

from app.shared.errors import Forbidden
from app.shared.staff_view import ANY_STAFF, READS, STANDARD, StaffOnly, act_of
from app.staff import queries, services
from app.staff.errors import LastOwner, NoStaff, OwnRights, ReadyRole, RoleTaken
from app.staff.policy import ASSIGNABLE, OWNER, READY, RIGHTS
from tests.account.planted import whole_database
from tests.factories.world import Person, World
from tests.house.test_guards import rules_of
from tests.pages import PageClient


def views_of(app: Flask) -> dict[str, StaffOnly]:
    """The pages of the admin site by the name of their endpoints."""
    return {view.endpoint: view for admin in app.extensions["admin"] for view in admin._views}


def doors(app: Flask) -> Iterator[tuple[str, str, dict[str, str], str]]:
    """(method, path, form, the right it takes) for every view, method and action of the admin site."""
    views = views_of(app)
    for rule, method, path in rules_of(app, {"GET", "POST", "PUT", "DELETE", "PATCH"}):
        owner, _, name = rule.endpoint.partition(".")
        if owner not in views or name == "static":
            continue
        view = views[owner]
        act = ANY_STAFF if owner == "admin" else act_of(getattr(type(view), name), method) or STANDARD.get(name)
        right = ANY_STAFF if act == ANY_STAFF else f"{view.area}.{act}"
        yield method, path, {"id": "1"}, right
        if name == "action_view":
            for action, (function, _text, _question) in getattr(view, "_actions_data", {}).items():
                yield (
                    method,
                    path,
                    {"action": action, "rowid": "1", "sure": "1"},
                    f"{view.area}.{act_of(function, method) or STANDARD.get(function.__name__)}",
                )


def test_every_door_names_a_right_that_exists(mall: Flask) -> None:
    found = list(doors(mall))
    # what Flask-Admin brings along and no right opens is closed to everybody: `orders.create`
    own = [door for door in found if door[0] != "GET" or door[3].partition(".")[2] not in STANDARD.values()]
    closed = [door for door in own if door[3] not in RIGHTS | {ANY_STAFF}]
    assert [door for door in closed if door[3].partition(".")[2] not in {"create", "edit"}] == []
    assert {right for *_, right in found} >= {
        "orders.ship",
        "aftersales.refund",
        "roles.manage_roles",
        "imports.create",
    }


@pytest.mark.parametrize("role", [*READY, ""])
def test_a_role_opens_its_own_doors_and_no_other(
    app: Flask, make: World, tom: Person, redis_url: str, role: str
) -> None:
    make.sku(name="一部手机")
    person = make.staff("clerk", "13800000004", *filter(None, [role]))
    rights = READY[role][1] if role else frozenset()
    client = PageClient(app)
    client.sign_in(person.username, person.password)
    token = {"X-CSRFToken": client.token(), "Accept": "application/json"}
    store: Any = Redis.from_url(redis_url)
    before, jobs = whole_database(app), sorted(store.keys("rq:*"))
    refused = [door for door in doors(app) if door[3] not in rights | {ANY_STAFF}]
    for method, path, form, right in refused:
        status = client.browser.open(path, method=method, data=form, headers=token).status_code
        assert status == 403, (role, method, path, form, right, status)
    assert role == OWNER or len(refused) > 20
    assert whole_database(app) == before, "refused means that nothing has changed"
    assert sorted(store.keys("rq:*")) == jobs, "and that nothing was sent"
    for method, path, form, right in doors(app):
        if method in READS and right in rights:
            status = client.browser.open(path, method=method, data=form, headers=token).status_code
            assert status != 403, (role, method, path, right)
    store.close()


def test_a_forgotten_right_opens_nothing(app: Flask, make: World, tom: Person) -> None:
    assert act_of(lambda: None, "GET") is None
    view = StaffOnly()
    with app.test_request_context("/admin/"), pytest.raises(Exception, match="请先登录"):
        view._handle_view("some_view")


def test_nobody_raises_himself(app: Flask, make: World, tom: Person) -> None:
    clerk = make.staff("clerk", "13800000004", "operations")
    with app.app_context():
        with pytest.raises(OwnRights):
            services.grant(tom.id, "auditor", tom.id)
        with pytest.raises(OwnRights):
            services.revoke(tom.id, OWNER, tom.id)
        with pytest.raises(Forbidden):
            services.grant(tom.id, "auditor", clerk.id)
        with pytest.raises(Forbidden):
            services.set_rights(2, ASSIGNABLE, clerk.id)
        assert queries.roles_of(tom.id) == [OWNER]
        assert queries.roles_of(clerk.id) == ["operations"]


def test_the_last_owner_stays(app: Flask, make: World, tom: Person) -> None:
    with app.app_context():
        with pytest.raises(LastOwner):
            services.revoke(tom.id, OWNER, None)
        anna = make.staff("annabel", "13800000005", OWNER)
        assert services.revoke(tom.id, OWNER, anna.id)
        assert queries.rights_of(tom.id) == frozenset()
        with pytest.raises(LastOwner):
            services.revoke(anna.id, OWNER, None)


def test_two_owners_who_dismiss_each_other_leave_one(app: Flask, make: World, tom: Person) -> None:
    anna = make.staff("annabel", "13800000005", OWNER)
    start, said = threading.Barrier(2), []

    def dismiss(whom: int, by: int) -> None:
        with app.app_context():
            start.wait(10)
            try:
                services.revoke(whom, OWNER, by)
                said.append("done")
            except (Forbidden, LastOwner):
                said.append("refused")

    both = [threading.Thread(target=dismiss, args=pair) for pair in ((tom.id, anna.id), (anna.id, tom.id))]
    for each in both:
        each.start()
    for each in both:
        each.join(30)
    assert sorted(said) == ["done", "refused"]
    with app.app_context():
        assert sum(queries.roles_of(person.id) == [OWNER] for person in (tom, anna)) == 1


def test_only_staff_have_roles(app: Flask, tom: Person, lily: Person) -> None:
    with app.app_context(), pytest.raises(NoStaff):
        services.grant(lily.id, "auditor", tom.id)


def test_owners_shape_roles_on_the_page(app: Flask, make: World, tom: Person) -> None:
    clerk = make.staff("clerk", "13800000004")
    client = PageClient(app)
    client.sign_in(tom.username, tom.password)
    client.post("/admin/roles/create/", {"name": "night_shift", "title": "夜班"})
    with app.app_context():
        (role,) = [each for each in queries.roles() if each.name == "night_shift"]
        with pytest.raises(RoleTaken):
            services.make_role("night_shift", "又一个", tom.id)
    chosen = ["orders.view", "orders.ship"]
    client.post(f"/admin/roles/{role.id}/rights/", {"right": chosen})
    client.post("/admin/roles/grant/", {"username": "clerk", "role": "night_shift"})
    page = client.get("/admin/roles/")
    assert "夜班" in page.text
    assert client.get(f"/admin/roles/{role.id}/").status_code == 200
    with app.app_context():
        assert queries.rights_of(clerk.id) == frozenset(chosen)
        with pytest.raises(ReadyRole):
            services.drop_role(role.id, tom.id)
    client.post("/admin/roles/revoke/", {"username": "clerk", "role": "night_shift"})
    client.post(f"/admin/roles/{role.id}/drop/")
    with app.app_context():
        assert [each.name for each in queries.roles()] == list(READY)


def test_the_right_to_give_rights_cannot_be_ticked(app: Flask, tom: Person) -> None:
    client = PageClient(app)
    client.sign_in(tom.username, tom.password)
    with app.app_context():
        auditor = next(role for role in queries.roles() if role.name == "auditor")
        owner = next(role for role in queries.roles() if role.name == OWNER)
    for role, right in ((auditor, "roles.manage_roles"), (auditor, "moon.view"), (owner, "orders.view")):
        client.post(f"/admin/roles/{role.id}/rights/", {"right": [right]})
    with app.app_context():
        assert {role.name: role.rights for role in queries.roles()}["auditor"] == READY["auditor"][1]


def run(app: Flask, *words: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["users", *words])
    return result.exit_code, result.output


def test_roles_by_command(app: Flask, make: World, tom: Person) -> None:
    make.person("clerk", "13800000004", is_staff=True)
    assert run(app, "grant", "clerk", "warehouse") == (0, "clerk is warehouse\n")
    assert run(app, "grant", "clerk", "warehouse") == (0, "clerk was already warehouse\n")
    assert run(app, "revoke", "clerk", "warehouse") == (0, "clerk is no longer warehouse\n")
    assert run(app, "revoke", "tommy", "owner")[0] == 1
    assert run(app, "grant", "clerk", "king")[0] == 1
    assert run(app, "grant", "nobody", "owner")[0] == 1
