"""The rows of signed-in devices, for the verbs of this room and the rooms above: they join the caller's unit."""

from sqlalchemy import ColumnElement, select, update

from app.shared import clock
from app.shared.db import db
from app.shared.errors import NotFound
from app.shared.uow import in_unit_of_work
from app.users.models import SignIn

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
