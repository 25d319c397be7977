"""Addresses for the verbs of this room and the rooms above: always the owner's, never a deleted one."""

from dataclasses import dataclass

from sqlalchemy import func, select

from app.shared.db import db
from app.shared.errors import NotFound
from app.shared.uow import in_unit_of_work, unit_of_work
from app.users import queries
from app.users.errors import TooManyAddresses
from app.users.models import Address, User
from app.users.policy import MOST_ADDRESSES
from app.users.queries import AddressCard as AddressCard  # orders take it from here


@dataclass(frozen=True)
class AddressValues:
    """What a shopper writes into the form; an empty title means "leave it, or the receiver"."""

    receiver: str
    province_id: int
    city_id: int | None
    district_id: int | None
    place: str
    mobile: str
    tel: str = ""
    email: str = ""
    title: str = ""


def get_address(user_id: int, address_id: int) -> AddressCard:
    """Theirs and live; NotFound for anybody else's, with the same answer."""
    found = queries.find_address(user_id, address_id)
    if found is None:
        raise NotFound(address_id=address_id)
    return found


def list_addresses(user_id: int) -> list[AddressCard]:
    """The default one first, then the newest."""
    return queries.address_cards(user_id)


def lock_owner(user_id: int) -> User:
    """The owner's row: whoever counts addresses or moves the default holds it."""
    assert in_unit_of_work(), "address books change inside a unit of work"
    query = select(User).where(User.id == user_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def get_row(user_id: int, address_id: int) -> Address:
    """The live row for a change; the owner stands in the query (SEC-6)."""
    row = db.session.scalars(
        select(Address)
        .where(Address.id == address_id, Address.user_id == user_id, Address.is_deleted.is_(False))
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise NotFound(address_id=address_id)
    return row


def check_room(user_id: int) -> None:
    """TooManyAddresses when the book is full; only live ones count (ADR-1)."""
    live = select(func.count()).where(Address.user_id == user_id, Address.is_deleted.is_(False))
    if (db.session.scalar(live) or 0) >= MOST_ADDRESSES:
        raise TooManyAddresses(limit=MOST_ADDRESSES)


def write(row: Address, values: AddressValues) -> None:
    """Copy the values; an empty title keeps the one there is, or takes the receiver's name (ADR-5)."""
    row.title = values.title or row.title or values.receiver
    row.receiver = values.receiver
    row.province_id, row.city_id, row.district_id = values.province_id, values.city_id, values.district_id
    row.place, row.mobile, row.tel, row.email = values.place, values.mobile, values.tel, values.email


def newest_other(user_id: int, address_id: int) -> int | None:
    """Who becomes default when the default one goes."""
    return db.session.scalar(
        select(Address.id)
        .where(Address.user_id == user_id, Address.is_deleted.is_(False), Address.id != address_id)
        .order_by(Address.id.desc())
        .limit(1)
    )


@unit_of_work
def rename(user_id: int, address_id: int, title: str) -> None:
    """Call an address of one's own otherwise; NotFound for anybody else's."""
    get_row(user_id, address_id).title = title
