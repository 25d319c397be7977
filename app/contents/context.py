"""What every page needs of the room: the menu of channels and categories, and the words of the footer."""

import hashlib
from typing import Any

from flask import Flask, render_template
from markupsafe import Markup

from app.contents import linked_data, moved
from app.contents.footer import footer
from app.goods.categories import Entry, category_tree
from app.shared.cache import remember
from app.shared.web import is_htmx


def init_app(app: Flask) -> None:
    """Register the context processor."""
    app.context_processor(navigation)
    app.context_processor(lambda: {"site_footer": footer})
    linked_data.init_app(app)
    moved.init_app(app)


def navigation() -> dict[str, Any]:
    """`nav` for the header; a fragment has no header and asks for nothing."""
    menu = [] if is_htmx() else category_tree().menu()
    return {"nav": menu, "catalogue_html": lambda: catalogue_html(menu)}


def catalogue_html(menu: list[Entry]) -> Markup:
    """The rendered menu, kept under a name that changes with what it shows. It holds data only, in no language."""
    name = f"contents.catalogue.{hashlib.sha256(repr(menu).encode()).hexdigest()[:16]}"
    html = remember(name, lambda: render_template("partials/_catalogue.html", menu=menu))
    return Markup(html)  # noqa: S704  # rendered by our own template, which escapes the names
