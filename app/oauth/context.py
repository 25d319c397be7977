"""Buttons of the sign-in page."""

from flask import Flask

from app.gateways.doors import gateways


def init_app(app: Flask) -> None:
    """`sign_in_providers()` for every template: (name, title) in the order of the settings."""

    @app.context_processor
    def providers() -> dict[str, object]:
        return {"sign_in_providers": list_providers}


def list_providers() -> list[tuple[str, str]]:
    """Name and title of each."""
    return [(name, provider.title) for name, provider in gateways().identity.items()]
