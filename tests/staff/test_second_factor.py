"""The second factor: every way in, every way not in, and each code once however many use it at a time."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text, update

import config
from app.shared import clock, totp
from app.shared.db import db
from app.shared.errors import DomainError
from app.shared.uow import unit_of_work
from app.staff import queries, second_factor, services
from app.staff.errors import HasFactor, OwnRights, TooManyCodes, WrongCode
from app.staff.models import AuditEntry, StaffTotp
from app.staff.policy import OWNER, READY, RECOVERY_CODES, RIGHTS, TRIES, WANT_FACTOR, wants_factor
from app.users.guessing import Caller
from app.users.models import SecurityEvent, SignIn
from tests.factories.world import Person, World
from tests.oauth.test_wire import PRODUCTION
from tests.pages import PageClient
from tests.staff.phone import code_now, draft_on, recovery_on, secret_of

HERE = Caller("127.0.0.1", "test")


@pytest.fixture
def anna(make: World) -> Person:
    """An owner on her first day: no second factor yet."""
    return make.staff("annabel", "13800000005", OWNER, enrolled=False)


def browser_of(app: Flask, person: Person) -> PageClient:
    """Signed in at the shop's door, and no further."""
    client = PageClient(app)
    assert client.json("POST", "/login/", {"username": person.username, "password": person.password})[0] == 200
    return client


def is_in(client: PageClient) -> bool:
    return client.get("/admin/roles/").status_code == 200


