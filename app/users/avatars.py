"""The picture over one's name."""

from app.pictures import services as pictures
from app.pictures.policy import Kind
from app.shared.db import db
from app.shared.uow import unit_of_work
from app.users.addresses import lock_owner


@unit_of_work
def show(user_id: int, stem: str) -> None:
    """The picture just brought, instead of the one before."""
    user = lock_owner(user_id)
    pictures.drop(Kind.AVATAR, user_id)
    pictures.use([stem], Kind.AVATAR, user_id, user_id)
    user.avatar = stem
    db.session.flush()


@unit_of_work
def hide(user_id: int) -> None:
    """None from now on; safe to repeat."""
    user = lock_owner(user_id)
    pictures.drop(Kind.AVATAR, user_id)
    user.avatar = ""
    db.session.flush()
