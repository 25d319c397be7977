"""The rules on names, numbers and passwords, to the letter."""

import time

import pytest

from app.users import policy
from app.users.models import fold


@pytest.mark.parametrize("name", ["alice", "a_b-C9", "x" * 20, "12345", "19900000000a"])
def test_names_that_are_fine(name: str) -> None:
    assert policy.is_username(name)


@pytest.mark.parametrize(
    "name",
    ["abcd", "x" * 21, "alice\n", "al ice", "<script>", "爱丽丝爱丽丝", "ａｌｉｃｅ", "13800138000", "10000000000", ""],
)
def test_names_that_are_not(name: str) -> None:
    assert not policy.is_username(name)


@pytest.mark.parametrize(
    "mobile", ["1380013800", "138001380000", "12800138000", "13800138000\n", "１３８００１３８０００"]
)
def test_numbers_are_matched_as_a_whole(mobile: str) -> None:
    assert policy.is_mobile("13800138000")
    assert not policy.is_mobile(mobile)


def test_names_are_one_whatever_their_letters() -> None:
    assert fold("Alice") == fold("ALICE") == fold("ａｌｉｃｅ")


@pytest.mark.parametrize("password", ["correct horse!", "8charsé!", "密码可以是中文的呀", "x" * 64, "p@$$ {}<>\"'"])
def test_any_printable_character_makes_a_password(password: str) -> None:
    assert policy.is_password(password)


@pytest.mark.parametrize("password", ["short77", "x" * 65, "tab\tinside", "line\nbreak!", ""])
def test_what_no_password_is(password: str) -> None:
    assert not policy.is_password(password)


@pytest.mark.parametrize("password", ["password", "12345678", "qwertyui", "aaaaaaaa", "alice_01", "meiduo123"])
def test_common_passwords_are_guessable(password: str) -> None:
    assert policy.is_guessable(password, "alice_01")


@pytest.mark.parametrize("password", ["correct horse!", "lily-buys-shoes", "tom-runs-the-mall", "Mall-2026-kaffee"])
def test_thoughtful_passwords_are_not(password: str) -> None:
    assert not policy.is_guessable(password, "alice_01")


@pytest.mark.parametrize(
    "tel", ["010-12345678", "01012345678"[0:3] + "-62345678", "0755-6234567", "62345678-12", "400-123-4567"]
)
def test_fixed_lines(tel: str) -> None:
    assert policy.is_tel(tel.replace("12345678", "62345678"))


@pytest.mark.parametrize("tel", ["12345", "abc", "010-1234567890", "13800138000x"])
def test_what_no_fixed_line_is(tel: str) -> None:
    assert not policy.is_tel(tel)


def test_a_long_number_costs_no_time() -> None:
    begun = time.process_time()
    assert not policy.is_tel("2" * 200 + "x")
    assert not policy.is_tel("2222222" * 2 + "-222x")
    assert time.process_time() - begun < 0.05
