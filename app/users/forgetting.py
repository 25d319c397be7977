"""What accounts hold of a person: the list for their export, and the shell that stays when they leave.

The row stays, because orders point at it: without name, number, address or way in. Joins the caller's unit.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update

from app.areas.models import Area
from app.shared import clock
from app.shared.db import db
from app.shared.holdings import Listed, listed
from app.users import favourites
from app.users.models import Address, Favourite, SecurityEvent, SignIn, StockNotice, User
from app.users.security_log import account_key

NO_HASH = "!"  # fits no password


def receivers(user_id: int) -> list[str]:
    """The number and the mail addresses that letters to this person go to."""
    row = db.session.execute(select(User.mobile, User.email, User.verified_email).where(User.id == user_id)).one()
    return sorted({text for text in row if text})


def left_since(moment: datetime) -> list[int]:
    """Who has left lately."""
    return list(db.session.scalars(select(User.id).where(User.deleted_at >= moment)))


def holdings(user_id: int) -> dict[str, Listed]:
    """Account, address book (deleted ones as long as they are kept), devices, security log, favourites."""
    account = (
        *(User.username, User.nickname, User.avatar, User.mobile, User.email, User.verified_email, User.created_at),
        *(User.disabled_at, User.disabled_reason),
    )
    device = (SignIn.label, SignIn.device, SignIn.address, SignIn.created_at, SignIn.last_seen_at, SignIn.ended_at)
    event = (SecurityEvent.kind, SecurityEvent.address, SecurityEvent.device, SecurityEvent.created_at)
    marked = (Favourite.sku_id, Favourite.created_at)
    awaited = (StockNotice.sku_id, StockNotice.language, StockNotice.created_at, StockNotice.told_at)
    return {
        "account": listed(select(*account).where(User.id == user_id)),
        "addresses": listed(_book().where(Address.user_id == user_id).order_by(Address.id)),
        "sign_ins": listed(select(*device).where(SignIn.user_id == user_id).order_by(SignIn.id)),
        "security_events": listed(select(*event).where(SecurityEvent.user_id == user_id).order_by(SecurityEvent.id)),
        "favourites": listed(select(*marked).where(Favourite.user_id == user_id).order_by(Favourite.id)),
        "stock_notices": listed(select(*awaited).where(StockNotice.user_id == user_id).order_by(StockNotice.id)),
    }


def _book() -> Any:
    """Addresses under the name of their smallest division."""
    columns = (Address.title, Address.receiver, Address.place, Address.mobile, Address.tel, Address.email)
    where = Area.id == func.coalesce(Address.district_id, Address.city_id, Address.province_id)
    return select(*columns, Area.name.label("area"), Address.is_deleted, Address.created_at).outerjoin(Area, where)


def forget_person(user_id: int) -> None:
    """Everything of the person goes; name and number become free. Names with `#` cannot be registered."""
    _forget_attempts(user_id)
    shell = f"#{user_id}"
    now = clock.now()
    nobody: dict[str, Any] = {
        "username": shell,
        "username_key": shell,
        "nickname": "",
        "avatar": "",
        "mobile": f"#{user_id:010}"[:11],
        "password_hash": NO_HASH,
        "has_password": False,
        "email": None,
        "verified_email": None,
        "email_verified": False,
        "email_nonce": None,
        "is_active": False,
        "disabled_at": None,
        "disabled_reason": "",
        "default_address_id": None,
        "updated_at": now,
    }
    silent: dict[str, Any] = {"synchronize_session": False}
    db.session.execute(update(User).where(User.id == user_id).values(nobody).execution_options(**silent))
    db.session.execute(
        update(User)
        .where(User.id == user_id, User.deleted_at.is_(None))
        .values(deleted_at=now)
        .execution_options(**silent)
    )
    for model in (Address, SignIn, SecurityEvent, StockNotice):
        db.session.execute(delete(model).where(model.user_id == user_id).execution_options(**silent))
    favourites.forget_marks(user_id)


def _forget_attempts(user_id: int) -> None:
    """Lines of the security log about who typed these names without being let in."""
    names = db.session.execute(select(User.username, User.mobile).where(User.id == user_id)).one()
    typed = [account_key(name) for name in names]
    db.session.execute(
        delete(SecurityEvent).where(SecurityEvent.account_key.in_(typed)).execution_options(synchronize_session=False)
    )
