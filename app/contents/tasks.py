"""Jobs of the home page."""

from flask import current_app

from app.contents import following


def follow_home() -> None:
    """An ad, the footer or a hot word has changed: the files follow."""
    following.follow(current_app._get_current_object())  # type: ignore[attr-defined]  # the app itself
