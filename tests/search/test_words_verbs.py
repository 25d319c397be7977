"""Hot words that staff pin and order, questions kept back, misses dismissed, and a question tried out."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.gateways.doors import gateways
from app.search import keeping, store, suggesting, wording
from app.search.models import BlockedWord, SearchMiss, Synonyms
from app.search.trying import NoIndex, try_out
from app.search.wording import LongWords, ManyPinned, StaleGroup
from app.shared import clock
from app.shared.db import db
from app.shared.errors import BadValue, NotFound
from tests.concurrency.conftest import at_once
from tests.factories.world import World
from tests.pages import PageClient


def asked(*questions: str) -> None:
    for question in questions:
        for _ in range(suggesting.LEAST_ASKED):
            store.note_asked(question, clock.today())
    suggesting.forget_popular()


def test_pinned_words_stand_first_in_their_order(ctx: Flask) -> None:
    asked("耳机", "手机")
    wording.pin_word(" 新年 礼盒 ")
    wording.pin_word("手机")
    wording.pin_word("手机")
    assert suggesting.hot_words(3) == ["新年 礼盒", "手机", "耳机"]
    wording.move_word("手机", -1)
    assert suggesting.hot_words(2) == ["手机", "新年 礼盒"]
    wording.move_word("手机", -1)
    wording.move_word("手机", 9)
    assert suggesting.hot_words(2) == ["新年 礼盒", "手机"]
    wording.unpin_word("新年 礼盒")
    assert suggesting.hot_words(3)[0] == "手机"
    with pytest.raises(NotFound):
        wording.move_word("新年 礼盒", 1)


def test_a_ban_beats_a_pin_and_the_other_way_round(ctx: Flask) -> None:
    asked("耳机")
    wording.pin_word("耳机")
    blocked = wording.block_word("耳机")
    assert "耳机" not in suggesting.hot_words(5)
    wording.pin_word("耳机")
    assert suggesting.hot_words(1) == ["耳机"]
    assert db.session.scalar(select(BlockedWord.id)) is None
    wording.unblock_word(blocked)


def test_a_change_shows_under_the_search_box_of_kept_pages_at_once(ctx: Flask, client: PageClient) -> None:
    assert "新年礼盒" not in client.get("/").text
    wording.pin_word("新年礼盒")
    assert "新年礼盒" in client.get("/").text
    wording.block_word("新年礼盒")
    assert "新年礼盒" not in client.get("/").text


def test_words_that_cannot_be_pinned(ctx: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadValue):
        wording.pin_word("  ")
    with pytest.raises(LongWords):
        wording.pin_word("长" * 65)
    monkeypatch.setattr(wording, "MOST_PINNED", 1)
    wording.pin_word("一")
    with pytest.raises(ManyPinned):
        wording.pin_word("二")


def test_a_miss_is_dismissed_and_brought_back(ctx: Flask) -> None:
    keeping.book_misses({"挖掘机": 3})
    miss = db.session.scalars(select(SearchMiss.id)).one()
    wording.dismiss_miss(miss)
    keeping.book_misses({"挖掘机": 2})
    row = db.session.execute(select(SearchMiss.count, SearchMiss.is_dismissed)).one()
    assert tuple(row) == (5, True)
    wording.dismiss_miss(miss, False)
    db.session.rollback()
    assert db.session.scalars(select(SearchMiss.is_dismissed)).one() is False
    with pytest.raises(NotFound):
        wording.dismiss_miss(miss + 1)


@pytest.mark.race
def test_of_two_who_edit_a_group_the_second_is_told(app: Flask) -> None:
    with app.app_context():
        group = wording.save_synonyms(None, "手环,腕带", True)

    def save(number: int) -> str:
        with app.app_context():
            try:
                wording.save_synonyms(group, f"手环,词 {number}", True, 1)
            except StaleGroup:
                return "StaleGroup"
            return "done"

    assert sorted(at_once([lambda n=n: save(n) for n in range(5)])) == ["StaleGroup"] * 4 + ["done"]
    with app.app_context():
        assert db.session.scalars(select(Synonyms.version)).one() == 2


def test_a_question_is_tried_out(ctx: Flask, make: World, reindex: Callable[[], int]) -> None:
    with pytest.raises(NoIndex):
        try_out("手机", gateways().search)
    make.sku(name="星辰手机 黑色")
    reindex()
    trial = try_out("手机", gateways().search)
    assert (trial.total, trial.is_near) == (1, False)
    assert [card.name for card in trial.goods] == ["星辰手机 黑色"]
    assert trial.concepts[0].text == "手机"
    assert trial.concepts[0].is_known
    assert try_out("挖掘机", gateways().search).total == 0
    assert try_out("！", gateways().search).concepts == []
