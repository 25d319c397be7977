"""Small pieces of the ground: tokens, amounts, pages, limits, sweeps, the cache."""

import logging
import threading
from decimal import Decimal

import pytest
from flask import Flask

from app.shared import cache, clock, limits, money, sweeps, tokens
from app.shared.errors import TooOften
from app.shared.filters import image_url, mask_mobile, when, yuan
from app.shared.paging import Page
from app.shared.redis import redis

# --- tokens ----------------------------------------------------------------------------------------------------------


def test_a_token_is_good_for_its_own_purpose_only(ctx: Flask) -> None:
    text = tokens.sign("guest-cart", [[1, 2, 1]])
    assert tokens.unsign("guest-cart", text, 60) == [[1, 2, 1]]
    assert tokens.unsign("mail-link", text, 60) is None
    assert tokens.unsign("guest-carts", text, 60) is None


def test_a_token_that_was_touched_or_is_old_is_nothing(ctx: Flask) -> None:
    text = tokens.sign("guest-cart", {"a": 1})
    middle = len(text) // 2
    changed = text[:middle] + ("A" if text[middle] != "A" else "B") + text[middle + 1 :]
    assert tokens.unsign("guest-cart", changed, 60) is None
    assert tokens.unsign("guest-cart", text, -1) is None
    for junk in ("", "a", "a.b.c", "é", "." * 99):
        assert tokens.unsign("guest-cart", junk, 60) is None


def test_a_token_of_another_key_is_nothing(app: Flask) -> None:
    with app.app_context():
        text = tokens.sign("guest-cart", 1)
        app.config["SECRET_KEY"] = "another key, as long as the first one was"
        assert tokens.unsign("guest-cart", text, 60) is None


# --- amounts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "amount"), [("0", "0.00"), ("10", "10.00"), ("10.5", "10.50"), ("0.01", "0.01")])
def test_amounts_from_outside(text: str, amount: str) -> None:
    assert money.show(money.parse(text)) == amount


@pytest.mark.parametrize(
    "text", ["", "-1", "+1", "1e3", "NaN", "Infinity", "1.005", "1,000", "١", "1.1.1", ".", " 1", "9" * 13]
)
def test_what_is_no_amount(text: str) -> None:
    with pytest.raises(ValueError, match=r"amount|decimals"):
        money.parse(text)


def test_amounts_round_half_up_and_fen_are_exact() -> None:
    assert money.quantize(Decimal("0.005")) == Decimal("0.01")
    assert money.quantize(Decimal("2.675")) == Decimal("2.68")
    assert money.to_fen(Decimal("12.34")) == 1234
    assert money.from_fen(1) == Decimal("0.01")
    with pytest.raises(ValueError, match="whole number of fen"):
        money.to_fen(Decimal("0.001"))


# --- what templates print through ------------------------------------------------------------------------------------


def test_printed_values(ctx: Flask) -> None:
    assert yuan(Decimal("11388")) == "11,388.00"
    assert mask_mobile("13800138000") == "138****8000"
    assert mask_mobile("110") == "***"
    midnight = clock.day_start(clock.today())
    assert when(midnight, "%H:%M") == "00:00"
    assert midnight.utcoffset() is not None
    assert when(None) == ""
    with ctx.test_request_context():
        assert image_url("").startswith("/static/images/placeholder.svg?v=")
        assert image_url("demo/phone-black-1", 640) == "/media/demo/phone-black-1-640.webp"


# --- pages -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "total", "expected"),
    [
        (1, 0, [1]),
        (1, 20, [1]),
        (1, 21, [1, 2]),
        (1, 200, [1, 2, 3, None, 10]),
        (5, 200, [1, None, 3, 4, 5, 6, 7, None, 10]),
        (3, 200, [1, 2, 3, 4, 5, None, 10]),
        (4, 200, [1, 2, 3, 4, 5, 6, None, 10]),
        (10, 200, [1, None, 8, 9, 10]),
    ],
)
def test_the_numbers_under_a_list(number: int, total: int, expected: list[int | None]) -> None:
    assert Page([], number, 20, total).numbers == expected


def test_ends_of_a_list() -> None:
    first, last = Page([1], 1, 20, 21), Page([1], 2, 20, 21)
    assert (first.has_previous, first.has_next, first.pages) == (False, True, 2)
    assert (last.has_previous, last.has_next) == (True, False)
    assert Page([], 1, 20, 0).pages == 1


# --- limits ----------------------------------------------------------------------------------------------------------


def test_a_limit_counts_within_its_window(ctx: Flask) -> None:
    assert [limits.hit("sms:1", 2, 60) > 0 for _ in range(3)] == [False, False, True]
    assert limits.hit("sms:2", 2, 60) == 0
    with pytest.raises(TooOften) as told:
        limits.check("sms:1", 2, 60)
    assert 1 <= int(str(told.value.facts["retry_after"])) <= 60
    assert limits.wait_for("sms:1", 2, 60) >= 1
    assert limits.wait_for("sms:1", 9, 60) == 0, "looking counts nothing"
    limits.forget("sms:1")
    limits.check("sms:1", 2, 60)


def test_the_window_ends_and_later_tries_do_not_prolong_it(ctx: Flask) -> None:
    limits.hit("login:1", 1, 60)
    (counter,) = redis().keys("hits:*")
    redis().expire(counter, 7)
    limits.hit("login:1", 1, 60)
    assert redis().ttl(counter) <= 7
    redis().delete(counter)
    assert limits.hit("login:1", 1, 60) == 0


def test_what_people_type_does_not_stand_in_the_key(ctx: Flask) -> None:
    limits.hit("login:莉莉}{*", 1, 60)
    (counter,) = redis().keys("*")
    assert "莉莉" not in counter


def test_a_rush_gets_exactly_the_limit(app: Flask) -> None:
    passed: list[int] = []

    def knock() -> None:
        with app.app_context():
            passed.append(limits.hit("rush:1", 5, 60))

    threads = [threading.Thread(target=knock) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert passed.count(0) == 5
    assert len(passed) == 20


# --- sweeps ----------------------------------------------------------------------------------------------------------


def test_a_sweep_that_fails_stops_no_other(
    ctx: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sweeps, "REGISTER", {})
    runs: list[str] = []

    def fail() -> int:
        runs.append("fails")
        raise RuntimeError("no database")

    def work() -> int:
        runs.append("works")
        return 3

    sweeps.Sweep("orders.fails", fail, every_s=10)
    sweeps.Sweep("orders.works", work, every_s=20)
    with caplog.at_level(logging.ERROR):
        assert sweeps.run_due(100.0) == {"orders.works": 3}
    assert "orders.fails" in caplog.text
    assert sweeps.run_due(105.0) == {}
    assert sweeps.run_due(110.0) == {}  # the failed one had its turn again
    assert sweeps.run_due(120.0) == {"orders.works": 3}
    assert runs == ["fails", "works", "fails", "fails", "works"]


# --- the cache -------------------------------------------------------------------------------------------------------


def test_a_kept_value_is_made_once_and_forgotten_on_change(ctx: Flask) -> None:
    made: list[int] = []

    def make() -> list[int]:
        made.append(1)
        return [len(made)]

    assert cache.remember("trial", make) == [1]
    assert cache.remember("trial", make) == [1]
    cache.forget("trial")
    assert cache.remember("trial", make) == [2]
