"""The columns of a list of the admin site: what is selected, how it is shown, what a CSV file holds."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from markupsafe import Markup

from app.shared import clock


@dataclass(frozen=True)
class Col:
    """A column: `source` is selected under `key`, `show(row)` makes the cell; `sorts` wants an index (source, id)."""

    key: str
    title: Any
    source: Any = None
    show: Callable[[Any], Any] | None = None
    kind: str = "text"  # text | number | money | when | flag
    sorts: bool = False
    export: Callable[[Any], Any] | None = None  # the cell of a CSV file where it is another one

    def cell(self, row: Any) -> Any:
        """What the page shows."""
        if self.show is not None:
            found = self.show(row)
            return "" if found is None else found
        return _as_kind(self.kind, getattr(row, self.key))

    def plain(self, row: Any) -> Any:
        """What a CSV file holds: no markup."""
        if self.export is not None:
            return self.export(row)
        if self.kind in ("number", "money") and self.show is None:
            return getattr(row, self.key)
        cell = self.cell(row)
        return cell.striptags() if isinstance(cell, Markup) else cell


def _as_kind(kind: str, value: Any) -> Any:
    """A value as the page shows it."""
    if value is None:
        return ""
    if kind == "money":
        return f"¥{value:,.2f}"
    if kind == "number":
        return f"{value:,}"
    if kind == "when":
        return clock.local(value).strftime("%Y-%m-%d %H:%M")
    if kind == "flag":
        return gettext("是") if value else gettext("否")
    return value
