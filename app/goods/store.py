"""Looks at categories, counted in Redis until the table takes them over."""

import datetime
from collections.abc import Mapping

from app.shared.redis import KeySpec, redis

LIFE_S = 3 * 86_400
VISITS = KeySpec("visits_{{{day}}}", kind="hash", ttl_s=LIFE_S, note="category_id -> looks of this Shanghai day so far")


def add_visits(day: datetime.date, counts: Mapping[int, int]) -> None:
    """So many more looks; each addition is one atomic step."""
    key = VISITS(day=day.isoformat())
    pipe = redis().pipeline(transaction=False)
    for category_id, count in counts.items():
        pipe.hincrby(key, str(category_id), count)
    pipe.expire(key, LIFE_S)
    pipe.execute()


def visits_of(day: datetime.date) -> dict[int, int]:
    """Category -> looks of the day so far."""
    return {int(each): int(count) for each, count in redis().hgetall(VISITS(day=day.isoformat())).items()}
