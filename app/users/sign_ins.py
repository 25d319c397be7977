"""The rows of signed-in devices, for the verbs of this room and the rooms above: they join the caller's unit."""

from datetime import datetime

from sqlalchemy import ColumnElement, select, update

from app.shared import clock
from app.shared.db import db
from app.shared.errors import NotFound
from app.shared.uow import in_unit_of_work
from app.users.errors import WrongAccount
from app.users.models import SignIn, User

# why a sign-in ended, as the history shows it
SIGNED_OUT, REPLACED, FROM_LIST, EVERYWHERE, PASSWORD_CHANGED, PASSWORD_RESET, CLOSED = (
    "signed_out",
    "replaced",
    "from_list",
    "everywhere",
    "password_changed",
    "password_reset",
    "account_closed",
)
BY_STAFF, DISABLED, FACTOR_RESET = "by_staff", "account_disabled", "second_factor_reset"


def check_still_good(user_id: int, asked_at: datetime) -> None:
    """WrongAccount when the password changed, or the account closed, while this sign-in was on its way.

    Whoever ends all sign-ins writes the account's row first: holding it here, one of the two sees the other.
    """
    assert in_unit_of_work(), "sign-ins open inside a unit of work"
    row = db.session.execute(
        select(User.is_active, User.password_changed_at).where(User.id == user_id).with_for_update()
    ).one()
    if not row.is_active or (row.password_changed_at is not None and row.password_changed_at > asked_at):
        raise WrongAccount()


def end_sign_in(user_id: int, sign_in_id: int, reason: str) -> bool:
    """End one of theirs; did it run until now? NotFound for anybody else's."""
    assert in_unit_of_work(), "sign-ins end inside a unit of work"
    is_theirs = (SignIn.id == sign_in_id, SignIn.user_id == user_id)
    if _end(*is_theirs, reason=reason):
        return True
    if db.session.scalar(select(SignIn.id).where(*is_theirs)) is None:
        raise NotFound()
    return False


def replace(user_id: int, browser: str) -> None:
    """A browser that signs in again leaves its older rows: one device is one line of the list."""
    if browser:
        _end(SignIn.user_id == user_id, SignIn.browser == browser, reason=REPLACED)


def end_sign_ins(user_id: int, except_sign_in_id: int | None = None, reason: str = EVERYWHERE) -> int:
    """End every device of an account but one; how many ended."""
    assert in_unit_of_work(), "sign-ins end inside a unit of work"
    others = () if except_sign_in_id is None else (SignIn.id != except_sign_in_id,)
    return _end(SignIn.user_id == user_id, *others, reason=reason)


def _end(*which: ColumnElement[bool], reason: str) -> int:
    result = db.session.execute(
        update(SignIn)
        .where(*which, SignIn.ended_at.is_(None))
        .values(ended_at=clock.now(), ended_reason=reason)
        .execution_options(synchronize_session=False)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result has it
