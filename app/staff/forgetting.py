"""What the room holds of a person: roles, filters of their own, a second factor. The log keeps masks (ADR 26)."""

from sqlalchemy import delete, select

from app.shared.db import db
from app.staff import second_factor
from app.staff.models import SavedFilter, StaffMembership


def holdings(user_id: int) -> dict[str, list[dict[str, str]]]:
    """Filters they kept for themselves."""
    found = select(SavedFilter.page, SavedFilter.title, SavedFilter.query).where(SavedFilter.user_id == user_id)
    rows = db.session.execute(found.order_by(SavedFilter.id))
    return {"saved_filters": [{"page": page, "title": title, "query": query} for page, title, query in rows]}


def forget_person(user_id: int) -> None:
    """Of somebody who was staff once. Joins the caller's unit."""
    second_factor.drop(user_id)
    for table in (StaffMembership, SavedFilter):
        gone = delete(table).where(table.user_id == user_id)
        db.session.execute(gone.execution_options(synchronize_session=False))
