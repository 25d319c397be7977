"""What templates print through: money, local time, masked numbers, picture addresses."""

import functools
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g, url_for

from app.shared import clock
from app.shared.money import show
from app.shared.pictures import PRIVATE, look


def when(moment: datetime | None, form: str = "%Y-%m-%d %H:%M:%S") -> str:
    """A moment on the shop's wall clock (Asia/Shanghai)."""
    return "" if moment is None else clock.local(moment).strftime(form)


def mask_mobile(mobile: str) -> str:
    """`138****8000`."""
    return f"{mobile[:3]}****{mobile[-4:]}" if len(mobile) == 11 else "***"


def yuan(amount: Decimal) -> str:
    """`11,388.00`"""
    return f"{amount:,.2f}"


def image_url(stem: str, width: int = 320, ending: str = "webp") -> str:
    """The address of a picture in the asked width, or the largest it has; an empty stem gets the placeholder."""
    if not stem:
        return url_for("static", filename="images/placeholder.svg")
    return f"{_base(stem)}{stem}-{look(stem).fit(width)}.{ending}"


def srcset(stem: str) -> str:
    """Every width a picture is kept in."""
    start = f"{_base(stem)}{stem}-"
    return ", ".join(f"{start}{width}.webp {width}w" for width in look(stem).widths)


def _base(stem: str) -> str:
    kind = look(stem).kind
    if kind == PRIVATE:
        return "/pictures/"
    return str(current_app.config["UPLOADS_URL" if kind else "MEDIA_URL"])


def sprite() -> str:
    """The address of the icons' file, asked for once a request: a page draws fifty."""
    if "sprite" not in g:
        g.sprite = url_for("static", filename="images/icons.svg")
    return str(g.sprite)


def init_app(app: Flask) -> None:
    """Make them known to Jinja."""
    app.jinja_env.filters.update(when=when, mask_mobile=mask_mobile, yuan=yuan, money=show)
    app.jinja_env.filters.update(image_url=image_url, srcset=srcset, picture_look=look)
    app.jinja_env.globals.update(image_url=image_url, sprite=sprite)
    app.jinja_env.tests["page"] = lambda endpoint: endpoint in app.view_functions  # a menu shows what exists
    app.url_defaults(_stamp)


def _stamp(endpoint: str, values: dict[str, Any]) -> None:
    """Static addresses carry the file's age, so that a new release is not hidden by an old cache."""
    if endpoint == "static" and "v" not in values:
        values["v"] = _changed_at(str(values.get("filename")))


@functools.cache
def _changed_at(filename: str) -> str:
    path = Path(str(current_app.static_folder)) / filename
    return format(int(path.stat().st_mtime), "x") if path.is_file() else "0"
