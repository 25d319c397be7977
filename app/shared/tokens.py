"""Signed values that leave the house, and sealed ones that stay: a salt for every purpose keeps them apart."""

import base64
import hashlib
import hmac
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer


def sign(purpose: str, value: Any) -> str:
    """A JSON value as URL-safe signed text. Signed is not secret: the holder can read it."""
    return _serializer(purpose).dumps(value)


def unsign(purpose: str, text: str, max_age_s: int) -> Any:
    """The value, or None when the text is forged, old or of another purpose."""
    try:
        return _serializer(purpose).loads(text, max_age=max_age_s)
    except BadSignature:
        return None


def digest(purpose: str, text: str) -> str:
    """A keyed digest, 64 hex digits: equal texts are equal, and nobody without the key can try texts out."""
    key = f"meiduo.{purpose}:{current_app.config['SECRET_KEY']}".encode()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def seal(purpose: str, text: str) -> str:
    """Encrypted for the database: who reads the tables alone learns nothing. Another SECRET_KEY cannot open it."""
    return _lock(purpose).encrypt(text.encode()).decode()


def unseal(purpose: str, sealed: str) -> str | None:
    """What was sealed, or None when it was sealed with another key, or changed since."""
    try:
        return _lock(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def _lock(purpose: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(bytes.fromhex(digest(f"seal.{purpose}", ""))))


def _serializer(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt=f"meiduo.{purpose}")
