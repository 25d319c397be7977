"""What the desks of the catalogue read from their forms, and how they say what became of it."""

from collections.abc import Callable, Mapping
from datetime import datetime

from flask import flash, request
from flask_babel import gettext

from app.goods.checks import read_amount
from app.goods.errors import BadStock
from app.goods.launching import Terms
from app.shared.errors import BadValue, DomainError
from app.shared.web import say


def attempt(verb: Callable[[], object], done: str) -> bool:
    """Do it and flash how it went."""
    try:
        verb()
    except DomainError as problem:
        flash(say(problem), "error")
        return False
    flash(done, "success")
    return True


def seen() -> datetime:
    """When what the form shows was last changed; BadValue for a form that was tampered with."""
    try:
        moment = datetime.fromisoformat(request.form.get("seen", ""))
    except ValueError:
        raise BadValue(gettext("请重新打开这一页")) from None
    if moment.tzinfo is None:
        raise BadValue(gettext("请重新打开这一页"))
    return moment


def typed(*fields: str) -> dict[str, str]:
    """What was sent under these names, nothing where one was not: a page that shows a form again needs all of them."""
    return {field: request.form.get(field, "") for field in fields}


def number(text: str, fallback: int = 0) -> int:
    """A whole number from a form; `fallback` for anything else."""
    plain = text.strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 16 else fallback


def numbers(field: str) -> list[int]:
    """Every number sent under a name."""
    return [number(each) for each in request.form.getlist(field)]


def rows(*fields: str) -> list[dict[str, str]]:
    """Fields that come once a line, line by line; BadValue when one is missing somewhere."""
    columns = [request.form.getlist(field) for field in fields]
    if len({len(column) for column in columns}) > 1:
        raise BadValue(gettext("请重新打开这一页"))
    return [dict(zip(fields, line, strict=True)) for line in zip(*columns, strict=True)]


def terms(form: Mapping[str, str], suffix: str = "") -> Terms:
    """Prices and stock as typed; what is empty is not given. BadPrice, BadStock."""
    price, market, cost = (
        read_amount(form.get(f"{name}{suffix}", ""), name) for name in ("price", "market_price", "cost_price")
    )
    typed = form.get(f"stock{suffix}", "").strip()
    count = number(typed, -1) if typed else None
    if count == -1:
        raise BadStock()
    return Terms(price, market, cost, count)


def order(seen_field: str = "row", place_field: str = "place") -> tuple[list[int], list[int]]:
    """(as it was seen, as it shall be) of a form whose lines have numbers; equal numbers keep their order.

    Lines may have been dragged: as it was seen stands in `was`, numbers with blanks between.
    """
    lines = rows(seen_field, place_field)
    sent = [number(line[seen_field]) for line in lines]
    places = [number(line[place_field], len(lines)) for line in lines]
    wanted = [sent[at] for at in sorted(range(len(lines)), key=lambda at: (places[at], at))]
    was = [number(each) for each in request.form.get("was", "").split()]
    return was or sent, wanted
