"""Staff hide, show and answer reviews; words make them wait; counters stay right to the row; two staff at once."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.goods.models import SKU
from app.reviews import moderating, queries, services
from app.reviews.errors import LongText, ManyWords, NoReason, NoWord, StaleReview
from app.reviews.models import Review, WatchedWord
from app.reviews.policy import State
from app.reviews.watching import key_of, look_through
from app.shared.db import db
from app.shared.errors import BadValue, NotFound
from tests.concurrency.conftest import at_once
from tests.factories.world import Person, World
from tests.pages import PageClient
from tests.reviews.arrived import Arrived, arrive


def counters(sku_id: int) -> tuple[int, int]:
    """(reviews, points) as the SKU says."""
    db.session.rollback()
    row = db.session.execute(select(SKU.comments, SKU.score_total).where(SKU.id == sku_id)).one()
    return row.comments, row.score_total


def written(arrived: Arrived, place: int = 0, **changes: object) -> int:
    """A review's id."""
    services.write_review(arrived.draft(place, **changes))
    found = select(Review.id).where(Review.sku_id == arrived.skus[place])
    return db.session.scalars(found).one()


def test_hiding_takes_it_from_the_page_and_the_counters_and_undo_brings_it_back(
    ctx: Flask, arrived: Arrived, client: PageClient
) -> None:
    review = written(arrived, score=4)
    page = f"/comments/{arrived.skus[0]}/"
    assert counters(arrived.skus[0]) == (1, 4)
    assert moderating.moderate(review, 1, State.HIDDEN, " 广告 ") == 2
    assert counters(arrived.skus[0]) == (0, 0)
    assert client.json("GET", page)[1]["total"] == 0
    assert queries.count_drifts() == []
    assert moderating.moderate(review, 2, State.SHOWN) == 3
    assert counters(arrived.skus[0]) == (1, 4)
    assert client.json("GET", page)[1]["total"] == 1
    row = db.session.get_one(Review, review)
    assert (row.state, row.reason, row.version) == ("shown", "", 3)


def test_the_same_state_again_moves_no_counter(ctx: Flask, arrived: Arrived) -> None:
    review = written(arrived)
    moderating.moderate(review, 1, State.HIDDEN, "广告")
    moderating.moderate(review, 2, State.HIDDEN, "广告，二次确认")
    moderating.moderate(review, 3, State.WAITING)
    assert counters(arrived.skus[0]) == (0, 0)
    moderating.moderate(review, 4, State.SHOWN)
    moderating.moderate(review, 5, State.SHOWN)
    assert counters(arrived.skus[0]) == (1, 5)


def test_who_hides_says_why_and_what_is_not_there_is_not_found(ctx: Flask, arrived: Arrived) -> None:
    review = written(arrived)
    with pytest.raises(NoReason):
        moderating.moderate(review, 1, State.HIDDEN, " \x00 ")
    with pytest.raises(LongText):
        moderating.moderate(review, 1, State.HIDDEN, "长" * 201)
    with pytest.raises(NotFound):
        moderating.moderate(999_999, 1, State.SHOWN)
    assert counters(arrived.skus[0]) == (1, 5)


def test_the_second_of_two_staff_is_told(ctx: Flask, arrived: Arrived) -> None:
    review = written(arrived)
    moderating.answer(review, 1, "谢谢支持")
    with pytest.raises(StaleReview):
        moderating.moderate(review, 1, State.HIDDEN, "广告")
    with pytest.raises(StaleReview):
        moderating.answer(review, 1, "另一个答复")
    assert db.session.get_one(Review, review).answer == "谢谢支持"
    assert counters(arrived.skus[0]) == (1, 5)


def test_an_answer_stands_under_the_review_escaped_and_can_be_taken_back(
    ctx: Flask, arrived: Arrived, client: PageClient
) -> None:
    review = written(arrived)
    moderating.answer(review, 1, " 谢谢\r\n您<script>\x07 ")
    page = client.get(f"/comments/{arrived.skus[0]}/").text
    assert "商家回复" in page
    assert "谢谢\n您&lt;script&gt;" in page
    told = client.json("GET", f"/comments/{arrived.skus[0]}/")[1]["comment_list"][0]
    assert told["answer"] == "谢谢\n您<script>"
    moderating.answer(review, 2, "   ")
    assert "商家回复" not in client.get(f"/comments/{arrived.skus[0]}/").text
    with pytest.raises(LongText):
        moderating.answer(review, 3, "长" * 501)


def in_context(app: Flask, call: Callable[[], object]) -> Callable[[], str]:
    def run() -> str:
        with app.app_context():
            try:
                return str(call())
            except StaleReview:
                return "StaleReview"

    return run


@pytest.mark.race
def test_of_many_staff_who_hide_at_once_one_does(app: Flask, arrived: Arrived) -> None:
    with app.app_context():
        review = written(arrived)
    hide = in_context(app, lambda: moderating.moderate(review, 1, State.HIDDEN, "广告"))
    assert sorted(at_once([hide] * 6)) == ["2"] + ["StaleReview"] * 5
    with app.app_context():
        assert counters(arrived.skus[0]) == (0, 0)
        assert queries.count_drifts() == []


