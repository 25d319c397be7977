"""The outbox's pages: by state, masked, and begun anew by who may."""

import pytest
from flask import Flask
from sqlalchemy import update

from app.outbox.models import Message
from app.outbox.showing import masked, without_links
from app.shared import clock
from app.shared.db import db
from app.shared.uow import unit_of_work
from tests.dashboard.test_page import client_of
from tests.factories.world import Person, World
from tests.outbox.test_retry import give_up, write
from tests.outbox.test_services import promise, row
from tests.pages import PageClient

LETTER = "请打开 https://mall.example/verify/?token=abc.def 确认，或复制 http://mall.example/x/y。"


@pytest.fixture
def desk(app: Flask, tom: Person) -> PageClient:
    """The owner's browser."""
    return client_of(app, tom)


@pytest.fixture
def ids(app: Flask) -> list[int]:
    """Waiting, retrying, given up (twice), sent."""
    with app.app_context():
        made = [promise(f"paid:{number}") for number in range(4)] + [promise("paid:4", "sms")]
        write(made[1], tries=2, last_error="MailFailed")
        give_up(made[2])
        give_up(made[3])
        write(made[4], sent_at=clock.now(), tries=1)
        return made


def test_lists_by_state_with_masked_receivers(desk: PageClient, ids: list[int]) -> None:
    everything = desk.get("/admin/outbox/").text
    assert "l***@example.com" in everything
    assert "139****0000" in everything
    assert "lily@example.com" not in everything
    failed = desk.get("/admin/outbox/?state=failed").text
    shown = [number for number in ids if f"/admin/outbox/message/{number}/" in failed]
    assert shown == ids[2:4]
    assert "MailFailed" in failed
    assert desk.get("/admin/outbox/?state=moon", fails=True).status_code == 400
    assert f"/message/{ids[4]}/" in desk.get("/admin/outbox/?state=sent").text
    assert f"/message/{ids[0]}/" in desk.get("/admin/outbox/?q=paid:0").text


def test_ticked_ones_and_all_failed_begin_anew(app: Flask, desk: PageClient, ids: list[int]) -> None:
    page = desk.post("/admin/outbox/action/", {"action": "retry", "rowid": [str(ids[2]), str(ids[4])]})
    assert page.status_code == 303
    said = desk.get("/admin/outbox/").text
    assert "1 条消息将重新发送" in said
    assert "1 条消息未改动" in said
    desk.post("/admin/outbox/retry-failed/")
    with app.app_context():
        assert [row(each).tries for each in ids] == [0, 2, 0, 0, 1]


def test_one_message_and_its_words(app: Flask, make: World, desk: PageClient, ids: list[int]) -> None:
    with app.app_context():
        unit_of_work(lambda: db.session.execute(update(Message).values(text=LETTER)))()
    path = f"/admin/outbox/message/{ids[2]}/"
    page = desk.get(path).text
    assert "lily@example.com" in page
    assert "https://mall.example/…" in page
    assert "token=abc" not in page
    operations = client_of(app, make.staff("clerk", "13800000004", "operations"))
    page = operations.get(path).text
    assert "l***@example.com" in page
    assert "请打开" not in page
    assert "问候" not in page
    assert "您的角色不能查看" in page
    assert operations.post(path).status_code == 303
    with app.app_context():
        assert row(ids[2]).tries == 0
    assert desk.get("/admin/outbox/message/999/", fails=True).status_code == 404


def test_auditors_begin_nothing(app: Flask, make: World, ids: list[int]) -> None:
    auditor = client_of(app, make.staff("audit", "13800000005", "auditor"))
    assert auditor.get("/admin/outbox/").status_code == 200
    for path, form in (
        (f"/admin/outbox/message/{ids[2]}/", {}),
        ("/admin/outbox/retry-failed/", {}),
        ("/admin/outbox/action/", {"action": "retry", "rowid": str(ids[2])}),
    ):
        assert auditor.post(path, form, fails=True).status_code == 403
    with app.app_context():
        assert row(ids[2]).tries > 0


def test_masks_and_cut_links() -> None:
    assert masked("lily@mall.example") == "l***@mall.example"
    assert masked("13800000001") == "138****0001"
    assert masked("odd") == "***"
    cut = without_links(LETTER)
    assert cut == "请打开 https://mall.example/… 确认，或复制 http://mall.example/…。"
