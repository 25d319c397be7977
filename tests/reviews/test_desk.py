"""The desk of reviews: list, filters, hide and undo, answer, and the list of words."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from sqlalchemy import select

from app.goods.models import SKU
from app.reviews import moderating, services
from app.reviews.models import Review, WatchedWord
from app.shared.db import db
from tests.factories.world import Person, World
from tests.fixtures.mall import Counted
from tests.pages import PageClient
from tests.reviews.arrived import Arrived, arrive


@pytest.fixture
def desk(app: Flask, tom: Person) -> PageClient:
    client = PageClient(app)
    client.sign_in(tom.username, tom.password)
    return client


@pytest.fixture
def review(app: Flask, arrived: Arrived) -> int:
    """Lily's, of five stars."""
    with app.app_context():
        services.write_review(arrived.draft(0, text="屏幕很亮"))
        return db.session.scalars(select(Review.id)).one()


def row(app: Flask, review: int) -> Review:
    with app.app_context():
        return db.session.get_one(Review, review)


def counted(app: Flask, sku_id: int) -> int:
    with app.app_context():
        return db.session.scalars(select(SKU.comments).where(SKU.id == sku_id)).one()


def undo_form(page: str) -> tuple[str, dict[str, str]]:
    """Address and fields of the button that takes the last act back."""
    form = re.search(r'<form class="push" method="post" action="([^"]+)">(.*?)</form>', page, re.DOTALL)
    assert form, "no undo is offered"
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[2]))
    return form[1], fields


def test_two_clicks_hide_a_review_and_one_brings_it_back(
    app: Flask, desk: PageClient, review: int, arrived: Arrived
) -> None:
    page = desk.get("/admin/reviews/").text
    assert f'href="/admin/reviews/{review}/"' in page
    form = {"version": "1", "state": "hidden", "ready": "广告或导流"}
    assert "广告或导流" in desk.get(f"/admin/reviews/{review}/").text
    assert desk.post(f"/admin/reviews/{review}/state/", form).status_code == 303
    assert (row(app, review).state, row(app, review).reason) == ("hidden", "广告或导流")
    assert counted(app, arrived.skus[0]) == 0
    url, fields = undo_form(desk.get(f"/admin/reviews/{review}/").text)
    desk.post(url, fields)
    assert row(app, review).state == "shown"
    assert counted(app, arrived.skus[0]) == 1
    desk.post(f"/admin/reviews/{review}/state/", form)
    assert "刚被同事处理过" in desk.get(f"/admin/reviews/{review}/").text
    assert row(app, review).state == "shown"


def test_ticked_ones_are_hidden_with_a_reason_and_shown_again(app: Flask, desk: PageClient, review: int) -> None:
    ticked = {"action": "hide", "rowid": str(review), "url": "/admin/reviews/"}
    assert "隐藏 1 条评价" in desk.post("/admin/reviews/action/", ticked).text
    assert row(app, review).state == "shown"
    desk.post("/admin/reviews/action/", {**ticked, "sure": "1", "reason": " "})
    assert row(app, review).state == "shown"
    assert desk.post("/admin/reviews/action/", {**ticked, "sure": "1", "reason": "与商品无关"}).status_code == 303
    assert row(app, review).state == "hidden"
    desk.post("/admin/reviews/action/", {**ticked, "action": "show"})
    assert row(app, review).state == "shown"


def test_an_answer_is_written_changed_and_taken_back(app: Flask, desk: PageClient, review: int) -> None:
    path = f"/admin/reviews/{review}/answer/"
    desk.post(path, {"version": "1", "text": "谢谢您的支持"})
    assert row(app, review).answer == "谢谢您的支持"
    url, fields = undo_form(desk.get(f"/admin/reviews/{review}/").text)
    desk.post(url, fields)
    assert row(app, review).answer == ""
    desk.post(path, {"version": "3", "text": "长" * 501})
    assert "最多 500 个字" in desk.get(f"/admin/reviews/{review}/").text


@pytest.mark.parametrize(
    ("query", "is_there"),
    [
        ("", True),
        ("state=shown", True),
        ("state=waiting", False),
        ("score=5", True),
        ("score=1", False),
        ("buyer=lily", True),
        ("buyer=fredrick", False),
        ("pictures=0", True),
        ("pictures=1", False),
        ("created_from=2020-01-01", True),
        ("created_to=2020-01-01", False),
        ("sort=-created_at", True),
        ("sort=score", True),
    ],
)
def test_filters(desk: PageClient, review: int, fred: Person, query: str, is_there: bool) -> None:
    assert ("屏幕很亮" in desk.get(f"/admin/reviews/?{query}").text) is is_there


