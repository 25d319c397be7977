"""Who one is to the shop: the nickname, the number, and how the account is secured."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.outbox.services import promise
from app.shared import clock
from app.shared.db import db
from app.shared.uow import unit_of_work, violates
from app.users import queries, security_log
from app.users.addresses import lock_owner
from app.users.emails import confirmed_address
from app.users.errors import MobileTaken, ProofStale, SameMobile
from app.users.guessing import Caller
from app.users.letters import Letter
from app.users.models import SignIn, StockNotice, User
from app.verifications.services import check_sms_code


@dataclass(frozen=True)
class Standing:
    """An account as its owner sees it; `shown_name` is the nickname, or the username."""

    username: str
    nickname: str
    avatar: str
    mobile: str
    email: str
    email_verified: bool
    has_password: bool
    password_changed_at: datetime | None
    created_at: datetime
    devices: int
    arrived: int  # goods that were waited for and have come

    @property
    def shown_name(self) -> str:
        return self.nickname or self.username


def get_standing(user_id: int) -> Standing:
    """In one statement."""
    live = (SignIn.user_id == User.id, SignIn.ended_at.is_(None), SignIn.expires_at > clock.now())
    devices = select(func.count(SignIn.id)).where(*live).correlate(User).scalar_subquery()
    told = (StockNotice.user_id == User.id, StockNotice.told_at.is_not(None))
    arrived = select(func.count(StockNotice.id)).where(*told).correlate(User).scalar_subquery()
    row = db.session.execute(
        select(
            User.username,
            User.nickname,
            User.avatar,
            User.mobile,
            func.coalesce(User.email, "").label("email"),
            User.email_verified,
            User.has_password,
            User.password_changed_at,
            User.created_at,
            devices.label("devices"),
            arrived.label("arrived"),
        ).where(User.id == user_id)
    ).one()
    return Standing(**row._mapping)


def find_confirmed_email(user_id: int) -> str:
    """Where letters go; empty without one."""
    columns = (User.email, User.email_verified, User.verified_email)
    return confirmed_address(db.session.execute(select(*columns).where(User.id == user_id)).one())


@unit_of_work
def choose_nickname(user_id: int, nickname: str) -> None:
    """Written over reviews instead of the username; empty takes it back."""
    db.session.get_one(User, user_id).nickname = nickname


def check_free(mobile: str, old: str) -> None:
    """SameMobile, MobileTaken: said before a code is sent or used up."""
    if mobile == old:
        raise SameMobile(field="mobile")
    if queries.count_mobile(mobile):
        raise MobileTaken(field="mobile")


def change_mobile(user_id: int, old: str, new: str, sms_code: str, caller: Caller, letter: Letter | None) -> None:
    """The code to the new number is used up; the proof of the old one is the caller's to bring, and bound to it."""
    check_free(new, old)
    db.session.close()
    check_sms_code(new, "change_new", sms_code)
    _write_mobile(user_id, old, new, caller, letter)


@unit_of_work
def _write_mobile(user_id: int, old: str, new: str, caller: Caller, letter: Letter | None) -> None:
    """Of two who want one number at once, the unique key lets one in; a number changed meanwhile voids the proof."""
    user = lock_owner(user_id)
    if user.mobile != old:
        raise ProofStale()
    user.mobile = new
    try:
        db.session.flush()
    except IntegrityError as problem:
        if violates(problem, "mobile"):
            raise MobileTaken(field="mobile") from problem
        raise
    security_log.note(security_log.MOBILE_CHANGED, user_id, caller)
    to = confirmed_address(user)
    if letter is not None and to:
        # never the number itself: a key is not the place for it
        key = f"mobile-changed:{user_id}:{clock.now():%Y%m%d%H%M%S%f}"
        words = {"subject": letter.subject, "text": letter.text, "html": letter.html}
        promise(unique_key=key, kind="mail", to=to, user_id=user_id, **words)
