"""What every page's header needs of the room."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the context processor."""
