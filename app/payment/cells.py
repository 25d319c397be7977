"""Cells of the lists of money."""

from typing import Any

from flask import url_for
from flask_babel import gettext, lazy_gettext
from markupsafe import Markup


def texts(table: dict[str, str]) -> list[tuple[str, Any]]:
    """Options of a choice, in the reader's language."""
    return [(value, lazy_gettext(text)) for value, text in table.items()]


def to_order(row: Any) -> Markup:
    """The order's number, leading to the page of its money."""
    return Markup('<a class="link nums" href="{}">{}</a>').format(
        url_for("admin_money.order", number=row.order_number), row.order_number
    )


def state_tag(text: str, tone: str) -> Markup:
    """A state as a coloured word."""
    return Markup('<span class="tag{}">{}</span>').format(f" tag-{tone}" if tone else "", gettext(text))


def short(text: str) -> Markup:
    """A message of a few words that stays on one line, also on a phone."""
    return Markup('<span class="nowrap">{}</span>').format(gettext(text))
