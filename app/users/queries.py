"""Reads of accounts and addresses."""

import functools
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, case, exists, func, select
from sqlalchemy.orm import aliased

from app.areas.models import Area
from app.shared import clock
from app.shared.db import db
from app.shared.prepared import Prepared
from app.users.models import Address, SignIn, User, fold


@dataclass(frozen=True)
class Account:
    """What a sign-in needs to know; never leaves the verbs."""

    id: int
    password_hash: str
    is_active: bool
    has_password: bool
    knows_browser: bool  # has the caller's browser signed in here before?


@dataclass(frozen=True)
class Visitor:
    """Who a session belongs to."""

    id: int
    username: str
    mobile: str
    is_staff: bool
    sign_in_id: int
    seen_at: datetime | None


@dataclass(frozen=True)
class Notified:
    """Whom to tell by mail."""

    username: str
    email: str


@dataclass(frozen=True)
class AddressCard:
    """A live address as pages, settlement and orders show it."""

    id: int
    title: str
    receiver: str
    mobile: str
    province: str
    city: str
    district: str
    place: str
    tel: str
    email: str
    province_id: int
    city_id: int | None
    district_id: int | None
    is_default: bool

    @property
    def region(self) -> str:
        """`北京市 东城区`: a municipality that repeats itself is said once."""
        return " ".join(dict.fromkeys(name for name in (self.province, self.city, self.district) if name))

    @property
    def full_text(self) -> str:
        """Region and place on one line."""
        return f"{self.region} {self.place}"


def find_account(*, username: str | None = None, mobile: str | None = None, browser: str = "") -> Account | None:
    """By name or by number; the caller decides which it is, so one text never means two people."""
    which = User.mobile == mobile if mobile is not None else User.username_key == fold(username or "")
    has_been_here = exists().where(SignIn.user_id == User.id, SignIn.browser == browser, SignIn.browser != "")
    row = db.session.execute(
        select(
            User.id, User.password_hash, User.is_active, User.has_password, has_been_here.label("knows_browser")
        ).where(which)
    ).first()
    return None if row is None else Account(**row._mapping)


_VISITOR = Prepared(
    select(User.id, User.username, User.mobile, User.is_staff, SignIn.id, SignIn.last_seen_at)
    .join(SignIn, SignIn.user_id == User.id)
    .where(
        User.id == bindparam("user"),
        User.is_active,
        SignIn.id == bindparam("sign_in"),
        SignIn.ended_at.is_(None),
        SignIn.expires_at > bindparam("moment"),
    )
)


def find_visitor(user_id: int, sign_in_id: int) -> Visitor | None:
    """Account and sign-in in ONE statement; None when either is closed, ended or past its time.

    Every request of a signed-in shopper asks this, so it goes as prepared text.
    """
    rows = _VISITOR.rows(user=user_id, sign_in=sign_in_id, moment=clock.now())
    return Visitor(*rows[0]) if rows else None


def who_hears_of(user_id: int, browser: str) -> Notified | None:
    """Who is told of a sign-in: an account with a confirmed address and earlier sign-ins, none from this browser."""
    mine = SignIn.user_id == User.id
    row = db.session.execute(
        select(User.username, User.verified_email.label("email")).where(
            User.id == user_id,
            User.verified_email.is_not(None),
            exists().where(mine),
            ~exists().where(mine, SignIn.browser == browser, SignIn.browser != ""),
        )
    ).first()
    return None if row is None else Notified(**row._mapping)


def count_username(username: str) -> int:
    """0 or 1, whatever the letters' case."""
    return db.session.scalar(select(func.count()).where(User.username_key == fold(username))) or 0


def count_mobile(mobile: str) -> int:
    """0 or 1."""
    return db.session.scalar(select(func.count()).where(User.mobile == mobile)) or 0


def _live_addresses(user_id: int | BindParameter[int]) -> Select[*tuple[Any, ...]]:
    province, city, district = aliased(Area), aliased(Area), aliased(Area)
    return (
        select(
            Address.id,
            Address.title,
            Address.receiver,
            Address.mobile,
            province.name.label("province"),
            func.coalesce(city.name, "").label("city"),
            func.coalesce(district.name, "").label("district"),
            Address.place,
            Address.tel,
            Address.email,
            Address.province_id,
            Address.city_id,
            Address.district_id,
            case((User.default_address_id == Address.id, True), else_=False).label("is_default"),
        )
        .join(User, User.id == Address.user_id)
        .join(province, province.id == Address.province_id)
        .outerjoin(city, city.id == Address.city_id)
        .outerjoin(district, district.id == Address.district_id)
        .where(Address.is_deleted.is_(False), Address.user_id == user_id)
    )


@functools.cache
def _one_address() -> Select[*tuple[Any, ...]]:
    owner: BindParameter[int] = bindparam("owner")
    return _live_addresses(owner).where(Address.id == bindparam("address"))


def address_cards(user_id: int) -> list[AddressCard]:
    """The default one first, then the newest; one statement."""
    query = _live_addresses(user_id).order_by(
        case((User.default_address_id == Address.id, 0), else_=1), Address.id.desc()
    )
    return [AddressCard(**row._mapping) for row in db.session.execute(query)]


def find_address(user_id: int, address_id: int) -> AddressCard | None:
    """Theirs and live, or None."""
    values = {"owner": user_id, "address": address_id}
    row = db.session.connection().execute(_one_address(), values).first()
    return None if row is None else AddressCard(**row._mapping)
