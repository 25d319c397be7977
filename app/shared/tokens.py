"""Signed values that leave the house: a salt for every purpose, so that one token is never good for another."""

import hashlib
import hmac
from typing import Any

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


def _serializer(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt=f"meiduo.{purpose}")