def in_parallel(app: Flask, many: int, verb: Callable[[], Any]) -> list[Any]:
    """What each of many at the same moment was told."""
    start, said = threading.Barrier(many), []

    def run() -> None:
        with app.app_context():
            start.wait(20)
            try:
                said.append(verb())
            except DomainError as problem:
                said.append(type(problem))

    threads = [threading.Thread(target=run) for _ in range(many)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    return said


# --- who must -------------------------------------------------------------------------------------------------------


def test_money_and_rights_want_it_and_nothing_else_does() -> None:
    assert {"orders.refund", "aftersales.refund", "roles.manage_roles"} <= WANT_FACTOR <= RIGHTS
    must = {name for name, (_title, rights) in READY.items() if wants_factor(rights)}
    assert must == {OWNER, "operations"}


def test_without_it_they_reach_the_page_that_sets_it_up_and_no_other(app: Flask, anna: Person) -> None:
    client = browser_of(app, anna)
    for path in ("/admin/", "/admin/orders/", "/admin/roles/"):
        assert client.get(path).location == f"/admin/second-factor/?next={path}"
    assert client.json("GET", "/admin/orders/")[0] == 401
    client.post("/admin/roles/create/", {"name": "night_shift", "title": "夜班"})
    client.post("/admin/second-factor/codes/")
    with app.app_context():
        assert "night_shift" not in {role.name for role in queries.roles()}
        assert second_factor.codes_left(anna.id) == 0


def test_that_page_wants_the_password_first(app: Flask, anna: Person) -> None:
    client = browser_of(app, anna)
    with app.app_context():
        unit_of_work(lambda: db.session.execute(update(SignIn).values(created_at=clock.in_minutes(-11))))()
    answer = client.get("/admin/second-factor/")
    assert answer.location == "/admin/login/?next=/admin/second-factor/"
    client.post("/admin/login/", {"password": anna.password})
    assert "二维码" in client.get("/admin/second-factor/").text


def test_a_shopper_and_staff_without_a_role_find_no_door(app: Flask, lily_client: PageClient, make: World) -> None:
    clerk = browser_of(app, make.staff("clerk", "13800000004"))
    for client in (lily_client, clerk):
        for path in ("/admin/login/", "/admin/second-factor/", "/admin/second-factor/change/"):
            assert client.get(path, fails=True).status_code == 403


# --- setting it up --------------------------------------------------------------------------------------------------


def test_scanned_proved_and_in(app: Flask, anna: Person) -> None:
    client = browser_of(app, anna)
    shown = client.get("/admin/second-factor/?next=/admin/roles/")
    assert shown.headers["Cache-Control"] == "no-store"
    assert "<svg" in shown.text
    token, secret = draft_on(shown.text)
    with app.app_context():
        assert queries.sealed_secret(anna.id) is None, "looking writes nothing"
    code = totp.code_of(secret, totp.step_at(clock.now()))
    done = client.post(
        "/admin/second-factor/", {"draft": token, "code": f"{code[:3]} {code[3:]}", "next": "/admin/roles/"}
    )
    codes = recovery_on(done.text)
    assert len(set(codes)) == RECOVERY_CODES
    assert done.headers["Cache-Control"] == "no-store"
    assert 'href="/admin/roles/"' in done.text
    assert is_in(client), "who has just proved it is not asked again"
    assert secret_of(app, anna) == secret
    other = browser_of(app, anna)
    assert not is_in(other)
    other.post("/admin/login/", {"code": code})
    assert not is_in(other), "the code that proved it is used"


def test_a_wrong_first_code_changes_nothing_and_shows_the_same_picture(app: Flask, anna: Person) -> None:
    client = browser_of(app, anna)
    token, secret = draft_on(client.get("/admin/second-factor/").text)
    again = client.post("/admin/second-factor/", {"draft": token, "code": "000000"}, fails=True)
    assert again.status_code == 400
    assert draft_on(again.text) == (token, secret)
    with app.app_context():
        assert queries.sealed_secret(anna.id) is None


def test_nobody_sets_it_up_with_anothers_picture(app: Flask, anna: Person, make: World) -> None:
    token, secret = draft_on(browser_of(app, anna).get("/admin/second-factor/").text)
    code = totp.code_of(secret, totp.step_at(clock.now()))
    for person in (make.staff("bernard", "13800000006", OWNER, enrolled=False), anna):
        client = browser_of(app, person)
        for draft in (token, token[:-2], ""):
            answer = client.post("/admin/second-factor/", {"draft": draft, "code": code})
            assert answer.location.startswith("/admin/second-factor/")
        with app.app_context():
            assert queries.sealed_secret(person.id) is None


def test_of_many_that_set_it_up_at_once_one_does(app: Flask, anna: Person) -> None:
    said = in_parallel(app, 6, lambda: len(second_factor.enrol(anna.id, totp.new_secret(), 0, HERE)))
    assert sorted(map(str, said)) == sorted(map(str, [RECOVERY_CODES, *[HasFactor] * 5]))
    with app.app_context():
        assert second_factor.codes_left(anna.id) == RECOVERY_CODES


def test_another_phone_takes_over_when_the_old_one_has_spoken(app: Flask, tom: Person) -> None:
    client = PageClient(app)
    client.sign_in(tom.username, tom.password)
    old = secret_of(app, tom)
    assert "还剩 10 个" in client.get("/admin/second-factor/").text
    token, secret = draft_on(client.get("/admin/second-factor/change/").text)
    assert secret_of(app, tom) == old
    client.post("/admin/second-factor/", {"draft": token, "code": totp.code_of(secret, totp.step_at(clock.now()))})
    assert secret_of(app, tom) == secret != old


def test_a_session_without_the_factor_changes_nothing_of_it(app: Flask, tom: Person) -> None:
    thief, old = browser_of(app, tom), secret_of(app, tom)
    for path in ("/admin/second-factor/", "/admin/second-factor/change/"):
        assert thief.get(path).location.startswith("/admin/login/")
    with app.app_context():
        sign_in_id = db.session.scalars(select(SignIn.id).order_by(SignIn.id.desc())).first() or 0
        draft = second_factor.new_draft(tom.id, sign_in_id)
    form = {"draft": draft.token, "code": totp.code_of(draft.secret, totp.step_at(clock.now()))}
    assert thief.post("/admin/second-factor/", form).location.startswith("/admin/login/")
    assert thief.post("/admin/second-factor/codes/").location.startswith("/admin/login/")
    assert secret_of(app, tom) == old


def test_new_recovery_codes_replace_the_old_ones(app: Flask, tom: Person) -> None:
    client = PageClient(app)
    client.sign_in(tom.username, tom.password)
    first = recovery_on(client.post("/admin/second-factor/codes/").text)
    second = recovery_on(client.post("/admin/second-factor/codes/").text)
    assert len(set(first + second)) == 2 * RECOVERY_CODES
    with app.app_context():
        with pytest.raises(WrongCode):
            second_factor.prove(tom.id, first[0], HERE)
        second_factor.prove(tom.id, second[0], HERE)


# --- the ways in ----------------------------------------------------------------------------------------------------


def test_the_password_alone_opens_nothing(app: Flask, tom: Person) -> None:
    client = browser_of(app, tom)
    assert client.get("/admin/").location == "/admin/login/?next=/admin/"
    client.post("/admin/login/", {"password": tom.password})
    client.post("/admin/login/", {"password": tom.password, "code": ""})
    assert not is_in(client)
    client.post("/admin/login/", {"code": code_now(app, tom)})
    assert is_in(client)


def test_a_code_without_the_password_opens_nothing(app: Flask, tom: Person) -> None:
    client = browser_of(app, tom)
    with app.app_context():
        unit_of_work(lambda: db.session.execute(update(SignIn).values(created_at=clock.in_minutes(-11))))()
    client.post("/admin/login/", {"code": code_now(app, tom)})
    client.post("/admin/login/", {"code": code_now(app, tom), "password": "not this one"})
    assert not is_in(client)
    with app.app_context():
        assert db.session.scalars(select(StaffTotp.last_step)).one() == 0, "and the code is not used up by it"


@pytest.mark.parametrize(("late", "is_good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_step_early_or_late_is_good(app: Flask, tom: Person, late: int, is_good: bool) -> None:
    moment = clock.now()
    secret = secret_of(app, tom)
    code = totp.code_of(secret, totp.step_at(moment) + late)
    assert (totp.find_step(secret, code, moment) is not None) == is_good


def test_a_code_is_good_once_and_older_ones_never(app: Flask, tom: Person) -> None:
    step = totp.step_at(clock.now())
    with app.app_context():
        assert second_factor.use_step(tom.id, step)
        assert not second_factor.use_step(tom.id, step)
        assert not second_factor.use_step(tom.id, step - 1)
        assert second_factor.use_step(tom.id, step + 1)
    code = totp.code_of(secret_of(app, tom), step)
    with app.app_context(), pytest.raises(WrongCode):
        second_factor.prove(tom.id, code, HERE)


def test_twenty_with_one_code_are_one(app: Flask, tom: Person) -> None:
    step = totp.step_at(clock.now())
    said = in_parallel(app, 20, lambda: second_factor.use_step(tom.id, step))
    assert sorted(said) == [False] * 19 + [True]


def test_twenty_with_one_recovery_code_are_one(app: Flask, tom: Person) -> None:
    with app.app_context():
        code = second_factor.renew_codes(tom.id)[0]
        digest = second_factor._hash(tom.id, code)
    said = in_parallel(app, 20, lambda: second_factor.use_recovery(tom.id, digest, HERE))
    assert sorted(said) == [False] * 19 + [True]
    with app.app_context():
        assert second_factor.codes_left(tom.id) == RECOVERY_CODES - 1


@pytest.mark.parametrize("kind", ["code", "recovery"])
def test_twenty_at_the_whole_door_are_one(app: Flask, tom: Person, kind: str) -> None:
    code = code_now(app, tom)
    if kind == "recovery":
        with app.app_context():
            code = second_factor.renew_codes(tom.id)[0]
    said = in_parallel(app, 20, lambda: second_factor.prove(tom.id, code, HERE) or "in")
    assert said.count("in") == 1
    assert set(said) - {"in"} <= {WrongCode, TooManyCodes}
    assert len(said) == 20


def test_a_recovery_code_opens_once_however_it_is_typed(app: Flask, tom: Person, make: World) -> None:
    with app.app_context():
        code = second_factor.renew_codes(tom.id)[3]
    client = browser_of(app, tom)
    client.post("/admin/login/", {"code": f" {code.lower().replace('-', ' ')} "})
    assert is_in(client)
    other = browser_of(app, tom)
    other.post("/admin/login/", {"code": code})
    assert not is_in(other)
    anna = make.staff("annabel", "13800000005", OWNER)
    with app.app_context(), pytest.raises(WrongCode):
        second_factor.prove(anna.id, second_factor.renew_codes(tom.id)[0], HERE)


def test_guessing_ends_after_a_few_tries_even_with_the_right_code(app: Flask, tom: Person) -> None:
    client = browser_of(app, tom)
    for _ in range(TRIES):
        client.post("/admin/login/", {"code": "000000"})
    client.post("/admin/login/", {"code": code_now(app, tom)})
    assert not is_in(client)
    assert "秒后再试" in client.get("/admin/login/").text
    with app.app_context():
        kinds = db.session.scalars(select(SecurityEvent.kind).where(SecurityEvent.user_id == tom.id)).all()
    assert kinds.count("second_factor_failed") == TRIES


def test_a_code_that_opens_forgives_what_was_mistyped(app: Flask, tom: Person) -> None:
    with app.app_context():
        for _ in range(3):
            for _ in range(TRIES - 1):
                with pytest.raises(WrongCode):
                    second_factor.prove(tom.id, "1", HERE)
            second_factor.prove(tom.id, code_now(app, tom), HERE)


def test_ending_the_sign_in_ends_it(app: Flask, tom: Person) -> None:
    client = browser_of(app, tom)
    client.post("/admin/login/", {"code": code_now(app, tom)})
    assert is_in(client)
    with client.browser.session_transaction() as session:
        stolen = dict(session)
    client.json("POST", "/logout/")
    thief = PageClient(app)
    with thief.browser.session_transaction() as session:
        session.update(stolen)
    assert thief.get("/admin/roles/").location.startswith("/login/")


def test_a_remembered_sign_in_in_a_new_browser_session_has_no_factor(app: Flask, tom: Person) -> None:
    client = PageClient(app)
    client.json("POST", "/login/", {"username": tom.username, "password": tom.password, "remembered": True})
    client.post("/admin/login/", {"code": code_now(app, tom)})
    assert is_in(client)
    client.browser.delete_cookie(app.config["SESSION_COOKIE_NAME"])
    assert client.get("/info/").status_code == 200, "remembered by the shop"
    assert not is_in(client)


def test_setting_it_up_shuts_the_other_browsers_out(app: Flask, make: World) -> None:
    clerk = make.staff("clerk", "13800000004", "warehouse")
    client = browser_of(app, clerk)
    assert client.get("/admin/orders/").status_code == 200
    with app.app_context():
        second_factor.enrol(clerk.id, totp.new_secret(), 0, HERE)
    assert client.get("/admin/orders/").location == "/admin/login/?next=/admin/orders/"


def test_a_role_that_is_given_later_asks_for_it_at_once(app: Flask, make: World, tom: Person) -> None:
    clerk = make.staff("clerk", "13800000004", "warehouse")
    client = browser_of(app, clerk)
    assert client.get("/admin/orders/").status_code == 200
    with app.app_context():
        services.grant(clerk.id, "operations", tom.id)
    assert client.get("/admin/orders/").location == "/admin/second-factor/?next=/admin/orders/"


def test_json_passes_the_door_too(app: Flask, tom: Person) -> None:
    client = browser_of(app, tom)
    headers = {"X-CSRFToken": client.token(), "Accept": "application/json"}
    wrong = client.browser.post("/admin/login/", data={"code": "000000"}, headers=headers)
    assert (wrong.status_code, wrong.get_json()["code"]) == (400, "4005")
    right = client.browser.post("/admin/login/", data={"code": code_now(app, tom)}, headers=headers)
    assert (right.status_code, right.get_json()["code"]) == (200, "0")
    assert client.json("GET", "/admin/roles/")[0] == 200


# --- what is kept of it ---------------------------------------------------------------------------------------------


def test_secret_and_codes_are_in_no_table_log_or_page(app: Flask, anna: Person, caplog: Any) -> None:
    client = browser_of(app, anna)
    token, secret = draft_on(client.get("/admin/second-factor/").text)
    form = {"draft": token, "code": totp.code_of(secret, totp.step_at(clock.now()))}
    codes = recovery_on(client.post("/admin/second-factor/", form).text)
    assert codes
    with app.app_context(), db.engine.connect() as line:
        kept = "".join(
            str(row)
            for table in ("staff_totp", "staff_recovery_codes", "audit_log", "security_events")
            for row in line.execute(text(f"SELECT * FROM {table}"))
        )
        told = db.session.scalars(select(AuditEntry.after)).all()
    pages = client.get("/admin/second-factor/").text + client.get("/admin/audit/").text + caplog.text
    for word in (secret, *codes, *(code.replace("-", "") for code in codes)):
        assert word not in kept
        assert word not in pages
    assert any("staff_totp" in each and '"secret":"…"' in each for each in told), "that it was set up is told"


def test_another_key_of_the_mall_opens_nothing(app: Flask, tom: Person) -> None:
    code = code_now(app, tom)
    app.config["SECRET_KEY"] = "another key of this mall, as long as one must be"
    with app.app_context(), pytest.raises(WrongCode):
        second_factor.prove(tom.id, code, HERE)


# --- reset ----------------------------------------------------------------------------------------------------------


def run(app: Flask, *words: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["users", *words])
    return result.exit_code, result.output


def test_reset_by_command_ends_the_sign_ins_and_asks_for_a_new_one(app: Flask, tom: Person) -> None:
    client = PageClient(app)
    client.sign_in(tom.username, tom.password)
    assert run(app, "reset-totp", "nobody")[0] == 1
    code, said = run(app, "reset-totp", "tommy")
    assert (code, "another second factor" in said) == (0, True)
    assert client.get("/admin/").location.startswith("/login/")
    assert browser_of(app, tom).get("/admin/").location.startswith("/admin/second-factor/")
    assert "had no second factor" in run(app, "reset-totp", "tommy")[1]


def test_nobody_resets_his_own(app: Flask, tom: Person) -> None:
    with app.app_context(), pytest.raises(OwnRights):
        services.reset_factor(tom.id, tom.id, HERE)


# --- the demo -------------------------------------------------------------------------------------------------------


def test_the_demo_shows_its_code(app: Flask, client: PageClient) -> None:
    assert app.test_cli_runner().invoke(args=["users", "create-demo"]).exit_code == 0
    assert app.test_cli_runner().invoke(args=["users", "create-demo"]).exit_code == 0
    name, password = app.config["DEMO_ACCOUNTS"]["staff"]
    client.json("POST", "/login/", {"username": name, "password": password})
    assert client.get("/admin/").location.startswith("/admin/login/")
    answer = client.json("GET", "/sandbox/totp.json")[1]
    assert (answer["username"], 0 < answer["seconds_left"] <= 30) == (name, True)
    client.post("/admin/login/", {"code": answer["totp"]})
    assert client.get("/admin/roles/").status_code == 200
    again = PageClient(app)
    again.json("POST", "/login/", {"username": name, "password": password})
    again.post("/admin/login/", {"code": answer["totp"]})
    assert again.get("/admin/").status_code == 303
    again.post("/admin/login/", {"code": answer["next_totp"]})
    assert again.get("/admin/").status_code == 200


def test_production_does_not_start_with_the_demos_secret(tmp_path: Path) -> None:
    production = {**PRODUCTION, "INSTANCE": str(tmp_path)}
    assert config.from_environ(production)["DEMO_TOTP_SECRET"] == ""
    with pytest.raises(config.BadSetting, match="DEMO_TOTP_SECRET"):
        config.from_environ({**production, "DEMO_TOTP_SECRET": config.DEMO_TOTP_SECRET})


def test_production_refuses_the_accounts_of_the_demo(app: Flask) -> None:
    assert run(app, "refuse-demo")[0] == 0
    run(app, "create-demo")
    code, said = run(app, "refuse-demo")
    assert (code, "published demo password" in said) == (1, True)
