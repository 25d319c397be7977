"""Hashes: the profile, two at a time, renewed when the profile changes, made for nobody too."""

import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from app.shared import passwords
from app.shared.db import db
from app.users import services
from app.users.errors import WrongAccount
from app.users.models import User
from tests.factories.world import Person

REAL = "$argon2id$v=19$m=19456,t=2,p=1$"


def test_the_real_profile(ctx: Flask) -> None:
    ctx.config["ARGON2_CHEAP"] = False
    kept = passwords.hash_password("correct horse!")
    assert kept.startswith(REAL)
    assert passwords.is_right(kept, "correct horse!")
    assert not passwords.is_right(kept, "correct horse?")
    assert not passwords.is_outdated(kept)


def test_another_keyboard_spells_the_same_password(ctx: Flask) -> None:
    assert passwords.is_right(passwords.hash_password("caf\u00e9 cr\u00e8me"), "cafe\u0301 cre\u0300me")


def test_what_is_no_hash_opens_nothing(ctx: Flask) -> None:
    assert not passwords.is_right("", "anything")
    assert not passwords.is_right("plain text", "plain text")


def test_signing_in_renews_an_old_hash(ctx: Flask, lily: Person) -> None:
    ctx.config["ARGON2_CHEAP"] = False
    with pytest.raises(WrongAccount):
        services.check_password("lily", "wrong", "10.0.0.1")
    assert not stored(lily).startswith(REAL)
    services.check_password("lily", lily.password, "10.0.0.1")
    assert stored(lily).startswith(REAL)
    renewed = stored(lily)
    services.check_password("lily", lily.password, "10.0.0.1")
    assert stored(lily) == renewed


def stored(person: Person) -> str:
    db.session.close()
    return db.session.get_one(User, person.id).password_hash


@pytest.fixture
def both_rooms_taken() -> Iterator[Callable[[], None]]:
    """Two hashes are being made and do not end before the test says so."""
    for _ in range(passwords.AT_A_TIME):
        assert passwords._room.acquire(timeout=5)
    left = [passwords.AT_A_TIME]

    def leave() -> None:
        while left[0]:
            left[0] -= 1
            passwords._room.release()

    yield leave
    leave()


@pytest.mark.parametrize("account", ["lily", "nobody-at-all", "13999999999"])
def test_a_third_hash_waits_and_unknown_accounts_hash_too(
    app: Flask, lily: Person, both_rooms_taken: Callable[[], None], account: str
) -> None:
    done = threading.Event()

    def try_it() -> None:
        with app.app_context(), pytest.raises(WrongAccount):
            services.check_password(account, "wrong password", "10.0.0.1")
        done.set()

    thread = threading.Thread(target=try_it)
    thread.start()
    assert not done.wait(0.3), "it answered without hashing"
    both_rooms_taken()
    assert done.wait(10)
    thread.join(10)
