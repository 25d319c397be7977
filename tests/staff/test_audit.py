"""The log of staff: every write is told, nobody stands in it by name, and the chain shows what was done to it."""

import json
import threading
from typing import Any

import click
import pytest
from flask import Flask
from sqlalchemy import select, text, update

from app.shared.acting import Act, acting
from app.shared.db import Base, db
from app.shared.uow import unit_of_work
from app.staff import chain, personal, recording
from app.staff.cli import NO_ACT
from app.staff.models import AuditEntry
from app.users import forgetting
from app.users.models import User
from tests.factories.world import Person, World
from tests.pages import PageClient
from tests.staff.test_roles import doors


def entries(app: Flask) -> list[AuditEntry]:
    with app.app_context():
        return list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def run(app: Flask, *words: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=list(words))
    return result.exit_code, result.output


def by_hand(app: Flask, statement: str) -> None:
    """Somebody at the database."""
    with app.app_context(), db.engine.begin() as line:
        line.execute(text(statement))


def test_a_command_is_told_with_before_and_after(app: Flask, make: World) -> None:
    sku_id = make.sku(stock=5)
    assert run(app, "goods", "set-stock", str(sku_id), "9", "--reason", "counted")[0] == 0
    (entry,) = entries(app)
    assert entry.who.startswith("cli:")
    assert entry.what == "flask goods set-stock"
    assert json.loads(entry.before)[f"skus:{sku_id}"]["stock"] == 5
    assert json.loads(entry.after)[f"skus:{sku_id}"]["stock"] == 9
    assert any(name.startswith("stock_movements:") for name in json.loads(entry.after))
    assert run(app, "goods", "audit-stock")[0] == 0
    assert len(entries(app)) == 1, "a command that only reads is not told"


def test_the_panel_is_told_who_and_from_where(app: Flask, make: World, tom: Person) -> None:
    clerk = make.staff("clerk", "13800000004")
    client = PageClient(app)
    client.sign_in(tom.username, tom.password)
    client.post("/admin/roles/grant/", {"username": "clerk", "role": "warehouse"})
    (entry,) = entries(app)
    assert (entry.who, entry.what) == (f"staff:{tom.id}", "admin_roles.grant")
    assert entry.address.startswith("127.0.*.* #")
    (given,) = json.loads(entry.after).values()
    assert (given["user_id"], given["granted_by"]) == (clerk.id, tom.id)
    page = client.get("/admin/audit/", query_string={"who": "tommy", "what": "admin_roles"}).text
    assert "admin_roles.grant" in page
    assert "admin_roles.grant" in client.get(f"/admin/audit/?about={entry.object}").text
    assert "admin_roles.grant" not in client.get("/admin/audit/?who=clerk").text
    assert "granted_by" in client.get(f"/admin/audit/{entry.id}/").text


def test_shoppers_are_not_told(app: Flask, lily_client: PageClient) -> None:
    lily_client.json("POST", "/logout/")
    assert entries(app) == []


def test_every_write_of_the_panel_leaves_an_entry(app: Flask, make: World, tom: Person) -> None:
    make.sku(name="一部手机")
    client = PageClient(app)
    client.sign_in(tom.username, tom.password)
    token = {"X-CSRFToken": client.token(), "Accept": "text/html"}
    told = 0
    for method, path, form, _right in doors(app):
        if method == "GET":
            continue
        known = len(entries(app))
        status = client.browser.open(path, method=method, data=form, headers=token).status_code
        assert status >= 400 or len(entries(app)) > known, (method, path, form, status)
        told += status < 400
    assert told > 10
    assert run(app, "audit", "verify")[0] == 0


def test_every_command_is_an_act_or_says_why_not(mall: Flask) -> None:
    def plain(command: click.Command, path: str) -> list[str]:
        if isinstance(command, click.Group):
            return [each for name, child in command.commands.items() for each in plain(child, f"{path} {name}")]
        return [] if getattr(command.callback, "is_act", False) else [path]

    assert set(NO_ACT) <= set(mall.cli.commands)
    for name, command in mall.cli.commands.items():
        assert name in NO_ACT or plain(command, name) == []


def test_an_export_is_told(app: Flask, make: World, tom: Person) -> None:
    make.sku(name="一部手机")
    client = PageClient(app)
    client.sign_in(tom.username, tom.password)
    client.browser.get("/admin/goods-io/export/csv").close()
    assert [entry.what for entry in entries(app)] == ["admin_goods_io.export"]


