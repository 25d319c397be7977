"""Lists that are still described in Flask-Admin's words (`column_list`, `column_formatters` …), read as ours."""

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, or_

from app.shared.staff_columns import Col

Found = Callable[[str], ColumnElement[bool] | None]


def default_sort(view: Any) -> tuple[str, str]:
    """The column and the way."""
    name, falls = view.column_default_sort or ("id", True)
    return name, "desc" if falls else "asc"


def read(view: Any) -> tuple[tuple[Col, ...], Any, Found]:
    """Columns, the hint of the search box, and what it looks for: texts with the words in them."""
    columns = tuple(_column(view, name) for name in view.column_list or ())
    searched = [getattr(view.model, name) for name in view.column_searchable_list or ()]

    def find(words: str) -> ColumnElement[bool] | None:
        return or_(*(column.contains(words, autoescape=True) for column in searched)) if searched else None

    return columns, _l("搜索") if searched else "", find


def _column(view: Any, name: str) -> Col:
    formatter = view.column_formatters.get(name)
    show = None if formatter is None else (lambda row: formatter(view, None, row, name))
    title = (view.column_labels or {}).get(name, name)
    return Col(name, title, getattr(view.model, name), show, sorts=name in (view.column_sortable_list or ()))
