"""Rows as plain JSON values, for handing a person what the mall holds of them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select

from app.shared.db import db
from app.shared.money import show

Listed = list[dict[str, object]]


def listed(query: Select[*tuple[Any, ...]]) -> Listed:
    """One dict a row, named as the query labels its columns: moments in ISO 8601 (UTC), amounts as text."""
    return [{name: _plain(value) for name, value in row._mapping.items()} for row in db.session.execute(query)]


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return show(value) if isinstance(value, Decimal) else value
