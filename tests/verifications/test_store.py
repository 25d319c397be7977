"""Codes in Redis: lives, single use, tries, and that no id reaches another key."""

import threading

import pytest
from flask import Flask

from app.shared.redis import redis
from app.verifications import services, store
from app.verifications.errors import SentTooOften, WrongSmsCode

MOBILE = "13912345678"


def keep(code: str = "123456", sms_id: str = "one", purpose: str = "register") -> None:
    store.keep_sms_code(sms_id, MOBILE, purpose, code)


def test_a_picture_code_lives_five_minutes_and_is_taken_once(ctx: Flask) -> None:
    image_code_id = store.keep_image_code("AB34")
    assert 0 < redis().ttl(store.IMAGE(image_code_id=image_code_id)) <= 300
    assert store.peek_image_code(image_code_id) == "AB34"
    assert store.take_image_code(image_code_id) == "AB34"
    assert store.take_image_code(image_code_id) is None
    assert store.peek_image_code(image_code_id) is None


@pytest.mark.parametrize("ident", ["sms_register_{13912345678}", "", "a" * 21, "a" * 23, "a" * 21 + "\n", "../" * 7])
def test_an_id_that_was_not_made_here_reads_nothing(ctx: Flask, ident: str) -> None:
    redis().set(store.IMAGE(image_code_id=ident), "secret")
    assert store.peek_image_code(ident) is None
    assert store.take_image_code(ident) is None


def test_ids_differ(ctx: Flask) -> None:
    assert len({services.new_image_code() for _ in range(50)}) == 50


def test_the_right_code_is_good_once(ctx: Flask) -> None:
    keep()
    assert 0 < redis().ttl(store.SMS(purpose="register", mobile=MOBILE)) <= 300
    services.check_sms_code(MOBILE, "register", "123456")
    with pytest.raises(WrongSmsCode):
        services.check_sms_code(MOBILE, "register", "123456")


def test_a_code_belongs_to_its_purpose_and_number(ctx: Flask) -> None:
    keep()
    for mobile, purpose in ((MOBILE, "bind"), ("13912345679", "register")):
        with pytest.raises(WrongSmsCode):
            services.check_sms_code(mobile, purpose, "123456")
    services.check_sms_code(MOBILE, "register", "123456")


def test_four_wrong_tries_are_forgiven_and_the_fifth_voids_the_code(ctx: Flask) -> None:
    keep()
    for _ in range(4):
        with pytest.raises(WrongSmsCode):
            services.check_sms_code(MOBILE, "register", "000000")
    services.check_sms_code(MOBILE, "register", "123456")
    keep()
    for _ in range(5):
        with pytest.raises(WrongSmsCode):
            services.check_sms_code(MOBILE, "register", "000000")
    with pytest.raises(WrongSmsCode):
        services.check_sms_code(MOBILE, "register", "123456")


def test_a_new_code_replaces_the_old_one_and_its_tries(ctx: Flask) -> None:
    keep("111111", "one")
    for _ in range(5):
        with pytest.raises(WrongSmsCode):
            services.check_sms_code(MOBILE, "register", "000000")
    keep("222222", "two")
    assert store.find_ticket("one") is None
    assert store.find_ticket("two") == (MOBILE, "222222")
    with pytest.raises(WrongSmsCode):
        services.check_sms_code(MOBILE, "register", "111111")
    services.check_sms_code(MOBILE, "register", "222222")


def at_once(app: Flask, count: int, act: object) -> list[object]:
    """Run in so many threads that start together; what each returned or raised."""
    gate, results = threading.Barrier(count), list[object]()

    def run() -> None:
        with app.app_context():
            gate.wait(10)
            try:
                results.append(act())  # type: ignore[operator]
            except (WrongSmsCode, SentTooOften) as problem:
                results.append(type(problem))

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return results


def test_of_many_who_send_the_right_code_at_once_one_gets_in(app: Flask) -> None:
    with app.app_context():
        keep()
    results = at_once(app, 5, lambda: services.check_sms_code(MOBILE, "register", "123456"))
    assert sorted(map(str, results)) == sorted([str(None)] + [str(WrongSmsCode)] * 4)


def test_of_many_who_ask_at_once_one_takes_the_minute(app: Flask) -> None:
    results = at_once(app, 8, lambda: store.take_minute(threading.current_thread().name, MOBILE, "10.0.0.1", 60))
    assert results.count(0) == 1
    assert all(isinstance(wait, int) and 0 < wait <= 60 for wait in results if wait != 0)
    with app.app_context():
        assert redis().get(store.SENT_FROM(address="10.0.0.1")) == "1"


def test_the_cap_of_an_address_counts_over_numbers(ctx: Flask) -> None:
    for n in range(3):
        assert store.take_minute(f"id{n}", f"1390000000{n}", "10.0.0.2", 3) == 0
    wait_s = store.take_minute("id3", "13900000003", "10.0.0.2", 3)
    assert 3500 < wait_s <= 3600
    assert store.wait_before_sms("13900000003", "10.0.0.3", 3) == 0
    assert not redis().exists(store.FLAG(mobile="13900000003"))


def test_only_the_owner_gives_the_minute_back(ctx: Flask) -> None:
    store.take_minute("mine", MOBILE, "10.0.0.4", 60)
    store.give_minute_back("another", MOBILE, "10.0.0.4")
    assert store.wait_before_sms(MOBILE, "10.0.0.4", 60) > 0
    store.give_minute_back("mine", MOBILE, "10.0.0.4")
    assert store.wait_before_sms(MOBILE, "10.0.0.4", 60) == 0
    assert redis().get(store.SENT_FROM(address="10.0.0.4")) == "0"
