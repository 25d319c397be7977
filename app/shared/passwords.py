"""Password hashes: argon2id, 19 MiB, 2 passes, 1 lane; two at a time, so that a rush cannot eat the memory."""

import functools
import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app

AT_A_TIME = 2  # per process
MEMORY_KIB = 19 * 1024
_room = threading.BoundedSemaphore(AT_A_TIME)


def hash_password(plain: str) -> str:
    """The hash to keep."""
    with _room:
        return _hasher(_is_cheap()).hash(_canonical(plain))


def is_right(kept: str, plain: str) -> bool:
    """Does this password belong to this hash?"""
    with _room:
        try:
            return _hasher(_is_cheap()).verify(kept, _canonical(plain))
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(kept: str) -> bool:
    """Was it made with other parameters than today's? Then the next sign-in makes it anew."""
    return _hasher(_is_cheap()).check_needs_rehash(kept)


def waste(plain: str) -> None:
    """The work of a check for an account that does not exist: the answer's time must not tell."""
    is_right(_nobody(_is_cheap()), plain)


def _is_cheap() -> bool:
    return bool(current_app.config["ARGON2_CHEAP"])


def _canonical(plain: str) -> str:
    """Keyboards spell the same letter differently; NFKC makes it the same password."""
    return unicodedata.normalize("NFKC", plain)


@functools.cache
def _hasher(cheap: bool) -> PasswordHasher:
    """The profile; the cheap one is for tests only."""
    if cheap:
        return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    return PasswordHasher(time_cost=2, memory_cost=MEMORY_KIB, parallelism=1)


@functools.cache
def _nobody(cheap: bool) -> str:
    return _hasher(cheap).hash("nobody has this password")
