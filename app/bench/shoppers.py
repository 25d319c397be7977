"""Session cookies for shoppers that no browser signed in: made by the application's own session interface."""

from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from app.users.seeding import Ready


def session_cookie(app: Flask, shopper: Ready) -> dict[str, str]:
    """The cookie by its name, as a sign-in would have set it."""
    interface = app.session_interface
    assert isinstance(interface, SecureCookieSessionInterface), "the mall keeps its session in a signed cookie"
    serializer = interface.get_signing_serializer(app)
    assert serializer is not None, "a mall without SECRET_KEY has no sessions"
    value = serializer.dumps({"_user_id": f"{shopper.user_id}:{shopper.sign_in_id}", "_fresh": True})
    return {interface.get_cookie_name(app): str(value)}
