"""An owner of the shop, signed in for a walk: the session that the door of the back office would have made."""

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import select

from app.bench.ground import NoGround
from app.shared import clock
from app.shared.db import db
from app.shared.staff_door import KEPT
from app.staff.models import StaffMembership, StaffRole
from app.staff.policy import OWNER
from app.users import services
from app.users.guessing import Caller
from app.users.models import User


def owner_cookie(app: Flask) -> str:
    """The cookie header of the first owner, password and second factor given just now."""
    owners = (
        select(User.id)
        .join(StaffMembership, StaffMembership.user_id == User.id)
        .join(StaffRole, StaffRole.id == StaffMembership.role_id)
        .where(StaffRole.name == OWNER, User.is_active, User.is_staff)
    )
    user_id = db.session.scalar(owners.order_by(User.id).limit(1))
    db.session.close()
    if user_id is None:
        raise NoGround("no owner yet: run `flask users create-staff ann 13800000000 --role owner` first")
    sign_in_id = services.open_sign_in(user_id, Caller("127.0.0.1", "bench"), remembered=False)
    interface = app.session_interface
    assert isinstance(interface, SecureCookieSessionInterface), "the mall keeps its session in a signed cookie"
    serializer = interface.get_signing_serializer(app)
    assert serializer is not None, "a mall without SECRET_KEY has no sessions"
    now = int(clock.now().timestamp())
    kept = {"sign_in": sign_in_id, "seen": now, "password": now, "factor": now}
    value = serializer.dumps({"_user_id": f"{user_id}:{sign_in_id}", "_fresh": True, KEPT: kept})
    return f"{interface.get_cookie_name(app)}={value}"
