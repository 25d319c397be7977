"""The key pairs of both sides, made at the first start under a file lock and never in git."""

import fcntl
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

BITS = 2048


@dataclass(frozen=True)
class Keys:
    """PEM texts: the mall's application pair and Alipay's; and the token with which the doors deliver to the inbox."""

    app_private_pem: str = field(repr=False)
    app_public_pem: str
    alipay_private_pem: str = field(repr=False)
    alipay_public_pem: str
    inbox_token: str = field(repr=False)


def ensure_keys(folder: Path) -> Keys:
    """Read the keys in this folder, making what is missing; several processes may call it at once."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _locked(folder / "lock"):
        app_private = _kept(folder / "app_private.pem", _private_pem)
        alipay_private = _kept(folder / "alipay_private.pem", _private_pem)
        return Keys(
            app_private_pem=app_private,
            app_public_pem=_kept_public(folder / "app_public.pem", app_private),
            alipay_private_pem=alipay_private,
            alipay_public_pem=_kept_public(folder / "alipay_public.pem", alipay_private),
            inbox_token=_kept(folder / "inbox_token", lambda: secrets.token_urlsafe(32)),
        )


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _kept(path: Path, make: Callable[[], str]) -> str:
    if not path.exists():
        _write(path, make())
    return path.read_text(encoding="ascii")


def _kept_public(path: Path, private_pem: str) -> str:
    """The public half always follows the private one, even after somebody copied a single file."""
    public = _public_pem(private_pem)
    if not path.exists() or path.read_text(encoding="ascii") != public:
        _write(path, public)
    return public


def _write(path: Path, text: str) -> None:
    """Whole or not at all: a reader never sees half a key."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)
    os.replace(fresh, path)


def _private_pem() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    ).decode("ascii")


def _public_pem(private_pem: str) -> str:
    public = serialization.load_pem_private_key(private_pem.encode("ascii"), password=None).public_key()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return public.public_bytes(serialization.Encoding.PEM, form).decode("ascii")
