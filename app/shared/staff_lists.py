"""The filters of a list of the admin site: each knows its fields and its SQL.

A filter's value comes from the address; one that cannot be understood is named beside its field, and finds nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Protocol
from urllib.parse import urlencode

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement

from app.shared import clock, money
from app.shared.staff_columns import Col as Col  # lists import both from here

Args = Mapping[str, str]
Options = Callable[[], Sequence[tuple[str, Any]]] | Sequence[tuple[str, Any]]
LONGEST_VALUE = 100
LARGEST_NUMBER = 2**53


@dataclass(frozen=True)
class Control:
    """One field of the filter form; with `options` it is a choice."""

    name: str
    label: Any
    type: str = "text"
    options: Sequence[tuple[str, Any]] = ()


@dataclass(frozen=True)
class Tab:
    """A ready filter above the list; `count` is shown when known, as a text (`1,000+`) where it is capped."""

    text: Any
    args: Mapping[str, str]
    count: int | str | None = None

    def is_here(self, args: Args) -> bool:
        """Is exactly this chosen, whatever the sort and the page?"""
        return {name: value for name, value in args.items() if name not in ("sort", "after", "before")} == dict(
            self.args
        )

    def address(self) -> str:
        """The query that chooses it."""
        return f"?{urlencode(self.args)}"


class NotUnderstood(ValueError):
    """A filter's value that is no such thing; `name` is the field."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Filter(Protocol):
    """Fields in the form, SQL from their values, and what is chosen in words."""

    @property
    def key(self) -> str: ...

    @property
    def title(self) -> Any: ...

    def controls(self) -> list[Control]: ...

    def clauses(self, args: Args) -> list[ColumnElement[bool]]: ...

    def chosen(self, args: Args) -> list[tuple[str, str]]: ...


@dataclass(frozen=True)
class _Single:
    """A filter of one field."""

    key: str
    title: Any

    def controls(self) -> list[Control]:
        return [Control(self.key, self.title)]

    def chosen(self, args: Args) -> list[tuple[str, str]]:
        """(field, words) of what is chosen."""
        value = args.get(self.key, "")
        return [(self.key, f"{self.title} {self._words(value)}")] if value else []

    def clauses(self, args: Args) -> list[ColumnElement[bool]]:
        value = args.get(self.key, "")
        return [self._clause(value)] if value else []

    def _words(self, value: str) -> str:
        return value

    def _clause(self, value: str) -> ColumnElement[bool]:
        raise NotImplementedError


@dataclass(frozen=True)
class Choice(_Single):
    """One of a few values. Without `clause` the column equals it; digits compare as a number."""

    column: Any = None
    options: Options = ()
    clause: Callable[[str], ColumnElement[bool]] | None = None

    def _offered(self) -> list[tuple[str, Any]]:
        return [(str(value), text) for value, text in (self.options() if callable(self.options) else self.options)]

    def controls(self) -> list[Control]:
        return [Control(self.key, self.title, "choice", self._offered())]

    def _words(self, value: str) -> str:
        return str(dict(self._offered()).get(value, value))

    def _clause(self, value: str) -> ColumnElement[bool]:
        if value not in dict(self._offered()):
            raise NotUnderstood(self.key)
        if self.clause is not None:
            return self.clause(value)
        found: ColumnElement[bool] = self.column == (int(value) if _is_number(self.column) else value)
        return found


@dataclass(frozen=True)
class Flag(_Single):
    """Yes or no."""

    column: Any = None

    def controls(self) -> list[Control]:
        return [Control(self.key, self.title, "choice", [("1", _l("是")), ("0", _l("否"))])]

    def _words(self, value: str) -> str:
        return str(gettext("是") if value == "1" else gettext("否"))

    def _clause(self, value: str) -> ColumnElement[bool]:
        if value not in ("0", "1"):
            raise NotUnderstood(self.key)
        found: ColumnElement[bool] = self.column == (value == "1")  # MariaDB reads no index for IS TRUE
        return found


