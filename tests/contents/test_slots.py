"""What hangs in a slot: saved as a whole, swapped at once or at a moment, taken back; guarded between two staff."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from app.contents import ads as lists
from app.contents import hanging, store
from app.contents.ads import Ad
from app.contents.errors import BadLink, BadPeriod, NothingToUndo, NoTitle, StaleText, TooLong, TooManyAds
from app.contents.home import home_blocks
from app.contents.links import leads_somewhere
from app.contents.models import Content, ContentCategory
from app.contents.places import MOST_ADS, PLACES
from app.contents.queries import slot_cards
from app.shared import clock
from app.shared.db import db
from app.shared.errors import NotFound
from tests.concurrency.conftest import at_once
from tests.factories.world import World

HOUR = timedelta(hours=1)


@pytest.fixture
def slot(app: Flask, make: World) -> int:
    """The carousel with two ads."""

    def hang() -> int:
        row = ContentCategory(key="index_lbt", name="轮播图")
        db.session.add(row)
        db.session.flush()
        for place, title in enumerate(("一", "二"), 1):
            db.session.add(Content(category_id=row.id, title=title, url="/", sequence=place))
        return row.id

    return int(make.run(hang))


def titles(ahead: timedelta = timedelta(0)) -> list[str]:
    return [ad.title for ad in home_blocks(clock.now() + ahead).carousel]


def ads(slot: int) -> list[Ad]:
    return list(hanging.get_slot(slot).ads)


def test_order_texts_and_switches_are_saved_as_a_whole_and_the_page_follows(ctx: Flask, slot: int) -> None:
    first, second = ads(slot)
    assert titles() == ["一", "二"]
    new = Ad(None, " 三 ", "/list/1/1/", text="新的")
    number = hanging.save(slot, 0, [new, second, replace(first, is_shown=False)], "staff:1")
    assert titles() == ["三", "二"]
    assert [(ad.title, ad.is_shown) for ad in ads(slot)] == [("三", True), ("二", True), ("一", False)]
    assert hanging.save(slot, number, [second], "staff:1") == number + 1
    assert titles() == ["二"]


def test_undo_brings_back_what_was_and_twice_brings_the_change_again(ctx: Flask, slot: int) -> None:
    before = ads(slot)
    number = hanging.save(slot, 0, [replace(before[1], title="改过")], "staff:1")
    number = hanging.undo(slot, number, "staff:2")
    assert ads(slot) == before, "the deleted one has its number again"
    assert titles() == ["一", "二"]
    hanging.undo(slot, number, "staff:2")
    assert titles() == ["改过"]


def test_what_was_written_by_another_way_is_not_lost_to_undo(ctx: Flask, slot: int, make: World) -> None:
    number = hanging.save(slot, 0, [replace(ads(slot)[0], title="改过")], "staff:1")

    def by_command() -> None:
        db.session.add(Content(category_id=slot, title="命令行", url="/", sequence=9))

    make.run(by_command)
    number = hanging.save(slot, number, [Ad(None, "最新", "/")], "staff:1")
    hanging.undo(slot, number, "staff:1")
    assert [ad.title for ad in ads(slot)] == ["改过", "命令行"]


def test_nothing_to_undo(ctx: Flask, slot: int) -> None:
    with pytest.raises(NothingToUndo):
        hanging.undo(slot, 0, "staff:1")
    with pytest.raises(NotFound):
        hanging.undo(999_999, 0, "staff:1")


def test_a_swap_at_once_switches_the_old_ones_off(ctx: Flask, slot: int) -> None:
    number = hanging.swap(slot, 0, [Ad(None, "新一", "/"), Ad(None, "新二", "/")], "staff:1")
    assert titles() == ["新一", "新二"]
    assert [ad.is_shown for ad in ads(slot)] == [True, True, False, False]
    hanging.undo(slot, number, "staff:1")
    assert titles() == ["一", "二"]


def test_a_swap_at_a_moment_leaves_no_gap_and_no_overlap(ctx: Flask, slot: int) -> None:
    at = clock.now() + HOUR
    hanging.swap(slot, 0, [Ad(None, "将来", "/")], "staff:1", at)
    assert titles() == ["一", "二"]
    assert [ad.title for ad in home_blocks(at - timedelta(microseconds=1)).carousel] == ["一", "二"]
    assert [ad.title for ad in home_blocks(at).carousel] == ["将来"]


def test_a_swap_leaves_what_has_gone_and_what_comes_later(ctx: Flask) -> None:
    now = clock.now()
    gone = Ad(1, "已过", "/", ends_at=now - HOUR)
    off = Ad(2, "关着", "/", is_shown=False)
    later = Ad(3, "以后", "/", starts_at=now + 3 * HOUR)
    soon = Ad(4, "马上", "/", starts_at=now + HOUR)
    at_once_ = lists.swapped([gone, off, later, soon], [Ad(9, "新", "/")], now, None)
    assert at_once_ == [Ad(None, "新", "/"), gone, off, later, soon]
    planned = lists.swapped([gone, off, later, soon], [Ad(9, "新", "/")], now, now + HOUR)
    assert planned[1:] == [gone, off, later, replace(soon, is_shown=False)]


@pytest.mark.parametrize(
    ("ad", "problem"),
    [
        (Ad(None, "  ", "/"), NoTitle),
        (Ad(None, "长" * 31, "/"), TooLong),
        (Ad(None, "好", "/", text="长" * 61), TooLong),
        (Ad(None, "好", "https://evil.example/"), BadLink),
        (Ad(None, "好", "//evil.example/"), BadLink),
        (Ad(None, "好", "javascript:alert(1)"), BadLink),
        (Ad(None, "好", "/" + "x" * 200), BadLink),
        (Ad(None, "好", "/", starts_at=clock.now(), ends_at=clock.now() - HOUR), BadPeriod),
        (Ad(None, "好", "/", image="../../etc/passwd"), NotFound),
        (Ad(None, "好", "/", image="u/00/" + "0" * 32 + "-640x480-ffffff"), NotFound),
    ],
)
def test_what_cannot_hang_changes_nothing(ctx: Flask, slot: int, ad: Ad, problem: type[Exception]) -> None:
    with pytest.raises(problem):
        hanging.save(slot, 0, [ad], "staff:1")
    assert titles() == ["一", "二"]
    assert hanging.get_slot(slot).version == 0


def test_no_more_than_there_is_room_for(ctx: Flask, slot: int) -> None:
    with pytest.raises(TooManyAds):
        hanging.save(slot, 0, [Ad(None, "好", "/")] * (MOST_ADS + 1), "staff:1")


def test_the_second_of_two_staff_is_told(ctx: Flask, slot: int) -> None:
    hanging.save(slot, 0, [Ad(None, "先", "/")], "staff:1")
    for verb in (
        lambda: hanging.save(slot, 0, [Ad(None, "后", "/")], "staff:2"),
        lambda: hanging.swap(slot, 0, [Ad(None, "后", "/")], "staff:2"),
        lambda: hanging.undo(slot, 0, "staff:2"),
    ):
        with pytest.raises(StaleText):
            verb()
    assert titles() == ["先"]


@pytest.mark.race
def test_of_many_at_once_one_hangs(app: Flask, slot: int) -> None:
    def save(number: int) -> str:
        with app.app_context():
            try:
                return str(hanging.save(slot, 0, [Ad(None, f"第 {number}", "/")], f"staff:{number}"))
            except StaleText:
                return "StaleText"

    outcomes = at_once([lambda n=n: save(n) for n in range(6)])
    assert sorted(outcomes) == ["2"] + ["StaleText"] * 5
    with app.app_context():
        assert len(ads(slot)) == 1


def test_links_lead_to_pages_that_are_there(app: Flask, make: World) -> None:
    sku = make.sku()
    category = make.categories()[2]
    good: Sequence[str] = (
        *("/", f"/detail/{sku}/", f"/list/{category}/1/", f"/list/{category}/1/?sort=hot", "/search/?q=手机"),
        *("/pages/about/", "/agreement/"),
    )
    bad = (
        "/detail/999999/",
        "/list/999999/1/",
        "/nowhere/",
        "/admin/",
        "/static/x.js",
        "//e/",
        "https://e/",
        "",
        "/a b",
    )
    with app.test_request_context():
        assert [url for url in good if not leads_somewhere(url)] == []
        assert [url for url in bad if leads_somewhere(url)] == []


def test_the_list_of_slots_tells_what_hangs_and_when_it_changes(ctx: Flask, slot: int) -> None:
    now = clock.now()
    hanging.save(
        slot, 0, [Ad(None, "在", "/", ends_at=now + HOUR), Ad(None, "关", "/", is_shown=False, starts_at=now)], "x"
    )
    (card,) = slot_cards(now)
    assert (card.key, card.ads, card.hanging, card.changes_at) == ("index_lbt", 2, 1, now + HOUR)


def test_every_slot_of_the_demo_is_explained(ctx: Flask) -> None:
    from app.contents.demo import SLOTS

    assert {each.key for each in SLOTS} == set(PLACES)
    assert len(PLACES) == 19
    store.forget_home()
