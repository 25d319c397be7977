"""Codes in Redis: lives, single use, tries, and that no id reaches another key."""

import pytest
from flask import Flask

from app.shared.errors import BadValue
from app.shared.redis import redis
from app.verifications import services, store
from app.verifications.errors import BadEmail, BadMobile, WrongMailCode, WrongSmsCode

MOBILE = "13912345678"


def keep(code: str = "123456", sms_id: str = "one", purpose: str = "register") -> None:
    store.keep_sms_code(sms_id, MOBILE, purpose, code)


def test_sec_12_a_picture_code_lives_five_minutes_and_is_taken_once(ctx: Flask) -> None:
    image_code_id = store.keep_image_code("AB34")
    assert 0 < redis().ttl(store.IMAGE(image_code_id=image_code_id)) <= 300
    assert store.peek_image_code(image_code_id) == "AB34"
    assert store.take_image_code(image_code_id) == "AB34"
    assert store.take_image_code(image_code_id) is None
    assert store.peek_image_code(image_code_id) is None


@pytest.mark.parametrize(
    "ident",
    [
        "mail-" + "a" * 21,
        "mail-mail-" + "a" * 22,
        "sms_register_{13912345678}",
        "",
        "a" * 21,
        "a" * 23,
        "a" * 21 + "\n",
        "../" * 7,
    ],
)
def test_sec_3_an_id_that_was_not_made_here_reads_nothing(ctx: Flask, ident: str) -> None:
    redis().set(store.IMAGE(image_code_id=ident), "secret")
    assert store.peek_image_code(ident) is None
    assert store.take_image_code(ident) is None


def test_ids_differ(ctx: Flask) -> None:
    assert len({services.new_image_code() for _ in range(50)}) == 50


def test_sec_11_the_right_code_is_good_once(ctx: Flask) -> None:
    keep()
    assert 0 < redis().ttl(store.SMS(purpose="register", mobile=MOBILE)) <= 300
    services.check_sms_code(MOBILE, "register", "123456")
    with pytest.raises(WrongSmsCode):
        services.check_sms_code(MOBILE, "register", "123456")


def test_sec_11_a_code_belongs_to_its_purpose_and_number(ctx: Flask) -> None:
    keep()
    for mobile, purpose in ((MOBILE, "bind"), ("13912345679", "register")):
        with pytest.raises(WrongSmsCode):
            services.check_sms_code(mobile, purpose, "123456")
    services.check_sms_code(MOBILE, "register", "123456")


def test_sec_11_four_wrong_tries_are_forgiven_and_the_fifth_voids_the_code(ctx: Flask) -> None:
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


def test_sec_3_no_picture_is_kept_where_a_code_by_sms_is(ctx: Flask) -> None:
    keep()
    before = redis().hgetall(store.code_key("sms", "register", MOBILE))
    for _ in range(20):
        services.new_image_code()
    kinds = {key.split("_")[0] for key in redis().keys("*")}
    assert kinds == {"sms", "captcha"}
    assert redis().hgetall(store.code_key("sms", "register", MOBILE)) == before


def test_sec_11_codes_are_drawn_by_secrets_all_six_digits_of_them(ctx: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def randbelow(limit: int) -> int:
        asked.append(limit)
        return 7

    monkeypatch.setattr(services.secrets, "randbelow", randbelow)
    services.send_sms_code(MOBILE, "register", "10.0.0.1")
    assert asked == [1_000_000]
    services.check_sms_code(MOBILE, "register", "000007")


def test_sec_11_mailed_codes_have_the_same_rules(ctx: Flask) -> None:
    store.keep_code("one", "mail", "lily@mall.example", "reset", "123456")
    for purpose, code in (("password", "123456"), *[("reset", "000000")] * 4):
        with pytest.raises(WrongMailCode):
            services.check_mail_code("lily@mall.example", purpose, code)
    services.check_mail_code("lily@mall.example", "reset", " 123456 ")
    with pytest.raises(WrongMailCode):
        services.check_mail_code("lily@mall.example", "reset", "123456")
    store.keep_code("two", "mail", "lily@mall.example", "reset", "123456")
    for _ in range(5):
        with pytest.raises(WrongMailCode):
            services.check_mail_code("lily@mall.example", "reset", "000000")
    with pytest.raises(WrongMailCode):
        services.check_mail_code("lily@mall.example", "reset", "123456")


def test_an_sms_code_is_not_good_by_mail(ctx: Flask) -> None:
    keep()
    with pytest.raises(WrongMailCode):
        services.check_mail_code(MOBILE, "register", "123456")


@pytest.mark.parametrize(
    "mobile", ["12345678901", "1391234567", "139123456789", "13912345678\n", "１３９１２３４５６７８"]
)
def test_a_code_goes_to_a_mobile_number_only(ctx: Flask, mobile: str) -> None:
    with pytest.raises(BadMobile):
        services.send_sms_code(mobile, "register", "10.0.0.1")


@pytest.mark.parametrize("email", ["lily", "lily@", "lily@mall", "a b@mall.example", "x" * 250 + "@mall.example"])
def test_a_code_goes_to_a_mailbox_only(ctx: Flask, email: str) -> None:
    with pytest.raises(BadEmail):
        services.request_mail_code(email, "register", "10.0.0.1")


def test_a_code_has_a_purpose_that_the_mall_knows(ctx: Flask) -> None:
    with pytest.raises(BadValue):
        services.send_sms_code(MOBILE, "fun", "10.0.0.1")
    with pytest.raises(BadValue):
        services.request_mail_code("lily@mall.example", "fun", "10.0.0.1")
    assert redis().keys("codes_*") == []