@dataclass(frozen=True)
class Words(_Single):
    """A text that `clause` looks up; None from it means that nothing can fit."""

    clause: Callable[[str], ColumnElement[bool] | None] = field(default=lambda _text: None)

    def _clause(self, value: str) -> ColumnElement[bool]:
        found = self.clause(value)
        if found is None:
            raise NotUnderstood(self.key)
        return found


@dataclass(frozen=True)
class Numbers(_Single):
    """A whole number: an id, a count. Without `clause` the column equals it."""

    column: Any = None
    clause: Callable[[int], ColumnElement[bool]] | None = None

    def controls(self) -> list[Control]:
        return [Control(self.key, self.title, "number")]

    def _clause(self, value: str) -> ColumnElement[bool]:
        number = whole(self.key, value)
        found: ColumnElement[bool] = self.column == number if self.clause is None else self.clause(number)
        return found


@dataclass(frozen=True)
class _Between:
    """A filter of two fields, `key_from` and `key_to`, both ends included."""

    key: str
    title: Any
    column: Any

    def controls(self) -> list[Control]:
        return [
            Control(f"{self.key}_from", _l("%(title)s 从", title=self.title), self._type()),
            Control(f"{self.key}_to", _l("%(title)s 到", title=self.title), self._type()),
        ]

    def chosen(self, args: Args) -> list[tuple[str, str]]:
        """(field, words) of what is chosen."""
        ends = ((f"{self.key}_from", "≥"), (f"{self.key}_to", "≤"))
        return [(name, f"{self.title} {sign} {args[name]}") for name, sign in ends if args.get(name)]

    def clauses(self, args: Args) -> list[ColumnElement[bool]]:
        lowest, highest = args.get(f"{self.key}_from", ""), args.get(f"{self.key}_to", "")
        found = [self._from(lowest)] if lowest else []
        return [*found, self._to(highest)] if highest else found

    def _type(self) -> str:
        return "number"

    def _from(self, value: str) -> ColumnElement[bool]:
        found: ColumnElement[bool] = self.column >= self._value(f"{self.key}_from", value)
        return found

    def _to(self, value: str) -> ColumnElement[bool]:
        found: ColumnElement[bool] = self.column <= self._value(f"{self.key}_to", value)
        return found

    def _value(self, name: str, value: str) -> Any:
        return whole(name, value)


class Range(_Between):
    """Between two whole numbers."""


class Amounts(_Between):
    """Between two amounts in yuan."""

    def _type(self) -> str:
        return "amount"

    def _value(self, name: str, value: str) -> Any:
        try:
            return money.parse(value)
        except ValueError:
            raise NotUnderstood(name) from None


class Days(_Between):
    """Between two Shanghai days, both whole."""

    def _type(self) -> str:
        return "date"

    def _from(self, value: str) -> ColumnElement[bool]:
        found: ColumnElement[bool] = self.column >= clock.day_start(_day(f"{self.key}_from", value))
        return found

    def _to(self, value: str) -> ColumnElement[bool]:
        next_day = _day(f"{self.key}_to", value) + timedelta(days=1)
        found: ColumnElement[bool] = self.column < clock.day_start(next_day)
        return found


def whole(name: str, value: str) -> int:
    """A whole number from outside; NotUnderstood for anything else."""
    digits = value.strip()
    if not digits.isascii() or not digits.isdigit() or len(digits) > 16 or int(digits) > LARGEST_NUMBER:
        raise NotUnderstood(name)
    return int(digits)


def _day(name: str, value: str) -> date:
    try:
        found = date.fromisoformat(value)
    except ValueError:
        raise NotUnderstood(name) from None
    if not 1990 <= found.year <= 2200:
        raise NotUnderstood(name)
    return found


def _is_number(column: Any) -> bool:
    try:
        return bool(column.type.python_type is int)
    except (AttributeError, NotImplementedError):
        return False
