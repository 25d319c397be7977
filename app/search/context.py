"""The columns of this process, and the hot words under the search box."""

import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from flask import Flask, current_app

from app.search import store, suggesting
from app.search.shelf import Shelf
from app.shared.cache import remember
from app.shared.money import from_fen, show

HOT_WORDS = 6


def init_app(app: Flask) -> None:
    """An empty shelf, filled by the first list that somebody asks for; `hot_words()` for templates."""

    def aside(job: Callable[[], None]) -> None:
        def run() -> None:
            with app.app_context():
                job()

        threading.Thread(target=run, name="lists", daemon=True).start()

    app.extensions["meiduo_shelf"] = Shelf(app.config["LISTING_FOLLOW_S"], None if app.testing else aside)
    app.jinja_env.filters.update(plain_yuan=plain_yuan, yuan_of_fen=lambda fen: plain_yuan(from_fen(fen)))
    app.context_processor(lambda: {"hot_words": hot_words})


def plain_yuan(amount: Decimal) -> str:
    """`100`, or `99.50` where there are fen."""
    return str(int(amount)) if amount == int(amount) else show(amount)


def shelf() -> Shelf:
    """This process's columns."""
    kept: Any = current_app.extensions["meiduo_shelf"]
    assert isinstance(kept, Shelf)
    return kept


def hot_words() -> list[str]:
    """What people look for, kept for some minutes."""
    return remember(store.HOT, lambda: suggesting.hot_words(HOT_WORDS))