def test_by_sku_and_by_order(desk: PageClient, review: int, arrived: Arrived) -> None:
    assert "屏幕很亮" in desk.get(f"/admin/reviews/?sku={arrived.skus[0]}").text
    assert "屏幕很亮" not in desk.get(f"/admin/reviews/?sku={arrived.skus[1]}").text
    assert "屏幕很亮" in desk.get(f"/admin/reviews/?q={arrived.number}").text
    assert "屏幕很亮" not in desk.get("/admin/reviews/?q=123").text


def test_what_cannot_be_read_is_refused(app: Flask, desk: PageClient, review: int) -> None:
    path = f"/admin/reviews/{review}/state/"
    for form in ({"version": "1", "state": "loud"}, {"version": "x", "state": "hidden", "reason": "a"}):
        desk.post(path, form, fails=True)
        assert row(app, review).state == "shown"
    assert desk.get("/admin/reviews/999999/", fails=True).status_code == 404


def test_a_buyers_name_is_masked_for_who_may_not_see_it(app: Flask, make: World, review: int) -> None:
    editor = make.staff("editor", "13800000009", "content_editor")
    client = PageClient(app)
    client.sign_in(editor.username, editor.password)
    for path in ("/admin/reviews/", f"/admin/reviews/{review}/"):
        page = client.get(path).text
        assert "l***y" in page
        assert ">lily<" not in page
    answer = client.post(f"/admin/reviews/{review}/answer/", {"version": "1", "text": "好"}, fails=True)
    assert answer.status_code == 403


def test_words_are_added_tried_and_dropped(app: Flask, desk: PageClient) -> None:
    desk.post("/admin/review-words/add/", {"words": "加微信\n\n ＶＸ ", "effect": "wait"})
    desk.post("/admin/review-words/add/", {"words": "笨蛋", "effect": "mask"})
    page = desk.get("/admin/review-words/?try=加 微信笨蛋").text
    assert "等待审核" in page
    assert "加 微信**" in page
    with app.app_context():
        ids = {word.word: str(word.id) for word in db.session.scalars(select(WatchedWord))}
    assert set(ids) == {"加微信", "vx", "笨蛋"}
    desk.post("/admin/review-words/action/", {"action": "drop", "rowid": ids["vx"]})
    url, fields = undo_form(desk.get("/admin/review-words/").text)
    desk.post(url, fields)
    with app.app_context():
        assert sorted(db.session.scalars(select(WatchedWord.word))) == sorted(ids)
    desk.post("/admin/review-words/add/", {"words": "…", "effect": "wait"})
    assert "标点和空格不算" in desk.get("/admin/review-words/").text


def test_the_tab_counts_what_waits_and_leads_from_one_to_the_next(
    app: Flask, desk: PageClient, arrived: Arrived
) -> None:
    with app.app_context():
        moderating.watch_word("违禁", "wait")
        for place in (0, 1):
            services.write_review(arrived.draft(place, text="这是违禁的词"))
        first, second = db.session.scalars(select(Review.id).order_by(Review.id))
    page = desk.get("/admin/reviews/?state=waiting").text
    assert re.search(r'待审核 <span class="nums">2</span>', page)
    assert f'href="/admin/reviews/{second}/"' in desk.get(f"/admin/reviews/{first}/").text
    assert "命中的词：违禁" in desk.get(f"/admin/reviews/{first}/").text


@pytest.mark.parametrize("rows", [1, 12])
def test_statements_do_not_grow_with_rows(
    app: Flask,
    make: World,
    desk: PageClient,
    count_queries: Callable[[], AbstractContextManager[Counted]],
    rows: int,
) -> None:
    sku = make.sku(stock=30)
    for number in range(rows):
        order = arrive(make, make.person(f"buyer{number:03}", f"139{number:08}"), [sku])
        with app.app_context():
            services.write_review(order.draft())
            review = db.session.scalars(select(Review.id)).first()
    found = {}
    for path in ("/admin/reviews/", f"/admin/reviews/{review}/"):
        desk.get(path)
        with count_queries() as counted:
            desk.get(path)
        found[path] = len(counted.sql)
    assert list(found.values()) == [6, 5], counted.sql
