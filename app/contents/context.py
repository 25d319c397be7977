"""What every page's header needs of the room: the menu of channels and categories."""

from typing import Any

from flask import Flask

from app.goods.categories import category_tree
from app.shared.web import is_htmx


def init_app(app: Flask) -> None:
    """Register the context processor."""
    app.context_processor(navigation)


def navigation() -> dict[str, Any]:
    """`nav` for the header; a fragment has no header and asks for nothing."""
    return {"nav": [] if is_htmx() else category_tree().menu()}
