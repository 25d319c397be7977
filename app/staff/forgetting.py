"""What the room holds of a person: roles and a second factor. The log keeps numbers and masks (ADR 26)."""

from sqlalchemy import delete

from app.shared.db import db
from app.staff import second_factor
from app.staff.models import StaffMembership


def forget_person(user_id: int) -> None:
    """Of somebody who was staff once. Joins the caller's unit."""
    second_factor.drop(user_id)
    roles = delete(StaffMembership).where(StaffMembership.user_id == user_id)
    db.session.execute(roles.execution_options(synchronize_session=False))
