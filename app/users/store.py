"""What a shopper looked at lately, and who is registering, in Redis."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.shared.errors import Busy
from app.shared.redis import KeySpec, held, redis
from app.users.policy import HISTORY_LENGTH, HISTORY_LIFE_S

HISTORY = KeySpec("history_{{{user_id}}}", kind="list", ttl_s=HISTORY_LIFE_S, note="sku_ids looked at, newest first")
JOINING = KeySpec("joining_{{{mobile}}}", kind="string", ttl_s=15, note="one registration of a number at a time")


@contextmanager
def joining(mobile: str) -> Iterator[None]:
    """Let nobody else register this number meanwhile; Busy when it takes too long."""
    with held(JOINING(mobile=mobile), life_s=15, wait_s=10) as is_mine:
        if not is_mine:
            raise Busy()
        yield


def remember_visit(user_id: int, sku_id: int) -> None:
    """Put a SKU in front; each stands once, the oldest falls off."""
    key = HISTORY(user_id=user_id)
    pipe = redis().pipeline(transaction=True)
    pipe.lrem(key, 0, str(sku_id))
    pipe.lpush(key, str(sku_id))
    pipe.ltrim(key, 0, HISTORY_LENGTH - 1)
    pipe.expire(key, HISTORY_LIFE_S)
    pipe.execute()


def visited(user_id: int, first: int = 0, most: int = HISTORY_LENGTH) -> list[int]:
    """The SKUs, newest first: `most` of them after the `first`."""
    return [int(sku_id) for sku_id in redis().lrange(HISTORY(user_id=user_id), first, first + most - 1)]


def count_visited(user_id: int) -> int:
    """How many are remembered."""
    return int(redis().llen(HISTORY(user_id=user_id)))


def forget_visit(user_id: int, sku_id: int) -> None:
    """Take one SKU out of the history."""
    redis().lrem(HISTORY(user_id=user_id), 0, str(sku_id))


def forget_visits(user_id: int) -> None:
    """Take the whole history away."""
    redis().delete(HISTORY(user_id=user_id))
