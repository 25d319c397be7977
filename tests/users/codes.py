"""What an SMS would say."""

from flask import Flask

from app.shared.redis import redis
from app.verifications import store


def sms_code(app: Flask, mobile: str, purpose: str) -> str:
    """The code that is kept for this number and purpose."""
    with app.app_context():
        code = redis().hget(store.code_key("sms", purpose, mobile), "code")
    assert code is not None, f"no code for {purpose}"
    return str(code)
