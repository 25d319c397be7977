"""Staff teach synonyms, keep questions back, and read what was asked in vain."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.search import keeping
from app.search.models import BlockedWord, SearchMiss, Synonyms
from app.shared.db import db
from tests.factories.world import Person, World
from tests.pages import PageClient

LISTS = (
    "/admin/synonyms/",
    "/admin/blocked-words/",
    "/admin/misses/",
    "/admin/hot-words/",
    "/admin/hot-words/trial/?q=x",
)


@pytest.fixture
def desk(app: Flask, tom: Person) -> PageClient:
    client = PageClient(app)
    client.sign_in(tom.username, tom.password)
    return client


def send(desk: PageClient, path: str, **fields: str) -> int:
    """A form of the back office."""
    return desk.post(path, fields, fails=True).status_code


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
    assert 'value="腕带宝"' in desk.get("/admin/synonyms/teach/?words=腕带宝").text
    assert send(desk, "/admin/synonyms/teach/", words="手环， 腕带宝,手环", is_active="1") == 303
    with app.app_context():
        row = db.session.execute(select(Synonyms.id, Synonyms.words, Synonyms.is_active)).one()
    assert (row.words, row.is_active) == ("手环,腕带宝", True)
    assert 'name="version" value="1"' in desk.get(f"/admin/synonyms/{row.id}/").text
    assert send(desk, f"/admin/synonyms/{row.id}/", words="手环,智能手环", version="1") == 303
    assert send(desk, f"/admin/synonyms/{row.id}/", words="手环,别的", version="1") == 409
    with app.app_context():
        assert db.session.execute(select(Synonyms.words, Synonyms.is_active)).one() == ("手环,智能手环", False)
    assert queued == ["app.search.tasks.take_synonyms"] * 2


@pytest.mark.parametrize("words", ["手环", "手环,", "手" * 300 + ",环"])
def test_what_is_no_group_is_refused(app: Flask, desk: PageClient, words: str) -> None:
    answer = desk.post("/admin/synonyms/teach/", {"words": words, "is_active": "1"}, fails=True)
    assert answer.status_code == 400
    assert f'value="{words}"' in answer.text
    with app.app_context():
        assert db.session.scalar(select(Synonyms.id)) is None


def test_a_question_is_kept_back_and_freed(app: Flask, desk: PageClient) -> None:
    for _ in range(2):
        assert send(desk, "/admin/blocked-words/add/", word=" Ｂａｄ 詞 ") == 303
    with app.app_context():
        row = db.session.execute(select(BlockedWord.id, BlockedWord.word)).one()
    assert row.word == "bad 词"
    page = desk.get("/admin/blocked-words/").text
    assert "撤销" in page
    assert "撤销" not in desk.get("/admin/blocked-words/").text, "it is offered once"
    assert send(desk, "/admin/blocked-words/action/", action="free", rowid=str(row.id)) == 303
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
    assert "/admin/synonyms/teach/?words=" in page
    with app.app_context():
        miss = db.session.scalars(select(SearchMiss.id).where(SearchMiss.question == "挖掘机")).one()
    assert f'formaction="/admin/misses/{miss}/dismiss/"' in page
    assert send(desk, f"/admin/misses/{miss}/dismiss/", url="/admin/misses/?seen=0") == 303
    assert "撤销" in desk.get("/admin/misses/?seen=0").text
    assert send(desk, "/admin/misses/action/", action="recall", rowid=str(miss)) == 303
    assert send(desk, "/admin/misses/action/", action="dismiss", rowid=str(miss)) == 303
    assert "挖掘机" not in desk.get("/admin/misses/?seen=0").text
    assert "挖掘机" in desk.get("/admin/misses/?seen=1").text
    assert send(desk, "/admin/misses/action/", action="recall", rowid=str(miss)) == 303
    assert "挖掘机" in desk.get("/admin/misses/?seen=0").text


def test_hot_words_are_pinned_moved_banned_and_freed(app: Flask, desk: PageClient) -> None:
    for word in ("新年礼盒", "年货"):
        assert send(desk, "/admin/hot-words/pin/", word=word) == 303
    assert send(desk, "/admin/hot-words/move/", word="年货", by="up") == 303
    page = desk.get("/admin/hot-words/").text
    assert page.index('<td class="strong">年货') < page.index('<td class="strong">新年礼盒')
    assert "年货" in desk.get("/").text
    assert send(desk, "/admin/hot-words/ban/", word="年货") == 303
    assert "年货" not in desk.get("/").text
    assert send(desk, "/admin/hot-words/free/", word="年货") == 303
    assert send(desk, "/admin/hot-words/unpin/", word="新年礼盒") == 303
    assert "没有置顶的热词" in desk.get("/admin/hot-words/").text
    assert send(desk, "/admin/hot-words/move/", word="没有的", by="up") == 303
    assert send(desk, "/admin/hot-words/pin/", word=" ") == 303


def test_a_question_is_tried_out(app: Flask, make: World, desk: PageClient, reindex: Callable[[], int]) -> None:
    assert "搜索索引还没有建好" in desk.get("/admin/hot-words/trial/?q=手机").text
    make.sku(name="星辰手机 黑色")
    reindex()
    page = desk.get("/admin/hot-words/trial/?q=手机").text
    assert "星辰手机 黑色" in page
    assert "找到 1 件" in page
    assert "什么也没找到" in desk.get("/admin/hot-words/trial/?q=挖掘机").text
