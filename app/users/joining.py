"""The row of a new account, for the verbs of this room and the rooms above: it joins the caller's unit."""

from sqlalchemy.exc import IntegrityError

from app.shared.db import db
from app.shared.uow import in_unit_of_work, violates
from app.users.errors import MobileTaken, NameTaken
from app.users.models import User, fold


def add_account(
    username: str, mobile: str, password_hash: str, *, is_staff: bool = False, has_password: bool = True
) -> int:
    """Its id; of two that join at once the unique keys let one in and name the other's field."""
    assert in_unit_of_work(), "accounts are made inside a unit of work"
    user = User(
        username=username,
        username_key=fold(username),
        mobile=mobile,
        password_hash=password_hash,
        is_staff=is_staff,
        has_password=has_password,
    )
    db.session.add(user)
    try:
        db.session.flush()
    except IntegrityError as problem:
        if violates(problem, "username_key"):
            raise NameTaken(field="username") from problem
        if violates(problem, "mobile"):
            raise MobileTaken(field="mobile") from problem
        raise
    return user.id
