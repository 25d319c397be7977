"""A mall with a past: rows at random moments, among them the last and first microsecond around Shanghai's midnights."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, insert, select

from app.orders.models import Order, OrderLine, OrderStatus
from app.shared import clock
from app.shared.db import db
from app.shared.uow import unit_of_work
from app.users.models import SignIn, User
from tests.factories.world import World

TICK = timedelta(microseconds=1)


@dataclass
class Story:
    """What was written, as plain values, for counting by hand."""

    users: list[dict[str, Any]] = field(default_factory=list)
    orders: list[dict[str, Any]] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)
    sign_ins: list[dict[str, Any]] = field(default_factory=list)


def some_moment(chance: random.Random, today: date) -> datetime:
    """Somewhen in the last forty days, every third time at a border; never after now."""
    midnight = clock.day_start(today - timedelta(days=chance.randrange(40)))
    shift = chance.choice((-TICK, timedelta(0), TICK, timedelta(microseconds=-400)))
    if chance.random() < 0.4:
        return midnight + shift
    return min(midnight + timedelta(microseconds=chance.randrange(86_400_000_000)), clock.now())


def live(make: World, seed: int, today: date, *, users: int = 25, orders: int = 120) -> Story:
    """Users, sign-ins, orders of every state and their lines."""
    chance, story = random.Random(seed), Story()
    first = (db.session.scalar(select(func.max(User.id))) or 0) + 1  # ids count on where other rows have been
    skus = [make.sku(price=f"{price}.90", stock=50) for price in (10, 25, 99, 200)]
    for number in range(1, users + 1):
        name = f"user{seed}x{number}"
        story.users.append(
            {
                "id": first + number,
                "username": name,
                "username_key": name,
                "mobile": f"13{seed % 10}{number:08d}",
                "password_hash": "!",
                "created_at": some_moment(chance, today),
                "deleted_at": clock.now() if chance.random() < 0.2 else None,
            }
        )
        for _ in range(chance.randrange(3)):
            seen = some_moment(chance, today)
            story.sign_ins.append({"user_id": first + number, "expires_at": clock.now(), "last_seen_at": seen})
    for number in range(1, orders + 1):
        story.orders.append(
            _order(chance, seed, first + number, chance.choice(story.users)["id"], some_moment(chance, today))
        )
        for sku_id in chance.sample(skus, chance.randint(1, 3)):
            count, price = chance.randint(1, 4), Decimal(chance.randint(100, 99_999)) / 100
            story.lines.append(
                {"order_id": first + number, "sku_id": sku_id, "name": "x", "price": price, "count": count}
            )
    _write(story)
    return story


def _order(chance: random.Random, seed: int, number: int, user_id: int, created_at: datetime) -> dict[str, Any]:
    total = Decimal(chance.randint(1, 9_999_999)) / 100
    return {
        "id": number,
        "number": f"{seed}-{number}",
        "user_id": user_id,
        "submit_token": f"{seed}-{number}",
        "status": int(chance.choice(list(OrderStatus))),
        "pay_method": chance.choice((1, 2)),
        "total_count": 1,
        "goods_amount": total,
        "freight": Decimal("0.00"),
        "total_amount": total,
        "receiver": "莉莉",
        "mobile": "13800000001",
        "address_text": "中山路 1 号",
        "created_at": created_at,
    }


def _write(story: Story) -> None:
    @unit_of_work
    def write() -> None:
        for model, rows in ((User, story.users), (SignIn, story.sign_ins), (Order, story.orders)):
            db.session.execute(insert(model), rows)
        db.session.execute(insert(OrderLine), story.lines)

    write()
