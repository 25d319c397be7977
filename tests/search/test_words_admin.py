"""Staff teach synonyms, keep questions back, and read what was asked in vain."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.search import keeping
from app.search.models import BlockedWord, Synonyms
from app.shared.db import db
from tests.factories.world import Person, World
from tests.pages import PageClient

LISTS = ("/admin/synonyms/", "/admin/blocked-words/", "/admin/misses/")


@pytest.fixture
def desk(app: Flask, tom: Person) -> PageClient:
    client = PageClient(app)
    client.sign_in(tom.username, tom.password)
    return client


def send(desk: PageClient, path: str, **fields: str) -> int:
    """A form of the back office with its own token."""
    page = desk.browser.get(path).text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token, page[:400]
    return desk.browser.post(path, data={"csrf_token": token[1], **fields}).status_code


@pytest.mark.parametrize("path", LISTS)
def test_staff_read_and_nobody_else(desk: PageClient, client: PageClient, lily_client: PageClient, path: str) -> None:
    assert desk.get(path).status_code == 200
    assert lily_client.get(path, fails=True).status_code == 403
    assert client.get(path).status_code == 303


def test_a_group_is_taught_changed_and_switched_off(
    app: Flask, desk: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued: list[str] = []
    monkeypatch.setattr(type(keeping.TAKE_SYNONYMS), "enqueue", lambda job, *_ids: queued.append(job.path))
    assert send(desk, "/admin/synonyms/new/", words="手环， 腕带宝,手环", is_active="y") == 302
    with app.app_context():
        row = db.session.execute(select(Synonyms.id, Synonyms.words, Synonyms.is_active)).one()
    assert (row.words, row.is_active) == ("手环,腕带宝", True)
    assert send(desk, f"/admin/synonyms/edit/?id={row.id}", words="手环,智能手环") == 302
    with app.app_context():
        assert db.session.execute(select(Synonyms.words, Synonyms.is_active)).one() == ("手环,智能手环", False)
    assert queued == ["app.search.tasks.take_synonyms"] * 2


@pytest.mark.parametrize("words", ["手环", "手环,", "手" * 300 + ",环"])
def test_what_is_no_group_is_refused(app: Flask, desk: PageClient, words: str) -> None:
    assert send(desk, "/admin/synonyms/new/", words=words, is_active="y") == 200
    with app.app_context():
        assert db.session.scalar(select(Synonyms.id)) is None


def test_a_question_is_kept_back_and_freed(app: Flask, desk: PageClient) -> None:
    for _ in range(2):
        assert send(desk, "/admin/blocked-words/new/", word=" Ｂａｄ 詞 ") == 302
    with app.app_context():
        row = db.session.execute(select(BlockedWord.id, BlockedWord.word)).one()
    assert row.word == "bad 词"
    page = desk.browser.get("/admin/blocked-words/").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token
    fields = {"csrf_token": token[1], "id": str(row.id)}
    assert desk.browser.post("/admin/blocked-words/delete/", data=fields).status_code == 302
    with app.app_context():
        assert db.session.scalar(select(BlockedWord.id)) is None


def test_what_was_asked_in_vain_is_listed(
    app: Flask, make: World, desk: PageClient, reindex: Callable[[], int]
) -> None:
    with app.app_context():
        keeping.book_misses({"挖掘机": 3})
        keeping.book_misses({"挖掘机": 2, "热气球": 1})
    page = desk.get("/admin/misses/").text
    assert page.index("挖掘机") < page.index("热气球")
    assert re.search(r"挖掘机.*?>\s*5\s*<", page, re.DOTALL)