def rename(app: Flask, user_id: int, **values: Any) -> None:
    """A write of staff to an account."""
    with app.app_context(), acting(Act("cli:test", "test")):
        unit_of_work(lambda: db.session.execute(update(User).where(User.id == user_id).values(values)))()


def test_nobody_stands_in_it(app: Flask, lily: Person) -> None:
    rename(app, lily.id, mobile="13912345678", email="lily@example.com", password_hash="a secret hash")
    (entry,) = entries(app)
    said = entry.before + entry.after
    for value in (lily.mobile, "13912345678", "lily@example.com", "a secret hash"):
        assert value not in said
    old, new = json.loads(entry.before)[f"users:{lily.id}"], json.loads(entry.after)[f"users:{lily.id}"]
    assert old["mobile"].startswith("138****0001 #")
    assert new["mobile"].startswith("139****5678 #")
    assert old["mobile"][-16:] != new["mobile"][-16:]
    assert new["password_hash"] == "…"


def test_a_text_is_hidden_until_it_is_named(mall: Flask) -> None:
    users = Base.metadata.tables["users"]
    with mall.app_context():
        assert personal.told(users.c.nickname, "莉莉").startswith("莉*** #")
        names = {f"{table.name}.{column.name}" for table in Base.metadata.tables.values() for column in table.columns}
    assert names >= personal.OPEN_COLUMNS
    assert set(Base.metadata.tables) >= personal.OPEN_TABLES


def test_the_chain_survives_that_a_person_leaves(app: Flask, make: World, tom: Person, lily: Person) -> None:
    rename(app, lily.id, nickname="小莉")
    client = PageClient(app)
    client.sign_in(tom.username, tom.password)
    client.post("/admin/roles/grant/", {"username": "tommy", "role": "auditor"})
    with app.app_context():
        for person in (lily, tom):
            unit_of_work(forgetting.forget_person)(person.id)
    code, said = run(app, "audit", "verify")
    assert code == 0, said


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("UPDATE audit_log SET after = '{}' WHERE id = 2", "entry 2 was changed"),
        ("UPDATE audit_log SET who = 'cli:other' WHERE id = 3", "entry 3 was changed"),
        ("DELETE FROM audit_log WHERE id = 2", "entry 2 missing"),
        ("DELETE FROM audit_log WHERE id = 3", "entry 3 missing"),
        ("DELETE FROM audit_head", "entry 3 the end of the chain is missing"),
    ],
)
def test_damage_is_named(app: Flask, lily: Person, damage: str, said: str) -> None:
    for name in ("a", "b", "c"):
        rename(app, lily.id, nickname=name)
    assert run(app, "audit", "verify")[0] == 0
    by_hand(app, "DELETE FROM audit_objects")
    by_hand(app, damage)
    code, output = run(app, "audit", "verify")
    assert (code, said in output) == (1, True), output


def test_it_is_only_ever_added_to(app: Flask, lily: Person) -> None:
    rename(app, lily.id, nickname="a")

    def change() -> None:
        db.session.get_one(AuditEntry, 1).who = "cli:nobody"

    with app.app_context(), pytest.raises(AssertionError, match="only ever added"):
        unit_of_work(change)()


def test_parallel_writers_keep_one_chain(app: Flask) -> None:
    start = threading.Barrier(6)

    def write(name: int) -> None:
        with app.app_context():
            start.wait(10)
            for turn in range(5):
                recording.note(Act(f"cli:{name}", "test"), f"turn:{turn}")

    writers = [threading.Thread(target=write, args=(name,)) for name in range(6)]
    for each in writers:
        each.start()
    for each in writers:
        each.join(60)
    assert [entry.id for entry in entries(app)] == list(range(1, 31))
    with app.app_context():
        assert chain.first_broken() is None


def test_a_verb_that_fails_leaves_no_entry_of_what_it_undid(app: Flask, lily: Person) -> None:
    def fail() -> None:
        db.session.execute(update(User).where(User.id == lily.id).values(nickname="x"))
        raise ValueError("no")

    with app.app_context(), acting(Act("cli:test", "test")), pytest.raises(ValueError, match="no"):
        unit_of_work(fail)()
    assert entries(app) == []
