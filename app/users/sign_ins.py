"""The rows of signed-in devices, for the verbs of this room and the rooms above: they join the caller's unit."""

from sqlalchemy import update

from app.shared import clock
from app.shared.db import db
from app.shared.uow import in_unit_of_work
from app.users.models import SignIn

# why a sign-in ended, as the history shows it
SIGNED_OUT, FROM_LIST, EVERYWHERE, PASSWORD_CHANGED, PASSWORD_RESET, CLOSED = (
    "signed_out",
    "from_list",
    "everywhere",
    "password_changed",
    "password_reset",
    "account_closed",
)


def end_sign_ins(user_id: int, except_sign_in_id: int | None = None, reason: str = EVERYWHERE) -> int:
    """End every device of an account but one; how many ended."""
    assert in_unit_of_work(), "sign-ins end inside a unit of work"
    rows = update(SignIn).where(SignIn.user_id == user_id, SignIn.ended_at.is_(None))
    if except_sign_in_id is not None:
        rows = rows.where(SignIn.id != except_sign_in_id)
    result = db.session.execute(
        rows.values(ended_at=clock.now(), ended_reason=reason).execution_options(synchronize_session=False)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result has it