@pytest.mark.race
def test_buyers_and_staff_at_once_keep_the_counters_right(app: Flask, make: World) -> None:
    sku = make.sku(stock=30)
    orders = [arrive(make, make.person(f"buyer{n:03}", f"139{n:08}"), [sku]) for n in range(10)]
    with app.app_context():
        for order in orders[:5]:
            services.write_review(order.draft(score=3))
        old = list(db.session.scalars(select(Review.id).order_by(Review.id)))
    calls = [in_context(app, lambda o=order: services.write_review(o.draft(score=5))) for order in orders[5:]]
    calls += [in_context(app, lambda r=review: moderating.moderate(r, 1, State.HIDDEN, "广告")) for review in old]
    at_once(calls)
    with app.app_context():
        assert counters(sku) == (5, 25)
        assert queries.count_drifts() == []


@pytest.mark.parametrize(
    ("word", "text", "is_found"),
    [
        ("加微信", "请加微信联系", True),
        ("加微信", "请 加 · 微，信", True),
        ("加微信", "請加微信", True),
        ("vx", "加ＶＸ: abc", True),
        ("vx", "vxworks 系统", False),
        ("ass", "first class", False),
        ("best buy", "the BEST  buy!", True),
        ("刷单", "刷了一单", False),
        ("①号店", "1号店", True),
    ],
)
def test_words_are_found_however_they_are_written(ctx: Flask, word: str, text: str, is_found: bool) -> None:
    seen = look_through(text, [(key_of(word), "wait")])
    assert bool(seen.waits_for) is is_found
    assert seen.text == text


def test_masking_hides_the_word_and_nothing_else(ctx: Flask) -> None:
    assert look_through("好用，但客服是笨 蛋！", [("笨蛋", "mask")]).text == "好用，但客服是* *！"
    assert look_through("笨蛋笨蛋", [("笨蛋", "mask")]).text == "****"
    assert look_through("ﬁne", [("fine", "mask")]).text == "***"


def test_a_review_with_a_watched_word_waits_and_the_shopper_is_told(
    app: Flask, arrived: Arrived, lily_client: PageClient, client: PageClient
) -> None:
    with app.app_context():
        moderating.watch_word("加微信", "wait")
        moderating.watch_word("笨蛋", "mask")
    body = {"order_id": arrived.number, "score": 5, "is_anonymous": False}
    first = {**body, "sku_id": arrived.skus[0], "comment": "便宜的加 微信，笨蛋"}
    assert lily_client.json("POST", "/orders/comment/", first)[1]["is_held"] is True
    second = {**body, "sku_id": arrived.skus[1], "comment": "不像笨蛋做的东西"}
    answer = lily_client.post("/orders/comment/", second)
    assert "审核" not in lily_client.get(answer.location).text
    page = lily_client.get("/reviews/").text
    assert "审核中，通过后展示" in page
    with app.app_context():
        assert [counters(sku) for sku in arrived.skus] == [(0, 0), (1, 5)]
        rows = db.session.execute(select(Review.state, Review.reason, Review.text).order_by(Review.id)).all()
        assert queries.count_drifts() == []
        waiting = db.session.scalars(select(Review.id).where(Review.state == "waiting")).one()
        moderating.moderate(waiting, 1, State.SHOWN)
        assert counters(arrived.skus[0]) == (1, 5)
    assert [tuple(row) for row in rows] == [
        ("waiting", "加微信", "便宜的加 微信，**"),
        ("shown", "", "不像**做的东西"),
    ]
    assert client.json("GET", f"/comments/{arrived.skus[0]}/")[1]["total"] == 1


def test_a_browser_is_told_that_it_waits(app: Flask, arrived: Arrived, lily_client: PageClient) -> None:
    with app.app_context():
        moderating.watch_word("加微信", "wait")
    sent = {"order_id": arrived.number, "sku_id": arrived.skus[0], "comment": "请加微信哦", "score": "5"}
    answer = lily_client.post("/orders/comment/", sent)
    assert "评价已提交，审核通过后展示" in lily_client.get(answer.location).text


def test_the_list_of_words(ctx: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def words() -> list[tuple[str, str]]:
        return [tuple(row) for row in db.session.execute(select(WatchedWord.word, WatchedWord.effect))]  # type: ignore[misc]

    moderating.watch_word(" ＶＸ ", "wait")
    moderating.watch_word("vx", "mask")
    assert words() == [("vx", "mask")]
    with pytest.raises(NoWord):
        moderating.watch_word("…！", "wait")
    with pytest.raises(BadValue):
        moderating.watch_word("好词", "shout")
    with pytest.raises(LongText):
        moderating.watch_word("长" * 33, "wait")
    monkeypatch.setattr(moderating, "MOST_WORDS", 1)
    with pytest.raises(ManyWords):
        moderating.watch_word("多的", "wait")
    ids = list(db.session.scalars(select(WatchedWord.id)))
    assert moderating.drop_words(ids) == {"mask": ["vx"]}
    assert moderating.drop_words(ids) == {}
    assert words() == []


def test_who_leaves_takes_the_pictures_along(ctx: Flask, arrived: Arrived, lily: Person) -> None:
    from app.reviews import forgetting
    from app.shared.uow import unit_of_work

    review = written(arrived)
    unit_of_work(forgetting.forget_person)(lily.id)
    row = db.session.get_one(Review, review)
    assert (row.is_anonymous, row.has_pictures) == (True, False)
