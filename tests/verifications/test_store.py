"""Codes in Redis: lives, single use, tries, and that no id reaches another key."""

import pytest
from flask import Flask

from app.shared.redis import redis
from app.verifications import services, store
from app.verifications.errors import WrongSmsCode

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
    with pytest.raises(WrongSmsCode):
        services.check_sms_code(MOBILE, "register", "111111")
    services.check_sms_code(MOBILE, "register", "222222")
