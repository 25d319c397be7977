"""Users with addresses and sign-ins, in batches of their own; what is there already is left alone."""

from collections.abc import Callable
from random import Random
from typing import Any

from sqlalchemy import func, select

from app.areas.models import Area
from app.bench.fill.plan import Plan
from app.bench.fill.sheets import DAY, Sheet, moment
from app.shared.db import db
from app.shared.uow import unit_of_work
from app.users.models import Address, SecurityEvent, SignIn, User, fold

AT_ONCE = 10_000
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂玉兰建华文辉力婷鹏宇浩凯健俊帆雪倩晨欣怡梓涵"
STREETS = ("人民路", "解放路", "中山路", "建设路", "新华路", "和平路", "文化路", "学院路", "滨江路", "朝阳路")
DEVICES = ("Chrome · Windows", "Safari · iPhone", "Chrome · Android", "Edge · Windows", "Firefox · Linux")

USERS = Sheet(
    *(User, "id", "username", "username_key", "nickname", "mobile", "password_hash", "email", "verified_email"),
    *("email_verified", "is_active", "default_address_id", "created_at", "updated_at"),
)
ADDRESSES = Sheet(
    *(Address, "id", "user_id", "title", "receiver", "province_id", "city_id", "district_id", "place", "mobile"),
    *("created_at", "updated_at"),
)
SIGN_INS = Sheet(
    *(SignIn, "user_id", "address", "device", "label", "remembered", "expires_at", "last_seen_at", "ended_at"),
    *("ended_reason", "created_at"),
)
EVENTS = Sheet(SecurityEvent, "user_id", "kind", "account_key", "address", "device", "created_at")
NOBODY = "nobody signs in by password"


def count(plan: Plan) -> int:
    """How many users of this fill there are: batches are whole, so the last one tells."""
    first = f"fill{plan.seed}-"
    query = select(func.count()).select_from(User).where(User.username_key.between(first, f"{first}~"))
    return int(db.session.scalar(query) or 0)


def fill(plan: Plan, step: Callable[[int], None]) -> int:
    """Users up to the plan's number; how many are new. `step` hears of each batch."""
    there = count(plan)
    new = 0
    for start in range(there, plan.users, AT_ONCE):
        made = _insert(plan, start, min(AT_ONCE, plan.users - start))
        new += made
        step(made)
    return new


@unit_of_work
def _insert(plan: Plan, start: int, number: int) -> int:
    chance, places = plan.chance("people", start), _places()
    user_id, address_id = USERS.open(), ADDRESSES.open()
    SIGN_INS.open()
    EVENTS.open()
    for n in range(start, start + number):
        address_id += _one(plan, chance, places, n, user_id + n - start, address_id)
    line = db.session.connection()
    _write_crosswise(line)
    SIGN_INS.write(line)
    EVENTS.write(line)
    return number


def _write_crosswise(line: Any) -> None:
    """Users and addresses point at each other: the constraint waits for the second half."""
    is_sqlite = line.dialect.name == "sqlite"
    line.exec_driver_sql("PRAGMA defer_foreign_keys=ON" if is_sqlite else "SET foreign_key_checks=0")
    USERS.write(line)
    ADDRESSES.write(line)
    if not is_sqlite:
        line.exec_driver_sql("SET foreign_key_checks=1")


def _one(plan: Plan, chance: Random, places: list[tuple[int, int, int]], n: int, user_id: int, address_id: int) -> int:
    """One user; how many addresses they have."""
    at = plan.joined_at(n)
    joined, name, mobile = moment(at), plan.name(n), plan.mobile(n)
    person = person_name(chance)
    email = f"{name}@example.com" if chance.random() < 0.4 else None
    verified = email if email and chance.random() < 0.6 else None
    USERS.add(
        *(user_id, name, fold(name), person if chance.random() < 0.5 else "", mobile, NOBODY, email, verified),
        *(int(verified is not None), int(chance.random() < 0.995), address_id, joined, joined),
    )
    has = 2 if chance.random() < 0.3 else 1
    for number in range(has):
        street = f"{chance.choice(STREETS)} {chance.randint(1, 400)} 号"
        ADDRESSES.add(
            *(address_id + number, user_id, ("家", "公司")[number], person, *chance.choice(places), street, mobile),
            *(joined, joined),
        )
    _signs_in(plan, chance, user_id, at)
    return has


def _signs_in(plan: Plan, chance: Random, user_id: int, at: int) -> None:
    """Now and then, most of them lately; a failed try among ten."""
    if chance.random() < 0.5:
        return
    seen = at + int((plan.end - at) * chance.random() ** 0.3)
    device, address = chance.choice(DEVICES), f"10.{user_id >> 16 & 255}.{user_id >> 8 & 255}.{user_id & 255}"
    ended = moment(seen + 3600) if chance.random() < 0.3 and seen + 3600 < plan.end else None
    reason = "signed_out" if ended else ""
    until = moment(seen + 14 * DAY)
    SIGN_INS.add(user_id, address, device, device, 1, until, moment(seen), ended, reason, moment(seen))
    kind = "sign_in_failed" if chance.random() < 0.1 else "signed_in"
    EVENTS.add(user_id, kind, "", address, device, moment(seen))


def person_name(chance: Random) -> str:
    """A surname and one or two signs."""
    return chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=chance.randint(1, 2)))


def _places() -> list[tuple[int, int, int]]:
    """District, city and province that belong together; the address wants all three."""
    city = select(Area.id, Area.parent_id).where(Area.level == 2).subquery()
    query = select(city.c.parent_id, city.c.id, Area.id).join(city, city.c.id == Area.parent_id).where(Area.level == 3)
    return [(row[0], row[1], row[2]) for row in db.session.execute(query.order_by(Area.id))]
