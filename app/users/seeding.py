"""Ready accounts in bulk, for the demo and for load tests: one hash, one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select, update

from app.areas.models import Area
from app.shared import clock
from app.shared.db import db
from app.shared.uow import unit_of_work
from app.users.models import Address, SignIn, User, fold
from app.users.policy import REMEMBERED_FOR


@dataclass(frozen=True)
class Ready:
    """A shopper who is signed in already."""

    user_id: int
    sign_in_id: int
    username: str


def find_place() -> tuple[int, int | None, int | None] | None:
    """A province, a city and a district that belong together; None before the areas are loaded."""
    chain: list[int] = []
    parent: int | None = None
    while len(chain) < 3:
        below = Area.parent_id.is_(None) if parent is None else Area.parent_id == parent
        parent = db.session.scalar(select(Area.id).where(below).order_by(Area.id).limit(1))
        if parent is None:
            break
        chain.append(parent)
    if not chain:
        return None
    return chain[0], chain[1] if len(chain) > 1 else None, chain[2] if len(chain) > 2 else None


@unit_of_work
def make_shoppers(
    people: Sequence[tuple[str, str]], password_hash: str, place: tuple[int, int | None, int | None]
) -> list[Ready]:
    """Accounts of (username, mobile), each with a default address and an open sign-in, by whole statements."""
    now = clock.now()
    common = {"password_hash": password_hash, "created_at": now, "updated_at": now}
    db.session.execute(
        insert(User),
        [{"username": name, "username_key": fold(name), "mobile": mobile, **common} for name, mobile in people],
    )
    keys = [fold(name) for name, _ in people]
    rows = db.session.execute(select(User.id, User.username, User.mobile).where(User.username_key.in_(keys))).all()
    province_id, city_id, district_id = place
    where = {"province_id": province_id, "city_id": city_id, "district_id": district_id, "place": "测试路 1 号"}
    db.session.execute(
        insert(Address),
        [{"user_id": row.id, "title": "家", "receiver": "测试买家", "mobile": row.mobile, **where} for row in rows],
    )
    ids = [row.id for row in rows]
    first = select(Address.id).where(Address.user_id == User.id).scalar_subquery()
    db.session.execute(
        update(User)
        .where(User.id.in_(ids))
        .values(default_address_id=first)
        .execution_options(synchronize_session=False)
    )
    until = {
        "remembered": True,
        "device": "bench",
        "address": "",
        "expires_at": now + REMEMBERED_FOR,
        "last_seen_at": now,
    }
    db.session.execute(insert(SignIn), [{"user_id": user_id, **until} for user_id in ids])
    names = {row.id: row.username for row in rows}
    opened = db.session.execute(
        select(SignIn.id, SignIn.user_id).where(SignIn.user_id.in_(ids)).order_by(SignIn.user_id)
    )
    return [Ready(row.user_id, row.id, names[row.user_id]) for row in opened]
