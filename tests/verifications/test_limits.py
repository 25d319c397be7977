"""The gate before a code: a minute and a day for a receiver, an hour and a day for an address, all in one step."""

import pytest
from flask import Flask

from app.shared.redis import redis
from app.verifications import services, store
from app.verifications.errors import SentTooOften
from app.verifications.policy import CODE_EVERY_S
from app.verifications.store import Caps

MOBILE = "13912345678"
CAPS = Caps(per_day=10, address_per_hour=60, address_per_day=300)


def take(code_id: str, to: str = MOBILE, address: str = "10.0.0.1", caps: Caps = CAPS) -> int:
    return store.take_turn(code_id, "sms", to, address, caps)


def let_pass(seconds: int) -> None:
    """What was counted was counted so much earlier."""
    for key in [*redis().keys("codes_to_*"), *redis().keys("codes_from_*")]:
        for code_id in redis().zrange(key, 0, -1):
            redis().zincrby(key, -seconds * 1000, code_id)


def is_about(wait_s: object, seconds: int) -> bool:
    """Never more than it should be, and less only by what a slow machine took to get here."""
    return isinstance(wait_s, int) and seconds - 9 < wait_s <= seconds


def test_acc_11_the_answer_tells_the_seconds_that_are_really_left(ctx: Flask) -> None:
    assert services.send_sms_code(MOBILE, "bind", "10.0.0.1") == CODE_EVERY_S == 60
    let_pass(45)
    with pytest.raises(SentTooOften) as refused:
        services.send_sms_code(MOBILE, "bind", "10.0.0.1")
    assert is_about(refused.value.facts["retry_after"], 15)
    let_pass(15)
    assert services.send_sms_code(MOBILE, "bind", "10.0.0.1") == 60


def test_sec_12_ten_a_day_and_number_in_any_24_hours(ctx: Flask) -> None:
    for n in range(10):
        assert take(f"id{n}") == 0
        let_pass(60)
    assert is_about(take("one more", address="10.9.9.9"), 86_400 - 600)
    assert take("another number", "13912345679") == 0
    let_pass(86_400 - 600 - 10)
    assert is_about(take("too soon"), 10)
    let_pass(10)
    assert take("the first of them is a day old") == 0
    let_pass(50)
    assert is_about(take("the second is not"), 10)


def test_sec_12_the_caps_of_an_address_count_over_numbers(ctx: Flask) -> None:
    caps = Caps(per_day=10, address_per_hour=3, address_per_day=4)
    for n in range(3):
        assert take(f"id{n}", f"1390000000{n}", caps=caps) == 0
    assert is_about(take("id3", "13900000003", caps=caps), 3600)
    assert take("id3", "13900000003", "10.0.0.3", caps) == 0
    let_pass(3600)
    assert take("id4", "13900000004", caps=caps) == 0
    assert is_about(take("id5", "13900000005", caps=caps), 86_400 - 3600)
    assert not redis().exists(store.SENT_TO(channel="sms", slot="13900000005")), "a refusal takes nothing"


def test_of_several_limits_the_longest_wait_is_told(ctx: Flask) -> None:
    caps = Caps(per_day=1, address_per_hour=1, address_per_day=300)
    take("one", caps=caps)
    assert is_about(take("two", caps=caps), 86_400)
    assert is_about(take("two", "13900000001", caps=caps), 3600)
    assert is_about(take("two", address="10.0.0.2", caps=Caps(10, 60, 300)), 60)


def test_a_cap_of_nothing_closes_the_door(ctx: Flask) -> None:
    assert take("one", caps=Caps(per_day=10, address_per_hour=0, address_per_day=300)) == 3600


def test_looking_takes_nothing(ctx: Flask) -> None:
    assert store.wait_before("sms", MOBILE, "10.0.0.1", CAPS) == 0
    assert redis().keys("codes_*") == []
    take("one")
    assert is_about(store.wait_before("sms", MOBILE, "10.0.0.2", CAPS), 60)


def test_what_is_given_back_is_only_ones_own(ctx: Flask) -> None:
    take("mine")
    store.give_turn_back("another", "sms", MOBILE, "10.0.0.1")
    assert is_about(store.wait_before("sms", MOBILE, "10.0.0.1", CAPS), 60)
    store.give_turn_back("mine", "sms", MOBILE, "10.0.0.1")
    assert redis().keys("codes_*") == []


def test_mail_and_sms_are_counted_apart(ctx: Flask) -> None:
    assert take("one") == 0
    assert store.take_turn("two", "mail", "lily@mall.example", "10.0.0.1", CAPS) == 0
    assert store.take_turn("three", "mail", " LILY@mall.example", "10.0.0.2", CAPS) > 0, "the same mailbox"


@pytest.mark.parametrize(
    ("one", "other", "is_one"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("10.0.0.1", "10.0.0.2", False),
        ("::ffff:10.0.0.1", "10.0.0.1", True),
        ("unknown", "unknown", True),
        ("a{b}", "a{c}", False),
    ],
)
def test_an_address_of_ipv6_counts_as_its_network(ctx: Flask, one: str, other: str, is_one: bool) -> None:
    caps = Caps(per_day=10, address_per_hour=1, address_per_day=300)
    assert take("one", "13900000001", one, caps) == 0
    assert (take("two", "13900000002", other, caps) > 0) is is_one


def test_the_gate_is_one_round_trip(ctx: Flask) -> None:
    redis().ping()
    redis().config_resetstat()
    take("one")
    calls = {name: facts["calls"] for name, facts in redis().info("commandstats").items()}
    asked = calls["cmdstat_eval"]
    assert asked == 1
    # what the script itself does is counted too: nothing else was asked from outside
    assert set(calls) <= {
        "cmdstat_eval",
        "cmdstat_time",
        "cmdstat_zcount",
        "cmdstat_zremrangebyscore",
        "cmdstat_zadd",
        "cmdstat_expire",
        "cmdstat_config|resetstat",
        "cmdstat_info",
    }
