"""Where an order goes: as much of an address as an order copies, for the path that every order takes."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import aliased

from app.areas.models import Area
from app.shared.errors import NotFound
from app.shared.prepared import Listed, Prepared, slots
from app.users.models import Address


@dataclass(frozen=True)
class Delivery:
    """Receiver, number, and the whole address on one line."""

    receiver: str
    mobile: str
    full_text: str


def _live() -> Select[*tuple[Any, ...]]:
    province, city, district = aliased(Area), aliased(Area), aliased(Area)
    return (
        select(Address.receiver, Address.mobile, province.name, city.name, district.name, Address.place)
        .join(province, province.id == Address.province_id)
        .outerjoin(city, city.id == Address.city_id)
        .outerjoin(district, district.id == Address.district_id)
        .where(Address.is_deleted.is_(False))
    )


_ONE = Prepared(_live().where(Address.id == bindparam("address"), Address.user_id == bindparam("owner")))
_MANY = Listed(
    lambda number: _live().add_columns(Address.user_id, Address.id).where(Address.id.in_(slots("wanted", number)))
)


def get_delivery(user_id: int, address_id: int) -> Delivery:
    """Theirs and live; NotFound for anybody else's, with the same answer."""
    for row in _ONE.rows(owner=user_id, address=address_id):
        return _delivery(*row)
    raise NotFound(address_id=address_id)


def find_deliveries(wanted: Collection[tuple[int, int]]) -> dict[tuple[int, int], Delivery]:
    """Many at once, by (user id, address id); what is not theirs or not live is absent."""
    rows = _MANY.rows(wanted=sorted({address_id for _, address_id in wanted}))
    found = {(user_id, address_id): _delivery(*address) for *address, user_id, address_id in rows}
    return {pair: delivery for pair, delivery in found.items() if pair in wanted}


def _delivery(
    receiver: str, mobile: str, province: str, city: str | None, district: str | None, place: str
) -> Delivery:
    """The address as AddressCard words it: a municipality that repeats itself is said once."""
    region = " ".join(dict.fromkeys(name for name in (province, city, district) if name))
    return Delivery(receiver, mobile, f"{region} {place}")
